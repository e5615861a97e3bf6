"""The NAS-Bench-101 search space [1]_.

A row holds the 21 possible edges of a 7-vertex graph and the operations of its 5
interior vertices, `none` for one that is absent. The canonical row of a cell is the
first of its isomorphs in the order in which the benchmark generates graphs: the least
edge bit set in a topological order, then the least operations.

.. [1] Ying et al., "NAS-Bench-101: Towards Reproducible Neural Architecture Search",
   ICML 2019, arXiv:1902.09635.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Features, Ints, Keys
from lissnas.spaces.base import (
    Cost,
    Decision,
    Graph,
    Neighbours,
    Pairs,
    Shells,
    checked_rows,
)
from lissnas.spaces.nasbench101 import official
from lissnas.spaces.nasbench101.cells import (
    EDGES,
    INTERIOR,
    INVALID,
    MAX_EDGES,
    VERTICES,
    graphs,
    pack,
    relabel,
    unpack,
)
from lissnas.spaces.nasbench101.costs import cell_costs
from lissnas.spaces.nasbench101.distances import mean_shells, sample_cells_at
from lissnas.spaces.nasbench101.edits import (
    CELLS,
    KINDS,
    cell_edits,
    digits,
    random_step,
)
from lissnas.spaces.nasbench101.features import FEATURE_NAMES, cell_features

BITS = len(EDGES)


class NASBench101:
    """The 423,624 distinct cells of NAS-Bench-101."""

    name = "nasbench101"
    title = "NAS-Bench-101"
    citation = "Ying et al., ICML 2019, arXiv:1902.09635"
    size = CELLS
    decisions = (
        *(Decision(f"edge {x}-{y}", ("absent", "present")) for x, y in EDGES),
        *(
            Decision(f"vertex {v}", (*official.OPERATIONS, "none"))
            for v in range(1, INTERIOR + 1)
        ),
    )
    datasets = ("cifar10",)
    edit_kinds = KINDS
    total_edit_distance = MAX_EDGES + INTERIOR  # the paper's appendix C.1 wording
    enumerable = True
    feature_names = FEATURE_NAMES
    inapplicable = (-1,) * BITS + (len(official.OPERATIONS),) * INTERIOR
    table_columns = ("vertices", "edges", "ops")

    def check(self, archs: Archs) -> Archs:
        """Return `archs` as int8 ``(n, 26)``; ValueError names the first bad row."""
        archs = checked_rows(archs, self.decisions)
        self._cells(archs)
        return archs

    def canonical(self, archs: Archs) -> Archs:
        """Return the canonical row of each cell, pruned, ``(n, 26)``."""
        return self._rows(self._cells(checked_rows(archs, self.decisions)))

    def identity(self, archs: Archs) -> Keys:
        """Return the number of each cell in `enumerate`, ``(n,)`` int64."""
        return self._cells(checked_rows(archs, self.decisions))

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent cells, uniform over the distinct ones."""
        return self._rows(rng.integers(0, CELLS, n))

    def enumerate(self) -> Archs:
        """Return all cells, ``(423624, 26)``, by vertices, edges and operations."""
        return self._rows(np.arange(CELLS))

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return all cells one edit away; module `edits` says what one edit is."""
        found = cell_edits(self.identity(archs))
        rows = self._rows(found.cells.astype(np.int64))
        return Neighbours(rows, found.source, found.kind.astype(np.int64))

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return cells whose shortest edit distance is exactly `distance`, up to 4.

        Drawn by random edits, those that are nearer rejected; so every cell at that
        distance can occur, with a chance that grows with the ways that lead to it.
        Beyond 4 the shortest distance is more than 3 and at most `distance`.
        """
        cells = self.identity(archs)
        distance = np.broadcast_to(np.asarray(distance), len(cells))
        found, source = sample_cells_at(cells, distance, rng, kind)
        return Pairs(self._rows(found), source)

    def shells(self, rng: np.random.Generator) -> Shells:
        """Return how many cells are at each distance up to 6, as means over some."""
        return Shells(*mean_shells(rng))

    def walk_step(self, archs: Archs, rng: np.random.Generator) -> Archs:
        """Return each cell after a random edit or the insertion of a vertex.

        Single edits alone could never add a vertex, so walks would end in small cells.
        Some steps lead to an isomorph, which is the same cell.
        """
        cells = self.identity(archs)
        return self._rows(random_step(cells, np.ones(len(cells), dtype=bool), rng)[0])

    def encode(self, archs: Archs) -> Features:
        """Return the predictor's features, ``(n, p)``."""
        return cell_features(self.identity(archs))

    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds of the CIFAR-10 network."""
        total = cell_costs(self.identity(archs))
        return Cost(total[:, 0], total[:, 1])

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of ModelSpec JSON or short forms, as they stand, ``(n, 26)``."""
        rows = np.zeros((len(texts), len(self.decisions)), dtype=np.int8)
        rows[:, BITS:] = len(official.OPERATIONS)
        for row, text in zip(rows, texts, strict=True):
            matrix, operations = official.read_spec(text)
            places = [0, *range(1, len(operations) + 1), VERTICES - 1]
            layout = np.zeros((1, VERTICES, VERTICES), dtype=bool)
            layout[0][np.ix_(places, places)] = matrix
            row[:BITS] = pack(layout)[0] >> np.arange(BITS) & 1
            row[BITS : BITS + len(operations)] = operations
        return self.check(rows)

    def format(self, archs: Archs) -> list[str]:
        """Return each cell's ModelSpec as JSON, of the canonical form."""
        return [official.spec_json(*cell) for cell in self._specs(archs)]

    def short(self, archs: Archs) -> list[str]:
        """Return each cell as operations and edges, ``31m:01,02,13,23,34``."""
        return [official.short_form(*cell) for cell in self._specs(archs)]

    def hashes(self, archs: Archs) -> list[str] | None:
        """Return the benchmark's module hash of each cell."""
        return [official.module_hash(*cell) for cell in self._specs(archs)]

    def graph(self, arch: Archs) -> Graph:
        """Return the vertices and edges of one cell."""
        matrix, operations = self._specs(arch[None])[0]
        names = [official.OPERATIONS[op] for op in operations]
        edges = tuple((int(x), int(y), "") for x, y in np.argwhere(matrix))
        return Graph((official.INPUT, *names, official.OUTPUT), edges)

    def from_columns(self, columns: Mapping[str, npt.NDArray[Any]]) -> Archs:
        """Return canonical rows of the table columns vertices, edges and ops.

        `edges` has bit x + y(y - 1)/2 set for an edge x->y among `vertices`, `ops` is
        a base-3 number whose most significant digit is vertex 1.
        """
        vertices, edges, ops = (
            np.asarray(columns[name]).astype(np.int64) for name in self.table_columns
        )
        interior = vertices - 2
        bad = (interior < 0) | (interior > INTERIOR) | (ops < 0) | (edges < 0)
        bad |= (ops >= 3 ** np.maximum(interior, 0)) | (edges >= 1 << BITS)
        if bad.any():
            row = int(np.argmax(bad))
            raise ValueError(
                f"row {row} is no NAS-Bench-101 cell: vertices {vertices[row]}, edges "
                f"{edges[row]}, ops {ops[row]}"
            )
        into_output = (vertices - 1) * (vertices - 2) // 2
        moved = edges >> into_output << VERTICES * (VERTICES - 1) // 2 - VERTICES + 1
        layout_edges = edges & (1 << into_output) - 1 | moved
        power = interior[:, None] - 1 - np.arange(INTERIOR)
        values = ops[:, None] // 3 ** np.maximum(power, 0) % 3
        rows = np.where(power >= 0, values, len(official.OPERATIONS))
        bits = layout_edges[:, None] >> np.arange(BITS) & 1
        return self.canonical(np.concatenate([bits, rows], axis=1).astype(np.int8))

    def _specs(self, archs: Archs) -> list[tuple[npt.NDArray[np.bool_], list[int]]]:
        """Return adjacency matrix and operations of each canonical cell."""
        rows = self.canonical(archs)
        layouts = unpack(rows[:, :BITS] @ (1 << np.arange(BITS)))
        return [
            official.matrices(layout, operations)
            for layout, operations in zip(layouts, rows[:, BITS:].tolist(), strict=True)
        ]

    @staticmethod
    def _rows(cells: Ints) -> Archs:
        """Return the canonical rows of cell numbers."""
        return np.take(_all_rows(), cells, axis=0)

    @staticmethod
    def _cells(archs: Archs) -> Ints:
        """Return the cell numbers of rows with options in range."""
        edges: Ints = archs[:, :BITS].astype(np.int64) @ (1 << np.arange(BITS))
        operations = archs[:, BITS:].astype(np.int64)
        cells = _lookup(edges, operations)
        rows = np.flatnonzero(cells == INVALID)
        if len(rows):
            present = operations[rows] < len(official.OPERATIONS)
            layouts, slots = relabel(unpack(edges[rows]), present)
            absent = len(official.OPERATIONS)
            moved = np.full((len(rows), INTERIOR + 1), absent)
            np.put_along_axis(moved, slots, operations[rows], axis=1)
            moved[:, INTERIOR] = absent
            cells[rows] = _lookup(pack(layouts), moved[:, :INTERIOR])
        if (cells == INVALID).any():
            raise ValueError(
                f"archs row {int(np.argmax(cells == INVALID))} is no NAS-Bench-101 "
                f"cell: the input must reach the output, with at most {MAX_EDGES} "
                "edges on the way"
            )
        return cells


@cache
def _all_rows() -> Archs:
    """Return the canonical rows of all cells, 11 MB."""
    tables = graphs()
    edges = tables.edges[tables.cells[:, 0]]
    columns = [edges >> bit & 1 for bit in range(BITS)]
    operations = digits(np.arange(CELLS)).T
    rows = np.empty((CELLS, BITS + INTERIOR), dtype=np.int8)
    for column, values in enumerate((*columns, *operations)):
        rows[:, column] = values
    return rows


def _lookup(edges: Ints, operations: Ints) -> Ints:
    """Return cell numbers of pruned layouts and operations ``(n, 5)``, or -1."""
    tables = graphs()
    found = np.searchsorted(tables.labelled_edges, edges) % len(tables.labelled_edges)
    graph = tables.graph[found]
    present = operations < len(official.OPERATIONS)
    expected = np.arange(INTERIOR) < tables.interior[graph, None]
    known = (tables.labelled_edges[found] == edges) & (present == expected).all(axis=1)
    code = np.where(expected & present, operations * tables.weights[found], 0).sum(
        axis=1
    )
    cells = tables.index[graph, tables.smallest[graph, code]]
    return np.where(known, cells, INVALID).astype(np.int64)
