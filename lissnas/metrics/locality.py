"""Locality: do architectures that are few edits apart perform alike?

By pairs (section 4.2 of the paper): draw architectures, make d edits, and compare the
accuracies of both; RWA(d) is their correlation, AAD(d) the mean absolute difference.
By walks [1]_: the autocorrelation of accuracies along random walks of single edits.

.. [1] Ying et al., "NAS-Bench-101: Towards Reproducible Neural Architecture Search",
   ICML 2019, section 3.3. Their figure has the square root of the steps on its axis,
   since a walk of t steps is expected to be about sqrt(t) edits away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Oracle, Scores
from lissnas.spaces import Space

Measure = Callable[[Scores, Scores], Scores]
USUAL_DISTANCES, KIND_DISTANCES, LEAST_PAIRS = 8, 3, 10
ENDS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class LocalitySettings:
    """How locality is measured.

    Parameters
    ----------
    pairs
        Pairs drawn at each distance; the paper wants at least 1,000.
    max_distance
        Largest edit distance; 0 means all up to 8.
    resamples
        Bootstrap resamples behind each 95% interval; 0 leaves the intervals out.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    pairs: int = 2000
    max_distance: int = 0
    resamples: int = 500

    def __post_init__(self) -> None:
        if self.pairs < LEAST_PAIRS:
            raise ValueError(f"pairs must be at least {LEAST_PAIRS}, got {self.pairs}")
        for name in ("max_distance", "resamples"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Curve:
    """A measure by distance: ``values`` ``(k,)`` and 95% intervals ``(k,)``."""

    values: Scores
    low: Scores
    high: Scores


@dataclass(frozen=True, slots=True)
class Locality:
    """Locality by pairs.

    Parameters
    ----------
    distance, pairs
        ``(k,)``: edit distances, and how many pairs had both accuracies known.
    rwa, aad
        Correlation and mean absolute difference at each distance, with intervals in
        `rwa_curve` and `aad_curve`; NaN where there are fewer than 10 pairs.
    aad_by_kind
        For each kind of edit, the mean absolute difference after 1, 2, 3 such edits.
    unrelated
        Mean absolute difference of independent pairs: what AAD tends to.
    noise
        The correlation that independent pairs exceed one time in twenty.
    """

    distance: Ints
    pairs: Ints
    rwa_curve: Curve
    aad_curve: Curve
    unrelated: float
    noise: float
    aad_by_kind: Mapping[str, Scores] = field(default_factory=dict)

    @property
    def rwa(self) -> Scores:
        """Return the correlation at each distance, ``(k,)``."""
        return self.rwa_curve.values

    @property
    def aad(self) -> Scores:
        """Return the mean absolute difference at each distance, ``(k,)``."""
        return self.aad_curve.values


def locality(
    space: Space, oracle: Oracle, settings: LocalitySettings, rng: np.random.Generator
) -> Locality:
    """Return the locality of `oracle` on pairs of a space.

    Pairs with an unknown (NaN) accuracy are left out.

    Raises
    ------
    ValueError
        If `max_distance` is more than the total edit distance.
    """
    if settings.max_distance > space.total_edit_distance:
        raise ValueError(
            f"max_distance must be at most {space.total_edit_distance} in "
            f"{space.name}, got {settings.max_distance}"
        )
    usual = min(space.total_edit_distance, USUAL_DISTANCES)
    distance = np.arange(1, (settings.max_distance or usual) + 1)
    samples = [_pairs(space, oracle, settings.pairs, int(d), rng) for d in distance]
    aad = _curve(differences, samples, settings.resamples, rng)
    near = distance[:KIND_DISTANCES]
    if len(space.edit_kinds) == 1:
        kinds = {space.edit_kinds[0]: aad.values[: len(near)]}
    else:
        kinds = {
            kind: np.array(
                [
                    absolute_difference(
                        *_pairs(space, oracle, settings.pairs, int(d), rng, kind)
                    )
                    for d in near
                ]
            )
            for kind in space.edit_kinds
        }
    first = oracle(space.sample(settings.pairs, rng))
    second = oracle(space.sample(settings.pairs, rng))
    unrelated = _known(first, second)
    return Locality(
        distance=distance,
        pairs=np.array([len(x) for x, _ in samples]),
        rwa_curve=_curve(correlations, samples, settings.resamples, rng),
        aad_curve=aad,
        unrelated=absolute_difference(*unrelated),
        noise=1.96 / np.sqrt(max(len(unrelated[0]), 1)),
        aad_by_kind=kinds,
    )


def _pairs(
    space: Space,
    oracle: Oracle,
    count: int,
    distance: int,
    rng: np.random.Generator,
    kind: str | None = None,
) -> tuple[Scores, Scores]:
    """Return known accuracies of architectures and neighbours, ``(m,)`` each."""
    archs = space.sample(count, rng)
    found = space.sample_neighbours(archs, np.asarray(distance), rng, kind)
    return _known(oracle(archs[found.source]), oracle(found.archs))


def _known(first: Scores, second: Scores) -> tuple[Scores, Scores]:
    """Return the pairs of which both are known."""
    known: Bools = ~(np.isnan(first) | np.isnan(second))
    return first[known], second[known]


def correlations(first: Scores, second: Scores) -> Scores:
    """Return the correlation along the last axis, NaN where a side is constant."""
    x = first - first.mean(axis=-1, keepdims=True)
    y = second - second.mean(axis=-1, keepdims=True)
    scale = np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))
    joint = (x * y).sum(axis=-1)
    undefined = np.full_like(scale, np.nan)
    return np.asarray(np.divide(joint, scale, out=undefined, where=scale > 1e-15))


def differences(first: Scores, second: Scores) -> Scores:
    """Return the mean absolute difference along the last axis."""
    return np.asarray(np.abs(first - second).mean(axis=-1))


def absolute_difference(first: Scores, second: Scores) -> float:
    """Return the mean absolute difference, NaN with too few pairs."""
    few = len(first) < LEAST_PAIRS
    return float("nan") if few else float(differences(first, second))


def _curve(
    measure: Measure,
    samples: list[tuple[Scores, Scores]],
    resamples: int,
    rng: np.random.Generator,
) -> Curve:
    """Return a measure at each distance with bootstrap intervals."""
    curve = np.full((3, len(samples)), np.nan)
    for column, (first, second) in enumerate(samples):
        if len(first) < LEAST_PAIRS:
            continue
        curve[0, column] = measure(first, second)
        if resamples:
            rows = rng.integers(0, len(first), (resamples, len(first)))
            values = measure(first[rows], second[rows])
            curve[1:, column] = np.nanpercentile(values, ENDS)
    return Curve(*curve)


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
    curve = np.full((3, max_lag), np.nan)
    for lag in range(1, max_lag + 1):
        near, far = values[:, :-lag], values[:, lag:]
        curve[0, lag - 1] = correlations(near.ravel(), far.ravel())
        if resamples:
            rows = rng.integers(0, walks, (resamples, walks))
            drawn = [correlations(near[r].ravel(), far[r].ravel()) for r in rows]
            curve[1:, lag - 1] = np.nanpercentile(drawn, ENDS)
    return Curve(*curve)
