"""What all scored architectures together lead to expect of the others: kriging [1]_.

Where few were scored, those next to an architecture say little, and the many farther
ones say the rest. The correlation of two architectures is taken to halve with every so
many differing decisions, and the best linear guess under it follows from all scores.
Both the halving distance and the noise are those that predict each score best from
all others. Ranks stand for the scores, since these have a long low tail.

.. [1] Rasmussen and Williams, "Gaussian Processes for Machine Learning", MIT Press
   2006, sections 2.2 and 5.4.2 (leave-one-out).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Features, Scores, chunks
from lissnas.shrink.base import Pool
from lissnas.spaces import Space
from lissnas.spaces.base import one_hot

HALVES = (1 / 3, 2 / 3, 4 / 3, 8 / 3)  # of all decisions differ where it has halved
NOISES = (1e-3, 1e-2, 3e-2, 0.1, 0.3)
ROWS = 4096

Matrix = npt.NDArray[np.float64]


class _Fit(NamedTuple):
    """A leave-one-out error, and the halving share and weights ``(n,)`` behind it."""

    error: float
    half: float
    weights: Scores


def kriged(space: Space, known: Pool, archs: Archs) -> Scores:
    """Return what the scores of `known` lead to expect of `archs`, ``(m,)``.

    `known` holds at least one architecture and is sorted by falling score.
    """
    rising = known.scores[::-1]
    _, first, place = np.unique(rising, return_index=True, return_inverse=True)
    last = np.append(first[1:], len(rising))
    ranks = ((first + last) / 2 / len(rising))[place][::-1]  # equal where scores are
    mean = float(ranks.mean())
    features = one_hot(space.canonical(known.archs), space.decisions)
    alike = _alike(features, features)
    fits = [_fit(alike, ranks - mean, half) for half in HALVES]
    best = min(fits, key=lambda fit: fit.error)
    expected = np.empty(len(archs))
    for rows in chunks(len(archs), ROWS):
        others = one_hot(space.canonical(archs[rows]), space.decisions)
        near = _correlation(_alike(others, features), best.half)
        expected[rows] = mean + near @ best.weights
    return _scores(expected, ranks[::-1], rising)


def _alike(first: Features, second: Features) -> Matrix:
    """Return which share of the decisions each two have in common, ``(n, m)``."""
    decisions = max(float(first[0].sum()), 1.0) if len(first) else 1.0
    return np.asarray(first @ second.T, dtype=np.float64) / decisions


def _correlation(alike: Matrix, half: float) -> Matrix:
    """Return correlations that halve with every `half` of the decisions changed."""
    return np.asarray(0.5 ** ((1 - alike) / half), dtype=np.float64)


def _fit(alike: Matrix, above: Scores, half: float) -> _Fit:
    """Return the weights of the noise that predicts each from all others best."""
    values, vectors = np.linalg.eigh(_correlation(alike, half))
    turned, squares = vectors.T @ above, vectors**2
    fits = []
    for noise in NOISES:
        inverse = 1 / (np.maximum(values, 0) + noise)
        weights = vectors @ (inverse * turned)
        left_out = weights / (squares @ inverse)  # eq. 5.12
        fits.append(_Fit(float(np.mean(left_out**2)), half, weights))
    return min(fits, key=lambda fit: fit.error)


def _scores(expected: Scores, ranks: Scores, rising: Scores) -> Scores:
    """Return the scores at `expected` ranks; beyond the best they go on to rise."""
    beyond = np.maximum(expected - ranks[-1], 0)
    scores: Scores = np.interp(expected, ranks, rising) + beyond * rising.std()
    return scores
