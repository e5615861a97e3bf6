"""A study, opened: the space, the truth, the predictor, and the shrinker to run.

The generators of the parts are separate children of the study's seed, so that the
same seed gives the same training pairs for every method.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from lissnas.arrays import Ints, Oracle, Scores
from lissnas.evaluation import (
    Measures,
    Original,
    final_measures,
    measures,
    members_true,
    original,
)
from lissnas.labels import label
from lissnas.oracles import Table, load
from lissnas.predictor import (
    Predictor,
    PredictorSettings,
    as_oracle,
    fit,
)
from lissnas.records import Iteration
from lissnas.shrink import SHRINKERS, Shrinker, method_settings
from lissnas.shrink.angle import need_angles, with_angles
from lissnas.shrink.constraints import Steering
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES, Space

Progress = Callable[[str], None]
PAIRS, SHRINK, SAMPLE = range(3)  # children of the seed


@dataclass(frozen=True, slots=True)
class Study:
    """What is to be run; with a seed it fixes every number of the run.

    Parameters
    ----------
    space, task, method
        Names in the registries.
    settings
        The method's settings, an instance of its class in the registry.
    predictor
        How the predictor is trained.
    seed
        Non-negative integer.
    steering
        Constraints; only LISSNAS takes any.
    """

    space: str
    task: str
    method: str = "lissnas"
    settings: Shrinker = field(default_factory=Lissnas)
    predictor: PredictorSettings = field(default_factory=PredictorSettings)
    seed: int = 0
    steering: Steering = field(default_factory=Steering)

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            raise ValueError(f"space must be one of {list(SPACES)}, got {self.space!r}")
        if self.method not in SHRINKERS:
            raise ValueError(
                f"method must be one of {list(SHRINKERS)}, got {self.method!r}"
            )
        if type(self.settings) is not SHRINKERS[self.method]:
            raise ValueError(
                f"settings must be {SHRINKERS[self.method].__name__} for method "
                f"{self.method}, got {type(self.settings).__name__}"
            )
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")
        if self.steering and not isinstance(self.settings, Lissnas):
            raise ValueError(
                "method must be lissnas where forbid, min_macs or max_macs is set, "
                f"got {self.method}"
            )
        self.steering.check(SPACES[self.space])


def study_dict(study: Study) -> dict[str, Any]:
    """Return a study as what JSON can hold, constraints only if there are any."""
    found = asdict(study)
    if not study.steering:
        del found["steering"]
    return found


def study_from_dict(values: Mapping[str, Any]) -> Study:
    """Return the study that `study_dict` wrote; ValueError if it is none."""
    try:
        parts = dict(values)
        method = parts.get("method", "lissnas")
        parts["settings"] = method_settings(method, parts["settings"])
        parts["predictor"] = PredictorSettings(**parts["predictor"])
        parts["steering"] = Steering(**parts.get("steering", {}))
        return Study(**parts)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"study holds unknown or missing settings: {error}") from None


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A study with everything it needs; `table` is None where it is not at hand."""

    study: Study
    space: Space
    table: Table | None
    predictor: Predictor
    predict: Oracle
    start: Original

    @property
    def shrinker(self) -> Shrinker:
        """Return the study's settings, which are what runs."""
        return self.study.settings

    def iterations(self, history: Sequence[Iteration] = ()) -> Iterator[Iteration]:
        """Yield the iterations after `history`, as if never interrupted."""
        rng, steering = generator(self.study, SHRINK), self.study.steering
        if steering and isinstance(self.shrinker, Lissnas):
            return self.shrinker.steered(
                steering, self.space, self.predict, rng, history
            )
        return self.shrinker(self.space, self.predict, rng, history)

    def with_angles(self, angles: Oracle | None) -> "Session":
        """Return the session with a supernet's angles, where its method wants them."""
        predict = with_angles(self.study.settings, self.predict, angles)
        return replace(self, predict=predict)

    def true(self, archs: Any) -> Scores:
        """Return true accuracies ``(n,)``, NaN where they are unknown."""
        if self.table is None:
            return np.full(len(archs), np.nan)
        return self.table.lookup(self.space)(archs)

    def measures(self, iteration: Iteration) -> Measures:
        """Return the numbers of one iteration."""
        if self.table is None:
            return measures(iteration, self.true(iteration.space), self.start)
        true = members_true(iteration, self.space, self.table)
        return measures(iteration, true, self.start)

    def final_measures(
        self, iterations: list[Iteration], measured: list[Measures]
    ) -> Measures:
        """Return the numbers of the result."""
        best = None
        if self.table is not None:
            order = np.argsort(-self.table.accuracy, kind="stable")
            best = self.table.archs[order[: len(self.start.top)]]
        return final_measures(iterations, measured, self.start, self.space, best)


def generator(study: Study, part: int) -> np.random.Generator:
    """Return the generator of one part of a study."""
    return np.random.default_rng(np.random.SeedSequence([study.seed, part]))


def training_rows(
    space: Space, table: Table, settings: PredictorSettings, rng: np.random.Generator
) -> Ints:
    """Return the rows of a table that train a predictor, ``(n,)``.

    Of a table that knows little of a large space these are all; some of them are held
    out to measure the predictor.
    """
    archs, _ = label(space, table, settings, rng)
    return np.searchsorted(table.keys, space.identity(archs))


def fit_predictor(
    space: Space, table: Table, settings: PredictorSettings, rng: np.random.Generator
) -> Predictor:
    """Return a predictor trained on pairs of a table, as `settings.choice` says."""
    archs, accuracy = label(space, table, settings, rng)
    return fit(space.encode(archs), accuracy, settings, rng)


def open_session(
    study: Study, progress: Progress = lambda _: None, angles: Oracle | None = None
) -> Session:
    """Return a new session: load the table, train the predictor, sample the space.

    `angles` are those of a supernet run, which a method may ask for (`shrink.angle`).

    Raises
    ------
    ValueError
        If the task has no table, or the method asks for angles and there are none.
    """
    space = SPACES[study.space]
    study.settings.check(space)
    need_angles(study.settings, angles)
    progress(f"Loading {study.task}")
    table = load(study.space, study.task)
    progress("Training the predictor")
    rng = generator(study, PAIRS)
    predictor = fit_predictor(space, table, study.predictor, rng)
    predict = as_oracle(predictor, space.encode)
    progress("Sampling the original space")
    held_out = predictor.held_true, predictor.held_predicted
    start = original(space, table, predict, generator(study, SAMPLE), held_out=held_out)
    predict = with_angles(study.settings, predict, angles)
    return Session(study, space, table, predictor, predict, start)
