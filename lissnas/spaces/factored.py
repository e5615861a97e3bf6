"""Spaces made of independent parts, each small enough for a table of its states.

A part is a group of columns with rules or isomorphs of its own, such as one node of a
DARTS cell. Any combination of states is an architecture, and an edit changes one part,
so edit distances are sums over parts: exact however large the space is.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from math import prod

import numpy as np

from lissnas.arrays import Archs, Features, Ints, Keys, chunks, row_keys
from lissnas.spaces.base import (
    EXACT_MEAN,
    Cost,
    Decision,
    Neighbours,
    Pairs,
    Shells,
    checked_rows,
    one_hot,
    one_hot_names,
)
from lissnas.spaces.categorical import MAX_ENUMERABLE
from lissnas.spaces.chain import cost_features
from lissnas.spaces.edits import UNREACHED
from lissnas.spaces.parts import Part, at_distance

CHUNK = 1 << 15


class FactoredSpace(ABC):
    """A space of independent parts.

    A subclass sets the class attributes of `Space` (but `size`), `parts` in the order
    of their columns, `fixed` ``(2,)``, the cost outside all parts, and defines
    `part_costs`, `parse`, `format`, `short` and `graph`.
    """

    name: str
    title: str
    citation: str
    decisions: tuple[Decision, ...]
    datasets: tuple[str, ...]
    edit_kinds: tuple[str, ...]
    total_edit_distance: int
    parts: tuple[Part, ...]
    fixed: Ints

    @abstractmethod
    def part_costs(self) -> list[Ints]:
        """Return the cost of each state of each part, ``(states, 2)``."""

    @cached_property
    def _costs(self) -> list[Ints]:
        return self.part_costs()

    @cached_property
    def size(self) -> int:
        """Return the number of combinations of states."""
        return prod(len(part.states) for part in self.parts)

    @property
    def enumerable(self) -> bool:
        return self.size <= MAX_ENUMERABLE

    @property
    def feature_names(self) -> tuple[str, ...]:
        return (*one_hot_names(self.decisions), "log params", "log macs")

    def check(self, archs: Archs) -> Archs:
        """Return `archs` as int8 ``(n, d)``; ValueError names the first bad row."""
        return checked_rows(archs, self.decisions)

    def _states(self, archs: Archs) -> list[Ints]:
        """Return the state of each part of each row, ``(n,)`` each."""
        archs, column, found = self.check(archs), 0, []
        for part in self.parts:
            stop = column + len(part.limits)
            found.append(part.lookup[part.number(archs[:, column:stop])])
            column = stop
        return found

    def _rows(self, states: Sequence[Ints]) -> Archs:
        """Return the canonical rows of states, ``(n, d)``."""
        parts = zip(self.parts, states, strict=True)
        return np.concatenate([part.states[s] for part, s in parts], axis=1)

    def canonical(self, archs: Archs) -> Archs:
        """Return the canonical row of each architecture, ``(n, d)``."""
        return self._rows(self._states(archs))

    def identity(self, archs: Archs) -> Keys:
        """Return the mixed-radix number of the states, packed bytes beyond 63 bits."""
        if self.size >= 2**63:
            return row_keys(self.canonical(archs))
        keys: Keys = np.zeros(len(archs), dtype=np.int64)
        for part, states in zip(self.parts, self._states(archs), strict=True):
            keys = keys * len(part.states) + states
        return keys

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent draws, uniform over distinct architectures.

        Every combination of states is one architecture, so uniform states, drawn for
        each part by itself, are a uniform architecture.
        """
        return self._rows([rng.integers(0, len(p.states), n) for p in self.parts])

    def enumerate(self) -> Archs:
        """Return all architectures in the order of their identities, ``(size, d)``."""
        if not self.enumerable:
            raise ValueError(
                f"{self.name} has {self.size:,} architectures, which is more than the "
                f"{MAX_ENUMERABLE:,} that can be enumerated"
            )
        sizes = tuple(len(part.states) for part in self.parts)
        return self._rows(np.unravel_index(np.arange(self.size), sizes))

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return all architectures one edit away from each row."""
        states = self._states(archs)
        rows, sources, kinds, column = self._rows(states), [], [], 0
        found = []
        for part, state in zip(self.parts, states, strict=True):
            edits, stop = part.edits, column + len(part.limits)
            count = np.diff(edits.starts)[state]
            source = np.repeat(np.arange(len(rows)), count)
            place = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
            edit = edits.starts[state][source] + place
            changed = rows[source]
            changed[:, column:stop] = part.states[edits.target[edit]]
            found.append(changed)
            sources.append(source)
            kinds.append(edits.kind[edit])
            column = stop
        source = np.concatenate(sources)
        order = np.argsort(source, kind="stable")
        return Neighbours(
            np.concatenate(found)[order], source[order], np.concatenate(kinds)[order]
        )

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return one row a row, uniform among those exactly `distance` edits away.

        With `kind`, among those that so many edits of that kind lead to and no fewer.
        """
        if kind is not None and kind not in self.edit_kinds:
            raise ValueError(f"kind must be one of {self.edit_kinds}, got {kind!r}")
        number = None if kind is None else self.edit_kinds.index(kind)
        states = np.stack(self._states(archs), axis=1)
        distance = np.broadcast_to(np.asarray(distance, dtype=np.int64), len(states))
        tables = [part.distances(number) for part in self.parts]
        moved = np.zeros_like(states)
        made = np.zeros(len(states), dtype=bool)
        for rows in chunks(len(states), CHUNK):
            moved[rows], made[rows] = at_distance(
                states[rows], distance[rows], tables, rng
            )
        kept = np.flatnonzero(made & (distance > 0))
        return Pairs(self._rows(list(moved[kept].T)), kept)

    def distance(self, first: Archs, second: Archs) -> Ints:
        """Return the shortest edit distance of each pair of rows, ``(n,)``.

        127 where no edits lead from one to the other.
        """
        total = np.zeros(len(first), dtype=np.int64)
        states = zip(self.parts, self._states(first), self._states(second), strict=True)
        for part, before, after in states:
            total += part.distances().steps[before, after]
        return np.minimum(total, UNREACHED)

    def shells(self, rng: np.random.Generator) -> Shells:
        """Return how many architectures are at each distance, over all of them.

        Parts are independent, so the mean of a product of counts is that of means.
        """
        counts = np.ones(1)
        for part in self.parts:
            counts = np.convolve(counts, part.distances().counts.mean(axis=0))
        return Shells(counts[1:], EXACT_MEAN)

    def walk_step(self, archs: Archs, rng: np.random.Generator) -> Archs:
        """Return each row after one edit, uniform over its neighbours."""
        return self.sample_neighbours(archs, np.asarray(1), rng).archs

    def encode(self, archs: Archs) -> Features:
        """Return the one-hot decisions and the logarithms of the costs, ``(n, p)``."""
        rows = self.canonical(archs)
        parts = [one_hot(rows, self.decisions), cost_features(self.cost(rows))]
        return np.concatenate(parts, axis=1)

    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds, ``(n,)`` each."""
        params = np.full(len(archs), self.fixed[0])
        macs = np.full(len(archs), self.fixed[1])
        for table, states in zip(self._costs, self._states(archs), strict=True):
            params += table[states, 0]
            macs += table[states, 1]
        return Cost(params, macs)

    def hashes(self, archs: Archs) -> list[str] | None:
        """Return None: the space has no official hash."""
        return None
