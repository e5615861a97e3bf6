"""What the scored neighbours of an architecture lead to expect of it.

A neighbour of one good seed is good by locality; a neighbour of several is better
still, yet the seeds resemble each other and each says less than the one before. With
equally correlated seeds the best linear guess from n of them weighs the sum of what
they are above the mean by 1 / (1 + (n - 1) * c), times a slope that is measured on the
neighbours that were scored already.
"""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints, Keys, Scores
from lissnas.oracles.counted import find_sorted
from lissnas.shrink.base import Pool
from lissnas.spaces import Space

LIKENESS = 0.2  # correlation of the seeds next to one architecture
ROWS = 4096  # seeds whose neighbours are made at a time


@dataclass(frozen=True, slots=True)
class Near:
    """All unscored architectures one edit from seeds, most promising first.

    Rows ``(m, d)``, identities, the best seed next to each, and what to expect.
    """

    archs: Archs
    keys: Keys
    parent: Ints
    expected: Scores


def near(space: Space, seeds: Pool, known: Pool, mean: float, most: int) -> Near:
    """Return the `most` promising neighbours of `seeds` that are not in `known`.

    Both pools are sorted by falling score; `mean` is that of the original space.
    """
    archs, keys, parent = _neighbours(space, seeds.archs)
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    above = np.maximum(seeds.scores - mean, 0)[parent]
    total = np.bincount(place, weights=above)
    support = total / (1 + (np.bincount(place) - 1) * LIKENESS)
    archs, keys, parent = archs[first], keys[first], parent[first]
    order = np.argsort(known.keys)
    at, scored = find_sorted(known.keys[order], keys)
    gain = known.scores[order][at[scored]] - mean
    expected = mean + _slope(support[scored], gain) * support
    fresh = np.flatnonzero(~scored)
    chosen = fresh[np.lexsort((parent[fresh], -expected[fresh]))[:most]]
    return Near(archs[chosen], keys[chosen], parent[chosen], expected[chosen])


def _neighbours(space: Space, seeds: Archs) -> tuple[Archs, Keys, Ints]:
    """Return all neighbours of `seeds` with their identities and seed numbers."""
    parts = [
        (start, space.neighbours(seeds[start : start + ROWS]))
        for start in range(0, len(seeds), ROWS)
    ]
    archs = np.concatenate([found.archs for _, found in parts])
    parent = np.concatenate([start + found.source for start, found in parts])
    return archs, space.identity(archs), parent.astype(np.int64)


def _slope(support: Scores, gain: Scores) -> float:
    """Return the least-squares slope through the origin, in [0, 1]."""
    scale = float(support @ support)
    return float(np.clip(support @ gain / scale, 0, 1)) if scale > 0 else 0.5
