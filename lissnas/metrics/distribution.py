"""Error distributions of spaces: EDF, the area under it, two-sample KS.

The empirical distribution function of errors compares spaces by the quality of all
their members instead of their best [1]_.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import kstwobign

from lissnas.arrays import Scores


class KS(NamedTuple):
    """The largest distance of two EDFs, and the chance of it by luck."""

    statistic: float
    p_value: float


def edf(errors: Scores, grid: Scores) -> Scores:
    """Return the share of `errors` ``(n,)`` strictly below each of `grid` ``(g,)``."""
    errors = np.sort(_checked(errors, "errors"))
    below: Scores = np.searchsorted(errors, np.asarray(grid), side="left") / len(errors)
    return below  # DDS eq. 1


def pooled_limits(*errors: Scores) -> tuple[float, float]:
    """Return the least and the greatest error of all spaces that are compared."""
    if not errors:
        raise ValueError("errors must be at least one array, got none")
    checked = [_checked(some, "errors") for some in errors]
    return min(float(e.min()) for e in checked), max(float(e.max()) for e in checked)


def edf_area(errors: Scores, low: float, high: float) -> float:
    """Return the mean of the EDF between two errors: 1 is best, exact.

    Areas are comparable on equal limits only; take `pooled_limits` of all spaces.
    """
    if not low < high:
        raise ValueError(f"low must be below high ({high}), got {low}")
    errors = np.clip(_checked(errors, "errors"), low, high)
    return float(np.mean(high - errors) / (high - low))


def ks(first: Scores, second: Scores) -> KS:
    """Return the two-sample Kolmogorov-Smirnov distance and its asymptotic p-value."""
    first, second = (
        np.sort(_checked(first, "first")),
        np.sort(_checked(second, "second")),
    )
    pooled = np.concatenate([first, second])
    shares = [
        np.searchsorted(s, pooled, side="right") / len(s) for s in (first, second)
    ]
    statistic = float(np.abs(shares[0] - shares[1]).max())
    effective = len(first) * len(second) / (len(first) + len(second))
    return KS(statistic, float(kstwobign.sf(np.sqrt(effective) * statistic)))


def _checked(values: Scores, name: str) -> Scores:
    """Return `values` if there are any and none is NaN."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{name} must be a non-empty array (n,), got {values.shape}")
    if np.isnan(values).any():
        raise ValueError(f"{name} must hold no NaN, got {int(np.isnan(values).sum())}")
    return values
