"""Small spaces whose edits are no free changes of decisions: kept as tables.

For spaces of a few thousand architectures with isomorphs or rules of validity, all
members, their edits and all shortest edit distances fit in memory.
"""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from lissnas.arrays import Archs, Bools, Features, Ints, Keys, chunks
from lissnas.spaces.base import (
    Cost,
    Decision,
    Neighbours,
    Pairs,
    checked_rows,
    one_hot,
    one_hot_names,
)
from lissnas.spaces.paths import EditGraph, edit_graph, pair_distances

CHUNK = 512
UNREACHED = 127


class Edits(NamedTuple):
    """All single edits ``(e,)``: member numbers, and the kind of each."""

    source: Ints
    target: Ints
    kind: Ints


class TabledSpace(ABC):
    """A space held as tables of its members, edits and distances.

    A subclass sets the class attributes of `Space`, defines `cost`, `parse`, `format`
    and `graph`, and says in `_rows` which rows are valid, in `_representative` which
    of several isomorphic ones is canonical, and in `_edited` what one edit leads to.
    """

    name: str
    title: str
    citation: str
    decisions: tuple[Decision, ...]
    datasets: tuple[str, ...]
    edit_kinds: tuple[str, ...]
    total_edit_distance: int
    enumerable = True

    @abstractmethod
    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds, ``(n,)`` each."""

    @abstractmethod
    def _rows(self) -> Archs:
        """Return all valid rows, isomorphic ones too, ``(r, d)``."""

    @abstractmethod
    def _edited(self, rows: Archs) -> list[tuple[Archs, Bools, int]]:
        """Return edits of all `rows` ``(r, d)``: results, which are made, and kind."""

    def _representative(self, rows: Archs) -> Archs:
        """Return the canonical row of each valid row; themselves without isomorphs."""
        return rows

    @cached_property
    def _radix(self) -> Ints:
        limits = [len(decision.options) for decision in self.decisions]
        return np.concatenate([np.cumprod(limits[:0:-1])[::-1], [1]])

    @cached_property
    def _members(self) -> tuple[Archs, Ints]:
        """Return the canonical rows in the order of their numbers, and the numbers."""
        numbers = np.unique(self._representative(self._rows()) @ self._radix)
        limits = tuple(len(decision.options) for decision in self.decisions)
        rows = np.stack(np.unravel_index(numbers, limits), axis=1)
        return rows.astype(np.int8), numbers

    @cached_property
    def _edits(self) -> Edits:
        """Return the distinct edits between members, sorted by source and target."""
        rows = self._rows()
        origin = self.identity(rows)
        found = []
        for results, made, kind in self._edited(rows):
            known = np.flatnonzero(made)
            valid = self._find(results[known])
            kept = (valid >= 0) & (valid != origin[known])
            source, target = origin[known[kept]], valid[kept]
            found.append(np.stack([source, target, np.full(len(source), kind)]))
        table = np.concatenate(found, axis=1)
        table = table[:, np.lexsort((table[2], table[1], table[0]))]
        first = np.ones(table.shape[1], dtype=bool)
        first[1:] = (table[:2, 1:] != table[:2, :-1]).any(axis=0)
        return Edits(*table[:, first])

    def _distances(self, kind: int | None) -> npt.NDArray[np.int8]:
        """Return all shortest edit distances ``(size, size)`` by one kind or all."""
        if kind not in self._known_distances:
            edits = self._edits
            rows = slice(None) if kind is None else edits.kind == kind
            pairs = edits.source[rows], edits.target[rows]
            shape = (self.size, self.size)
            graph = csr_array((np.ones(len(pairs[0])), pairs), shape=shape)
            lengths = shortest_path(graph, unweighted=True)
            lengths[np.isinf(lengths)] = UNREACHED
            self._known_distances[kind] = lengths.astype(np.int8)
        return self._known_distances[kind]

    @cached_property
    def _known_distances(self) -> dict[int | None, npt.NDArray[np.int8]]:
        return {}

    @property
    def size(self) -> int:
        return len(self._members[1])

    @property
    def feature_names(self) -> tuple[str, ...]:
        return (*one_hot_names(self.decisions), "log params", "log macs")

    def _find(self, archs: Archs) -> Ints:
        """Return the member number of each row in range, -1 where it is not valid."""
        numbers = self._members[1]
        wanted = self._representative(archs) @ self._radix
        place = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        valid = self._is_valid(archs)
        return np.where((numbers[place] == wanted) & valid, place, -1)

    def _is_valid(self, archs: Archs) -> Bools:
        """Return which rows in range obey the space's rules; all if it has none."""
        return np.ones(len(archs), dtype=bool)

    def check(self, archs: Archs) -> Archs:
        """Return `archs` as int8 ``(n, d)``; ValueError names the first bad row."""
        archs = checked_rows(archs, self.decisions)
        self.identity(archs)
        return archs

    def identity(self, archs: Archs) -> Keys:
        """Return the number of each architecture in `enumerate`, ``(n,)`` int64."""
        archs = checked_rows(archs, self.decisions)
        found = self._find(archs)
        if (found < 0).any():
            row = int(np.argmax(found < 0))
            raise ValueError(
                f"archs row {row} is no architecture of {self.name}: "
                f"{archs[row].tolist()}"
            )
        return found

    def canonical(self, archs: Archs) -> Archs:
        """Return the canonical row of each architecture, ``(n, d)``."""
        return np.asarray(np.take(self._members[0], self.identity(archs), axis=0))

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent draws, uniform over distinct architectures."""
        return np.take(self._members[0], rng.integers(0, self.size, n), axis=0)

    def enumerate(self) -> Archs:
        """Return all architectures, ``(size, d)``."""
        return self._members[0].copy()

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return all architectures one edit away from each row."""
        keys = self.identity(archs)
        edits = self._edits
        starts = np.searchsorted(edits.source, np.arange(self.size + 1))
        counts = starts[keys + 1] - starts[keys]
        source = np.repeat(np.arange(len(keys)), counts)
        offset = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = starts[keys][source] + offset
        return Neighbours(
            np.take(self._members[0], edits.target[rows], axis=0),
            source,
            edits.kind[rows],
        )

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return one architecture a row, uniform among those at exactly `distance`.

        With `kind`, among those that so many edits of that kind lead to and no fewer.
        """
        if kind is not None and kind not in self.edit_kinds:
            raise ValueError(f"kind must be one of {self.edit_kinds}, got {kind!r}")
        keys = self.identity(archs)
        distance = np.broadcast_to(np.asarray(distance), len(keys))
        table = self._distances(None if kind is None else self.edit_kinds.index(kind))
        found = np.full(len(keys), -1)
        for rows in chunks(len(keys), CHUNK):
            possible = table[keys[rows]] == distance[rows, None]
            possible &= (distance[rows, None] > 0) & (distance[rows, None] < UNREACHED)
            count = possible.sum(axis=1)
            nth = (rng.random(len(count)) * count).astype(np.int64)
            place = (np.cumsum(possible, axis=1) <= nth[:, None]).sum(axis=1)
            found[rows] = np.where(count > 0, place, -1)
        kept = np.flatnonzero(found >= 0)
        return Pairs(np.take(self._members[0], found[kept], axis=0), kept)

    def distance(self, first: Archs, second: Archs) -> Ints:
        """Return the shortest edit distance of each pair of rows, ``(n,)``.

        127 where no edits lead from one to the other.
        """
        keys = self.identity(first), self.identity(second)
        return pair_distances(self._edit_graph, *keys)

    @cached_property
    def _edit_graph(self) -> EditGraph:
        return edit_graph(self._edits.source, self._edits.target, self.size)

    def walk_step(self, archs: Archs, rng: np.random.Generator) -> Archs:
        """Return each row after one edit, uniform over its neighbours."""
        found = self.neighbours(archs)
        counts = np.bincount(found.source, minlength=len(archs))
        starts = np.cumsum(counts) - counts
        pick = starts + (rng.random(len(archs)) * counts).astype(np.int64)
        return np.asarray(found.archs[pick])

    def encode(self, archs: Archs) -> Features:
        """Return the one-hot decisions and the logarithms of the costs, ``(n, p)``."""
        rows = self.canonical(archs)
        costs = np.log(np.stack(self.cost(rows), axis=1))
        return np.concatenate([one_hot(rows, self.decisions), costs], axis=1).astype(
            np.float32
        )

    def hashes(self, archs: Archs) -> list[str] | None:
        """Return None: the space has no official hash."""
        return None
