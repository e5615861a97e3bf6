"""Two drawings are matched so that as little as possible differs."""

from itertools import permutations

import numpy as np
import pytest

from lissnas.explain import difference, is_chain
from lissnas.spaces import SPACES
from lissnas.spaces.base import Graph

PAIRS = ((0, 1, ""), (0, 2, ""), (1, 3, ""), (2, 3, ""))
DIAMOND = Graph(("input", "a", "b", "output"), PAIRS)


def count(found):
    """Return how many things differ."""
    return sum(
        len(part)
        for part in (
            found.relabelled,
            found.removed,
            found.added,
            found.lost_edges,
            found.new_edges,
        )
    )


def renumbered(graph, order):
    """Return the same graph with vertex ``order[i]`` in place i."""
    place = {v: i for i, v in enumerate(order)}
    return Graph(
        tuple(graph.nodes[v] for v in order),
        tuple((place[a], place[b], label) for a, b, label in graph.edges),
    )


def cells(n, seed=0):
    """Return drawings of random NAS-Bench-101 cells."""
    space = SPACES["nasbench101"]
    return [space.graph(arch) for arch in space.sample(n, np.random.default_rng(seed))]


def test_isomorphic_cells_do_not_differ():
    """A cell with its inner vertices in another order is the same cell."""
    rng = np.random.default_rng(2)
    for graph in cells(20):
        inner = rng.permutation(np.arange(1, len(graph.nodes) - 1)).tolist()
        other = renumbered(graph, [0, *inner, len(graph.nodes) - 1])
        assert count(difference(graph, other)) == 0


def test_the_match_is_the_best_there_is():
    """No other matching of the vertices of two cells leaves less to differ."""
    graphs = [graph for graph in cells(60) if len(graph.nodes) == 7]
    for first, second in zip(graphs[:6], graphs[6:12], strict=True):
        best = min(
            count(difference(first, renumbered(second, [0, *order, 6]), by_place=True))
            for order in permutations(range(1, 6))
        )
        assert count(difference(first, second)) == best


def test_a_difference_is_the_same_from_both_sides():
    """What is lost from one side is new from the other, as many things in all."""
    graphs = cells(20, 3)
    for first, second in zip(graphs[:10], graphs[10:], strict=True):
        assert count(difference(first, second)) == count(difference(second, first))


def test_named_vertices_are_matched_by_name():
    """Vertices that carry no operation keep their names, in whatever order."""
    edges = tuple((a, b, "pool") for a, b, _ in DIAMOND.edges)
    first = Graph(DIAMOND.nodes, edges)
    found = difference(first, renumbered(first, [0, 2, 1, 3]))
    assert count(found) == 0 and found.match == (0, 2, 1, 3)


def test_operations_on_vertices_are_no_names():
    """A vertex with another operation is one difference, though all are distinct."""
    other = Graph(("input", "a", "c", "output"), DIAMOND.edges)
    assert difference(DIAMOND, other).relabelled == ((2, 2),)
    assert count(difference(DIAMOND, other)) == 1


def test_chains_are_matched_along_the_chain():
    """One layer more in a chain is one added vertex."""
    chain = [
        Graph(nodes, tuple((i, i + 1, "") for i in range(len(nodes) - 1)))
        for nodes in (("in", "a", "a", "out"), ("in", "a", "b", "a", "out"))
    ]
    assert all(is_chain(graph) for graph in chain) and not is_chain(DIAMOND)
    found = difference(*chain)
    assert found.added == (2,) and not found.relabelled and not found.removed


def test_by_place_nothing_is_moved():
    """Where places are decisions, a shifted chain differs in each of them."""
    nodes = ("in", "a", "b", "c", "out"), ("in", "b", "c", "a", "out")
    first, second = (
        Graph(one, tuple((i, i + 1, "") for i in range(4))) for one in nodes
    )
    found = difference(first, second, by_place=True)
    assert found.relabelled == ((1, 1), (2, 2), (3, 3))


@pytest.mark.parametrize("size", [0, 9])
def test_large_graphs_are_matched_by_place(size):
    """Beyond what can be permuted, vertices are matched by place without an error."""
    nodes = ("input", *["x"] * size, "output")
    edges = tuple((i, j, "") for i in range(size + 1) for j in (i + 1, size + 1))
    first, second = Graph(nodes, edges), Graph(nodes, edges[1:])
    assert difference(first, second).lost_edges in ((0,), ())
