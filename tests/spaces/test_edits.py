"""Distances in graphs of edits against scipy's shortest paths."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from lissnas.spaces.edits import UNREACHED, Edits, breadth_first, steps_to


@pytest.fixture
def edits():
    """Return a sparse directed graph of 200 members, some of them out of reach."""
    rng = np.random.default_rng(0)
    pairs = np.unique(rng.integers(0, 200, (2, 420)), axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    return Edits(*pairs, rng.integers(0, 2, pairs.shape[1]))


def expected(edits, kind):
    """Return all distances found by scipy, `UNREACHED` where there is no path."""
    rows = slice(None) if kind is None else edits.kind == kind
    pairs = edits.source[rows], edits.target[rows]
    graph = csr_array((np.ones(len(pairs[0])), pairs), shape=(200, 200))
    lengths = shortest_path(graph, unweighted=True)
    return np.where(np.isinf(lengths), UNREACHED, lengths)


@pytest.mark.parametrize("kind", [None, 0, 1])
def test_distances_are_those_of_scipy(edits, kind):
    """Of more members than one word has bits, in any order, some asked for twice."""
    keys = np.random.default_rng(1).integers(0, 200, 150)
    found = breadth_first(steps_to(edits, kind), keys, 200, UNREACHED - 1)
    assert found.dtype == np.int8 and found.shape == (150, 200)
    np.testing.assert_array_equal(found, expected(edits, kind)[keys])
    assert (found == UNREACHED).any()


def test_depth_limits_the_search(edits):
    """What is farther than asked for counts as not reached."""
    keys = np.arange(200)
    found = breadth_first(steps_to(edits, None), keys, 200, 3)
    whole = expected(edits, None)
    np.testing.assert_array_equal(found, np.where(whole > 3, UNREACHED, whole))
    nothing = breadth_first(steps_to(edits, None), keys[:0], 200, 3)
    assert nothing.shape == (0, 200)


def test_no_edits_lead_nowhere():
    """Without edits of a kind every member reaches itself only."""
    none = np.zeros(0, dtype=np.int64)
    found = breadth_first(steps_to(Edits(none, none, none), 1), np.arange(3), 3, 9)
    np.testing.assert_array_equal(found, np.where(np.eye(3), 0, UNREACHED))
