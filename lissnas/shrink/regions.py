"""Variety: a share of every choice goes to the best of many regions.

A region holds the architectures that are nearest to one of some uniform draws and whose
multiply-adds lie between the same two quantiles. Each choice of `count` architectures
takes most by score alone. The rest is dealt to the quantiles in equal parts, and within
each the best of every region come first, then the second best, and so on.
"""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints, Scores, chunks
from lissnas.metrics.diversity import Vectors, unit_vectors
from lissnas.spaces import Space

ANCHORS, BINS, ROWS = 256, 20, 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The regions around uniform draws, and the share of choices they get."""

    space: Space
    share: float
    anchors: Vectors
    edges: Scores

    def of(self, archs: Archs) -> tuple[Ints, Ints]:
        """Return the quantile of multiply-adds and the region of each, ``(n,)``."""
        nearest = np.empty(len(archs), dtype=np.int64)
        for rows in chunks(len(archs), ROWS):
            vectors = unit_vectors(self.space, archs[rows])
            nearest[rows] = (vectors @ self.anchors.T).argmax(axis=1)
        level = np.searchsorted(self.edges, self.space.cost(archs).macs, side="right")
        return level, level * len(self.anchors) + nearest

    def choose(self, archs: Archs, scores: Scores, count: int) -> Ints:
        """Return which `count` to choose, by falling score, ``(count,)``."""
        order = np.argsort(-scores, kind="stable")
        dealt = round(self.share * min(count, len(order)))
        if not dealt or count >= len(order):
            return order[:count]
        first, rest = order[: count - dealt], order[count - dealt :]
        level, region = self.of(archs[rest])
        turn = _occurrence(region)  # 0 for the best of a region, 1 for the next
        turns = np.lexsort((turn, level))
        place = np.empty(len(rest), dtype=np.int64)
        place[turns] = _occurrence(level[turns])  # its place within its quantile
        chosen = np.lexsort((np.arange(len(rest)), place))[:dealt]
        return np.concatenate([first, rest[np.sort(chosen)]])


def regions(space: Space, sample: Archs, share: float) -> Regions:
    """Return the regions that a uniform `sample` ``(s, d)`` of a space spans."""
    edges = np.quantile(space.cost(sample).macs, np.linspace(0, 1, BINS + 1)[1:-1])
    anchors = unit_vectors(space, sample[:ANCHORS])
    return Regions(space, share, anchors, edges)


def _occurrence(labels: Ints) -> Ints:
    """Return how often each label occurred before, ``(n,)``."""
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    count = np.empty(len(labels), dtype=np.int64)
    count[order] = np.arange(len(ordered)) - np.repeat(starts, lengths)
    return count
