"""However many points there are, every group and every level of a value is drawn."""

import numpy as np
import pytest

from lissnas.figures.budget import quotas, stratified


def drawn(group, value, budget, seed=0, groups=4):
    return stratified(group, value, groups, budget, np.random.default_rng(seed))


@pytest.fixture
def crowd():
    """Twenty thousand points of four groups, one of which has only twelve."""
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1, 2, 3], [15_000, 4_000, 988, 12])
    return rng.permutation(group), rng.normal(size=len(group))


def test_small_groups_are_drawn_whole(crowd):
    """The rare, such as seeds, are never dropped while the budget has room for them."""
    rows, counts = drawn(*crowd, 1000)
    assert len(rows) <= 1000 and counts.tolist() == [15_000, 4_000, 988, 12]
    found = np.bincount(crowd[0][rows])
    assert found[3] == 12 and min(found[:3]) >= 250


def test_every_level_of_the_value_keeps_its_share(crowd):
    """Deciles of what is drawn of a group are those of the group, to a hundredth."""
    group, value = crowd
    rows, _ = drawn(group, value, 2000)
    for which in (0, 1):
        every, some = value[group == which], value[rows[group[rows] == which]]
        levels = np.quantile(every, np.linspace(0.1, 0.9, 9))
        below = [(some < level).mean() for level in levels]
        np.testing.assert_allclose(below, np.linspace(0.1, 0.9, 9), atol=0.01)
        assert some.max() >= np.quantile(every, 1 - 2 / len(some))


def test_equal_seeds_draw_equal_points(crowd):
    """The same points are shown again, and other seeds show others."""
    first, again, other = (drawn(*crowd, 1000, seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert set(first.tolist()) != set(other.tolist())


def test_all_is_drawn_where_the_budget_allows_it(crowd):
    """Nothing is left out without need, and nothing is drawn twice."""
    rows, _ = drawn(*crowd, 50_000)
    assert sorted(rows.tolist()) == list(range(20_000))
    some, _ = drawn(*crowd, 777)
    assert len(set(some.tolist())) == len(some)


def test_unknown_values_are_drawn_too(crowd):
    """Points whose value is unknown keep their share."""
    group, value = crowd
    value = np.where(np.arange(len(value)) % 2, np.nan, value)
    rows, _ = drawn(group, value, 1000)
    assert abs(np.isnan(value[rows]).mean() - 0.5) < 0.05


def test_a_budget_below_the_groups_is_refused():
    """Every group needs room for one point."""
    with pytest.raises(ValueError, match="budget must be at least 4, got 3"):
        drawn(np.zeros(9, dtype=int), np.zeros(9), 3)


def test_quotas_use_the_whole_budget():
    """What a small group leaves goes to the others, to the last point."""
    assert quotas(np.array([100, 3, 100]), 50).tolist() == [23, 3, 24]
    assert quotas(np.array([1, 0, 2]), 50).tolist() == [1, 0, 2]
