"""LISSNAS that queries pockets selectively, under a budget and to a target size.

The space of each iteration holds what was scored well, filled up with neighbours of
the best that locality leads to expect well, and shrinks on a geometric schedule from
the original size to the target. In each iteration the predictor is asked about the
most promising of those neighbours. All neighbours at one edit are looked at, and what
to expect of one follows from all seeds next to it (module `locality`). Farther ones
are drawn where near ones are too few, and what to expect of one at distance d from a
seed is the regression mean + r(d) * (score of the seed - mean), where r(d) is the
locality measured in the run so far.
"""

from collections.abc import Sequence
from math import ceil
from time import process_time
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Ints, Keys, Scores, contained
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import Pool, best, good_share, known_pool, standard_error
from lissnas.shrink.locality import near
from lissnas.shrink.plan import Plan
from lissnas.shrink.pockets import Pockets, joined, pockets
from lissnas.spaces import Space
from lissnas.spaces.base import threshold_edit_distance

LEAST_SEEDS, MOST_SEEDS = 50, 20_000
PROBES, FIRST_SPACE, CHOICE = 200, 8, 2
FALL = 3.0  # standard errors by which the mean may fall before the run stops


class Members(NamedTuple):
    """A space's members, best expectation first: identities, scores, expectations."""

    archs: Archs
    keys: Keys
    predicted: Scores
    expected: Scores


