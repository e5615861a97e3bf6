"""Exact costs of NAS-Bench-101 cells, from a table of their 2,494 graphs.

The network: a 3x3 convolution to 128 channels on 32x32 pixels, three stacks of three
cells with 128, 256 and 512 channels, halved resolution between stacks, a linear
classifier [1]_. A vertex costs an amount that depends on the graph (which sets its
channels) and on its own operation only, so a cell's cost is a sum of table entries.

.. [1] Ying et al., "NAS-Bench-101: Towards Reproducible Neural Architecture Search",
   ICML 2019; channels as in google-research/nasbench, `compute_vertex_channels`.
"""

from functools import cache

import numpy as np

from lissnas.arrays import Ints
from lissnas.spaces.nasbench101.cells import (
    INTERIOR,
    OPERATIONS,
    VERTICES,
    graphs,
    unpack,
)
from lissnas.spaces.nasbench101.edits import digits

STACKS = ((128, 128, 32), (128, 256, 16), (256, 512, 8))  # in, out channels, pixels
CELLS_PER_STACK, STEM, CLASSES = 3, 128, 10
KERNELS = (3, 1, 0)  # of the operations; a pooling has no weights


def vertex_channels(c_in: int, c_out: int) -> Ints:
    """Return the channels of each graph's 7 vertices, ``(g, 7)``, 0 where absent.

    Interior vertices that feed the output share `c_out`, the first of them taking
    one more where it does not divide; the others take their successors' maximum.
    """
    layouts = unpack(graphs().edges)
    feeds = layouts[:, 1:-1, -1]
    count = np.maximum(feeds.sum(axis=1, keepdims=True), 1)
    extra = np.cumsum(feeds, axis=1) <= c_out % count
    channels = np.zeros((len(layouts), VERTICES), dtype=np.int64)
    channels[:, 0], channels[:, -1] = c_in, c_out
    channels[:, 1:-1] = np.where(feeds, c_out // count + extra, 0)
    for vertex in range(VERTICES - 3, 0, -1):
        successors = layouts[:, vertex, 1:-1] * channels[:, 1:-1]
        wanted = np.maximum(channels[:, vertex], successors.max(axis=1))
        channels[:, vertex] = np.where(
            feeds[:, vertex - 1], channels[:, vertex], wanted
        )
    return channels


@cache
def cost_tables() -> tuple[Ints, Ints]:
    """Return fixed costs ``(g, 2)`` and costs by vertex and operation ``(g, 5, 4, 2)``.

    The last axis is parameters, multiply-adds; operation 3 is an absent vertex.
    """
    layouts = unpack(graphs().edges)
    fixed = np.zeros((len(layouts), 2), dtype=np.int64)
    fixed += _convolution(3, np.array(STEM), STACKS[0][2], 3)
    fixed += (STACKS[-1][1] * CLASSES + CLASSES, STACKS[-1][1] * CLASSES)
    vertex = np.zeros((len(layouts), INTERIOR, OPERATIONS + 1, 2), dtype=np.int64)
    for c_in, c_out, pixels in STACKS:
        for source, cells in ((c_in, 1), (c_out, CELLS_PER_STACK - 1)):
            channels = vertex_channels(source, c_out)
            projection = _convolution(source, channels, pixels, 1)
            projected = layouts[:, 0, :, None] * projection
            fixed += cells * projected[:, 1:].sum(axis=1)
            inner = channels[:, 1:-1]
            for operation, kernel in enumerate(KERNELS):
                if kernel:
                    one = _convolution(inner, inner, pixels, kernel)
                    vertex[:, :, operation] += cells * one
    return fixed, vertex


def _convolution(c_in: Ints | int, c_out: Ints, pixels: int, kernel: int) -> Ints:
    """Return parameters (with batch norm) and multiply-adds on a new last axis."""
    weights = kernel * kernel * c_in * c_out
    return np.stack([weights + 2 * c_out, weights * pixels * pixels], axis=-1)


def cell_costs(cells: Ints) -> Ints:
    """Return parameters and multiply-adds of cells ``(n,)`` as ``(n, 2)``."""
    fixed, vertex = cost_tables()
    graph = graphs().cells[cells, 0]
    total: Ints = fixed[graph]
    for place, operation in enumerate(digits(cells).T):
        total = total + vertex[graph, place, operation]
    return total
