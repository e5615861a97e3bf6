"""Single edits of NAS-Bench-101 cells, on cell numbers.

One edit changes the operation of a vertex, removes an edge, or adds an edge between
two vertices in any direction that leaves the graph acyclic and with at most 9 edges;
vertices that lose their last path are pruned. A new vertex needs two edges, the first
of which leads nowhere, so an insertion is the step from cell to cell that costs two
edits, while one removal may prune several vertices. Isomorphic results count once.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Bools, Ints, chunks
from lissnas.spaces.nasbench101.cells import (
    INTERIOR,
    INVALID,
    MAX_EDGES,
    OPERATIONS,
    VERTICES,
    graphs,
    pack,
    reachable,
    relabel,
    unpack,
)

KINDS = ("operation", "edge")
CELLS = 423_624
CHUNK = 4096
OUTPUT = VERTICES - 1


class CellEdits(NamedTuple):
    """Neighbours as cell numbers ``(m,)``, sorted by `source` then cell."""

    cells: npt.NDArray[np.int32]
    source: Ints
    kind: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class GraphEdits:
    """Changes of each graph: ``graph[g, e]`` are results, -1 beyond the last.

    The code of the result's operations is ``digits @ weights[g, e] + added[g, e]``.
    `count` ``(g,)`` is the number of changes of each graph.
    """

    count: Ints
    graph: npt.NDArray[np.int16]
    weights: npt.NDArray[np.int16]
    added: npt.NDArray[np.int16]


def _present(vertex: int) -> Bools:
    """Return which graphs have `vertex`, ``(g,)``."""
    interior = graphs().interior
    fixed = vertex in (0, OUTPUT)
    return np.ones(len(interior), dtype=bool) if fixed else interior >= vertex


@cache
def edge_edits() -> GraphEdits:
    """Return the table of all single edge edits of all graphs."""
    layouts = unpack(graphs().edges)
    closure, room = reachable(layouts), layouts.sum(axis=(1, 2)) < MAX_EDGES
    sources, edited = [], []
    for x in range(OUTPUT):
        for y in set(range(1, VERTICES)) - {x}:
            possible = layouts[:, x, y] | (room & ~closure[:, y, x])
            rows = np.flatnonzero(_present(x) & _present(y) & possible)
            toggled = layouts[rows]
            toggled[:, x, y] ^= True
            sources.append(rows)
            edited.append(toggled)
    rows, adjacency = np.concatenate(sources), np.concatenate(edited)
    present = graphs().interior[rows, None] > np.arange(INTERIOR)
    return _table(rows, adjacency, present, np.full(len(rows), INTERIOR))


@cache
def insertions() -> GraphEdits:
    """Return the table of all insertions of one vertex between two of each graph."""
    layouts = unpack(graphs().edges)
    closure, count = reachable(layouts), graphs().interior
    room = (layouts.sum(axis=(1, 2)) <= MAX_EDGES - 2) & (count < INTERIOR)
    sources, edited = [], []
    for x in range(OUTPUT):
        for y in set(range(1, VERTICES)) - {x}:
            rows = np.flatnonzero(_present(x) & _present(y) & room & ~closure[:, y, x])
            longer = layouts[rows]
            longer[np.arange(len(rows)), x, count[rows] + 1] = True
            longer[np.arange(len(rows)), count[rows] + 1, y] = True
            sources.append(rows)
            edited.append(longer)
    rows, adjacency = np.concatenate(sources), np.concatenate(edited)
    present = count[rows, None] >= np.arange(INTERIOR)
    return _table(rows, adjacency, present, count[rows])


def _table(sources: Ints, adjacency: Bools, present: Bools, new: Ints) -> GraphEdits:
    """Return edits `sources` -> `adjacency` as a padded table.

    `new` is the place of an inserted vertex, which comes with each operation, or 5.
    """
    tables = graphs()
    pruned, slots = relabel(adjacency, present)
    masks = pack(pruned)
    order = np.flatnonzero(masks)[np.argsort(sources[masks != 0], kind="stable")]
    found = np.searchsorted(tables.labelled_edges, masks[order])
    weights = np.pad(tables.weights[found], ((0, 0), (0, 1)))  # a pruned vertex adds 0
    weights = np.take_along_axis(weights, slots[order], axis=1)
    inserted = (new[order, None] == np.arange(INTERIOR)) * weights
    weights -= inserted
    if inserted.any():
        operation = np.tile(np.arange(OPERATIONS), len(order))
        order, found = np.repeat(order, OPERATIONS), np.repeat(found, OPERATIONS)
        weights = np.repeat(weights, OPERATIONS, axis=0)
        added = operation * np.repeat(inserted.sum(axis=1), OPERATIONS)
    else:
        added = np.zeros(len(order), dtype=np.int64)
    sources = sources[order]
    position = np.arange(len(sources)) - np.searchsorted(sources, sources)
    shape = (len(tables.edges), position.max() + 1)
    result = GraphEdits(
        np.bincount(sources, minlength=len(tables.edges)),
        np.full(shape, INVALID, dtype=np.int16),
        np.zeros((*shape, INTERIOR), dtype=np.int16),
        np.zeros(shape, dtype=np.int16),
    )
    result.graph[sources, position] = tables.graph[found]
    result.weights[sources, position] = weights
    result.added[sources, position] = added
    return result


def digits(cells: Ints) -> npt.NDArray[np.int16]:
    """Return the operations of cells, ``(n, 5)``, 3 for an absent vertex."""
    graph, code = graphs().cells[cells].T.astype(np.int64)
    power = graphs().interior[graph, None] - 1 - np.arange(INTERIOR)
    values = code[:, None] // OPERATIONS ** np.maximum(power, 0) % OPERATIONS
    return np.where(power >= 0, values, OPERATIONS).astype(np.int16)


def check_kind(kind: str | None) -> None:
    """Raise ValueError unless `kind` is None or one of `KINDS`."""
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")


def cell_edits(cells: Ints, kind: str | None = None) -> CellEdits:
    """Return all cells one edit away from `cells` ``(n,)``, of one kind or both."""
    check_kind(kind)
    parts = chunks(len(cells), CHUNK) or [slice(0, 0)]
    found = [_chunk_edits(cells[part], kind) for part in parts]
    source = [p.source + q.start for p, q in zip(found, parts, strict=True)]
    return CellEdits(
        np.concatenate([part.cells for part in found]),
        np.concatenate(source),
        np.concatenate([part.kind for part in found]),
    )


def _chunk_edits(cells: Ints, kind: str | None) -> CellEdits:
    """Return `cell_edits` of few enough cells to stay in the processor's cache."""
    found = []
    if kind != KINDS[1]:
        found.append(_operation_results(cells))
    if kind != KINDS[0]:
        found.append(structural_results(cells, edge_edits()))
    kinds = np.repeat(
        [KINDS.index(kind)] if kind else [0, 1], [part.shape[1] for part in found]
    )
    keyed = np.concatenate(found, axis=1) * 2 + kinds.astype(np.int32)
    keyed[keyed >> 1 == cells[:, None]] = INVALID
    keyed.sort(axis=1)
    first = keyed >= 0
    first[:, 1:] &= keyed[:, 1:] >> 1 != keyed[:, :-1] >> 1
    source, _ = np.nonzero(first)
    values = keyed[first]
    return CellEdits(values >> 1, source, (values & 1).astype(np.int8))


