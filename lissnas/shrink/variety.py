"""Variety: a share of every choice goes to what differs, not to what scores best.

Each choice of `count` architectures takes most by score alone. Half of the rest is
dealt to quantiles of multiply-adds in equal parts, the best of each first. The other
half are those that lie farthest apart, among all but the worst; where that is too many
to find one by one, the rest is dealt to the regions around them alike.
"""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints, Scores, chunks
from lissnas.metrics.diversity import farthest_first, unit_vectors
from lissnas.records import Iteration
from lissnas.spaces import Space

BINS, WORST = 20, 0.2  # quantiles; share of the original space that is left out
FARTHEST, POOL = 1024, 8192  # found one by one, among so many
CENTRES, LOOK, ROWS = 256, 4, 16_384  # regions; looked at for each chosen from them


@dataclass(frozen=True, slots=True, eq=False)
class Variety:
    """What choices are made by: the share for variety, and what is large and bad.

    `edges` are multiply-adds between the quantiles of the original space, `least` is
    the score from which an architecture may be chosen because it differs.
    """

    space: Space
    share: float
    edges: Scores
    least: float

    def choose(self, archs: Archs, scores: Scores, count: int) -> Ints:
        """Return which `count` to choose, by falling score, ``(count,)``."""
        order = np.argsort(-scores, kind="stable")
        dealt = round(self.share * min(count, len(order)))
        if not dealt or count >= len(order):
            return order[:count]
        chosen = np.arange(len(order)) < count - dealt
        rest = np.flatnonzero(~chosen)
        macs = self.space.cost(archs[order[rest]]).macs
        level = np.searchsorted(self.edges, macs, side="right")
        chosen[rest[_dealt(level, dealt // 2)]] = True
        rest = np.flatnonzero(~chosen)
        rest = rest[
            : max(np.sum(scores[order[rest]] >= self.least), count - chosen.sum())
        ]
        chosen[rest[self._apart(archs[order[rest]], count - int(chosen.sum()))]] = True
        return order[chosen]

    def _apart(self, archs: Archs, count: int) -> Ints:
        """Return `count` that lie apart, or in turn of the regions around such."""
        pool = _strided(np.arange(len(archs)), POOL)
        vectors = unit_vectors(self.space, archs[pool])
        picked, _ = farthest_first(vectors, min(count, FARTHEST, len(pool)), 0)
        missing = count - len(picked)
        if not missing:
            return pool[picked]
        others = np.setdiff1d(np.arange(len(archs)), pool[picked])
        others = _strided(others, LOOK * missing)
        centres = vectors[picked[:CENTRES]].T
        nearest = np.empty(len(others), dtype=np.int64)
        for rows in chunks(len(others), ROWS):
            near = unit_vectors(self.space, archs[others[rows]]) @ centres
            nearest[rows] = near.argmax(axis=1)
        return np.concatenate([pool[picked], others[_dealt(nearest, missing)]])


def _strided(rows: Ints, most: int) -> Ints:
    """Return at most `most` rows, evenly spread over all, the first included."""
    return rows[np.arange(most) * len(rows) // most] if len(rows) > most else rows


def variety(space: Space, start: Iteration, share: float) -> Variety:
    """Return what a `share` for variety means after the first iteration of a run."""
    macs = space.cost(start.sample).macs
    edges = np.quantile(macs, np.linspace(0, 1, BINS + 1)[1:-1])
    least = float(np.quantile(start.sample_predicted, WORST))
    return Variety(space, share, edges, least)


def _dealt(labels: Ints, count: int) -> Ints:
    """Return the first `count` if labels take turns, ``(count,)``."""
    return np.lexsort((np.arange(len(labels)), _occurrence(labels)))[:count]


def _occurrence(labels: Ints) -> Ints:
    """Return how often each label occurred before, ``(n,)``."""
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    count = np.empty(len(labels), dtype=np.int64)
    count[order] = np.arange(len(ordered)) - np.repeat(starts, lengths)
    return count
