"""Subsets given by a test that their members pass."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from lissnas.arrays import Archs, Bools
from lissnas.spaces import Space
from lissnas.subsets.base import Kind
from lissnas.subsets.predicates import Frame, Predicate

BATCH, MOST_DRAWS = 8192, 2**24
ESTIMATE_DRAWS = 100_000


@dataclass(frozen=True, eq=False)
class ImplicitSubset:
    """All architectures of a space that pass a test.

    `size` is exact where it was counted, else an estimate from uniform draws.
    `members` ``(size, d)`` spares testing all of an enumerable space again.
    """

    space: Space
    predicate: Predicate
    size: int
    exact: bool
    members: Archs | None = field(default=None, repr=False)

    kind: ClassVar[Kind] = "implicit"

    @cached_property
    def _frame(self) -> Frame:
        return self.predicate.frame(self.space)

    @property
    def enumerable(self) -> bool:
        return self._frame.rows is not None

    @cached_property
    def _rows(self) -> Archs:
        if self.members is not None:
            return self.members
        archs = self._listed()
        return archs[self.predicate(self.space, archs)]

    def _listed(self) -> Archs:
        """Return all that may pass; ValueError if they are too many."""
        if self._frame.rows is None:
            raise ValueError(
                f"space must be enumerable to list an implicit subset, got "
                f"{self.space.name}"
            )
        return self._frame.rows()

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures of the space are members, ``(n,)``."""
        return self.predicate(self.space, self.space.canonical(archs))

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform draws, canonical ``(n, d)``.

        Raises
        ------
        ValueError
            If 16.8 million draws do not hold enough members.
        """
        if self.enumerable and self.size:
            rows: Archs = self._rows[rng.integers(0, len(self._rows), n)]
            return rows
        direct = self.predicate.sample(self.space, n, rng)
        return self._rejected(n, rng) if direct is None else direct

    def _rejected(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` uniform draws that pass the test."""
        parts, missing, drawn = [], n, 0
        while missing > 0:
            if drawn >= MOST_DRAWS:
                raise ValueError(
                    f"predicate must hold often enough to draw {n:,} members, got "
                    f"{n - missing:,} in {drawn:,} draws"
                )
            archs = self.space.canonical(self._frame.sample(BATCH, rng))
            found = archs[self.predicate(self.space, archs)][:missing]
            parts.append(found)
            missing, drawn = missing - len(found), drawn + BATCH
        empty = np.zeros((0, len(self.space.decisions)), dtype=np.int8)
        return np.concatenate([empty, *parts])

    def enumerate(self) -> Archs:
        """Return all members, canonical ``(size, d)``."""
        return self._rows.copy()

    def describe(self) -> dict[str, Any]:
        """Return the test and the size, for JSON."""
        return {
            "kind": self.kind,
            "size": self.size,
            "exact": self.exact,
            "predicate": self.predicate.describe(),
        }


def passing(
    space: Space, predicate: Predicate, rng: np.random.Generator
) -> ImplicitSubset:
    """Return the subset of all that pass, with its size counted or estimated."""
    known = predicate.count(space)
    if known is not None:
        return ImplicitSubset(space, predicate, known, True)
    frame = predicate.frame(space)
    if frame.rows is not None:
        archs = frame.rows()
        archs = archs[predicate(space, archs)]
        return ImplicitSubset(space, predicate, len(archs), True, archs)
    archs = space.canonical(frame.sample(ESTIMATE_DRAWS, rng))
    size = frame.size * int(predicate(space, archs).sum()) // ESTIMATE_DRAWS
    return ImplicitSubset(space, predicate, size, False)
