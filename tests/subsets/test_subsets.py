"""Subsets know their size, their members and themselves from JSON, exactly."""

import json
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_spaces import Holed, Pairs, Ruled, Toy

from lissnas.spaces import SPACES
from lissnas.subsets import (
    ExplicitSubset,
    Filter,
    ImplicitSubset,
    ProductSubset,
    Rules,
    draw_distinct,
    passing,
    restore,
    whole,
)
from lissnas.subsets.factors import factors

FREE = Toy(3, 2, 4, 3)
SMALL = ("nasbench201", "nasbench-macro", "transnasbench101-macro")
HUGE = Toy(*[4] * 20)


@st.composite
def options(draw, space=FREE):
    """Some options of each decision, at least one."""
    return tuple(
        tuple(sorted(draw(st.sets(st.integers(0, len(d.options) - 1), min_size=1))))
        for d in space.decisions
    )


def weights(space, rng, threshold=0.0):
    """A filter with random weights."""
    width = len(space.feature_names)
    hidden = rng.normal(size=(width, 4))
    return Filter(hidden, rng.normal(size=4), rng.normal(size=4), 0.1, threshold)


def subset_of(space, kind, seed=0):
    """Return a random subset of each kind."""
    rng = np.random.default_rng(seed)
    if kind == "explicit":
        archs = space.enumerate()
        return ExplicitSubset(space, archs[rng.permutation(len(archs))[:50]])
    if kind == "implicit":
        middle = np.median(
            weights(space, np.random.default_rng(1)).outputs(space, space.enumerate())
        )
        return passing(space, weights(space, np.random.default_rng(1), middle), rng)
    allowed = []
    for decision in space.decisions:
        count = len(decision.options)
        chosen = rng.permutation(count)[: max(count - 1, 1)]
        allowed.append(tuple(sorted(int(o) for o in chosen)))
    return ProductSubset(space, tuple(allowed))


@pytest.fixture(params=SMALL)
def space(request):
    """Spaces with and without isomorphs and rules of validity."""
    return SPACES[request.param]


@pytest.fixture(params=["explicit", "product", "implicit"])
def subset(request, space):
    """A subset of each kind."""
    return subset_of(space, request.param)


def test_size_is_the_number_of_members(space, subset):
    """The size is exact: so many architectures pass the membership test."""
    members = subset.contains(space.enumerate())
    assert 0 < members.sum() == subset.size < space.size
    assert subset.exact


def test_enumeration_lists_the_members_once(space, subset):
    """`enumerate` gives canonical members, none twice, and all of them."""
    archs = subset.enumerate()
    np.testing.assert_array_equal(space.canonical(archs), archs)
    assert len(np.unique(space.identity(archs))) == subset.size
    assert subset.contains(archs).all()


def test_draws_are_uniform_members(space, subset, seed=0):
    """Every draw is a member, and every member about equally likely."""
    rng = np.random.default_rng(seed)
    archs = subset.sample(20 * subset.size, rng)
    assert subset.contains(archs).all()
    counts = np.unique(space.identity(archs), return_counts=True)[1]
    assert len(counts) == subset.size
    expected = 20 / np.sqrt(20)  # the standard deviation of a count is its root
    assert abs(counts.std() - expected) < 0.3 * expected


def test_distinct_draws_are_distinct(space, subset):
    """So many distinct members are drawn as asked for, all if there are fewer."""
    rng = np.random.default_rng(0)
    archs = draw_distinct(space, subset, 20, rng)
    assert len(np.unique(space.identity(archs))) == 20
    assert len(draw_distinct(space, subset, 10**6, rng)) == subset.size


def test_subset_survives_json(space, subset):
    """What is stored restores the same set, with nothing but JSON and rows."""
    stored = json.loads(json.dumps(subset.describe()))
    again = restore(space, stored, subset.enumerate())
    everything = space.enumerate()
    assert again.size == subset.size
    np.testing.assert_array_equal(
        again.contains(everything), subset.contains(everything)
    )


@given(options())
def test_product_of_free_decisions(allowed):
    """Where decisions are free, the size is the product of the allowed options."""
    subset = ProductSubset(FREE, allowed)
    assert subset.size == prod(map(len, allowed)) == len(subset.enumerate())
    for decision, counts in enumerate(subset.counts):
        for option, count in enumerate(counts):
            left = len(subset.only(decision, [option]).enumerate())
            assert count == left
            if len(allowed[decision]) > 1:
                assert subset.without(decision, option).size == subset.size - count