def cell_insertions(cells: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return all cells with one vertex more, two edits away, and their source rows."""
    results = structural_results(cells, insertions())
    results.sort(axis=1)
    first = results >= 0
    first[:, 1:] &= results[:, 1:] != results[:, :-1]
    source, _ = np.nonzero(first)
    return results[first], source


def _operation_results(cells: Ints) -> npt.NDArray[np.int32]:
    """Return the cells ``(n, 10)`` with one operation changed, -1 where absent."""
    tables = graphs()
    graph, code = tables.cells[cells].T.astype(np.int64)
    old = digits(cells)[:, :, None].astype(np.int64)
    power = tables.interior[graph, None] - 1 - np.arange(INTERIOR)
    new = (old + np.arange(1, OPERATIONS)) % OPERATIONS
    step = (new - old) * (OPERATIONS ** np.maximum(power, 0))[:, :, None]
    codes = np.where((power >= 0)[:, :, None], code[:, None, None] + step, 0)
    codes = codes.reshape(len(cells), INTERIOR * (OPERATIONS - 1))
    rows = graph[:, None]
    results = tables.index[rows, tables.smallest[rows, codes]]
    absent = np.repeat(power < 0, OPERATIONS - 1, axis=1)
    return np.where(absent, INVALID, results).astype(np.int32)


def structural_results(cells: Ints, edits: GraphEdits) -> npt.NDArray[np.int32]:
    """Return the cells ``(n, e)`` after each of `edits`, -1 beyond the last."""
    tables = graphs()
    source = tables.cells[cells, 0]
    graph = edits.graph[source]
    own = digits(cells)
    codes = edits.added[source]
    for vertex in range(INTERIOR):
        codes = codes + own[:, [vertex]] * edits.weights[source, :, vertex]
    results = tables.index[graph, tables.smallest[graph, codes]]
    return np.where(graph < 0, INVALID, results).astype(np.int32)


def random_step(
    cells: Ints, may_insert: Bools, rng: np.random.Generator, kind: str | None = None
) -> tuple[Ints, Ints]:
    """Return one random step from each cell, ``(n,)``, and the edits it takes, 1 or 2.

    Uniform over the rows of the tables, without looking for those that lead to the
    same cell. A cell without any stays as it is.
    """
    graph = graphs().cells[cells, 0]
    operations = 2 * graphs().interior[graph] * (kind != KINDS[1])
    edges = operations + edge_edits().count[graph] * (kind != KINDS[0])
    ways = edges + insertions().count[graph] * (may_insert & (kind is None))
    pick = (rng.random(len(cells)) * ways).astype(np.int64)
    group = np.where(ways > 0, (pick >= operations) + 1 * (pick >= edges), -1)
    pick -= np.where(group == 1, operations, np.where(group == 2, edges, 0))
    found = np.array(cells, dtype=np.int64)
    rows = group == 0
    found[rows] = _changed_operation(cells[rows], pick[rows])
    for number, table in ((1, edge_edits()), (2, insertions())):
        rows = group == number
        found[rows] = _structural_result(cells[rows], pick[rows], table)
    return found, 1 + (group == 2)


def _changed_operation(cells: Ints, pick: Ints) -> Ints:
    """Return cells with the operation of vertex ``pick // 2`` changed, ``(n,)``."""
    tables = graphs()
    graph, code = tables.cells[cells].T.astype(np.int64)
    scale = OPERATIONS ** (tables.interior[graph] - 1 - pick // (OPERATIONS - 1))
    old = code // scale % OPERATIONS
    new = (old + 1 + pick % (OPERATIONS - 1)) % OPERATIONS
    found: Ints = tables.index[
        graph, tables.smallest[graph, code + (new - old) * scale]
    ]
    return found


def _structural_result(cells: Ints, pick: Ints, edits: GraphEdits) -> Ints:
    """Return cells after row `pick` of their graph's `edits`, ``(n,)``."""
    tables = graphs()
    source = tables.cells[cells, 0]
    graph = edits.graph[source, pick]
    weights = edits.weights[source, pick]
    code = (digits(cells) * weights).sum(axis=1) + edits.added[source, pick]
    found: Ints = tables.index[graph, tables.smallest[graph, code]]
    return found
