"""How much better a shrunk space is: Theorem 1, the shrink index, reduction.

Shrinking is effective if the space gets smaller and the chance of drawing a good
architecture rises (section 4.4 of the paper [1]_). Good are the architectures at or
above a threshold accuracy; it has to be the same for all spaces that are compared.

.. [1] Gopal et al., "LISSNAS: Locality-based Iterative Search Space Shrinkage for
   Neural Architecture Search", IJCAI 2023, doi:10.24963/ijcai.2023/86.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, norm

from lissnas.arrays import Scores

LEAST_GOOD = 5  # k is n divided by this, rounded up: the paper's "at least 20%"


@dataclass(frozen=True, slots=True)
class ShrinkIndex:
    """How the shrink index is measured.

    The paper states neither; with these values a space of good architectures only,
    shrunk from one with 20% of them, scores .376, about the best in its Table 1.

    Parameters
    ----------
    n
        Architectures drawn.
    k
        Of these, how many have to be good.
    quantile
        Quantile of the original space's accuracies at which good begins.

    Raises
    ------
    ValueError
        If not 1 <= k <= n or `quantile` is not in (0, 1).
    """

    n: int = 10
    k: int = 2
    quantile: float = 0.8

    def __post_init__(self) -> None:
        if not 1 <= self.k <= self.n:
            raise ValueError(f"k must be in 1..{self.n} (n), got {self.k}")
        if not 0 < self.quantile < 1:
            raise ValueError(f"quantile must be in (0, 1), got {self.quantile}")


class Interval(NamedTuple):
    """An estimate with the ends of its confidence interval."""

    value: float
    low: float
    high: float


class SensitivityRow(NamedTuple):
    """The shrink index under one choice of n and k."""

    n: int
    k: int
    original: float
    shrunk: float
    shrink_index: float


def probability_at_least(p: float | Scores, n: int, k: int) -> npt.NDArray[np.float64]:
    """Return the chance that at least `k` of `n` draws are good, shaped like `p`.

    Theorem 1: the draws are independent and uniform, `p` is the share of good ones.
    """
    if not 1 <= k <= n:
        raise ValueError(f"k must be in 1..{n} (n), got {k}")
    shares = np.asarray(p, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"p must be in [0, 1], got {p}")
    return np.asarray(binom.sf(k - 1, n, shares))


def good_threshold(accuracy: Scores, quantile: float = 0.8) -> float:
    """Return the accuracy from which an architecture of the original space is good."""
    known = _known(accuracy, "accuracy")
    return float(np.quantile(known, quantile))


def p_good(accuracy: Scores, threshold: float) -> float:
    """Return the share of `accuracy` ``(n,)`` at or above `threshold`."""
    return float(np.mean(_known(accuracy, "accuracy") >= threshold))


def shrink_index(p_original: float, p_shrunk: float, n: int = 10, k: int = 2) -> float:
    """Return by how much shrinking raises the chance of Theorem 1."""
    original, shrunk = probability_at_least(np.array([p_original, p_shrunk]), n, k)
    return float(shrunk - original)  # eq. 2


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return a share and its Wilson score interval."""
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"successes must be in 0..{trials}, got {successes}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1), got {confidence}")
    z = float(norm.ppf(0.5 + confidence / 2))
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * np.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    low = 0.0 if successes == 0 else max(0.0, float(centre - half))
    high = 1.0 if successes == trials else min(1.0, float(centre + half))
    return Interval(share, low, high)


def shrink_index_interval(
    p_original: float, good: int, draws: int, n: int = 10, k: int = 2
) -> Interval:
    """Return the shrink index with `good` of `draws` uniform draws, and its interval.

    The chance of Theorem 1 rises with the share, so the ends of the share's Wilson
    interval are mapped through it. `p_original` is taken as exact.
    """
    share = wilson(good, draws)
    return Interval(*(shrink_index(p_original, p, n, k) for p in share))


def sensitivity(
    p_original: float,
    p_shrunk: float,
    ns: tuple[int, ...] = (5, 10, 20, 50, 100),
) -> list[SensitivityRow]:
    """Return the shrink index for several n, each with k a fifth of it, rounded up."""
    rows = []
    for n in ns:
        k = -(-n // LEAST_GOOD)
        original, shrunk = probability_at_least(np.array([p_original, p_shrunk]), n, k)
        row = (n, k, float(original), float(shrunk), float(shrunk - original))
        rows.append(SensitivityRow(*row))
    return rows


def reduction_factor(original: int, shrunk: int) -> float:
    """Return how many times smaller the space became; sizes are exact integers."""
    if not 1 <= shrunk <= original:
        raise ValueError(f"shrunk must be in 1..{original:,}, got {shrunk:,}")
    return original / shrunk


def _known(values: Scores, name: str) -> Scores:
    """Return `values` if there are any and none is NaN."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not len(values) or np.isnan(values).any():
        raise ValueError(
            f"{name} must be a non-empty array (n,) without NaN, got {values.shape}"
        )
    return values
