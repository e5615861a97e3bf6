"""Theorem 1, the shrink index and their intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lissnas.metrics.shrinkage import (
    ShrinkIndex,
    good_threshold,
    p_good,
    probability_at_least,
    reduction_factor,
    sensitivity,
    shrink_index,
    shrink_index_interval,
    wilson,
)


@pytest.mark.parametrize(
    ("p", "n", "k", "expected"),
    [(0.6, 10, 5, 0.8338), (0.2, 10, 2, 0.6242), (0.2, 20, 4, 0.5886)],
)
def test_theorem_1(p, n, k, expected):
    """The binomial tail, at the example of GreedyNAS and at our defaults."""
    assert probability_at_least(p, n, k) == pytest.approx(expected, abs=5e-5)


@given(st.floats(0, 1), st.integers(1, 30), st.data())
def test_theorem_1_is_the_sum_it_states(p, n, data):
    """The chance equals the sum over j = k..n of C(n, j) p^j (1 - p)^(n - j)."""
    k = data.draw(st.integers(1, n))
    terms = (math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1))
    assert probability_at_least(p, n, k) == pytest.approx(sum(terms), abs=1e-12)


def test_largest_shrink_index_by_n():
    """From 20% good, a space of good ones only gains 1 - P: .328, .376, .411, ..."""
    gains = [row.shrink_index for row in sensitivity(0.2, 1.0)]
    assert gains == pytest.approx([0.328, 0.376, 0.411, 0.444, 0.460], abs=5e-4)
    ks = [(row.n, row.k) for row in sensitivity(0.2, 1.0)]
    assert ks == [(5, 1), (10, 2), (20, 4), (50, 10), (100, 20)]


def test_k_is_rounded_up_exactly():
    """A fifth of n is rounded up without floating-point accidents."""
    rows = sensitivity(0.2, 0.5, ns=(1, 6, 15, 35, 1000))
    assert [row.k for row in rows] == [1, 2, 3, 7, 200]


def test_shrink_index_saturates():
    """The index can hardly tell 60% good from 90% good, which the docs warn of."""
    assert shrink_index(0.2, 0.9) - shrink_index(0.2, 0.6) < 0.05


def test_wilson_interval_of_a_textbook():
    """20 of 100: .1334 to .2888 (Wilson score without continuity correction)."""
    share, low, high = wilson(20, 100)
    assert (share, low, high) == pytest.approx((0.2, 0.1334, 0.2888), abs=5e-5)


@given(st.integers(1, 500), st.data())
def test_wilson_interval_holds_its_share(trials, data):
    """The share lies inside, the ends inside [0, 1], and more trials narrow it."""
    successes = data.draw(st.integers(0, trials))
    share, low, high = wilson(successes, trials)
    assert 0 <= low <= share <= high <= 1
    more = wilson(10 * successes, 10 * trials)
    assert more.high - more.low < high - low


def test_interval_of_the_index_is_mapped_through_theorem_1():
    """The ends are the indices at the ends of the Wilson interval of the share."""
    found = shrink_index_interval(0.2, 600, 1000)
    share = wilson(600, 1000)
    assert found == pytest.approx([shrink_index(0.2, p) for p in share])
    assert found.low < found.value < found.high


def test_threshold_and_share_are_consistent():
    """A fifth of the original is at or above its 80th percentile."""
    accuracy = np.random.default_rng(0).random(1000)
    assert p_good(accuracy, good_threshold(accuracy)) == pytest.approx(0.2)


def test_reduction_factor_is_exact_for_huge_sizes():
    """Sizes beyond 64 bits are Python integers and divide without overflow."""
    assert reduction_factor(10**30, 10**6) == 1e24
    with pytest.raises(ValueError, match="shrunk must be in"):
        reduction_factor(10, 11)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: probability_at_least(1.5, 10, 2), "p must be in"),
        (lambda: probability_at_least(0.5, 2, 3), "k must be in"),
        (lambda: ShrinkIndex(n=3, k=4), "k must be in"),
        (lambda: ShrinkIndex(quantile=1), "quantile must be in"),
        (lambda: wilson(3, 2), "successes must be in"),
        (lambda: good_threshold(np.zeros(0)), "accuracy must be a non-empty"),
        (lambda: p_good(np.array([np.nan]), 0.5), "accuracy must be a non-empty"),
    ],
)
def test_bad_input_is_named(call, words):
    """A sentence says which argument is wrong."""
    with pytest.raises(ValueError, match=words):
        call()
