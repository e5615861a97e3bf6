"""NAS-Bench-101 cells as lookup tables: a cell is a graph and its operations.

Apart from operations, the space has only 6,472 pruned labelled graphs, which are
2,494 graphs up to isomorphism. Everything that depends on the graph (canonical
form, costs, the result of an edge edit) is therefore computed once for each graph
and looked up for each cell. A cell is then a pair of integers: the `graph` and the
`code` of its operations, a base-3 number whose most significant digit is vertex 1.

A *layout* is a boolean adjacency matrix over 7 vertices: 0 is the input, 1..5 the
interior vertices in a topological order (absent ones last), 6 the output.
"""

from dataclasses import dataclass
from functools import cache
from itertools import permutations, product

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Bools, Ints

VERTICES, MAX_EDGES, INTERIOR, OPERATIONS = 7, 9, 5, 3
CODES = OPERATIONS**INTERIOR
EDGES = tuple((x, y) for y in range(VERTICES) for x in range(y))
HEADS = np.array([x for x, _ in EDGES])
TAILS = np.array([y for _, y in EDGES])
INVALID = -1


def pack(layouts: Bools) -> Ints:
    """Return layouts ``(n, 7, 7)`` as bit sets of their 21 possible edges, ``(n,)``."""
    bits: Ints = layouts[:, HEADS, TAILS] @ (1 << np.arange(len(EDGES)))
    return bits


def unpack(edges: Ints) -> Bools:
    """Return bit sets ``(n,)`` as layouts ``(n, 7, 7)``."""
    layouts = np.zeros((len(edges), VERTICES, VERTICES), dtype=bool)
    layouts[:, HEADS, TAILS] = edges[:, None] >> np.arange(len(EDGES)) & 1
    return layouts


def reachable(adjacency: Bools) -> Bools:
    """Return the transitive closure of adjacency matrices ``(n, v, v)``."""
    closure = adjacency | np.eye(adjacency.shape[-1], dtype=bool)
    for _ in range(3):  # paths of up to 2**3 edges, enough for 7 vertices
        closure = np.matmul(closure, closure)
    return closure


def relabel(adjacency: Bools, present: Bools) -> tuple[Bools, Ints]:
    """Prune and sort cells of any vertex order into layouts.

    Parameters
    ----------
    adjacency
        ``(n, 7, 7)`` acyclic graphs from vertex 0 to vertex 6, in any order.
    present
        ``(n, 5)``, which interior vertices have an operation at all.

    Returns
    -------
    layouts, slots
        The layouts ``(n, 7, 7)``, all false where no path leads from input to
        output, and for each interior vertex ``(n, 5)`` its new place 0..4, or 5
        where it was pruned.
    """
    n = len(adjacency)
    kept = np.ones((n, VERTICES), dtype=bool)
    kept[:, 1:-1] = present
    adjacency = adjacency & kept[:, :, None] & kept[:, None, :]
    closure = reachable(adjacency)
    kept = closure[:, 0, :] & closure[:, :, -1]
    adjacency = adjacency & kept[:, :, None] & kept[:, None, :]
    depth = (closure & kept[:, :, None] & kept[:, None, :])[:, 1:-1, 1:-1].sum(axis=1)
    depth = np.where(kept[:, 1:-1], depth, VERTICES)  # ancestors come first
    order = np.argsort(depth, axis=1, kind="stable")
    full = np.concatenate(
        [np.zeros((n, 1), int), order + 1, np.full((n, 1), 6)], axis=1
    )
    rows = np.arange(n)[:, None, None]
    layouts = adjacency[rows, full[:, :, None], full[:, None, :]]
    slots = np.argsort(order, axis=1)
    return layouts, np.where(kept[:, 1:-1], slots, INTERIOR)


@cache
def labelled() -> tuple[Bools, Ints]:
    """Return all 6,472 pruned layouts and the number of interior vertices of each."""
    layouts, interiors = [], []
    for interior in range(INTERIOR + 1):
        places = [0, *range(1, interior + 1), VERTICES - 1]
        pairs = [(x, y) for j, y in enumerate(places) for x in places[:j]]
        masks = np.arange(1 << len(pairs), dtype=np.int32)
        masks = masks[np.bitwise_count(masks) <= MAX_EDGES]
        heads = [[i for i, p in enumerate(pairs) if p[0] == v] for v in places[:-1]]
        tails = [[i for i, p in enumerate(pairs) if p[1] == v] for v in places[1:]]
        for ends in heads + tails:  # in a topological order, degrees of >= 1 suffice
            masks = masks[masks & sum(1 << i for i in ends) != 0]
        found = np.zeros((len(masks), VERTICES, VERTICES), dtype=bool)
        for i, (x, y) in enumerate(pairs):
            found[:, x, y] = masks >> i & 1
        layouts.append(found)
        interiors.append(np.full(len(masks), interior))
    return np.concatenate(layouts), np.concatenate(interiors)


