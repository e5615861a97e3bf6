"""How far two stages of AnyNetX are apart, and draws at a distance.

Edits change one of w, b and g and may only lead to forms. All the same, as many of
them as there are differences suffice to get from one form to any other. All b g are
powers of two, so a form is valid if b g is at most the largest power of two that
divides w. First lower b or g where they are to be lower: b g falls, so w allows it.
Then change w: b g is now at most what it will be in the end, which the new w allows.
Then raise the others, up to there. So the shortest edit distance of two forms is the
number of their differences, and that of two networks likewise. With edits of one kind
only, what differs otherwise cannot be reached, and one edit a stage leads to any valid
value.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Bools, Ints, Scores
from lissnas.spaces.anynetx.stages import DEPTHS, FORMS, KINDS, STAGES

FARTHEST = 3  # differences of two forms


class Moves(NamedTuple):
    """All forms ordered by their distance from each form.

    ``order[f, start[f, k] : start[f, k + 1]]`` are the forms at distance k of form f;
    `start` is ``(f, 5)``, `number` ``(f, 4)`` how many they are.
    """

    order: npt.NDArray[np.int16]
    start: Ints
    number: Scores


@lru_cache(maxsize=8)
def moves(kind: str | None) -> Moves:
    """Return the distances between forms by edits of one kind, or of all."""
    distance = np.zeros((len(FORMS), len(FORMS)), dtype=np.int8)
    for column, name in enumerate(KINDS[1:]):
        differs = FORMS[:, None, column] != FORMS[None, :, column]
        distance += differs if kind in (None, name) else differs * np.int8(FARTHEST + 1)
    far = FARTHEST + 1
    distance = np.minimum(distance, far)
    order = np.argsort(distance, axis=1, kind="stable").astype(np.int16)
    number = np.stack([(distance == k).sum(axis=1) for k in range(far)], axis=1)
    start = np.concatenate([np.zeros((len(FORMS), 1), int), number.cumsum(axis=1)], 1)
    return Moves(order, start, number.astype(np.float64))


def mean_shells() -> Scores:
    """Return the mean number of networks 1, 2, ... 16 edits away, ``(16,)``, exactly.

    Stages are independent, so the mean of a product of counts is that of means.
    """
    stage = np.convolve([1, len(DEPTHS) - 1], moves(None).number.mean(axis=0))
    counts = np.ones(1)
    for _ in range(STAGES):
        counts = np.convolve(counts, stage)
    return counts[1:]


def draw(
    depths: Ints,
    forms: Ints,
    distance: Ints,
    rng: np.random.Generator,
    kind: str | None = None,
) -> tuple[Ints, Ints, Bools]:
    """Return networks at their distances, and for which of those given there is one.

    Depths and forms are options ``(n, 4)`` by stage. The numbers of stages at each
    distance from a stage are multiplied like polynomials from the last stage on; then
    each stage in turn draws its share of the distance, and what it is.
    """
    table = moves(kind)
    steps = len(DEPTHS) - 1 if kind in (None, "depth") else 0
    same = np.pad(table.number[forms], ((0, 0), (0, 0), (0, 1)))  # by distance 0..4
    ways = same.copy()
    ways[:, :, 1:] += steps * same[:, :, :-1]
    rest = _products(ways)
    some = rest[0][np.arange(len(forms)), distance] > 0
    same, ways, left = same[some], ways[some], distance[some]
    found = depths[some], forms[some]
    row = np.arange(len(left))
    for stage in range(STAGES):
        depth, form = (part[:, stage] for part in found)
        share = _share(ways[:, stage], rest[stage + 1][some], left, rng)
        left = left - share
        point = rng.random(len(row)) * ways[row, stage, share]
        deeper = point >= same[row, stage, share]
        step = rng.integers(1, len(DEPTHS), len(row)) * deeper
        depth[:] = (depth + step) % len(DEPTHS)
        far = share - deeper
        nth = (rng.random(len(row)) * table.number[form, far]).astype(np.int64)
        form[:] = table.order[form, table.start[form, far] + nth]
    return *found, some


def _products(ways: Scores) -> list[Scores]:
    """Return, for each stage on, how many ways lead to each distance ``(n, 17)``."""
    n, count, most = ways.shape
    rest = [np.zeros((n, count * (most - 1) + 1))]
    rest[0][:, 0] = 1
    for stage in range(count)[::-1]:
        total = np.zeros_like(rest[0])
        for k in range(most):
            total[:, k:] += ways[:, stage, k, None] * rest[0][:, : total.shape[1] - k]
        rest.insert(0, total)
    return rest


def _share(own: Scores, after: Scores, left: Ints, rng: np.random.Generator) -> Ints:
    """Return how much of the distance `left` a stage takes, ``(n,)``."""
    row = np.arange(len(left))
    weights = np.zeros_like(own)
    for k in range(own.shape[1]):
        others = after[row, np.maximum(left - k, 0)]
        weights[:, k] = np.where(left >= k, own[:, k] * others, 0)
    bounds = weights.cumsum(axis=1)
    point = rng.random(len(left)) * bounds[:, -1]
    return np.asarray((bounds <= point[:, None]).sum(axis=1))
