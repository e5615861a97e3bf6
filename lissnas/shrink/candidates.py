"""What a selective iteration may choose from: near neighbours first, then farther ones.

All neighbours of the seeds at one edit are looked at, and what to expect of them
follows from the scores (module `locality`). Farther ones are drawn where near ones are
too few, and what to expect of one at distance d from a seed is the regression
mean + r(d) * (score of the seed - mean), where r(d) is the locality measured so far.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Ints, Keys, Scores, contained
from lissnas.records import Iteration
from lissnas.shrink.base import Pool
from lissnas.shrink.locality import near
from lissnas.shrink.plan import Plan
from lissnas.shrink.pockets import Pockets, joined, pockets
from lissnas.shrink.variety import Variety
from lissnas.spaces import Space
from lissnas.spaces.base import threshold_edit_distance

CHOICE = 2  # candidates looked at for each query
LEAST_SCORED = 50  # neighbours at a distance behind a measured slope


class Members(NamedTuple):
    """Members or candidates, best expectation first: identities, scores, expectations.

    Scores are NaN where the predictor was not asked.
    """

    archs: Archs
    keys: Keys
    predicted: Scores
    expected: Scores


def candidates(
    plan: Plan,
    space: Space,
    wide: Variety,
    pools: tuple[Pool, Pool],
    past: Sequence[Iteration],
    room: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[Members, Pockets]:
    """Return all unscored candidates, and which of them are new, with their seeds.

    `pools` are the seeds and all that was scored, `room` the size of the next space
    and its queries. All neighbours of the seeds are weighed; farther ones are drawn
    as far as these are too few.
    """
    (seeds, known), (size, allowance) = pools, room
    mean = float(past[0].sample_predicted.mean())
    close = near(wide, seeds, known, mean, max(size, CHOICE * allowance))
    frontier = _frontier(space, past[-1])
    old = ~contained(frontier.keys, close.keys)
    least = close.expected.min(initial=np.inf)  # no longer next to a seed: no more
    frontier = Members(
        frontier.archs[old],
        frontier.keys[old],
        frontier.predicted[old],
        np.minimum(frontier.expected[old], least),
    )
    waiting = len(close.keys) + len(frontier.keys)
    total = (CHOICE * allowance - waiting, size - len(known.keys) - waiting)
    excluded = np.concatenate([known.keys, frontier.keys, close.keys])
    more = _pockets(plan, space, seeds.archs, total, rng, excluded)
    distances = np.ones(len(close.keys), dtype=np.int64)
    farther = _expected(space, past, seeds.scores[more.parent], more.distance)
    found = joined(Pockets(close.archs, close.keys, close.parent, distances), more)
    expected = np.concatenate([close.expected, farther])
    return _merge(frontier, found, expected), found


def _frontier(space: Space, last: Iteration) -> Members:
    """Return the members of the last space that were not queried yet."""
    waiting = np.isnan(last.space_predicted)
    archs = last.space[waiting]
    return Members(
        archs,
        space.identity(archs),
        last.space_predicted[waiting],
        last.space_expected[waiting],
    )


def _pockets(
    plan: Plan,
    space: Space,
    seeds: Archs,
    total: tuple[int, int],
    rng: np.random.Generator,
    excluded: Keys,
) -> Pockets:
    """Return candidates near the seeds, and as many farther ones as the space needs.

    `total` is how many candidates to choose queries from, and how many the next space
    has room for; where near ones are too few for that, the distance is raised.
    """
    found = pockets(space, seeds, total[0], plan.max_distance, rng, excluded)
    for farthest in (threshold_edit_distance(space), space.total_edit_distance):
        missing = total[1] - len(found.keys)
        if missing > 0 and farthest > plan.max_distance:
            known = np.concatenate([excluded, found.keys])
            more = pockets(space, seeds, missing, farthest, rng, known)
            found = joined(found, more)
    return found


def _expected(
    space: Space, past: Sequence[Iteration], parents: Scores, distance: Ints
) -> Scores:
    """Return what locality leads to expect of neighbours of `parents`, ``(m,)``."""
    mean = float(past[0].sample_predicted.mean())
    half = max(threshold_edit_distance(space), 1)  # the correlation there is about .5
    slopes = 0.5 ** (np.arange(distance.max(initial=0) + 1) / half)
    last = past[-1]
    asked = ~np.isnan(last.neighbour_predicted)
    for step in range(1, len(slopes)):
        rows = asked & (last.distance == step)
        if rows.sum() >= LEAST_SCORED:
            above = last.seed_predicted[last.parent[rows]] - mean
            gain = last.neighbour_predicted[rows] - mean
            slopes[step] = np.clip(gain.sum() / max(above.sum(), 1e-12), 0, 1)
    expected: Scores = mean + slopes[distance] * (parents - mean)
    return expected


def _merge(frontier: Members, found: Pockets, expected: Scores) -> Members:
    """Return old and new unscored candidates, most promising first."""
    archs = np.concatenate([frontier.archs, found.archs])
    keys = np.concatenate([frontier.keys, found.keys])
    promise = np.concatenate([frontier.expected, expected])
    order = np.argsort(-promise, kind="stable")
    return Members(
        archs[order], keys[order], np.full(len(keys), np.nan), promise[order]
    )