@dataclass(frozen=True, slots=True)
class Graphs:
    """The 2,494 distinct graphs and how labelled layouts and operations map to them.

    `edges` ``(g,)`` is the bit set of each graph's canonical layout, `interior`
    ``(g,)`` its vertices between input and output. Labelled layout `i` has the bit
    set ``labelled_edges[i]``, is isomorphic to graph ``graph[i]`` and a vertex with
    operation o at its place j adds ``o * weights[i, j]`` to the canonical code.
    `smallest` ``(g, 243)`` maps a code to the least code among automorphic ones,
    `index` ``(g, 243)`` a canonical code to the cell's number, and `cells`
    ``(423624, 2)`` a number to its graph and code.
    """

    edges: Ints
    interior: Ints
    labelled_edges: Ints
    graph: Ints
    weights: Ints
    smallest: Ints
    index: npt.NDArray[np.int32]
    cells: npt.NDArray[np.int16]


def _relabellings() -> tuple[Ints, Ints]:
    """Return edges ``(6472, 120)`` under each permutation, and the permutations.

    A permutation that breaks the topological order or moves an absent vertex gives
    the bit set 2**30, above all others.
    """
    layouts, interior = labelled()
    bits = layouts[:, HEADS, TAILS].T.astype(np.int64)
    perms = np.array(list(permutations(range(INTERIOR))))
    relabelled = np.zeros((len(layouts), len(perms)), dtype=np.int64)
    for column, perm in enumerate(perms):
        place = np.concatenate([[0], perm + 1, [VERTICES - 1]])
        heads, tails = place[HEADS], place[TAILS]
        legal = heads < tails
        values = np.where(legal, 1 << (heads + tails * (tails - 1) // 2) % 64, 0)
        illegal = bits[~legal].any(axis=0)
        fixed = np.flatnonzero(perm != np.arange(INTERIOR))
        moves_absent = interior <= (fixed.max() if len(fixed) else -1)
        relabelled[:, column] = np.where(illegal | moves_absent, 1 << 30, values @ bits)
    return relabelled, perms


@cache
def graphs() -> Graphs:
    """Return the tables of all graphs, built once in about a second."""
    layouts, interior = labelled()
    relabelled, perms = _relabellings()
    masks, best = pack(layouts), relabelled.argmin(axis=1)
    canonical = relabelled.min(axis=1)
    order = np.argsort(masks)
    chosen = np.flatnonzero(canonical == masks)
    chosen = chosen[np.lexsort((masks[chosen], interior[chosen]))]
    by_mask = np.argsort(masks[chosen])
    graph = by_mask[np.searchsorted(masks[chosen], canonical, sorter=by_mask)]
    place = perms[best]
    power = interior[:, None] - 1 - place
    weights = np.where(place < interior[:, None], OPERATIONS ** np.maximum(power, 0), 0)
    smallest, index, cells = _operation_codes(
        relabelled, perms, masks, interior, chosen
    )
    return Graphs(
        edges=masks[chosen],
        interior=interior[chosen],
        labelled_edges=masks[order],
        graph=graph[order],
        weights=weights[order],
        smallest=smallest,
        index=index,
        cells=cells,
    )


def _operation_codes(
    relabelled: Ints, perms: Ints, masks: Ints, interior: Ints, chosen: Ints
) -> tuple[Ints, npt.NDArray[np.int32], npt.NDArray[np.int16]]:
    """Return `smallest`, `index` and `cells` of `Graphs` for the `chosen` layouts."""
    smallest = np.full((len(chosen), CODES), INVALID)
    automorphic = relabelled[chosen] == masks[chosen, None]
    for k in range(INTERIOR + 1):
        codes = np.array(list(product(range(OPERATIONS), repeat=k)), dtype=np.int64)
        powers = OPERATIONS ** np.arange(k)[::-1]
        rows = np.flatnonzero(interior[chosen] == k)
        smallest[rows, : OPERATIONS**k] = np.arange(OPERATIONS**k)
        for column in np.flatnonzero(automorphic[rows].any(axis=0)):
            permuted = codes @ powers[perms[column, :k]]
            own = rows[automorphic[rows, column]]
            current = smallest[own, : OPERATIONS**k]
            smallest[own, : OPERATIONS**k] = np.minimum(current, permuted)
    graph, code = np.nonzero(smallest == np.arange(CODES))
    index = np.full(smallest.shape, INVALID, dtype=np.int32)
    index[graph, code] = np.arange(len(graph))
    return smallest, index, np.stack([graph, code], axis=1).astype(np.int16)
