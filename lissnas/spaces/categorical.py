"""Spaces of independent decisions: every combination of options is an architecture."""

from collections.abc import Sequence
from math import prod

import numpy as np

from lissnas.arrays import Archs, Features, Ints, Keys, Scores, row_keys
from lissnas.spaces.base import (
    Decision,
    Neighbours,
    Pairs,
    Shells,
    checked_rows,
    one_hot,
    one_hot_names,
)

MAX_ENUMERABLE = 2_000_000


class CategoricalSpace:
    """A space in which each decision is free; one edit changes one decision.

    A subclass sets the class attributes of `Space` (`name`, `title`, `citation`,
    `decisions`, `datasets`) and defines `cost`, `parse`, `format` and `graph`.
    """

    name: str
    title: str
    citation: str
    decisions: tuple[Decision, ...]
    datasets: tuple[str, ...]
    edit_kinds: tuple[str, ...] = ("operation",)

    @property
    def limits(self) -> Ints:
        """Return the number of options of each decision, ``(d,)``."""
        return np.array([len(decision.options) for decision in self.decisions])

    @property
    def size(self) -> int:
        return prod(len(decision.options) for decision in self.decisions)

    @property
    def enumerable(self) -> bool:
        return self.size <= MAX_ENUMERABLE

    @property
    def total_edit_distance(self) -> int:
        return len(self.decisions)

    @property
    def feature_names(self) -> tuple[str, ...]:
        return one_hot_names(self.decisions)

    def check(self, archs: Archs) -> Archs:
        """Return `archs` as int8 ``(n, d)``; ValueError names the first bad row."""
        return checked_rows(archs, self.decisions)

    def canonical(self, archs: Archs) -> Archs:
        """Return `archs`, since no two rows of this space are isomorphic."""
        return self.check(archs)

    def identity(self, archs: Archs) -> Keys:
        """Return the mixed-radix number of each row, packed bytes beyond 63 bits."""
        archs = self.canonical(archs)
        if self.size >= 2**63:
            return row_keys(archs)
        keys = np.zeros(len(archs), dtype=np.int64)
        for column, limit in zip(archs.T, self.limits.tolist(), strict=True):
            keys = keys * limit + column  # a column at a time, for millions of rows
        return keys

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform draws, ``(n, d)``."""
        shape = (n, len(self.decisions))
        return rng.integers(0, self.limits, shape, dtype=np.int8)

    def enumerate(self) -> Archs:
        """Return all rows in the order of their identities, ``(size, d)``."""
        if not self.enumerable:
            raise ValueError(
                f"{self.name} has {self.size:,} architectures, which is more than the "
                f"{MAX_ENUMERABLE:,} that can be enumerated"
            )
        columns = np.unravel_index(np.arange(self.size), tuple(self.limits))
        return np.stack(columns, axis=1).astype(np.int8)

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return every change of one decision of each row."""
        archs = self.canonical(archs)
        steps = [(j, s) for j, n in enumerate(self.limits) for s in range(1, n)]
        column = np.array([j for j, _ in steps])
        found = np.repeat(archs[:, None], len(steps), axis=1)
        changed = archs[:, column] + np.array([s for _, s in steps], dtype=np.int8)
        found[:, np.arange(len(steps)), column] = changed % self.limits[column]
        source = np.repeat(np.arange(len(archs)), len(steps))
        rows = found.reshape(-1, archs.shape[1])
        return Neighbours(rows, source, np.zeros(len(rows), dtype=np.int64))

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return one row a row, uniform among those `distance` changes away."""
        if kind is not None and kind not in self.edit_kinds:
            raise ValueError(f"kind must be one of {self.edit_kinds}, got {kind!r}")
        archs = self.canonical(archs)
        distance = np.broadcast_to(np.asarray(distance), len(archs))
        kept = np.flatnonzero((distance >= 1) & (distance <= np.sum(self.limits > 1)))
        found = archs[kept]
        left = distance[kept]
        table = _symmetric_polynomials(self.limits - 1)
        for column, options in enumerate(self.limits):
            inclusion = _inclusion(table, column)[left]
            change = rng.random(len(found)) < inclusion
            left = left - change
            step = rng.integers(1, max(options, 2), len(found), dtype=np.int8)
            moved = (found[:, column] + step) % options
            found[:, column] = np.where(change, moved, found[:, column])
        return Pairs(found, kept)

    def distance(self, first: Archs, second: Archs) -> Ints:
        """Return in how many decisions each pair of rows differs, ``(n,)``."""
        return np.asarray((self.check(first) != self.check(second)).sum(axis=1))

    def shells(self, rng: np.random.Generator) -> Shells:
        """Return how many architectures are at each distance, the same from all."""
        counts = _symmetric_polynomials(self.limits - 1)[0, 1 : len(self.decisions) + 1]
        return Shells(counts[counts > 0], "exactly, the same for all architectures")

    def walk_step(self, archs: Archs, rng: np.random.Generator) -> Archs:
        """Return each row with one decision changed, uniform over all such changes."""
        return self.sample_neighbours(archs, np.ones(len(archs), dtype=int), rng).archs

    def encode(self, archs: Archs) -> Features:
        """Return the one-hot decisions, ``(n, p)``."""
        return one_hot(self.canonical(archs), self.decisions)

    def short(self, archs: Archs) -> list[str]:
        """Return the options' numbers as digits."""
        return ["".join(map(str, row)) for row in self.check(archs).tolist()]

    def parse_digits(self, texts: Sequence[str]) -> Archs:
        """Return rows written as one digit a decision, ``(n, d)``."""
        rows = []
        for text in texts:
            wanted = f"arch must be {len(self.decisions)} digits"
            if len(text) != len(self.decisions) or not text.isdecimal():
                raise ValueError(f"{wanted}, got {text!r}")
            row = [int(digit) for digit in text]
            for decision, option in zip(self.decisions, row, strict=True):
                if option >= len(decision.options):
                    last = len(decision.options) - 1
                    raise ValueError(
                        f"{wanted} with 0..{last} for {decision.name}, got {text!r}"
                    )
            rows.append(row)
        return np.array(rows, dtype=np.int8).reshape(len(rows), len(self.decisions))

    def hashes(self, archs: Archs) -> list[str] | None:
        """Return None: the space has no official hash."""
        return None


def _symmetric_polynomials(weights: Ints) -> Scores:
    """Return e[j, r], the elementary symmetric polynomials of weights j, j+1, ...

    ``e[j, r]`` is the number of ways to change r of the decisions from j on.
    """
    d = len(weights)
    table = np.zeros((d + 1, d + 2))
    table[d, 0] = 1
    for j in range(d - 1, -1, -1):
        table[j] = table[j + 1]
        table[j, 1:] += weights[j] * table[j + 1, :-1]
    return table


def _inclusion(table: Scores, column: int) -> Scores:
    """Return the chance that `column` changes when r changes are left, by r."""
    total = table[column]
    others = table[column + 1]
    kept = np.divide(others, total, out=np.ones_like(total), where=total > 0)
    return np.asarray(1 - kept)
