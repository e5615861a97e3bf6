"""EDF, its area, and the two-sample KS distance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from lissnas.metrics.distribution import edf, edf_area, ks, pooled_limits

ERRORS = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1))


def test_edf_counts_strictly_below():
    """F(e) is the share of errors below e (DDS, equation 1)."""
    found = edf(np.array([0.1, 0.2, 0.2, 0.4]), np.array([0.1, 0.2, 0.3, 0.5]))
    np.testing.assert_allclose(found, [0, 0.25, 0.75, 1])


@given(ERRORS, ERRORS)
def test_edf_is_the_definition(errors, grid):
    """Sorting and searching gives what counting gives."""
    expected = [(errors < e).mean() for e in grid]
    np.testing.assert_allclose(edf(errors, grid), expected)


@given(ERRORS)
def test_area_is_the_integral_of_the_edf(errors):
    """The exact area equals a fine Riemann sum over the same limits."""
    grid = (np.arange(20_000) + 0.5) / 20_000
    assert edf_area(errors, 0, 1) == pytest.approx(edf(errors, grid).mean(), abs=1e-3)


def test_area_prefers_lower_errors():
    """A space with lower errors has more area on pooled limits."""
    good, bad = np.array([0.1, 0.2]), np.array([0.3, 0.6])
    low, high = pooled_limits(good, bad)
    assert (low, high) == (0.1, 0.6)
    assert edf_area(good, low, high) > edf_area(bad, low, high)


def test_ks_of_apart_and_of_equal_samples():
    """Separate samples are at distance 1, equal ones at 0."""
    first = np.linspace(0, 0.4, 50)
    assert ks(first, first + 0.5).statistic == 1
    assert ks(first, first) == (0, 1)


def test_ks_agrees_with_scipy():
    """At the sizes that are compared, distance and p-value are scipy's."""
    rng = np.random.default_rng(0)
    first, second = rng.random(1000), rng.random(1000) ** 1.1
    expected = stats.ks_2samp(first, second)
    assert ks(first, second).statistic == pytest.approx(expected.statistic)
    assert ks(first, second).p_value == pytest.approx(expected.pvalue, rel=0.1)


@given(ERRORS, ERRORS)
def test_ks_is_the_largest_gap_of_the_edfs(first, second):
    """D is the supremum of |F1 - F2|, reached just above one of the errors."""
    points = np.nextafter(np.concatenate([first, second]), 2)
    gap = np.abs(edf(first, points) - edf(second, points)).max()
    assert ks(first, second).statistic == pytest.approx(gap)


@pytest.mark.parametrize(
    "bad", [np.zeros(0), np.array([0.1, np.nan]), np.zeros((2, 2))]
)
def test_bad_errors_are_named(bad):
    """Empty, two-dimensional or unknown errors are refused with a sentence."""
    with pytest.raises(ValueError, match="errors must"):
        edf(bad, np.array([0.5]))
    with pytest.raises(ValueError, match="low must be below high"):
        edf_area(np.array([0.1]), 1, 1)
