"""Locality by walks: the autocorrelation of scores along random walks."""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Oracle, Scores
from lissnas.metrics.locality.statistics import (
    ENDS,
    Curve,
    correlations,
    correlations_of_sums,
    curve_of,
    drawn_counts,
)
from lissnas.spaces import Space

SHUFFLES = 400


@dataclass(frozen=True, slots=True)
class WalkSettings:
    """How locality by random walks is measured.

    Parameters
    ----------
    walks
        Independent walks, each from a uniform draw.
    steps
        Steps of each walk.
    lags
        Largest number of steps between two architectures that are compared.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    walks: int = 200
    steps: int = 100
    lags: int = 36

    def __post_init__(self) -> None:
        for name, least in (("walks", 2), ("lags", 1)):
            value = getattr(self, name)
            if value < least:
                raise ValueError(f"{name} must be at least {least}, got {value}")
        if self.steps <= self.lags:
            raise ValueError(
                f"steps must be more than lags ({self.lags}), got {self.steps}"
            )


@dataclass(frozen=True, slots=True)
class Walk:
    """Locality by walks: `curve` by lag 1, 2, ... and its noise floor ``(k,)``."""

    curve: Curve
    noise: Scores

    @property
    def lag(self) -> Scores:
        """Return the lags in steps, ``(k,)``."""
        return np.arange(1.0, len(self.noise) + 1)


def walk_locality(
    space: Space,
    oracle: Oracle,
    settings: WalkSettings,
    rng: np.random.Generator,
    resamples: int = 500,
) -> Walk:
    """Return the autocorrelation of `oracle`, which knows all, along random walks."""
    archs = random_walks(space, settings.walks, settings.steps, rng)
    values = oracle(archs.reshape(-1, archs.shape[-1])).reshape(archs.shape[:2])
    curve = walk_autocorrelation(values, settings.lags, rng, resamples)
    return Walk(curve, walk_noise(values, settings.lags, rng))


def random_walks(
    space: Space, walks: int, steps: int, rng: np.random.Generator
) -> Archs:
    """Return architectures along independent random walks, ``(walks, steps + 1, d)``.

    Each walk starts at a uniform draw; `Space.walk_step` says what one step is.
    """
    if walks < 1 or steps < 1:
        raise ValueError(f"walks and steps must be at least 1, got {walks}, {steps}")
    places = [space.sample(walks, rng)]
    for _ in range(steps):
        places.append(space.walk_step(places[-1], rng))
    return np.stack(places, axis=1)


def walk_autocorrelation(
    values: Scores, max_lag: int, rng: np.random.Generator, resamples: int = 500
) -> Curve:
    """Return the correlation of accuracies `lag` steps apart, for lags 1..`max_lag`.

    `values` ``(walks, steps)`` are the accuracies along each walk; intervals are by
    resampling whole walks, since the steps of one walk depend on each other.
    """
    walks, steps = values.shape
    if not 1 <= max_lag < steps:
        raise ValueError(f"max_lag must be in 1..{steps - 1}, got {max_lag}")
    centred = values - values.mean()
    rows = []
    for lag in range(1, max_lag + 1):
        near, far = centred[:, :-lag], centred[:, lag:]
        value = float(correlations(near.ravel(), far.ravel()))
        low = high = float("nan")
        if resamples and not np.isnan(value):
            sums = drawn_counts(walks, resamples, rng) @ _sums(near, far)
            low, high = np.nanpercentile(correlations_of_sums(sums), ENDS)
        rows.append((value, float(low), float(high)))
    return curve_of(rows)


def walk_noise(values: Scores, max_lag: int, rng: np.random.Generator) -> Scores:
    """Return the correlation that unrelated walks exceed 1 time in 20, by lag.

    Each walk is compared with the later part of another one, so that the values of
    either depend on each other as they do, but not the two.
    """
    centred = values - values.mean()
    walks = len(values)
    partners = rng.permuted(np.tile(np.arange(walks), (SHUFFLES, 1)), axis=1)
    noise = np.zeros(max_lag)
    for lag in range(1, max_lag + 1):
        near, far = centred[:, :-lag], centred[:, lag:]
        joint = (near @ far.T)[np.arange(walks), partners].sum(axis=1)
        sums = np.tile(_sums(near, far).sum(axis=0), (SHUFFLES, 1))
        sums[:, -1] = joint
        found = np.abs(correlations_of_sums(sums))
        noise[lag - 1] = np.percentile(found, 95)
    return noise


def running_autocorrelation(values: Scores, max_lag: int) -> Scores:
    """Return the autocorrelation of one walk's `values` ``(n,)`` by lag, ``(k,)``.

    NaN where fewer than 3 pairs are that many steps apart, or all values are equal.
    """
    found = np.full(max_lag, np.nan)
    for lag in range(1, min(max_lag, len(values) - 3) + 1):
        found[lag - 1] = correlations(values[:-lag], values[lag:])
    return found


def _sums(near: Scores, far: Scores) -> Scores:
    """Return the sums of 1, x, y, x^2, y^2 and x y of each walk, ``(walks, 6)``."""
    parts = (np.ones_like(near), near, far, near * near, far * far, near * far)
    return np.stack([part.sum(axis=1) for part in parts], axis=1)
