"""Domains: membership, uniform draws and limits; moves end where they may."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lissnas.oracles import additive
from lissnas.search import (
    SEARCHERS,
    Limits,
    described,
    explicit,
    limited,
    search,
    whole,
)
from lissnas.search.domains import Explicit, Limited
from lissnas.search.moves import cross, is_product, mutate, nearby, valid
from lissnas.spaces import SPACES
from lissnas.subsets import ProductSubset

SMALL = SPACES["nasbench201"]
seeds = st.integers(0, 2**32 - 1)
names = st.sampled_from(list(SPACES))


@dataclass(frozen=True)
class Halved:
    """A domain given by a test only, as a product subset is."""

    space: object = SMALL
    size: int = SMALL.size // 5

    def contains(self, archs):
        return archs[:, 0] == 0

    def sample(self, n, rng):
        archs = self.space.sample(n, rng)
        archs[:, 0] = 0
        return archs


@given(names, seeds)
def test_explicit_contains_its_rows_and_draws_them_only(name, seed):
    """Membership agrees with identities, whatever rows are listed and how often."""
    space, rng = SPACES[name], np.random.default_rng(seed)
    rows = space.sample(int(rng.integers(1, 40)), rng)
    domain = explicit(space, np.concatenate([rows, rows[:3]]))
    others = space.sample(50, rng)
    expected = np.isin(space.identity(others), space.identity(rows))
    np.testing.assert_array_equal(domain.contains(others), expected)
    assert domain.size == len(np.unique(space.identity(rows)))
    assert domain.contains(rows).all() and domain.contains(domain.sample(9, rng)).all()


def test_described_results_are_searched_whole():
    """What pruning leaves is searched as all that it allows, listed or not, and what a
    test describes too: not as the sample of it that a run may hold."""
    rng = np.random.default_rng(0)
    small = first_only(SMALL)
    listed = described(small)
    assert isinstance(listed, Explicit) and listed.size == small.size == 5**5
    huge = SPACES["shufflenetv2"]
    domain = described(first_only(huge))
    assert domain.size == 4**19
    assert domain.contains(domain.sample(50, rng)).all()
    assert not domain.contains(huge.sample(500, rng)).all()
    trace = search(SEARCHERS["evolution"](), domain, additive(huge), 200, rng)
    assert domain.contains(trace.archs).all() and len(trace) == 200


def first_only(space):
    """Return the subset that takes the first option of the first decision."""
    options = [tuple(range(len(d.options))) for d in space.decisions]
    return ProductSubset(space, ((0,), *options[1:]))


@given(names, seeds)
def test_moves_stay_in_the_space_and_near_moves_in_the_domain(name, seed):
    """Mutants and crossings are valid or declared failed; near moves are members."""
    space, rng = SPACES[name], np.random.default_rng(seed)
    rows = space.sample(8, rng)
    mutants = mutate(space, rows, 0.3, rng)
    assert valid(space, mutants).all()
    crossed = cross(space, rows, rows[::-1], rng)
    np.testing.assert_array_equal(space.canonical(crossed.archs), crossed.archs)
    domain = explicit(space, np.concatenate([rows, space.neighbours(rows[:4]).archs]))
    moved = nearby(domain, rows, rng)
    assert domain.contains(moved.archs[moved.done]).all()
    differs = space.identity(moved.archs) != space.identity(rows)
    np.testing.assert_array_equal(differs, moved.done)


def test_near_moves_are_uniform_over_members_that_are_neighbours():
    """In a space of free decisions each neighbour in the domain is as likely."""
    row = np.zeros((1, 6), dtype=np.int8)
    moved = nearby(Halved(), np.repeat(row, 6000, axis=0), np.random.default_rng(0))
    assert moved.done.all() and ((moved.archs != 0).sum(axis=1) == 1).all()
    counts = np.unique(SMALL.identity(moved.archs), return_counts=True)[1]
    assert len(counts) == 20
    assert np.abs(counts - 300).max() < 5 * np.sqrt(300)


def test_a_lonely_member_is_said_to_have_no_near_one():
    """Failure is declared, and the row stands as it was."""
    row = SMALL.sample(1, np.random.default_rng(0))
    moved = nearby(explicit(SMALL, row), row, np.random.default_rng(0))
    assert not moved.done[0]
    np.testing.assert_array_equal(moved.archs, row)


def test_mutation_rate_is_the_chance_of_a_new_draw():
    """With rate .1 over 5 options each decision changes in .1 * 4/5 of mutants."""
    rows = np.zeros((20_000, 6), dtype=np.int8)
    changed = mutate(SMALL, rows, 0.1, np.random.default_rng(0)) != 0
    np.testing.assert_allclose(changed.mean(axis=0), 0.08, atol=0.01)


def test_products_are_recognised_by_their_size():
    """NAS-Bench-201 is a product, NAS-Bench-101 with its rules and isomorphs is not."""
    assert is_product(SMALL) and not is_product(SPACES["nasbench101"])


def test_rows_that_are_no_architecture_are_told_apart():
    """A batch with bad rows does not fail as a whole."""
    space = SPACES["nasbench101"]
    rows = space.sample(9, np.random.default_rng(0))
    rows[[2, 7], :21] = 0  # no edges: the input does not reach the output
    expected = np.ones(9, dtype=bool)
    expected[[2, 7]] = False
    np.testing.assert_array_equal(valid(space, rows), expected)


@given(seeds)
def test_limits_leave_exactly_the_cheap(seed):
    """A limited space lists what brute force finds; a test is limited by rejection."""
    rng = np.random.default_rng(seed)
    cost = SMALL.cost(SMALL.enumerate())
    limits = Limits(int(rng.choice(cost.macs)), int(rng.choice(cost.params)))
    cheap = (cost.macs <= limits.max_macs) & (cost.params <= limits.max_params)
    if not cheap.any():
        with pytest.raises(ValueError, match="limits must leave"):
            limited(whole(SMALL), limits)
        return
    domain = limited(whole(SMALL), limits)
    assert isinstance(domain, Explicit) and domain.size == cheap.sum()
    np.testing.assert_array_equal(domain.contains(SMALL.enumerate()), cheap)


def test_a_test_under_limits_is_drawn_by_rejection():
    """Members of both, in any number, and membership of both."""
    rng = np.random.default_rng(0)
    domain = limited(Halved(), Limits(max_macs=60_000_000))
    assert isinstance(domain, Limited)
    archs = domain.sample(700, rng)
    assert archs.shape == (700, 6) and domain.contains(archs).all()
    assert SMALL.cost(archs).macs.max() <= 60_000_000
    everything = SMALL.enumerate()
    cheap = SMALL.cost(everything).macs <= 60_000_000
    np.testing.assert_array_equal(
        domain.contains(everything), cheap & (everything[:, 0] == 0)
    )


def test_infeasible_limits_end_with_a_sentence():
    """Rejection gives up after a bounded number of draws and names the limits."""
    domain = limited(Halved(), Limits(max_params=1))
    with pytest.raises(ValueError, match=r"most 1 parameters leave none of .*draws"):
        domain.sample(1, np.random.default_rng(0))


def test_no_limits_change_nothing():
    """0 means no limit."""
    domain = whole(SMALL)
    assert limited(domain, Limits()) is domain
    with pytest.raises(ValueError, match="max_macs must be 0 or more, got -1"):
        Limits(max_macs=-1)


def test_an_explicit_domain_needs_members():
    """The sentence says what is missing."""
    with pytest.raises(ValueError, match="archs must hold an architecture"):
        explicit(SMALL, SMALL.sample(0, np.random.default_rng(0)))
