"""Independent parts of an architecture: their states, edits and exact distances.

A part is a group of columns with rules or isomorphs of its own, such as one node of a
DARTS cell, small enough for a table of its states and of the distances between them.
"""

from collections.abc import Callable
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from lissnas.arrays import Archs, Bools, Ints, Scores
from lissnas.spaces.edits import UNREACHED
from lissnas.spaces.edits import Distances as Steps

Edited = Callable[[Archs, Ints], list[tuple[Archs, Bools, int]]]


class PartEdits(NamedTuple):
    """Edits between states, by source: state s has those of starts[s]:starts[s+1]."""

    starts: Ints
    target: Ints
    kind: Ints


class PartDistances(NamedTuple):
    """Other states by distance: those at r edits of s are ``order[s, starts[s, r]:]``.

    `counts` ``(states, most + 1)`` says how many they are, `steps` ``(states, states)``
    how far apart each two, `UNREACHED` where no edits lead from one to the other.
    """

    order: Ints
    starts: Ints
    counts: Scores
    steps: Steps


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
    def edits(self) -> PartEdits:
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
        return PartEdits(starts, target, kinds)

    @cached_property
    def _by_kind(self) -> dict[int | None, PartDistances]:
        return {}

    def distances(self, kind: int | None = None) -> PartDistances:
        """Return the states by shortest edit distance, by edits of one kind or all."""
        if kind not in self._by_kind:
            edits, size = self.edits, len(self.states)
            source = np.repeat(np.arange(size), np.diff(edits.starts))
            kept = slice(None) if kind is None else edits.kind == kind
            pairs = source[kept], edits.target[kept]
            graph = csr_array((np.ones(len(pairs[0])), pairs), shape=(size, size))
            table = shortest_path(graph, unweighted=True)
            table[np.isinf(table)] = UNREACHED
            most = int(table[table < UNREACHED].max())
            counts = np.stack([(table == r).sum(axis=1) for r in range(most + 1)], 1)
            starts = np.cumsum(counts, axis=1) - counts
            order = np.argsort(table, axis=1, kind="stable")
            self._by_kind[kind] = PartDistances(
                order, starts, counts.astype(float), table.astype(np.int8)
            )
        return self._by_kind[kind]


def at_distance(
    states: Ints, distance: Ints, tables: list[PartDistances], rng: np.random.Generator
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