def iterate(
    plan: Plan,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the iteration after `past`."""
    start, last = process_time(), past[-1]
    size, allowance = _schedule(plan, last, counted.queries)
    known = known_pool(space, past)
    wanted = max(LEAST_SEEDS, ceil(plan.seed_share * len(known.keys)))
    seeds = best(known, min(wanted, MOST_SEEDS))
    found, expected, frontier = _found(
        plan, space, (seeds, known), past, (size, allowance), rng
    )
    candidates = _merge(frontier, found, expected)
    is_last = last.step + 1 == plan.iterations
    probes = 0 if is_last else min(PROBES, allowance // 4)
    asked = counted(candidates.archs[: allowance - probes])
    members = _members(known, candidates, asked, size, is_last)
    spread = float(past[0].sample_predicted.std())
    members, mean, noise = _probe(members, probes, spread, counted, rng)
    decision, reason, accepted = _decide(plan, last, members, (mean, noise), counted)
    queried, queried_scores = counted.drain()
    fresh = contained(found.keys, space.identity(queried))
    predicted = np.full(len(found.keys), np.nan)
    predicted[fresh] = counted(found.archs[fresh])
    return Iteration(
        step=last.step + 1,
        sample=last.sample[:0],
        sample_predicted=last.sample_predicted[:0],
        seeds=seeds.archs,
        seed_predicted=seeds.scores,
        neighbours=found.archs,
        neighbour_predicted=predicted,
        parent=found.parent,
        distance=found.distance,
        space=members.archs,
        space_predicted=members.predicted,
        space_expected=members.expected,
        queried=queried,
        queried_predicted=queried_scores,
        size=len(members.keys),
        previous_size=last.size,
        mean_predicted=mean,
        standard_error=noise,
        p_good_predicted=good_share(members.expected, past[0].sample_predicted),
        queries=counted.queries,
        seconds=process_time() - start,
        decision=decision,
        reason=reason,
        accepted=accepted,
    )


def _schedule(plan: Plan, last: Iteration, queries: int) -> tuple[int, int]:
    """Return the size of the next space and how many queries it may take."""
    left = plan.iterations - last.step
    largest = last.size if last.step else min(last.size, FIRST_SPACE * plan.target)
    ratio = (plan.target / largest) ** (1 / left)
    size = max(
        min(int(largest * ratio), last.size - 1), min(plan.target, last.size - 1)
    )
    return size, max((plan.queries - queries) // left, 0)


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


def _found(
    plan: Plan,
    space: Space,
    pools: tuple[Pool, Pool],
    past: Sequence[Iteration],
    room: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[Pockets, Scores, Members]:
    """Return new candidates, what to expect of them, and the old ones besides.

    `pools` are the seeds and all that was scored, `room` the size of the next space
    and its queries. All neighbours of the seeds are weighed; farther ones are drawn
    as far as these are too few.
    """
    (seeds, known), (size, allowance) = pools, room
    mean = float(past[0].sample_predicted.mean())
    close = near(space, seeds, known, mean, max(size, CHOICE * allowance))
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
    expected = _expected(space, past, seeds.scores[more.parent], more.distance)
    found = joined(Pockets(close.archs, close.keys, close.parent, distances), more)
    return found, np.concatenate([close.expected, expected]), frontier


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
        if rows.sum() >= LEAST_SEEDS:
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


def _members(
    known: Pool, candidates: Members, asked: Scores, size: int, is_last: bool
) -> Members:
    """Return the best `size` of all that was scored and all candidates.

    `asked` are the scores of the first candidates. What was not scored is left out of
    the last space, as long as that can be filled without.
    """
    fresh = len(asked)
    scores = np.concatenate([known.scores, asked])
    archs = np.concatenate([known.archs, candidates.archs[:fresh]])
    keys = np.concatenate([known.keys, candidates.keys[:fresh]])
    expected = scores
    if not (is_last and len(scores) >= size):
        archs = np.concatenate([archs, candidates.archs[fresh:]])
        keys = np.concatenate([keys, candidates.keys[fresh:]])
        expected = np.concatenate([scores, candidates.expected[fresh:]])
        scores = np.concatenate([scores, candidates.predicted[fresh:]])
    order = np.argsort(-expected, kind="stable")[:size]
    return Members(archs[order], keys[order], scores[order], expected[order])


def _probe(
    members: Members,
    probes: int,
    spread: float,
    counted: Counted,
    rng: np.random.Generator,
) -> tuple[Members, float, float]:
    """Score some unscored members, and return the space's mean with its error.

    The mean is that of the scored and the unscored members, weighted by their
    numbers. The second is what was expected of them, corrected by how far uniform
    draws were from that; without draws the unscored are left out. A few draws seldom
    meet the long low tail of accuracies, so their error is taken to be at least that
    of as many draws from the original space, whose standard deviation is `spread`.
    """
    waiting = np.flatnonzero(np.isnan(members.predicted))
    chosen = rng.permutation(waiting)[:probes]
    scored = members.predicted[~np.isnan(members.predicted)]
    predicted, expected = members.predicted.copy(), members.expected.copy()
    predicted[chosen] = counted(members.archs[chosen])
    surprise = predicted[chosen] - expected[chosen]
    guess = expected[waiting].mean() if len(waiting) else 0.0
    expected[chosen] = predicted[chosen]
    result = Members(members.archs, members.keys, predicted, expected)
    if not len(chosen):
        return result, float(scored.mean()), 0.0
    share = len(waiting) / len(predicted)
    known = float(scored.mean()) if len(scored) else 0.0
    mean = (1 - share) * known + share * float(guess + surprise.mean())
    least = spread / float(np.sqrt(len(chosen)))
    return result, mean, share * max(standard_error(surprise), least)


def _decide(
    plan: Plan,
    last: Iteration,
    members: Members,
    mean: tuple[float, float],
    counted: Counted,
) -> tuple[Decision, str, bool]:
    """Return the decision, its reason in words, and whether the space is accepted."""
    size = len(members.keys)
    change = f"{last.mean_predicted:.2%} to {mean[0]:.2%}"
    noise = float(np.hypot(mean[1], last.standard_error))
    if mean[0] < last.mean_predicted - FALL * noise:
        reason = (
            f"Stop: the mean predicted accuracy fell from {change}; the previous space "
            "is the result."
        )
        return Decision.PLATEAU, reason, False
    moves = "rises" if mean[0] > last.mean_predicted else "stays within its error"
    news = f"The mean predicted accuracy {moves}, {change}, the size falls to {size:,}."
    if size <= plan.target:
        return Decision.TARGET, f"{news} Stop: the target size is reached.", True
    if counted.queries >= plan.queries or last.step + 1 == plan.iterations:
        spent = f"{news} Stop: the query budget of {plan.queries:,} is spent."
        return Decision.BUDGET, spent, True
    return Decision.CONTINUE, f"{news} Go on.", True
