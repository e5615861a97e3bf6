"""A selection is a set of architectures, whatever is done to it and in any space."""

import numpy as np
import pytest

from lissnas.selection import PICKS, columns, document, empty, inverted, picked
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]


def rows(space, count=40, seed=0):
    return space.canonical(space.sample(count, np.random.default_rng(seed)))


def as_set(found):
    return set(found.keys.tolist())


@pytest.fixture(params=SPACES)
def space(request):
    return SPACES[request.param]


def test_picks_are_operations_on_sets(space):
    """Replacing, adding and removing do what they do to sets; nothing is held twice."""
    first, second = rows(space)[:25], rows(space)[15:]
    keys = [set(space.identity(one).tolist()) for one in (first, second)]
    before = picked(empty(space), space, first, "one")
    found = {how: picked(before, space, second, "two", how) for how in PICKS}
    assert as_set(before) == keys[0]
    assert as_set(found["replace"]) == keys[1]
    assert as_set(found["add"]) == keys[0] | keys[1]
    assert as_set(found["remove"]) == keys[0] - keys[1]
    for one in (before, *found.values()):
        assert len(one) == len(as_set(one)) == len(one.archs)
        np.testing.assert_array_equal(one.keys, space.identity(one.archs))


def test_inverting_twice_gives_the_same_of_what_is_shown():
    """What is inverted is the rest of the universe, and its rest is the first again."""
    universe = SPACE.enumerate()[:500]
    before = picked(empty(SPACE), SPACE, universe[::3], "a map")
    rest = inverted(before, SPACE, universe, "the map")
    assert as_set(rest) == set(SPACE.identity(universe).tolist()) - as_set(before)
    assert as_set(inverted(rest, SPACE, universe, "the map")) == as_set(before)


def test_views_ask_which_of_their_rows_are_selected(space):
    """A view's rows are told apart by identity, in any order and with repeats."""
    archs = rows(space)
    found = picked(empty(space), space, archs[:7], "a map")
    asked = np.concatenate([archs[::-1], archs[:7]])
    held = found.holds(space.identity(asked))
    inside = set(space.identity(archs[:7]).tolist())
    expected = [key in inside for key in space.identity(asked).tolist()]
    assert held.tolist() == expected
    assert not empty(space).holds(space.identity(asked)).any()


def test_a_selection_says_where_it_comes_from():
    """Each pick adds a sentence, a replacement starts over, nothing has no source."""
    archs = rows(SPACE)
    found = picked(empty(SPACE), SPACE, archs[:9], "the map")
    found = picked(found, SPACE, archs[9:12], "the table", "add")
    found = picked(found, SPACE, archs[:2], "bars", "remove")
    assert found.source == ("the map", "and the table", "without bars")
    assert picked(found, SPACE, archs[:3], "a click").source == ("a click",)
    assert picked(found, SPACE, archs, "all", "remove").source == ()


def test_selections_are_immutable():
    """Nobody can edit a selection that views share."""
    found = picked(empty(SPACE), SPACE, rows(SPACE), "a map")
    with pytest.raises(ValueError, match="read-only"):
        found.archs[0, 0] = 1


def test_what_does_not_fit_is_refused_in_words():
    """Another space, or a pick that does not exist, is a ValueError that says so."""
    other = SPACES["nasbench-macro"]
    with pytest.raises(ValueError, match="space must be nasbench201, got nasbench-"):
        picked(empty(SPACE), other, rows(other), "a map")
    with pytest.raises(ValueError, match="pick must be one of replace, add, remove"):
        picked(empty(SPACE), SPACE, rows(SPACE), "a map", "toggle")


def test_exports_name_everything_and_its_source(space):
    """Strings can be parsed again, costs are exact, unknown accuracies are unknown."""
    found = picked(empty(space), space, rows(space), "a map")
    predicted = np.where(np.arange(len(found)) % 2, 0.5, np.nan)
    known = columns(found, space, predicted=predicted, predictor="run a")
    again = space.canonical(space.parse(known["architecture"]))
    np.testing.assert_array_equal(space.identity(again), found.keys)
    np.testing.assert_array_equal(known["parameters"], space.cost(found.archs).params)
    assert np.isnan(known["accuracy"]).all() and set(known["accuracy_source"]) == {""}
    assert known["predicted_by"][:2] == ["", "run a"]
    assert ("hash" in known) == (space.hashes(found.archs) is not None)
    told = document(found, space, predicted=predicted, predictor="run a")
    assert told["selected"] == ["a map"] and told["accuracies"] is None
    assert len(told["architectures"]) == len(found)
    assert set(told["architectures"][0]) == set(known)


def test_nothing_can_be_exported():
    """A selection of nothing has all columns and no rows."""
    known = columns(empty(SPACE), SPACE)
    assert all(len(values) == 0 for values in known.values())
    assert document(empty(SPACE), SPACE)["architectures"] == []
