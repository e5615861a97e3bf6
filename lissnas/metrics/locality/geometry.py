"""How many architectures are how many edits away: locality's exact surroundings."""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Ints, Scores, first_occurrences
from lissnas.spaces import Space
from lissnas.spaces.base import Distanced
from lissnas.spaces.categorical import CategoricalSpace

SOURCES, LOOKED_AT, WALKED, MOST = 200, 2_000_000, 8, 40_000


@dataclass(frozen=True, slots=True)
class Geometry:
    """Architectures at each distance.

    Parameters
    ----------
    distance, count
        ``(k,)``: edit distances and the mean number of architectures that far away.
    method
        In words, how they were counted and whether that is exact.
    """

    distance: Ints
    count: Scores
    method: str


def geometry(space: Space, rng: np.random.Generator) -> Geometry:
    """Return how many architectures are at each edit distance of one.

    Exact where each decision is free; a mean over some architectures elsewhere, by
    distances to all others or, in spaces too large for that, by following edits.
    """
    if isinstance(space, CategoricalSpace):
        counts = _symmetric(space.limits - 1)[1:]
        return Geometry(
            np.arange(1, len(counts) + 1), counts, "exact, the same everywhere"
        )
    if isinstance(space, Distanced) and space.enumerable:
        return _by_distances(space, rng)
    return _by_edits(space, rng)


def _symmetric(weights: Ints) -> Scores:
    """Return the elementary symmetric polynomials e_0, e_1, ... of `weights`."""
    found = np.ones(1)
    for weight in weights[weights > 0]:
        found = np.convolve(found, [1.0, float(weight)])
    return found


def _by_distances(space: Distanced, rng: np.random.Generator) -> Geometry:
    """Return means over sampled architectures of the distances to all others."""
    everything = space.enumerate()
    count = min(SOURCES, LOOKED_AT // len(everything) + 1)
    sources = everything[rng.permutation(len(everything))[:count]]
    totals = np.zeros(0)
    for source in sources:
        near = np.bincount(
            space.distance(np.tile(source, (len(everything), 1)), everything)
        )
        totals = np.pad(totals, (0, max(0, len(near) - len(totals))))
        totals[: len(near)] += near
    counts = totals[1:] / len(sources)
    how = f"exact distances, mean over {len(sources):,} architectures"
    return Geometry(np.arange(1, len(counts) + 1), counts, how)


def _by_edits(space: Space, rng: np.random.Generator) -> Geometry:
    """Return how many architectures single edits lead to, for a few architectures."""
    rows = []
    for source in space.sample(WALKED, rng):
        shell = source[None]
        seen = shell
        counts: list[int] = []
        while sum(counts) < MOST and len(counts) < space.total_edit_distance:
            reached = space.neighbours(shell).archs
            both = np.concatenate([seen, reached])
            first = first_occurrences(space.identity(both))
            shell = both[first[first >= len(seen)]]
            if not len(shell):
                break
            seen = np.concatenate([seen, shell])
            counts.append(len(shell))
            if len(shell) * counts[0] > 10 * MOST:
                break
        rows.append(counts)
    depth = min(map(len, rows))
    counts_by_row = np.array([row[:depth] for row in rows], dtype=np.float64)
    how = f"by following single edits, mean over {WALKED} architectures"
    return Geometry(np.arange(1, depth + 1), counts_by_row.mean(axis=0), how)
