"""Correlations and differences of pairs, with bootstrap intervals.

A bootstrap resample is a row of weights: how often each pair was drawn. Both measures
are functions of weighted sums, so all resamples are one matrix product.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from lissnas.arrays import Bools, Scores, chunks

Sample = tuple[Scores, Scores]
"""Scores of both ends of pairs, ``(m,)`` each."""

Weights = Callable[[np.random.Generator], Iterator[Scores]]
"""Resamples as weights of the pairs, in blocks ``(r, m)``."""

Measure = Callable[[Scores, Scores], Scores]
Resampled = Callable[[Scores, Scores, Scores], Scores]
LEAST_PAIRS = 10
BLOCK = 100
ENDS = (2.5, 97.5)
TINY = 1e-15


@dataclass(frozen=True, slots=True)
class Curve:
    """A measure by distance or lag: ``values`` ``(k,)`` and 95% intervals ``(k,)``."""

    values: Scores
    low: Scores
    high: Scores


def correlations(first: Scores, second: Scores) -> Scores:
    """Return the correlation along the last axis, NaN where a side is constant."""
    x = first - first.mean(axis=-1, keepdims=True)
    y = second - second.mean(axis=-1, keepdims=True)
    scale = np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))
    return _ratio((x * y).sum(axis=-1), scale)


def differences(first: Scores, second: Scores) -> Scores:
    """Return the mean absolute difference along the last axis."""
    return np.asarray(np.abs(first - second).mean(axis=-1))


def resampled_correlations(first: Scores, second: Scores, weights: Scores) -> Scores:
    """Return the correlation under each row of `weights` ``(r, m)``, ``(r,)``."""
    x, y = first - first.mean(), second - second.mean()
    sums = weights @ np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    return correlations_of_sums(sums)


def correlations_of_sums(sums: Scores) -> Scores:
    """Return correlations of sums ``(..., 6)`` of 1, x, y, x^2, y^2 and x y."""
    count = np.where(sums[..., 0] > 0, sums[..., 0], np.nan)
    x, y, xx, yy, xy = np.moveaxis(sums[..., 1:] / count[..., None], -1, 0)
    scale = np.sqrt(np.maximum(xx - x * x, 0) * np.maximum(yy - y * y, 0))
    return _ratio(xy - x * y, scale)


def resampled_differences(first: Scores, second: Scores, weights: Scores) -> Scores:
    """Return the mean absolute difference under each row of `weights`, ``(r,)``."""
    return _ratio(weights @ np.abs(first - second), weights.sum(axis=1))


RESAMPLED: dict[Measure, Resampled] = {
    correlations: resampled_correlations,
    differences: resampled_differences,
}


def redrawn(count: int, resamples: int) -> Weights:
    """Return resamples of `count` independent pairs, drawn with replacement."""

    def blocks(rng: np.random.Generator) -> Iterator[Scores]:
        for part in chunks(resamples, BLOCK):
            yield drawn_counts(count, part.stop - part.start, rng)

    return blocks


def drawn_counts(count: int, resamples: int, rng: np.random.Generator) -> Scores:
    """Return how often each of `count` is drawn in `count` draws, ``(r, count)``."""
    rows = rng.integers(0, count, (resamples, count))
    rows += np.arange(resamples)[:, None] * count
    found = np.bincount(rows.ravel(), minlength=resamples * count)
    return found.reshape(resamples, count).astype(np.float64)


def estimate(
    measure: Measure, sample: Sample, weights: Weights, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return a measure of pairs and its 95% interval, NaN with too few pairs."""
    undefined = float("nan")
    if len(sample[0]) < LEAST_PAIRS:
        return undefined, undefined, undefined
    value = float(measure(*sample))
    found = [RESAMPLED[measure](*sample, block) for block in weights(rng)]
    if not found or np.isnan(value):
        return value, undefined, undefined
    low, high = np.nanpercentile(np.concatenate(found), ENDS)
    return value, float(low), float(high)


def curve(
    measure: Measure, samples: list[Sample], resamples: int, rng: np.random.Generator
) -> Curve:
    """Return a measure of each sample of independent pairs, with intervals."""
    rows = [estimate(measure, s, redrawn(len(s[0]), resamples), rng) for s in samples]
    return curve_of(rows)


def curve_of(rows: list[tuple[float, float, float]]) -> Curve:
    """Return values and intervals ``(k, 3)`` as a curve."""
    return Curve(*np.array(rows, dtype=np.float64).reshape(-1, 3).T)


def known(first: Scores, second: Scores) -> Sample:
    """Return the pairs of which both scores are known."""
    both: Bools = ~(np.isnan(first) | np.isnan(second))
    return first[both], second[both]


def ranked(sample: Sample) -> Sample:
    """Return the ranks of both ends in one common order, as fractions in (0, 1]."""
    if not len(sample[0]):
        return sample
    ranks = rankdata(np.concatenate(sample)) / (2 * len(sample[0]))
    return ranks[: len(sample[0])], ranks[len(sample[0]) :]


def noise_floor(pairs: Scores) -> Scores:
    """Return the correlation that so many independent pairs exceed 1 time in 20."""
    return np.asarray(1.96 / np.sqrt(np.maximum(pairs, 1)))


def _ratio(part: Scores, whole: Scores) -> Scores:
    """Return part / whole, NaN where `whole` is zero."""
    undefined = np.full(np.shape(whole), np.nan)
    return np.asarray(np.divide(part, whole, out=undefined, where=whole > TINY))
