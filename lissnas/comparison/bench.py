"""What all methods share for one seed: truth, one predictor, the original space."""

from dataclasses import dataclass, field
from functools import cached_property
from time import process_time
from typing import Literal

import numpy as np

from lissnas.arrays import Archs, Oracle, Scores
from lissnas.evaluation import Original
from lissnas.metrics import diversity
from lissnas.oracles import Table
from lissnas.spaces import Space

Part = Literal["measure", "spread", "cut", "random", "search"]
PARTS: dict[Part, int] = {
    **{"measure": 3, "spread": 4, "cut": 5, "random": 6},
    "search": 7,
}
"""Children of the seed; the first three are those of a session."""

MAX_REMEMBERED = 2**22


class Remembered:
    """An oracle that asks the oracle inside once for each architecture, for all users.

    Methods that score much of one space then share the work. `seconds` is the processor
    time of all answers so far. Spaces whose identities are not 0, 1, ... up to four
    million are not remembered.
    """

    def __init__(self, oracle: Oracle, space: Space) -> None:
        self._oracle = oracle
        self._space = space
        small = space.enumerable and space.size <= MAX_REMEMBERED
        self._scores = np.full(space.size if small else 0, np.nan)
        self.seconds = 0.0

    def __call__(self, archs: Archs) -> Scores:
        """Return the score of each row, ``(n,)``."""
        start = process_time()
        scores = self._answer(archs)
        self.seconds += process_time() - start
        return scores

    def _answer(self, archs: Archs) -> Scores:
        """Return scores, from memory where they are there."""
        if not len(self._scores) or not len(archs):
            return self._oracle(archs)
        keys = self._space.identity(archs)
        inside = keys.dtype == np.int64 and keys.min() >= 0
        if not inside or keys.max() >= len(self._scores):
            return self._oracle(archs)
        scores = self._scores[keys]
        new = np.flatnonzero(np.isnan(scores))
        if len(new):
            scores[new] = self._oracle(self._space.canonical(archs[new]))
            self._scores[keys[new]] = scores[new]
        return scores


@dataclass(frozen=True, eq=False)
class Bench:
    """One space, task and seed, opened; `table` is None where it is not at hand."""

    space: Space
    table: Table | None
    predict: Oracle
    start: Original
    seed: int
    _dispersions: dict[int, float] = field(default_factory=dict)

    def generator(self, part: Part) -> np.random.Generator:
        """Return the generator of one part."""
        return np.random.default_rng(np.random.SeedSequence([self.seed, PARTS[part]]))

    def true(self, archs: Archs) -> Scores:
        """Return true accuracies ``(n,)``, NaN where they are unknown."""
        if self._truth is None:
            return np.full(len(archs), np.nan)
        return self._truth(archs)

    @cached_property
    def _truth(self) -> Oracle | None:
        return None if self.table is None else self.table.lookup(self.space)

    @cached_property
    def known(self) -> Scores:
        """Return the known true accuracies of the original space, ``(m,)``."""
        if self.table is not None:
            return self.table.accuracy
        return self.start.true[~np.isnan(self.start.true)]

    @cached_property
    def best(self) -> Archs | None:
        """Return the architectures `start.top`, if a table has them."""
        if self.table is None or not len(self.start.top):
            return None
        order = np.argsort(-self.table.accuracy, kind="stable")
        return self.table.archs[order[: len(self.start.top)]]

    @cached_property
    def vectors(self) -> diversity.Vectors:
        """Return what diversity is compared with: vectors of the original's sample."""
        sample = diversity.DiversitySettings().sample
        return diversity.unit_vectors(self.space, self.start.archs[:sample])

    def dispersion(self, k: int) -> float:
        """Return the dispersion of the original with `k` selected."""
        if k not in self._dispersions:
            rng = self.generator("spread")
            self._dispersions[k] = diversity.dispersion(self.vectors, k, rng)
        return self._dispersions[k]
