"""Spaces made of independent parts, each small enough for a table of its states.

A part is a group of columns with rules or isomorphs of its own, such as one node of a
DARTS cell. Any combination of states is an architecture, and an edit changes one part,
so edit distances are sums over parts: exact however large the space is.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from lissnas.arrays import Archs, Bools, Features, Ints, Keys, Scores, chunks, row_keys
from lissnas.spaces.base import (
    Cost,
    Decision,
    Neighbours,
    Pairs,
    checked_rows,
    one_hot,
    one_hot_names,
)
from lissnas.spaces.categorical import MAX_ENUMERABLE
from lissnas.spaces.chain import cost_features

Edited = Callable[[Archs, Ints], list[tuple[Archs, Bools, int]]]
CHUNK = 1 << 15


class _Edits(NamedTuple):
    """Edits between states, by source: state s has those of starts[s]:starts[s+1]."""

    starts: Ints
    target: Ints
    kind: Ints


class _Distances(NamedTuple):
    """Other states by distance: those at r edits of s are ``order[s, starts[s, r]:]``.

    `counts` ``(states, most + 1)`` says how many they are.
    """

    order: Ints
    starts: Ints
    counts: Scores


class Part:
    """The states of a group of columns, with their edits and distances.

    Parameters
    ----------
    limits
        Number of options of each column.
    edited
        Edits of raw rows ``(r, w)``: results, which are made, and the edit's kind.
    representative
        The canonical row of each raw row; without it, no two are isomorphic.
    """

    def __init__(
        self,
        limits: tuple[int, ...],
        edited: Edited,
        representative: Callable[[Archs, Ints], Archs] | None = None,
    ) -> None:
        self.limits = np.array(limits)
        self._edited = edited
        self._representative = representative
        columns = np.unravel_index(np.arange(prod(limits)), limits)
        self._raw = np.stack(columns, axis=1).astype(np.int8)
        numbers = np.arange(len(self._raw))
        if representative is not None:
            numbers = self.number(representative(self._raw, self.limits))
        canonical, self.lookup = np.unique(numbers, return_inverse=True)
        self.states: Archs = self._raw[canonical]

    def number(self, rows: Archs) -> Ints:
        """Return the mixed-radix number of each row of this part's columns."""
        found = np.zeros(len(rows), dtype=np.intp)
        for column, limit in enumerate(self.limits):
            found = found * limit + rows[:, column]
        return found

    @cached_property
    def edits(self) -> _Edits:
        """Return the distinct edits between states; of two kinds, the first is kept."""
        parts = []
        for results, made, kind in self._edited(self._raw, self.limits):
            source, target = self.lookup[made], self.lookup[self.number(results[made])]
            moved = source != target
            kinds = np.full(int(moved.sum()), kind)
            parts.append(np.stack([source[moved], target[moved], kinds]))
        found = np.concatenate(parts, axis=1)
        found = found[:, np.lexsort(found[::-1])]
        new = np.ones(found.shape[1], dtype=bool)
        new[1:] = (found[:2, 1:] != found[:2, :-1]).any(axis=0)
        source, target, kinds = found[:, new]
        starts = np.searchsorted(source, np.arange(len(self.states) + 1))
        return _Edits(starts, target, kinds)

    @cached_property
    def _by_kind(self) -> dict[int | None, _Distances]:
        return {}

    def distances(self, kind: int | None = None) -> _Distances:
        """Return the states by shortest edit distance, by edits of one kind or all."""
        if kind not in self._by_kind:
            edits, size = self.edits, len(self.states)
            source = np.repeat(np.arange(size), np.diff(edits.starts))
            kept = slice(None) if kind is None else edits.kind == kind
            pairs = source[kept], edits.target[kept]
            graph = csr_array((np.ones(len(pairs[0])), pairs), shape=(size, size))
            table = shortest_path(graph, unweighted=True)
            most = int(table[np.isfinite(table)].max())
            table[np.isinf(table)] = most + 1
            counts = np.stack([(table == r).sum(axis=1) for r in range(most + 1)], 1)
            starts = np.cumsum(counts, axis=1) - counts
            order = np.argsort(table, axis=1, kind="stable")
            self._by_kind[kind] = _Distances(order, starts, counts.astype(float))
        return self._by_kind[kind]


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
            moved[rows], made[rows] = _at_distance(
                states[rows], distance[rows], tables, rng
            )
        kept = np.flatnonzero(made & (distance > 0))
        return Pairs(self._rows(list(moved[kept].T)), kept)

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


def _at_distance(
    states: Ints, distance: Ints, tables: list[_Distances], rng: np.random.Generator
) -> tuple[Ints, Bools]:
    """Return states ``(n, parts)`` uniform at `distance`, and for which there are any.

    ``ways[j][i, r]`` counts the combinations of states of the parts from j on that are
    r edits away from those of row i; parts are then drawn one after the other.
    """
    n, most = len(states), int(distance.max(initial=0))
    ways = [np.zeros((n, most + 1))]
    ways[0][:, 0] = 1
    for j in range(len(tables) - 1, -1, -1):
        counts, rest = tables[j].counts[states[:, j]], ways[0]
        total = np.zeros_like(rest)
        for r in range(min(counts.shape[1], most + 1)):
            total[:, r:] += counts[:, [r]] * rest[:, : most + 1 - r]
        ways.insert(0, total)
    index = np.arange(n)
    left = np.clip(distance, 0, most)
    made: Bools = (ways[0][index, left] > 0) & (distance >= 0)
    moved = states.copy()
    for j, table in enumerate(tables):
        counts = table.counts[states[:, j]]
        target = rng.random(n) * ways[j][index, left]
        edits = np.full(n, -1)
        reached = np.zeros(n)
        for r in range(min(counts.shape[1], most + 1)):
            rest = np.where(left >= r, ways[j + 1][index, np.maximum(left - r, 0)], 0)
            share = counts[:, r] * rest
            reached += share
            edits = np.where((edits < 0) & (share > 0) & (target < reached), r, edits)
        edits = np.maximum(edits, 0)
        pick = (rng.random(n) * counts[index, edits]).astype(np.int64)
        place = table.starts[states[:, j], edits] + pick
        moved[:, j] = table.order[
            states[:, j], np.minimum(place, table.order.shape[1] - 1)
        ]
        left = left - edits
    return moved, made & (left == 0)
