"""Locality by pairs: an architecture, and another at an exact edit distance."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lissnas.arrays import Archs, Ints, Oracle, Scores
from lissnas.metrics.locality.statistics import (
    LEAST_PAIRS,
    Curve,
    Sample,
    correlations,
    curve,
    differences,
    known,
    noise_floor,
    ranked,
)
from lissnas.spaces import Space
from lissnas.spaces.base import threshold_edit_distance

USUAL_DISTANCES, KIND_DISTANCES, TRIES = 8, 3, 12


@dataclass(frozen=True, slots=True)
class LocalitySettings:
    """How locality by pairs is measured.

    Parameters
    ----------
    pairs
        Pairs drawn at each distance; the paper wants at least 1,000.
    max_distance
        Largest edit distance; 0 means all up to 8, or to the threshold beyond.
    resamples
        Bootstrap resamples behind each 95% interval; 0 leaves the intervals out.
    ranks
        Correlate ranks instead of accuracies: a few failed trainings rule the
        correlation of accuracies, but not that of ranks.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    pairs: int = 2000
    max_distance: int = 0
    resamples: int = 500
    ranks: bool = False

    def __post_init__(self) -> None:
        if self.pairs < LEAST_PAIRS:
            raise ValueError(f"pairs must be at least {LEAST_PAIRS}, got {self.pairs}")
        for name in ("max_distance", "resamples"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Locality:
    """Locality by pairs.

    Parameters
    ----------
    distance, pairs
        ``(k,)``: edit distances, and how many pairs had both accuracies known.
    rwa_curve, aad_curve
        Correlation and mean absolute difference at each distance, with intervals;
        NaN where there are fewer than 10 pairs.
    unrelated
        Mean absolute difference of independent pairs: what AAD tends to.
    noise
        ``(k,)``: the correlation that as many independent pairs exceed one time in
        twenty.
    aad_by_kind
        For each kind of edit, the mean absolute difference after 1, 2, 3 such edits.
    left_out
        Distances at which too few pairs were measured to say anything.
    """

    distance: Ints
    pairs: Ints
    rwa_curve: Curve
    aad_curve: Curve
    unrelated: float
    noise: Scores
    aad_by_kind: Mapping[str, Curve] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()

    @property
    def rwa(self) -> Scores:
        """Return the correlation at each distance, ``(k,)``."""
        return self.rwa_curve.values

    @property
    def aad(self) -> Scores:
        """Return the mean absolute difference at each distance, ``(k,)``."""
        return self.aad_curve.values


def locality(
    space: Space,
    oracle: Oracle,
    settings: LocalitySettings,
    rng: np.random.Generator,
    among: Archs | None = None,
) -> Locality:
    """Return the locality of `oracle` on pairs of a space.

    The first of a pair is uniform over the space, or over `among` ``(n, d)``; pairs
    with an unknown (NaN) accuracy are left out. With `among`, which is for oracles
    that know little, a dozen neighbours are tried for each.

    Raises
    ------
    ValueError
        If `max_distance` is more than the total edit distance.
    """
    distance = distances(space, settings)
    draw = Draw(space, oracle, settings.pairs, among)
    samples = [draw.pairs(int(d), rng) for d in distance]
    aad = curve(differences, samples, settings.resamples, rng)
    near = distance[:KIND_DISTANCES]
    if len(space.edit_kinds) == 1:
        parts = (part[: len(near)] for part in (aad.values, aad.low, aad.high))
        kinds = {space.edit_kinds[0]: Curve(*parts)}
    else:
        kinds = {}
        for kind in space.edit_kinds:
            made = [draw.pairs(int(d), rng, kind) for d in near]
            kinds[kind] = curve(differences, made, settings.resamples, rng)
    unrelated = draw.unrelated(rng)
    correlated = [ranked(s) for s in samples] if settings.ranks else samples
    pairs = np.array([len(x) for x, _ in samples])
    return Locality(
        distance=distance,
        pairs=pairs,
        rwa_curve=curve(correlations, correlated, settings.resamples, rng),
        aad_curve=aad,
        unrelated=absolute_difference(*unrelated),
        noise=noise_floor(pairs),
        aad_by_kind=kinds,
        left_out=tuple(distance[pairs < LEAST_PAIRS].tolist()),
    )


def distances(space: Space, settings: LocalitySettings) -> Ints:
    """Return the edit distances asked for, ``(k,)``; ValueError if there are fewer."""
    if settings.max_distance > space.total_edit_distance:
        raise ValueError(
            f"max_distance must be at most {space.total_edit_distance} in "
            f"{space.name}, got {settings.max_distance}"
        )
    usual = max(USUAL_DISTANCES, threshold_edit_distance(space))
    usual = min(space.total_edit_distance, usual)
    return np.arange(1, (settings.max_distance or usual) + 1)


@dataclass(frozen=True, slots=True)
class Draw:
    """How pairs are drawn; see `locality`."""

    space: Space
    oracle: Oracle
    count: int
    among: Archs | None = None

    def pairs(
        self, distance: int, rng: np.random.Generator, kind: str | None = None
    ) -> Sample:
        """Return known scores of architectures and neighbours, ``(m,)`` each."""
        archs = self._first(rng)
        if self.among is not None:
            archs = np.tile(archs, (TRIES, 1))
        near = self.space.sample_neighbours(archs, np.asarray(distance), rng, kind)
        first, second = known(self.oracle(archs[near.source]), self.oracle(near.archs))
        return first[: self.count], second[: self.count]

    def unrelated(self, rng: np.random.Generator) -> Sample:
        """Return known scores of independent pairs, ``(m,)`` each."""
        return known(self.oracle(self._first(rng)), self.oracle(self._first(rng)))

    def _first(self, rng: np.random.Generator) -> Archs:
        """Return architectures to start from, ``(count, d)``."""
        if self.among is None:
            return self.space.sample(self.count, rng)
        return self.among[rng.integers(0, len(self.among), self.count)]


def absolute_difference(first: Scores, second: Scores) -> float:
    """Return the mean absolute difference, NaN with too few pairs."""
    few = len(first) < LEAST_PAIRS
    return float("nan") if few else float(differences(first, second))
