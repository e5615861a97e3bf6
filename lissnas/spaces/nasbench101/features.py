"""What the predictor is told of a NAS-Bench-101 cell: its canonical row and its shape.

Besides the one-hot row, features that do not depend on the order of vertices: costs,
counts of operations and of edges between kinds of vertices, shortest and longest
paths. They lift Kendall's tau on the whole space from .81 to .84 and on the best fifth
from .54 to .59 with 10,000 training pairs (seeds 0 and 1).
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Features, Ints
from lissnas.spaces.nasbench101.cells import (
    EDGES,
    INTERIOR,
    OPERATIONS,
    VERTICES,
    graphs,
    unpack,
)
from lissnas.spaces.nasbench101.costs import STEM, cell_costs, vertex_channels
from lissnas.spaces.nasbench101.edits import digits

NAMES = ("conv3x3", "conv1x1", "maxpool3x3")
GRAPH_NAMES = ("edges", "vertices", "depth", "paths", "shortest", "fan out", "fan in")
PATHS = {  # longest and shortest sum of weights along a path, by operation
    "longest conv3x3": (np.max, (1, 0, 0)),
    "longest conv1x1": (np.max, (0, 1, 0)),
    "longest maxpool3x3": (np.max, (0, 0, 1)),
    "longest conv": (np.max, (1, 1, 0)),
    "shortest conv3x3": (np.min, (1, 0, 0)),
    "shortest conv": (np.min, (1, 1, 0)),
    "shortest maxpool3x3": (np.min, (0, 0, 1)),
}
FEATURE_NAMES = (
    *(f"edge {x}-{y}" for x, y in EDGES),
    *(f"vertex {v}={name}" for v in range(1, INTERIOR + 1) for name in NAMES),
    "log params",
    "log macs",
    *GRAPH_NAMES,
    *(f"number of {name}" for name in NAMES),
    *(f"channels of {name}" for name in NAMES),
    *(f"widest {name}" for name in NAMES),
    *(f"{a} to {b}" for a in (*NAMES, "input") for b in (*NAMES, "output")),
    *PATHS,
)


@cache
def graph_features() -> Features:
    """Return what depends on the graph alone, ``(g, 7)``, columns `GRAPH_NAMES`."""
    tables = graphs()
    layouts = unpack(tables.edges)
    depth, paths = np.zeros((2, len(layouts), VERTICES))
    shortest = np.full((len(layouts), VERTICES), float(VERTICES))
    paths[:, 0], shortest[:, 0] = 1, 0
    for vertex in range(1, VERTICES):
        into = layouts[:, :, vertex]
        depth[:, vertex] = (into * (depth + 1)).max(axis=1)
        paths[:, vertex] = (into * paths).sum(axis=1)
        shortest[:, vertex] = np.where(into, shortest + 1, VERTICES).min(axis=1)
    columns = [layouts.sum(axis=(1, 2)), tables.interior, depth[:, -1], paths[:, -1]]
    columns += [
        shortest[:, -1],
        layouts[:, 0].sum(axis=1),
        layouts[:, :, -1].sum(axis=1),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def cell_features(cells: Ints) -> Features:
    """Return the features of cells ``(n,)`` as ``(n, p)``, columns `FEATURE_NAMES`."""
    tables = graphs()
    graph = tables.cells[cells, 0]
    layouts = unpack(tables.edges[graph])
    is_operation = digits(cells)[:, :, None] == np.arange(OPERATIONS)
    channels = vertex_channel_table()[graph, 1:-1, None] * is_operation
    columns = [
        layouts[:, *np.array(EDGES).T],
        is_operation.reshape(len(cells), INTERIOR * OPERATIONS),
        np.log(cell_costs(cells)),
        graph_features()[graph],
        is_operation.sum(axis=1),
        channels.sum(axis=1),
        channels.max(axis=1),
        _edge_kinds(layouts, is_operation),
        _path_sums(layouts, is_operation),
    ]
    return np.concatenate(columns, axis=1, dtype=np.float32)


@cache
def vertex_channel_table() -> npt.NDArray[np.int64]:
    """Return the channels of each graph's vertices in a cell of the first stack."""
    return vertex_channels(STEM, STEM)


def _edge_kinds(
    layouts: npt.NDArray[np.bool_], is_operation: npt.NDArray[np.bool_]
) -> Features:
    """Return counts of edges by kinds of their ends, ``(n, 16)``."""
    kinds = np.zeros((2, len(layouts), VERTICES, OPERATIONS + 1), dtype=np.float32)
    kinds[:, :, 1:-1, :OPERATIONS] = is_operation
    kinds[0, :, 0, -1] = kinds[1, :, -1, -1] = 1
    counts = kinds[0].swapaxes(1, 2) @ layouts.astype(np.float32) @ kinds[1]
    return np.asarray(counts.reshape(len(layouts), kinds.shape[-1] ** 2))


def _path_sums(
    layouts: npt.NDArray[np.bool_], is_operation: npt.NDArray[np.bool_]
) -> Features:
    """Return extreme path sums ``(n, 7)``, columns `PATHS`."""
    results = np.empty((len(layouts), len(PATHS)), dtype=np.float32)
    for column, (extreme, weights) in enumerate(PATHS.values()):
        unreached = -np.inf if extreme is np.max else np.inf
        totals = np.full((len(layouts), VERTICES), unreached, dtype=np.float32)
        totals[:, 0] = 0
        own = np.pad(is_operation @ np.array(weights), ((0, 0), (1, 1)))
        for vertex in range(1, VERTICES):
            into = np.where(layouts[:, :, vertex], totals, unreached)
            totals[:, vertex] = extreme(into, axis=1) + own[:, vertex]
        results[:, column] = totals[:, -1]
    return results
