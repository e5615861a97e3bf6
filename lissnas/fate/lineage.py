"""Where many architectures come from: the iteration that first met each, its seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints
from lissnas.fate.follow import find_rows
from lissnas.fate.nearest import nearest_of_many
from lissnas.records import Iteration
from lissnas.spaces import Space


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """Which of an iteration's seeds is nearest to each ``(n,)``, how far; -1 unknown.

    A neighbour belongs to the seed it was made from.
    """

    seed: Ints
    distance: Ints


def born(history: Sequence[Iteration], archs: Archs) -> Ints:
    """Return the first iteration that drew, made, scored or kept each, -1 for none."""
    found = np.full(len(archs), -1, dtype=np.int64)
    for one in history:
        for rows in (one.sample, one.queried, one.seeds, one.neighbours, one.space):
            waiting = np.flatnonzero(found < 0)
            hit = find_rows(rows, archs[waiting]) >= 0
            found[waiting[hit]] = one.step
    return found


def around(space: Space, iteration: Iteration, archs: Archs) -> Around:
    """Return the seed of an iteration that each of ``(n, d)`` belongs to."""
    seed, distance = nearest_of_many(space, archs, iteration.seeds)
    made = find_rows(iteration.neighbours, archs)
    rows = np.flatnonzero(made >= 0)
    seed[rows] = iteration.parent[made[rows]]
    distance[rows] = iteration.distance[made[rows]]
    return Around(seed, distance)


def links(
    iteration: Iteration, archs: Archs, most: int, rng: np.random.Generator
) -> Ints:
    """Return rows of distinct `archs` ``(m, 2)``: seeds and neighbours made from them.

    At most `most` of those with both ends among `archs`; which of more is by chance.
    """
    seeds = find_rows(archs, iteration.seeds)
    ends = find_rows(archs, iteration.neighbours)
    starts = seeds[iteration.parent]
    rows = np.flatnonzero((starts >= 0) & (ends >= 0))
    chosen = np.sort(rng.permutation(rows)[:most])
    return np.column_stack([starts[chosen], ends[chosen]])
