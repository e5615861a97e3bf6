"""One unit of a study computed: a method run and measured, or locality surveyed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from lissnas.arrays import Archs, Oracle, Scores
from lissnas.comparison import Cell, Comparison, Members
from lissnas.comparison.bench import Bench, Remembered
from lissnas.comparison.compute import computed
from lissnas.comparison.outcome import Result
from lissnas.evaluation import original
from lissnas.labels import label
from lissnas.metrics.ranking import kendall
from lissnas.metrics.shrinkage import good_threshold, p_good
from lissnas.oracles import Table, load
from lissnas.predictor import Predictor, PredictorSettings, as_oracle, fit
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.units import Unit
from lissnas.session import PAIRS, SAMPLE, Study, generator
from lissnas.spaces import SPACES, Space
from lissnas.survey import survey, survey_dict

Record = dict[str, Any]
Progress = Callable[[str], None]
QUANTILES = 200
LEAST_KNOWN = 50  # true errors that make a distribution, as in a comparison


@dataclass(frozen=True, eq=False)
class Judged(Bench):
    """A bench of a space of which few accuracies are known.

    They are parted in two halves: one trains the predictor that the methods ask, the
    other a judge, whose predictions stand in for the truth. So no method is measured
    by the predictor that it optimised.
    """

    judge: Oracle | None = None

    def true(self, archs: Archs) -> Scores:
        """Return the judge's accuracies ``(n,)``."""
        assert self.judge is not None
        return self.judge(archs)

    @cached_property
    def known(self) -> Scores:
        """Return the judge's accuracies of the original space's sample, ``(m,)``."""
        return self.start.true


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A bench and what is to be said of it, and the spaces made so far on it.

    `made` holds them by label, size and queries, so that they can be searched; only of
    spaces that can be enumerated, since others are not searched.
    """

    bench: Bench
    about: Record
    made: dict[tuple[str, int, int], Result] = field(default_factory=dict)


def opened(unit: Unit, settings: StudySettings) -> Opened:
    """Return the bench that a unit runs on: table, predictor, original space."""
    space, table = SPACES[unit.space], load(unit.space, unit.task)
    study = Study(unit.space, unit.task, predictor=settings.predictor, seed=unit.seed)
    about = {"truth": "measured", "checksum": table.checksum, "known": len(table.keys)}
    if len(table.keys) < space.size:
        return _judged(space, table, study, about)
    rng = generator(study, PAIRS)
    archs, accuracy = label(space, table, settings.predictor, rng)
    about["best_pair"] = float(accuracy.max())
    features = space.encode(archs)
    predictor = fit(features, accuracy, settings.predictor, rng)
    predict = Remembered(as_oracle(predictor, space.encode), space)
    start = original(space, table, predict, generator(study, SAMPLE))
    return Opened(Bench(space, table, predict, start, unit.seed), about)


def _judged(space: Space, table: Table, study: Study, about: Record) -> Opened:
    """Return the bench of a partial table, with a judge of its own."""
    rng = generator(study, PAIRS)
    halves = np.array_split(rng.permutation(len(table.keys)), 2)
    oracles = [
        as_oracle(_fitted(space, table, rows, study.predictor, rng), space.encode)
        for rows in halves
    ]
    predict, judge = oracles
    start = original(space, None, predict, generator(study, SAMPLE))
    true = judge(start.archs)
    threshold = good_threshold(true)
    start = replace(
        start,
        true=true,
        threshold=threshold,
        p_good=p_good(true, threshold),
        mean_true=float(true.mean()),
        max_true=float(true.max()),
    )
    taus = [
        kendall(oracle(table.archs[rows]), table.accuracy[rows])
        for oracle, rows in ((predict, halves[1]), (judge, halves[0]))
    ]
    about |= {"truth": "judged", "predictor_tau": taus[0], "judge_tau": taus[1]}
    return Opened(Judged(space, None, predict, start, study.seed, judge=judge), about)


def _fitted(
    space: Space,
    table: Table,
    rows: Any,
    settings: PredictorSettings,
    rng: np.random.Generator,
) -> Predictor:
    """Return a predictor of at most the settings' number of these rows."""
    rows = rows[: settings.pairs]
    features = space.encode(table.archs[rows])
    return fit(features, table.accuracy[rows], settings, rng)


def shrunk(unit: Unit, at: Opened, progress: Progress) -> Record:
    """Return the record of a method that is run on an opened bench."""
    comparison = Comparison(
        unit.space, unit.task, (unit.label,), unit.size, unit.queries, unit.seed + 1
    )
    cell = Cell(unit.label, unit.size > 0, unit.seed)
    kept: dict[Cell, Result] = {}
    outcome, members = computed(comparison, cell, at.bench, progress, False, kept)
    if at.bench.space.enumerable and cell in kept:
        at.made[unit.label, unit.size, unit.queries] = kept[cell]
    record: Record = {"unit": asdict(unit), "about": at.about}
    record["outcome"] = asdict(outcome)
    record["threshold"] = at.bench.start.threshold
    if members is not None:
        record["errors"] = _quantiles(1 - _shown(members))
        record["macs"] = _quantiles(members.macs.astype(np.float64))
    return record


def surveyed(unit: Unit, settings: StudySettings, progress: Progress) -> Record:
    """Return the record of a task's locality."""
    names = (unit.space, unit.task, settings.pairs, settings.walks, unit.seed)
    found = survey(*names, progress=progress)
    about = {"truth": found.source, "checksum": found.provenance["checksum"]}
    return {"unit": asdict(unit), "about": about, "survey": survey_dict(found)}


def _shown(members: Members) -> Scores:
    """Return accuracies to draw: true ones where enough are known."""
    true = members.true[~np.isnan(members.true)]
    return true if len(true) >= LEAST_KNOWN else members.predicted


def _quantiles(values: Scores) -> list[float]:
    """Return 201 quantiles, which stand for the distribution."""
    shares = np.linspace(0, 1, QUANTILES + 1)
    return [float(value) for value in np.quantile(values, shares)]
