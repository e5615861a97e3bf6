"""What an edit changes is said in the fewest words, for every space."""

import numpy as np
import pytest

from lissnas.explain import Change, changes, compared, sentence, valid
from lissnas.explain.changes import by_graph
from lissnas.explain.valid import single_changes
from lissnas.spaces import SPACES
from lissnas.spaces.base import Graph
from lissnas.spaces.categorical import CategoricalSpace

MANY_NOTATIONS = ("nasbench-graph",)


@pytest.fixture(params=SPACES)
def space(request):
    """Every registered space."""
    return SPACES[request.param]


@pytest.fixture
def rng():
    """A seeded generator."""
    return np.random.default_rng(0)


def words(space, first, second):
    """Return what differs between two architectures given as strings, as text."""
    rows = space.parse([first, second])
    return sentence(changes(space, rows[:1], rows[1:])[0])


def test_every_neighbour_is_one_change(space, rng):
    """A single edit is said as a single change, however canonical rows are ordered.

    But where any notation of a network may be edited, and a parent is drawn as several
    edges, it takes more words.
    """
    archs = space.sample(4, rng)
    found = space.neighbours(archs)
    said = changes(space, archs[found.source], found.archs)
    lengths = {len(one) for one in said}
    assert lengths == {1} or (space.name in MANY_NOTATIONS and max(lengths) <= 5)


def test_batches_are_rows(space, rng):
    """A batch gives what its rows give one by one, and one row is compared with all."""
    archs = space.sample(6, rng)
    together = changes(space, archs[:1], archs)
    apart = [changes(space, archs[:1], archs[[i]])[0] for i in range(6)]
    assert together == apart


def test_nothing_differs_from_itself(space, rng):
    """An architecture does not differ from itself."""
    archs = space.sample(3, rng)
    assert changes(space, archs, archs) == [()] * 3
    assert sentence(()) == "no difference"
    assert compared(space, archs[0], archs[0]).changes == ()


def test_free_decisions_tell_the_whole_change(rng):
    """Where decisions are free, the changes carried out lead to the second row."""
    free = [s for s in SPACES.values() if isinstance(s, CategoricalSpace)]
    assert free
    for space in free:
        names = [decision.name for decision in space.decisions]
        first, second = space.sample(2, rng)
        for one in changes(space, first[None], second[None])[0]:
            column = names.index(one.what)
            options = space.decisions[column].options
            assert options[first[column]] == one.old
            first[column] = options.index(one.new)
        np.testing.assert_array_equal(first, second)


def test_a_comparison_of_stages_names_parameters():
    """Networks of AnyNetX differ in depths, widths and groups of stages by number, and
    the stages' boxes are marked by place."""
    space = SPACES["anynetx"]
    rows = space.parse(
        [
            "d1,1,4,7-w24,56,152,368-b1,1,1,1-g8,8,8,8",
            "d1,2,4,7-w24,64,152,368-b1,1,1,1-g8,8,8,16",
        ]
    )
    found = compared(space, *rows)
    text = "depth 2: 1 > 2; width 2: 56 > 64; group 4: 8 > 16"
    assert sentence(found.changes).replace("\N{RIGHTWARDS ARROW}", ">") == text
    assert found.difference.relabelled == ((2, 2), (4, 4))


def test_an_edge_operation():
    """The words of NAS-Bench-201 are edge, old and new operation."""
    said = words(SPACES["nasbench201"], "033333", "133333")
    assert said == "edge 0-1: none → skip_connect"


def test_a_shifted_chain_is_an_insertion():
    """A module put in the middle is one insertion, not a change of all behind it."""
    space = SPACES["transnasbench101-macro"]
    said = words(space, "64-1234-basic", "64-12134-basic")
    assert said == "module 3 (normal) added"
    assert words(space, "64-12134-basic", "64-1234-basic").endswith("removed")


