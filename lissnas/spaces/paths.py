"""Shortest ways through the edits of a space that is kept as a table."""

from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from lissnas.arrays import Ints

EditGraph: TypeAlias = csr_array
UNREACHED = 127


def edit_graph(source: Ints, target: Ints, size: int) -> EditGraph:
    """Return single edits ``(e,)`` from member to member as a graph."""
    weights = np.ones(len(source), dtype=np.int8)
    return csr_array((weights, (source, target)), shape=(size, size))


def pair_distances(graph: EditGraph, first: Ints, second: Ints) -> Ints:
    """Return the fewest edits from one member to the other, ``(n,)``.

    `UNREACHED` where no edits lead there.
    """
    sources, row = np.unique(first, return_inverse=True)
    if not len(sources):
        return np.zeros(0, dtype=np.int64)
    lengths = shortest_path(graph, unweighted=True, indices=sources)
    found = lengths[row, second]
    return np.where(np.isinf(found), UNREACHED, found).astype(np.int64)
