"""Small spaces whose edits are no free changes of decisions: kept as tables.

For spaces of some ten thousand architectures with isomorphs or rules of validity, all
members and their edits fit in memory. So do all shortest edit distances of spaces of a
few thousand; in larger ones they are found from the architectures asked about only.
"""

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np

from lissnas.arrays import Archs, Bools, Features, Ints, Keys, chunks
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
from lissnas.spaces.edits import (
    UNREACHED,
    Distances,
    Edits,
    Steps,
    breadth_first,
    steps_to,
)

CHUNK = 512
SOURCES = 256  # of the mean numbers at each distance, where not all fit
MAX_PAIRS = 1 << 25  # as many distances of one byte are kept


class TabledSpace(ABC):
    """A space held as tables of its members, edits and distances.

    A subclass sets the class attributes of `Space`, defines `cost`, `parse`, `format`
    and `graph`, and says in `_rows` which rows are valid, in `_representative` which
    of several isomorphic ones is canonical, and in `_edited` what one edit leads to.
    Where edits of several kinds lead to the same architecture, the first kind counts.
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
        source, target, kinds = np.concatenate(found, axis=1)
        radix = np.array([self.size * len(self.edit_kinds), len(self.edit_kinds)])
        numbers = np.unique(source * radix[0] + target * radix[1] + kinds)
        first = np.unique(numbers // radix[1], return_index=True)[1]
        pairs, kinds = np.divmod(numbers[first], radix[1])
        return Edits(*np.divmod(pairs, self.size), kinds)

    @cached_property
    def _starts(self) -> Ints:
        """Return where each member's edits begin, and where the last's end."""
        found: Ints = np.searchsorted(self._edits.source, np.arange(self.size + 1))
        return found

    def _distances(self, keys: Ints, kind: int | None, depth: int) -> Distances:
        """Return shortest edit distances from `keys` ``(n,)`` to all, ``(n, size)``.

        Paths are of edits of one `kind` or of all. Where not all distances of the
        space are kept, only those up to `depth` are found.
        """
        if self.size**2 > MAX_PAIRS:
            return breadth_first(self._steps(kind), keys, self.size, depth)
        if kind not in self._known_distances:
            everything = np.arange(self.size)
            steps = self._steps(kind)
            self._known_distances[kind] = np.concatenate(
                [
                    breadth_first(steps, everything[rows], self.size, UNREACHED - 1)
                    for rows in chunks(self.size, CHUNK)
                ]
            )
        return self._known_distances[kind][keys]

    @cached_property
    def _known_distances(self) -> dict[int | None, Distances]:
        return {}

    def _steps(self, kind: int | None) -> Steps:
        """Return the edits of one kind, or of all, by the member they lead to."""
        if kind not in self._known_steps:
            self._known_steps[kind] = steps_to(self._edits, kind)
        return self._known_steps[kind]

    @cached_property
    def _known_steps(self) -> dict[int | None, Steps]:
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
        starts = self._starts
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
        number = None if kind is None else self.edit_kinds.index(kind)
        depth = min(int(distance.max(initial=0)), UNREACHED - 1)
        found, draws = np.full(len(keys), -1), rng.random(len(keys))
        order = np.argsort(keys, kind="stable")  # equal rows share their distances
        for part in chunks(len(keys), CHUNK):
            rows = order[part]
            wanted = np.where(distance[rows] > 0, distance[rows], UNREACHED + 1)
            wanted[wanted == UNREACHED] += 1
            sources, row = np.unique(keys[rows], return_inverse=True)
            table = self._distances(sources, number, depth)
            possible = table[row] == wanted[:, None]
            count = possible.sum(axis=1)
            nth = (draws[rows] * count).astype(np.int64)
            some = count > 0
            place = np.flatnonzero(possible)[(np.cumsum(count) - count + nth)[some]]
            found[rows[some]] = place % self.size
        kept = np.flatnonzero(found >= 0)
        return Pairs(np.take(self._members[0], found[kept], axis=0), kept)

    def distance(self, first: Archs, second: Archs) -> Ints:
        """Return the shortest edit distance of each pair of rows, ``(n,)``.

        127 where no edits lead from one to the other.
        """
        keys, others = self.identity(first), self.identity(second)
        sources, row = np.unique(keys, return_inverse=True)
        order = np.argsort(row, kind="stable")
        bounds = np.searchsorted(row[order], np.arange(0, len(sources) + CHUNK, CHUNK))
        found = np.zeros(len(keys), dtype=np.int64)
        for part, rows in enumerate(chunks(len(sources), CHUNK)):
            pairs = order[bounds[part] : bounds[part + 1]]
            table = self._distances(sources[rows], None, UNREACHED - 1)
            found[pairs] = table[row[pairs] - rows.start, others[pairs]]
        return found

    def shells(self, rng: np.random.Generator) -> Shells:
        """Return how many architectures are at each distance.

        In spaces too large for a table of all distances, a mean over some.
        """
        keys, how = np.arange(self.size), EXACT_MEAN
        if self.size**2 > MAX_PAIRS:
            keys = rng.choice(keys, SOURCES, replace=False)
            how = f"by exact distances from {SOURCES:,} of the architectures"
        counts = np.zeros(UNREACHED + 1)
        for rows in chunks(len(keys), CHUNK):
            table = self._distances(keys[rows], None, UNREACHED - 1)
            counts += np.bincount(table.ravel(), minlength=UNREACHED + 1)
        shells = np.trim_zeros(counts[1:UNREACHED], "b") / len(keys)
        return Shells(shells, how)

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