def test_huge_product_is_exact():
    """2 of 4 options in each of 20 decisions leave 2**20, never enumerated first."""
    subset = ProductSubset(HUGE, ((0, 2),) * 20)
    assert whole(HUGE).size == 4**20
    assert subset.size == 2**20
    assert subset.counts[7] == (2**19, 0, 2**19, 0)
    draws = subset.sample(1000, np.random.default_rng(0))
    assert subset.contains(draws).all() and set(np.unique(draws)) == {0, 2}
    assert not subset.contains(HUGE.sample(100, np.random.default_rng(0))).all()


def test_size_beyond_64_bits_is_a_python_integer():
    """Sizes are exact integers however large."""
    space = Toy(*[13] * 21)
    assert whole(space).size == 13**21
    assert whole(space).without(0, 3).size == 12 * 13**20


def test_groups_of_dependent_decisions_are_found():
    """Inputs of a node depend on each other, and nothing else: sizes stay exact."""
    large, small = Pairs(6), Pairs(2, enumerable=True)
    groups = factors(large)
    assert sorted(len(factor.rows) for factor in groups) == [3] * 12 + [6] * 6
    allowed = ((0, 1), (1, 2), (0, 1), (0, 1, 2)) * 2
    exact = ProductSubset(small, allowed)
    found = ProductSubset(
        large,
        (*allowed, *[(0, 1, 2, 3)] * 2, *[(0, 1, 2)] * 2)
        + (((0, 1, 2, 3),) * 2 + ((0, 1, 2),) * 2) * 3,
    )
    assert found.size == exact.size * 54**4
    draws = found.sample(500, np.random.default_rng(0))
    assert found.contains(draws).all()
    assert (draws[:, 0::4] < draws[:, 1::4]).all()


def test_what_is_no_product_is_refused():
    """A space that is neither enumerable nor a product cannot be pruned."""
    with pytest.raises(ValueError, match="must be enumerable or a product"):
        whole(Holed(*[4] * 12))


@pytest.mark.parametrize("allowed", [((0,),), ((1, 0),) * 4, ((9,),) * 4])
def test_bad_options_are_refused(allowed):
    """Options that do not fit the decisions are refused in a sentence."""
    with pytest.raises(ValueError, match="allowed must"):
        ProductSubset(FREE, allowed)


def test_explicit_members_are_distinct():
    """A list with an architecture twice is refused."""
    archs = FREE.enumerate()[[0, 1, 0]]
    with pytest.raises(ValueError, match="archs must be distinct"):
        ExplicitSubset(FREE, archs)


def test_large_implicit_subset_is_estimated():
    """Without enumeration the size is an estimate, and says so."""
    space = Ruled(*[4] * 20)
    subset = passing(space, Rules(("first two alike",)), np.random.default_rng(0))
    assert not subset.exact and not subset.enumerable
    assert abs(subset.size / 4**19 - 1) < 0.05
    draws = subset.sample(1000, np.random.default_rng(1))
    assert (draws[:, 0] == draws[:, 1]).all()
    with pytest.raises(ValueError, match="space must be enumerable"):
        subset.enumerate()


def test_what_is_too_rare_is_refused():
    """Rejection gives up with a sentence instead of drawing for ever."""
    impossible = Rules(tuple(f"layer 0 is {option}" for option in range(4)))
    subset = ImplicitSubset(Ruled(*[4] * 20), impossible, 0, False)
    with pytest.raises(ValueError, match="predicate must hold often enough"):
        subset.sample(1, np.random.default_rng(0))


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "magic"},
        {},
        {"kind": "product"},
        {"kind": "implicit", "size": 1, "exact": True, "predicate": {"kind": "x"}},
        {"kind": "implicit", "size": 1, "exact": True, "predicate": {"kind": "rules"}},
    ],
)
def test_damaged_descriptions_are_refused(values):
    """What `describe` did not write is a sentence, not a traceback."""
    with pytest.raises(ValueError, match=r"subset|predicate"):
        restore(FREE, values, FREE.enumerate())
