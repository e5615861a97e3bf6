"""What every search space offers: the `Space` protocol and its small records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from lissnas.arrays import Archs, Features, Ints, Keys, Scores, first_occurrences


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of an architecture and the names of its options."""

    name: str
    options: tuple[str, ...]


class Cost(NamedTuple):
    """Exact costs of architectures, each ``(n,)`` int64.

    `params` counts trainable parameters; `macs` multiply-adds of convolutions and
    linear layers in one forward pass of one image, biases not counted.
    """

    params: Ints
    macs: Ints


class Neighbours(NamedTuple):
    """Architectures one edit away, distinct for each source, sorted by source.

    `archs` ``(m, d)`` are canonical, `source` ``(m,)`` are row numbers of the
    architectures asked about, `kind` ``(m,)`` indexes the space's `edit_kinds`.
    """

    archs: Archs
    source: Ints
    kind: Ints


class Pairs(NamedTuple):
    """Sampled neighbours ``(m, d)`` and the rows ``(m,)`` they were drawn for."""

    archs: Archs
    source: Ints


class Shells(NamedTuple):
    """How many architectures are 1, 2, ... edits away from one, ``(k,)``, on average.

    `method` says in words which average that is, and whether it is exact.
    """

    number: Scores
    method: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A drawing of one architecture: node labels, and edges as (from, to, label)."""

    nodes: tuple[str, ...]
    edges: tuple[tuple[int, int, str], ...]


class Space(Protocol):
    """A search space: a set of architectures, their edits, costs and names.

    An architecture is a row of option numbers. All functions take and return
    batches. Isomorphic architectures share one canonical row, and only canonical
    rows are sampled, enumerated or returned as neighbours.

    Attributes
    ----------
    name, title, citation
        Key in the registry, name for readers, where it was published.
    size
        Number of distinct architectures, an exact integer.
    decisions
        The meaning of each column.
    edit_kinds
        Names of the kinds of single edits, such as operation and edge.
    total_edit_distance
        The paper's "total available edit distance".
    enumerable
        Whether `enumerate` is feasible.
    datasets
        Data sets on which accuracies of this space are published, the usual one
        first; a table's column without a data set's name belongs to that.
    feature_names
        Names of the columns of `encode`.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def decisions(self) -> tuple[Decision, ...]: ...
    @property
    def edit_kinds(self) -> tuple[str, ...]: ...
    @property
    def total_edit_distance(self) -> int: ...
    @property
    def enumerable(self) -> bool: ...
    @property
    def datasets(self) -> tuple[str, ...]: ...
    @property
    def feature_names(self) -> tuple[str, ...]: ...

    def check(self, archs: Archs) -> Archs:
        """Return `archs` as int8 ``(n, d)``; ValueError names the first bad row."""
        ...

    def canonical(self, archs: Archs) -> Archs:
        """Return the canonical row of each architecture, ``(n, d)``."""
        ...

    def identity(self, archs: Archs) -> Keys:
        """Return one stable key an architecture, ``(n,)``, equal for isomorphs."""
        ...

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent draws, uniform over distinct architectures."""
        ...

    def enumerate(self) -> Archs:
        """Return all architectures, ``(size, d)``; ValueError if not enumerable."""
        ...

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return all architectures one edit away from each row."""
        ...

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return one neighbour a row at shortest edit distance exactly `distance`.

        `distance` ``(n,)`` or a scalar; `kind` restricts the edits made. A row with no
        such neighbour, or none found in a bounded number of draws, is left out.
        """
        ...

    def walk_step(self, archs: Archs, rng: np.random.Generator) -> Archs:
        """Return each row after one step of a random walk over the whole space."""
        ...

    def encode(self, archs: Archs) -> Features:
        """Return the predictor's features, ``(n, p)`` float32."""
        ...

    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds of each row."""
        ...

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return the architectures named by the field's own strings, ``(n, d)``."""
        ...

    def format(self, archs: Archs) -> list[str]:
        """Return the field's own string of each architecture."""
        ...

    def short(self, archs: Archs) -> list[str]:
        """Return a short string of each architecture, for tables; `parse` reads it."""
        ...

    def hashes(self, archs: Archs) -> list[str] | None:
        """Return the official hash of each architecture; None if there is no such."""
        ...

    def graph(self, arch: Archs) -> Graph:
        """Return the drawing of one architecture, a row ``(d,)``."""
        ...


@runtime_checkable
class Distanced(Space, Protocol):
    """A space that knows the shortest edit distance of any two architectures."""

    def distance(self, first: Archs, second: Archs) -> Ints:
        """Return the shortest edit distance of each pair of rows, ``(n,)``."""
        ...


@runtime_checkable
class Surrounded(Space, Protocol):
    """A space that knows how many architectures are how far away from one."""

    def shells(self, rng: np.random.Generator) -> Shells:
        """Return the mean number of architectures at each distance."""
        ...


EXACT_MEAN = "exactly, as a mean over all architectures"


def threshold_edit_distance(space: Space) -> int:
    """Return a third of the total edit distance, the threshold of section 4.3."""
    return space.total_edit_distance // 3


def sample_distinct(space: Space, n: int, rng: np.random.Generator) -> Archs:
    """Return `n` distinct uniform architectures, or all of a smaller space."""
    if n >= space.size:
        return space.enumerate()
    archs = space.sample(n, rng)
    while True:
        archs = archs[first_occurrences(space.identity(archs))]
        if len(archs) >= n:
            return archs[:n]
        more = space.sample(max(16, 2 * (n - len(archs))), rng)
        archs = np.concatenate([archs, more])


def one_hot_names(decisions: tuple[Decision, ...]) -> tuple[str, ...]:
    """Return "decision=option" for each option of each decision, in order."""
    return tuple(f"{d.name}={option}" for d in decisions for option in d.options)


def one_hot(archs: Archs, decisions: tuple[Decision, ...]) -> Features:
    """Return a 1 for each option taken, ``(n, options of all decisions)``."""
    columns = [
        archs[:, [j]] == np.arange(len(decision.options))
        for j, decision in enumerate(decisions)
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def checked_rows(archs: Archs, decisions: tuple[Decision, ...]) -> Archs:
    """Return `archs` as int8 ``(n, d)`` whose options all exist.

    Raises
    ------
    ValueError
        If the dtype is no integer, the shape is not ``(n, d)`` or an option is out
        of range; the sentence names the first offending row and decision.
    """
    archs = np.asarray(archs)
    if not np.issubdtype(archs.dtype, np.integer):
        raise ValueError(f"archs must hold integers, got dtype {archs.dtype}")
    if archs.ndim != 2 or archs.shape[1] != len(decisions):
        raise ValueError(
            f"archs must have shape (n, {len(decisions)}), got {archs.shape}"
        )
    limits = np.array([len(decision.options) for decision in decisions])
    bad = (archs < 0) | (archs >= limits)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"archs row {row}: {decisions[column].name} must be in "
            f"0..{limits[column] - 1}, got {archs[row, column]}"
        )
    return archs.astype(np.int8, copy=False)
