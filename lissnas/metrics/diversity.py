"""Diversity: does a shrunk space still hold different architectures?

The paper measures "cosine distance between architectures" on a scale that a cosine
distance cannot have; only ratios to the original space can be compared with it. Here
architectures are the unit vectors of their one-hot decisions, the distance of two is
one minus their product, and every statistic is also given as a ratio to the same
statistic of the original space.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Ints, Scores, chunks
from lissnas.spaces import Space
from lissnas.spaces.base import one_hot, sample_distinct

Vectors = npt.NDArray[np.float32]
CHUNK = 1024


@dataclass(frozen=True, slots=True)
class DiversitySettings:
    """How diversity is measured.

    Parameters
    ----------
    sample
        Most architectures taken from each space.
    pairs
        Random pairs behind the mean distance.
    selected
        Architectures selected farthest-first for the dispersion.
    bins, share
        Quantile bins of the original's multiply-adds, and the share of the shrunk
        space that has to lie in a bin for it to be covered.
    """

    sample: int = 5000
    pairs: int = 100_000
    selected: int = 500
    bins: int = 20
    share: float = 0.005

    def __post_init__(self) -> None:
        for name in ("sample", "pairs", "selected", "bins"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if not 0 < self.share < 1:
            raise ValueError(f"share must be in (0, 1), got {self.share}")


@dataclass(frozen=True, slots=True)
class Diversity:
    """Diversity of a shrunk space, and of the original measured alike.

    `mean_distance`, `max_distance` and `dispersion` are pairs (shrunk, original);
    `coverage` is 1 minus the mean distance from an original architecture to the
    nearest one of the shrunk space; `flop_coverage` the share of the original's
    multiply-add bins that the shrunk space covers.
    """

    mean_distance: tuple[float, float]
    max_distance: tuple[float, float]
    dispersion: tuple[float, float]
    coverage: float
    flop_coverage: float

    @property
    def dispersion_ratio(self) -> float:
        """Return the dispersion as a ratio to the original's."""
        return self.dispersion[0] / self.dispersion[1]


def diversity(
    space: Space,
    shrunk: Archs,
    settings: DiversitySettings,
    rng: np.random.Generator,
) -> Diversity:
    """Return the diversity of the architectures `shrunk` ``(k, d)`` of a space."""
    if not len(shrunk):
        raise ValueError("shrunk must hold at least one architecture, got none")
    original = sample_distinct(space, min(settings.sample, space.size), rng)
    if len(shrunk) > settings.sample:
        shrunk = shrunk[rng.choice(len(shrunk), settings.sample, replace=False)]
    k = min(settings.selected, len(shrunk), len(original))
    both = [unit_vectors(space, archs) for archs in (shrunk, original)]
    means = [mean_distance(v, settings.pairs, rng) for v in both]
    largest = [max_distance(v) for v in both]
    spread = [dispersion(v, k, rng) for v in both]
    macs = space.cost(original).macs, space.cost(shrunk).macs
    return Diversity(
        mean_distance=(means[0], means[1]),
        max_distance=(largest[0], largest[1]),
        dispersion=(spread[0], spread[1]),
        coverage=coverage(both[1], both[0]),
        flop_coverage=flop_coverage(*macs, settings.bins, settings.share),
    )


def unit_vectors(space: Space, archs: Archs) -> Vectors:
    """Return the one-hot decisions of canonical rows, of length 1, ``(n, p)``."""
    vectors = one_hot(space.canonical(archs), space.decisions)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / norms, dtype=np.float32)


def mean_distance(vectors: Vectors, pairs: int, rng: np.random.Generator) -> float:
    """Return the mean cosine distance of random pairs, 0 for a single vector."""
    if len(vectors) < 2:
        return 0.0
    first = rng.integers(0, len(vectors), pairs)
    second = (first + rng.integers(1, len(vectors), pairs)) % len(vectors)
    products = np.einsum("ij,ij->i", vectors[first], vectors[second])
    return float(1 - products.mean())


def max_distance(vectors: Vectors) -> float:
    """Return the largest cosine distance of any two vectors."""
    least = [float((vectors[rows] @ vectors.T).min()) for rows in _rows(vectors)]
    return max(0.0, 1 - min(least))


def dispersion(vectors: Vectors, k: int, rng: np.random.Generator) -> float:
    """Return the sum of distances to the nearest already selected vector.

    Vectors are selected farthest-first from a random start, `k` in all: many separate
    pockets give a large sum, one pocket a small one.
    """
    if not 1 <= k <= len(vectors):
        raise ValueError(f"k must be in 1..{len(vectors)}, got {k}")
    _, distances = farthest_first(vectors, k, int(rng.integers(len(vectors))))
    return float(np.maximum(distances, 0).sum())


def farthest_first(vectors: Vectors, k: int, first: int) -> tuple[Ints, Scores]:
    """Return `k` rows selected farthest-first, none twice, and how far they were.

    The distances ``(k - 1,)`` of all but the first are to the nearest before each.
    """
    chosen, distances = [first], []
    nearest = 1 - vectors @ vectors[first]
    nearest[first] = -np.inf
    for _ in range(k - 1):
        chosen.append(int(nearest.argmax()))
        distances.append(float(nearest[chosen[-1]]))
        nearest = np.minimum(nearest, 1 - vectors @ vectors[chosen[-1]])
        nearest[chosen[-1]] = -np.inf
    return np.array(chosen), np.array(distances)


def coverage(original: Vectors, shrunk: Vectors) -> float:
    """Return 1 minus the mean distance of `original` to the nearest of `shrunk`."""
    nearest: list[Scores] = [
        (1 - original[rows] @ shrunk.T).min(axis=1) for rows in _rows(original)
    ]
    return float(1 - np.maximum(np.concatenate(nearest), 0).mean())


def flop_coverage(
    original: Ints, shrunk: Ints, bins: int = 20, share: float = 0.005
) -> float:
    """Return the share of the original's multiply-add bins that `shrunk` covers.

    The bins hold equal shares of `original` ``(n,)``; one is covered if at least
    `share` of `shrunk` ``(k,)`` lies in it. Bins that fall together count once.
    """
    edges = np.unique(np.quantile(original, np.linspace(0, 1, bins + 1)))
    if len(edges) < 2:
        return 1.0
    place = np.searchsorted(edges, shrunk, side="right") - 1
    place = np.where(shrunk == edges[-1], len(edges) - 2, place)
    inside = place[(place >= 0) & (place < len(edges) - 1)]
    counts = np.bincount(inside, minlength=len(edges) - 1)
    return float(np.mean(counts >= share * len(shrunk)))


def _rows(vectors: Vectors) -> list[slice]:
    """Return slices of rows that keep products with 20,000 others below 100 MB."""
    return chunks(len(vectors), CHUNK)
