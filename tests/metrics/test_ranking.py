"""Ranking measures and their bootstrap intervals."""

import numpy as np
import pytest
from scipy import stats

from lissnas.metrics.ranking import (
    kendall,
    pearson,
    r2,
    spearman,
    tau_top,
    with_interval,
)


@pytest.fixture
def pairs():
    """Return correlated predictions and truths with ties."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, 30, 400) / 30
    return true + rng.normal(0, 0.2, 400), true


def test_measures_equal_scipys(pairs):
    """Ours are the textbook measures."""
    predicted, true = pairs
    assert pearson(predicted, true) == pytest.approx(stats.pearsonr(*pairs).statistic)
    assert spearman(predicted, true) == pytest.approx(stats.spearmanr(*pairs).statistic)
    assert kendall(predicted, true) == pytest.approx(stats.kendalltau(*pairs).statistic)
    error = np.sum((true - predicted) ** 2) / np.sum((true - true.mean()) ** 2)
    assert r2(predicted, true) == pytest.approx(1 - error)


def test_top_slice_is_the_truly_best(pairs):
    """Within a slice of the best the ranking is harder than over all."""
    predicted, true = pairs
    best = np.argsort(-true, kind="stable")[:80]
    assert tau_top(predicted, true) == kendall(predicted[best], true[best])
    assert tau_top(predicted, true) < kendall(predicted, true)


def test_constant_scores_have_no_correlation(pairs):
    """A constant side gives NaN without a warning."""
    _, true = pairs
    flat = np.zeros(len(true))
    assert all(np.isnan(m(flat, true)) for m in (pearson, spearman, kendall))


def test_interval_holds_the_value_and_is_seeded(pairs):
    """The 95% interval holds the estimate and repeats with its seed."""
    found = [with_interval(pearson, *pairs, np.random.default_rng(1), 200)] * 2
    assert found[0] == found[1]
    assert found[0].low < found[0].value < found[0].high


def test_unequal_lengths_are_refused():
    """A sentence names both arguments and their shapes."""
    with pytest.raises(ValueError, match="predicted and true must have one shape"):
        pearson(np.zeros(3), np.zeros(4))
