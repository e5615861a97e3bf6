"""How a survey is made: by random pairs, among measured ones, or by prediction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lissnas.metrics.locality import (
    Locality,
    LocalitySettings,
    Walk,
    WalkSettings,
    locality,
    measured_locality,
    walk_locality,
)
from lissnas.metrics.locality.measured import LEAST_MEASURED
from lissnas.oracles import Table, load
from lissnas.predictor.settings import MIN_PAIRS
from lissnas.spaces import SPACES, Space
from lissnas.spaces.base import Distanced
from lissnas.survey.answers import (
    PAIRS,
    WALKS,
    Answer,
    cost_answer,
    generator,
    measured_answer,
    predicted_answer,
)
from lissnas.survey.records import COSTS, Survey, request

Source = Literal["auto", "measured", "predicted", "costs"]
SOURCES: tuple[Source, ...] = ("auto", "measured", "predicted", "costs")
Progress = Callable[[str], None]


def survey(
    space_name: str,
    task: str,
    settings: LocalitySettings | None = None,
    walks: WalkSettings | None = None,
    seed: int = 0,
    source: Source = "auto",
    progress: Progress = lambda _: None,
) -> Survey:
    """Return the locality of a task, or of the costs where the task is `COSTS`.

    The source ``auto`` takes measured scores where they reach the threshold distance,
    and predicted ones otherwise.

    Raises
    ------
    ValueError
        If there is no such space, task or source, or the source does not fit.
    """
    if space_name not in SPACES:
        raise ValueError(f"space must be one of {list(SPACES)}, got {space_name!r}")
    if source not in SOURCES:
        raise ValueError(f"source must be one of {SOURCES}, got {source!r}")
    settings, walks = settings or LocalitySettings(), walks or WalkSettings()
    work = _Work(SPACES[space_name], task, settings, walks, seed, progress)
    if task == COSTS or source == "costs":
        return work.costs()
    table = load(space_name, task)
    if len(table.keys) == work.space.size:
        if source == "predicted":
            return work.predicted(table)
        return work.complete(table)
    found = None if source == "predicted" else work.partial(table)
    if found is not None and (source == "measured" or _reaches(found)):
        return found
    if len(table.keys) < MIN_PAIRS:
        if source == "predicted" or found is None:
            raise ValueError(
                f"source must be measured with fewer than {MIN_PAIRS} known "
                f"accuracies, got {source!r} with {len(table.keys)}"
            )
        return found
    return work.predicted(table)


def _reaches(found: Survey) -> bool:
    """Return whether all distances up to the threshold have enough pairs."""
    enough = found.pairs.distance[found.pairs.pairs >= LEAST_MEASURED]
    return set(range(1, found.threshold + 1)) <= set(enough.tolist())


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be measured; each method is one way to do it."""

    space: Space
    task: str
    settings: LocalitySettings
    walks: WalkSettings
    seed: int
    progress: Progress

    def complete(self, table: Table) -> Survey:
        """Return the locality of a complete table, by random pairs."""
        return self._random(measured_answer(self.space, table), True, table)

    def partial(self, table: Table) -> Survey:
        """Return the locality among the measured architectures of a table."""
        self.progress("Comparing measured architectures")
        rng, known = self._rng(PAIRS), len(table.keys)
        archs, accuracy = np.array(table.archs), np.array(table.accuracy)
        if isinstance(self.space, Distanced):
            pairs = measured_locality(self.space, archs, accuracy, self.settings, rng)
            how = "pairs among them by their exact edit distance"
        else:
            oracle = table.lookup(self.space)
            pairs = locality(self.space, oracle, self.settings, rng, archs)
            how = "neighbours of them that were measured too"
        about = f"measured: {table.title}, {table.column}, {known:,} known; {how}"
        answer = Answer(table.lookup(self.space), "measured", about)
        return self._survey(answer, False, pairs, None, table)

    def predicted(self, table: Table) -> Survey:
        """Return the locality of a predictor that was fitted to a table."""
        self.progress("Training a predictor")
        answer = predicted_answer(self.space, table, self.seed)
        return self._random(answer, False, table)

    def costs(self) -> Survey:
        """Return the locality of multiply-adds, which are exact for every space."""
        return self._random(cost_answer(self.space), True, None)

    def _random(self, answer: Answer, complete: bool, table: Table | None) -> Survey:
        """Return locality by random pairs and by walks."""
        self.progress("Comparing random pairs")
        oracle = answer.oracle
        pairs = locality(self.space, oracle, self.settings, self._rng(PAIRS))
        self.progress("Walking")
        resamples, rng = self.settings.resamples, self._rng(WALKS)
        walk = walk_locality(self.space, oracle, self.walks, rng, resamples)
        return self._survey(answer, complete, pairs, walk, table)

    def _rng(self, part: int) -> np.random.Generator:
        """Return the generator of one part of the work."""
        return generator(self.seed, part)

    def _survey(
        self,
        answer: Answer,
        complete: bool,
        pairs: Locality,
        walk: Walk | None,
        table: Table | None,
    ) -> Survey:
        """Return the result with its provenance."""
        names = (self.space.name, COSTS if answer.source == "costs" else self.task)
        provenance = request(
            self.settings, self.walks, self.seed, table.checksum if table else ""
        )
        if table is not None:
            copied = ("title", "source", "licence", "column", "caveats")
            provenance |= {name: getattr(table, name) for name in copied}
            provenance |= {"known": len(table.keys), "size": self.space.size}
        return Survey(
            *names,
            answer.source,
            complete,
            pairs,
            walk,
            answer.about,
            provenance,
            answer.quality,
        )
