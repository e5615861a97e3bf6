"""How good a predictor is on pairs it never saw."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lissnas.arrays import Ints, Scores

TOP_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a predictor does on held-out pairs, which it never saw.

    `r2` is of accuracies; `tau` (Kendall's tau-b) and `spearman` are of ranks,
    `tau_top` of the ranks within the best fifth of the held-out pairs. A measure is NaN
    where it is not defined, as when all accuracies are equal. `pairs` counts all
    pairs, `held_out` those that measured, `rounds` the trees.
    """

    r2: float
    tau: float
    spearman: float
    tau_top: float
    pairs: int
    held_out: int
    rounds: int


def measure(predicted: Scores, accuracy: Scores, pairs: int, rounds: int) -> Quality:
    """Return the quality of predictions ``(n,)`` of held-out accuracies ``(n,)``."""
    from scipy.stats import kendalltau, rankdata

    def correlation(function: Callable[..., Any], rows: Ints) -> float:
        a, b = predicted[rows], accuracy[rows]
        if len(rows) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
            return math.nan
        return float(function(a, b))

    def spearman(a: Scores, b: Scores) -> float:
        return float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])

    everything = np.arange(len(accuracy))
    top = np.argsort(-accuracy, kind="stable")[: math.ceil(TOP_SHARE * len(accuracy))]
    total = float(np.sum((accuracy - accuracy.mean()) ** 2))
    residual = float(np.sum((accuracy - predicted) ** 2))
    return Quality(
        r2=1 - residual / total if total > 0 else math.nan,
        tau=correlation(lambda a, b: kendalltau(a, b).statistic, everything),
        spearman=correlation(spearman, everything),
        tau_top=correlation(lambda a, b: kendalltau(a, b).statistic, top),
        pairs=pairs,
        held_out=len(accuracy),
        rounds=rounds,
    )
