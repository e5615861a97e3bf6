"""How two drawings of architectures differ, whatever the order of their vertices.

The vertices of the second are matched to those of the first so that as little as
possible differs: along the chain where both are chains; where edges carry the
operations, by place if the vertices are the same and by name if names are unique; else
by the best of all permutations of the vertices between inputs and outputs. Where
vertices stand for fixed decisions they are matched by place instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Bools, Ints
from lissnas.spaces.base import Graph

MOST_PERMUTED = 6
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two graphs, in the numbering of each.

    Parameters
    ----------
    relabelled
        Pairs of matched vertices, first and second, whose labels differ.
    removed, added
        Vertices of the first graph that the second lacks, and the other way round.
    lost_edges, new_edges
        Places of edges in ``first.edges`` that have no equal in the second graph, and
        in ``second.edges`` that have none in the first.
    match
        For each vertex of the second graph its vertex of the first, or -1.
    """

    relabelled: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]
    lost_edges: tuple[int, ...]
    new_edges: tuple[int, ...]
    match: tuple[int, ...]


def is_chain(graph: Graph) -> bool:
    """Return whether the vertices stand in a row, without labels on the edges."""
    row = tuple((i, i + 1, "") for i in range(len(graph.nodes) - 1))
    return graph.edges == row


def difference(first: Graph, second: Graph, by_place: bool = False) -> Difference:
    """Return what differs between two graphs, matched as well as possible or by place.

    By place the n-th vertex of the one is the n-th of the other.
    """
    match = _places(first, second) if by_place else _match(first, second)
    taken = set(match) - {NOBODY}
    pairs = [(a, b) for b, a in enumerate(match) if a != NOBODY]
    known = set(first.edges)
    moved = [(match[a], match[b], label) for a, b, label in second.edges]
    return Difference(
        tuple((a, b) for a, b in pairs if first.nodes[a] != second.nodes[b]),
        tuple(a for a in range(len(first.nodes)) if a not in taken),
        tuple(b for b, a in enumerate(match) if a == NOBODY),
        tuple(i for i, edge in enumerate(first.edges) if edge not in set(moved)),
        tuple(i for i, edge in enumerate(moved) if edge not in known),
        tuple(match),
    )


def _match(first: Graph, second: Graph) -> list[int]:
    """Return for each vertex of the second graph its vertex of the first, or -1."""
    named = any(label for _, _, label in (*first.edges, *second.edges))
    if first.nodes == second.nodes and named:
        return _places(first, second)
    if is_chain(first) and is_chain(second):
        return _along_chain(first.nodes, second.nodes)
    unique = all(len({*graph.nodes}) == len(graph.nodes) for graph in (first, second))
    if named and unique:
        place = {name: i for i, name in enumerate(first.nodes)}
        return [place.get(name, NOBODY) for name in second.nodes]
    inner = _inner(first), _inner(second)
    if max(map(len, inner)) > MOST_PERMUTED:
        return _places(first, second)
    return _by_permutation(first, second, *inner)


def _places(first: Graph, second: Graph) -> list[int]:
    """Return the match of vertices at equal places."""
    count = len(first.nodes)
    return [i if i < count else NOBODY for i in range(len(second.nodes))]


def _along_chain(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Return the match of a shortest series of changes, insertions and removals."""
    cost = np.zeros((len(first) + 1, len(second) + 1), dtype=np.int64)
    cost[:, 0], cost[0] = np.arange(len(first) + 1), np.arange(len(second) + 1)
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            changed = cost[i, j] + (one != other)
            cost[i + 1, j + 1] = min(changed, cost[i, j + 1] + 1, cost[i + 1, j] + 1)
    match, i, j = [NOBODY] * len(second), len(first), len(second)
    while i and j:
        if cost[i, j] == cost[i - 1, j - 1] + (first[i - 1] != second[j - 1]):
            i, j = i - 1, j - 1
            match[j] = i
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return match


def _inner(graph: Graph) -> list[int]:
    """Return the vertices that have edges in and out, or none at all."""
    starts = {a for a, _, _ in graph.edges}
    ends = {b for _, b, _ in graph.edges}
    return [v for v in range(len(graph.nodes)) if (v in starts) == (v in ends)]


def _by_permutation(
    first: Graph, second: Graph, inner: list[int], inner_second: list[int]
) -> list[int]:
    """Return the match with the fewest differing labels and edges."""
    ends = [v for v in range(len(first.nodes)) if v not in inner]
    ends_second = [v for v in range(len(second.nodes)) if v not in inner_second]
    room = max(len(inner), len(inner_second))
    place = {v: i for i, v in enumerate(inner)} | {
        v: room + i for i, v in enumerate(ends)
    }
    by_label = {first.nodes[v]: room + i for i, v in enumerate(ends)}
    size = room + len(ends) + len(ends_second)
    outer = {
        v: by_label.get(second.nodes[v], room + len(ends) + i)
        for i, v in enumerate(ends_second)
    }
    perms = np.array(list(permutations(range(room))), dtype=np.int64)
    places = np.zeros((len(perms), len(second.nodes)), dtype=np.int64)
    for i, v in enumerate(inner_second):
        places[:, v] = perms[:, i]
    for v, fixed in outer.items():
        places[:, v] = fixed
    best = places[int(_differing(first, second, place, places, size).argmin())]
    back = {slot: v for v, slot in place.items()}
    return [back.get(slot, NOBODY) for slot in best.tolist()]


def _differing(
    first: Graph, second: Graph, place: dict[int, int], places: Ints, size: int
) -> Ints:
    """Return how many labels and edges differ for each placing of the second graph."""
    names = {name: i for i, name in enumerate({*first.nodes, *second.nodes})}
    words = {e[2]: i + 1 for i, e in enumerate([*first.edges, *second.edges])}
    labels = np.full(size, NOBODY)
    for v, slot in place.items():
        labels[slot] = names[first.nodes[v]]
    edges = np.zeros((size, size), dtype=np.int64)
    for a, b, word in first.edges:
        edges[place[a], place[b]] = words[word]
    rows = np.arange(len(places))
    own = np.full((len(places), size), NOBODY)
    for v, name in enumerate(second.nodes):
        own[rows, places[:, v]] = names[name]
    drawn: npt.NDArray[np.int64] = np.zeros((len(places), size, size), dtype=np.int64)
    for a, b, word in second.edges:
        drawn[rows, places[:, a], places[:, b]] = words[word]
    differs: Bools = drawn != edges
    found: Ints = (own != labels).sum(axis=1) + differs.sum(axis=(1, 2))
    return found
