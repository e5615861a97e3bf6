"""How many architectures are how many edits away: locality's exact surroundings."""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Ints, Scores, first_occurrences
from lissnas.spaces import Space
from lissnas.spaces.base import Shells, Surrounded

WALKED, MOST = 8, 40_000


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

    As the space knows it; otherwise as single edits lead there from some.
    """
    if isinstance(space, Surrounded):
        found = space.shells(rng)
    else:
        found = _by_edits(space, rng)
    return Geometry(np.arange(1, len(found.number) + 1), *found)


def _by_edits(space: Space, rng: np.random.Generator) -> Shells:
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
    how = f"by following single edits from {WALKED} architectures"
    return Shells(counts_by_row.mean(axis=0), how)
