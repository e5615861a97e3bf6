"""What the scored neighbours of an architecture lead to expect of it.

A neighbour of one good seed is good by locality; a neighbour of several is better
still, yet the seeds resemble each other and each says less than the one before. With
equally correlated seeds the best linear guess from n of them weighs the sum of what
they are above the mean by 1 / (1 + (n - 1) * c), times a slope that is measured on the
neighbours that were scored already. Where few were scored, all of them are heard
instead, also the bad and the far ones (module `kriging`).
"""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints, Keys, Scores, chunks
from lissnas.oracles.counted import find_sorted
from lissnas.shrink.base import Pool
from lissnas.shrink.kriging import kriged
from lissnas.shrink.variety import Variety
from lissnas.spaces import Space

EVIDENCE = 1500  # most scores that are weighed all together
SAY = 0.3  # weight of the neighbours in a settled score
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


def near(wide: Variety, seeds: Pool, known: Pool, mean: float, most: int) -> Near:
    """Return the `most` promising neighbours of `seeds` that are not in `known`.

    Both pools are sorted by falling score; `mean` is that of the original space.
    """
    space = wide.space
    archs, keys, parent = _neighbours(space, seeds.archs)
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(known.keys)
    at, scored = find_sorted(known.keys[order], keys[first])
    fresh = first[~scored]
    if len(known.keys) <= EVIDENCE:
        expected = kriged(space, known, archs[fresh])
    else:
        gain = known.scores[order][at[scored]] - mean
        support = _support(seeds, mean, parent, place)
        expected = mean + (_slope(support[scored], gain) * support)[~scored]
    ties = np.lexsort((parent[fresh], -expected))
    fresh, expected = fresh[ties], expected[ties]
    chosen = wide.choose(archs[fresh], expected, most)
    fresh = fresh[chosen]
    return Near(archs[fresh], keys[fresh], parent[fresh], expected[chosen])


def settled(space: Space, archs: Archs, keys: Keys, scores: Scores) -> Scores:
    """Return scores that agree better with those of their neighbours, ``(n,)``.

    Where the predictor errs about one architecture, it seldom errs alike about all
    around it; so the mean of those neighbours that were scored has a say. In large
    spaces, whose predictors saw more, scores are better as they are.
    """
    if len(keys) > EVIDENCE:
        return scores
    order = np.argsort(keys)
    total, count = np.zeros(len(keys)), np.zeros(len(keys), dtype=np.int64)
    for rows in chunks(len(archs), ROWS):
        found = space.neighbours(archs[rows])
        at, known = find_sorted(keys[order], space.identity(found.archs))
        source = found.source[known] + rows.start
        others = scores[order[at[known]]]
        total += np.bincount(source, weights=others, minlength=len(keys))
        count += np.bincount(source, minlength=len(keys))
    around = np.where(count > 0, total / np.maximum(count, 1), scores)
    return (1 - SAY) * scores + SAY * around


def _support(seeds: Pool, mean: float, parent: Ints, place: Ints) -> Scores:
    """Return what the seeds next to each say together, ``(u,)``.

    `parent` and `place` ``(m,)`` are the seed and the architecture of each edit.
    """
    above = np.maximum(seeds.scores - mean, 0)[parent]
    total = np.bincount(place, weights=above)
    support: Scores = total / (1 + (np.bincount(place) - 1) * LIKENESS)
    return support


def _neighbours(space: Space, seeds: Archs) -> tuple[Archs, Keys, Ints]:
    """Return all neighbours of `seeds` with their identities and seed numbers."""
    wide = [
        (rows.start, space.neighbours(seeds[rows])) for rows in chunks(len(seeds), ROWS)
    ]
    archs = np.concatenate([found.archs for _, found in wide])
    parent = np.concatenate([start + found.source for start, found in wide])
    return archs, space.identity(archs), parent.astype(np.int64)


def _slope(support: Scores, gain: Scores) -> float:
    """Return the least-squares slope through the origin, in [0, 1]."""
    scale = float(support @ support)
    return float(np.clip(support @ gain / scale, 0, 1)) if scale > 0 else 0.5
