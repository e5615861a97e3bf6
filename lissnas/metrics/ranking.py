"""How well one score ranks architectures by another, with bootstrap intervals."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import kendalltau, rankdata

from lissnas.arrays import Scores

Measure = Callable[[Scores, Scores], float]


class Interval(NamedTuple):
    """A measure with the ends of its 95% percentile bootstrap interval."""

    value: float
    low: float
    high: float


def pearson(predicted: Scores, true: Scores) -> float:
    """Return the linear correlation, NaN where one side is constant."""
    predicted, true = _paired(predicted, true)
    if np.ptp(predicted) == 0 or np.ptp(true) == 0:
        return float("nan")
    return float(np.corrcoef(predicted, true)[0, 1])


def spearman(predicted: Scores, true: Scores) -> float:
    """Return the correlation of ranks, NaN where one side is constant."""
    predicted, true = _paired(predicted, true)
    return pearson(rankdata(predicted), rankdata(true))


def kendall(predicted: Scores, true: Scores) -> float:
    """Return Kendall's tau-b, NaN where one side is constant."""
    predicted, true = _paired(predicted, true)
    if np.ptp(predicted) == 0 or np.ptp(true) == 0:
        return float("nan")
    return float(kendalltau(predicted, true).statistic)


def r2(predicted: Scores, true: Scores) -> float:
    """Return the share of the variance of `true` that `predicted` explains."""
    predicted, true = _paired(predicted, true)
    total = float(np.sum((true - true.mean()) ** 2))
    return 1 - float(np.sum((true - predicted) ** 2)) / total if total else float("nan")


def tau_top(predicted: Scores, true: Scores, share: float = 0.2) -> float:
    """Return Kendall's tau-b among the truly best `share`."""
    if not 0 < share <= 1:
        raise ValueError(f"share must be in (0, 1], got {share}")
    predicted, true = _paired(predicted, true)
    count = max(2, int(np.ceil(share * len(true))))
    best = np.argsort(-true, kind="stable")[:count]
    return kendall(predicted[best], true[best])


def with_interval(
    measure: Measure,
    predicted: Scores,
    true: Scores,
    rng: np.random.Generator,
    resamples: int = 1000,
) -> Interval:
    """Return a measure and its 95% interval by resampling pairs."""
    predicted, true = _paired(predicted, true)
    draws = rng.integers(0, len(true), (resamples, len(true)))
    values = [measure(predicted[rows], true[rows]) for rows in draws]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Interval(measure(predicted, true), float(low), float(high))


def _paired(predicted: Scores, true: Scores) -> tuple[Scores, Scores]:
    """Return both as float64 of one length, at least 2, without NaN."""
    predicted, true = np.asarray(predicted, float), np.asarray(true, float)
    if predicted.shape != true.shape or predicted.ndim != 1 or len(true) < 2:
        raise ValueError(
            "predicted and true must have one shape (n,) with n >= 2, got "
            f"{predicted.shape} and {true.shape}"
        )
    if np.isnan(predicted).any() or np.isnan(true).any():
        raise ValueError("predicted and true must hold no NaN")
    return predicted, true