def test_a_sorted_identity_is_one_change():
    """A layer that becomes an identity is one change, though identities go last."""
    said = words(SPACES["nasbench-macro"], "11121111", "11101111")
    assert said == "layer 4: MB6_K5 → Identity"
    back = words(SPACES["nasbench-macro"], "11101111", "11121111")
    assert back == "layer 4: Identity → MB6_K5"


def test_renumbered_vertices_are_matched():
    """An edge against the order of vertices is one added edge in NAS-Bench-101.

    With it vertex 1 comes after vertex 2, so both are renumbered.
    """
    space = SPACES["nasbench101"]
    said = words(space, "3m:01,02,13,23", "m3:01,02,12,13,23")
    assert said == "edge 2-1 added"


def test_a_comparison_of_cells_is_as_short_as_a_change():
    """Cells one operation apart are compared in one change, all others alike."""
    space = SPACES["nasbench101"]
    first, second = space.parse(["3m:01,02,13,23", "31:01,02,13,23"])
    assert len(compared(space, first, second).changes) == 1


def test_a_pruned_vertex_is_one_change():
    """Removing an edge without which vertices fall away is that one edge."""
    said = words(SPACES["nasbench101"], "31m:01,02,03,14,24,34", "31:01,02,13,23")
    assert said in ("edge 0-3: present → absent", "edge 3-6: present → absent")


def test_cells_of_one_drawing_are_told_apart():
    """An operation with another input is one change, in the cell that it belongs to."""
    nodes = ("normal k-2", "k-1", "1", "reduction k-2", "k-1", "1", "output")
    rest = ((4, 6, ""), (5, 6, ""))
    first = Graph(nodes, ((0, 2, "skip"), (1, 2, "conv"), (3, 5, "skip"), *rest))
    changed = Graph(nodes, ((0, 2, "skip"), (1, 2, "pool"), (3, 5, "skip"), *rest))
    said = sentence(by_graph(first, changed))
    assert said == "edge normal k-1-normal 1: conv → pool"
    moved = Graph(nodes, ((0, 2, "skip"), (1, 2, "conv"), (4, 5, "skip"), *rest))
    said = sentence(by_graph(first, moved))
    assert said == "input of skip into reduction 1: reduction k-2 → reduction k-1"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("edge 1-2", "none", "skip"), "edge 1-2: none → skip"),
        (Change("vertex 3", "pool", ""), "vertex 3 (pool) removed"),
        (Change("edge 0-2", "", "edge 0-2"), "edge 0-2 added"),
    ],
)
def test_words(change, text):
    """A change reads as a replacement, an addition or a removal."""
    assert str(change) == text


def test_words_of_a_comparison_agree_with_its_drawing(space, rng):
    """As many vertices are marked as words name, when words name vertices."""
    for first, second in zip(space.sample(5, rng), space.sample(5, rng), strict=True):
        found = compared(space, first, second)
        marked = found.difference
        assert bool(found.changes) == bool(
            marked.relabelled
            or marked.removed
            or marked.added
            or marked.lost_edges
            or marked.new_edges
        )


def test_valid_says_which_rows_are_to_blame():
    """Invalid rows are found among valid ones, wherever they stand."""
    space = SPACES["transnasbench101-macro"]
    rows = space.sample(9, np.random.default_rng(1))
    rows[[0, 4, 8]] = [[1, 1, 1, 1, 0, 0], [0] * 6, [4, 4, 4, 4, 4, 4]]
    expected = [False, True, True, True, False, True, True, True, False]
    assert valid(space, rows).tolist() == expected
    assert valid(space, rows[:0]).tolist() == []


def test_single_changes_are_valid_and_single(space, rng):
    """Each row offered is an architecture that differs in the one decision named."""
    arch = space.sample(1, rng)[0]
    rows, column, option = single_changes(space, arch)
    space.check(rows)
    assert ((rows != arch).sum(axis=1) == 1).all()
    assert (rows[np.arange(len(rows)), column] == option).all()
