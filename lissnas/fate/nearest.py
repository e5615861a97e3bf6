"""The nearest of some seeds, by shortest edits, also where no formula gives them."""

from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Ints, chunks, contained, first_occurrences
from lissnas.fate.follow import find_rows
from lissnas.spaces import Space
from lissnas.spaces.base import Distanced

FRONTIER = 30_000  # architectures whose neighbours are looked at to find a seed
PAIRS = 2**20  # distances computed at a time
MOST_PAIRS = 2**22  # distances computed in all


class Nearest(NamedTuple):
    """A seed's row and its edit distance; row -1: none is within `distance` edits."""

    row: int
    distance: int


def nearest(space: Space, arch: Archs, seeds: Archs) -> Nearest:
    """Return which of canonical `seeds` ``(q, d)`` is nearest to one row ``(d,)``.

    A space that knows no distances is searched around the seeds, as far as the
    neighbours of some 30,000 architectures reach.
    """
    row = int(find_rows(seeds, arch[None])[0]) if len(seeds) else -1
    if row >= 0 or not len(seeds):
        return Nearest(row, 0)
    if isinstance(space, Distanced):
        distance = space.distance(np.repeat(arch[None], len(seeds), axis=0), seeds)
        row = int(distance.argmin())
        return Nearest(row, int(distance[row]))
    rows, distances, reached = _spread(space, arch[None], seeds)
    found = rows[0] >= 0
    return Nearest(int(rows[0]), int(distances[0]) if found else reached)


def nearest_of_many(space: Space, archs: Archs, seeds: Archs) -> tuple[Ints, Ints]:
    """Return row and distance ``(n,)`` of the seed nearest to each of many rows.

    -1 where that takes too long to know: beyond so many pairs of a space with
    distances, or farther than some 30,000 architectures around all seeds reach.
    """
    row = find_rows(seeds, archs)
    distance = np.where(row >= 0, 0, -1)
    if not len(seeds) or not len(archs):
        return row, distance
    if space.enumerable or not isinstance(space, Distanced):
        return _spread(space, archs, seeds)[:2]
    if len(seeds) * len(archs) > MOST_PAIRS:
        return row, distance
    for part in chunks(len(archs), max(PAIRS // len(seeds), 1)):
        some = archs[part]
        each = space.distance(
            np.repeat(some, len(seeds), axis=0), np.tile(seeds, (len(some), 1))
        )
        table = each.reshape(len(some), len(seeds))
        row[part], distance[part] = table.argmin(axis=1), table.min(axis=1)
    return row, distance


def _spread(space: Space, archs: Archs, seeds: Archs) -> tuple[Ints, Ints, int]:
    """Return the nearest seeds by looking at all at 1, 2, ... edits from the seeds.

    The last number is how far that went. It begins at the seeds, as a run does: in
    spaces with isomorphs an edit may lead to where none leads back.
    """
    row = find_rows(seeds, archs)
    distance = np.where(row >= 0, 0, -1)
    edge, owner, steps = seeds, np.arange(len(seeds)), 0
    seen = space.identity(seeds)
    while (distance < 0).any() and 0 < len(edge) <= FRONTIER:
        found = space.neighbours(edge)
        keys = space.identity(found.archs)
        first = first_occurrences(keys)
        first = first[~contained(keys[first], seen)]
        edge, owner = found.archs[first], owner[found.source[first]]
        seen, steps = np.concatenate([seen, keys[first]]), steps + 1
        place = find_rows(archs, edge)
        hit = place >= 0
        row[place[hit]], distance[place[hit]] = owner[hit], steps
    first = find_rows(archs, archs)  # what is there twice was found once
    return row[first], distance[first], steps
