"""LISSNAS as published (section 4.3): all neighbours of the seeds are kept.

Each iteration draws a sample from the space, takes its best as seeds, generates as
many neighbours as the next space has room for, and goes on while the mean predicted
accuracy rises. Only samples, and at most 20,000 members of each new space for its
mean, are scored. Neighbours may lie outside the last space, but the size is capped,
so that it falls in every iteration.
"""

from collections.abc import Callable, Sequence
from math import ceil
from time import process_time
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import Pool, best, good_share, pool, standard_error
from lissnas.shrink.plan import Plan
from lissnas.shrink.pockets import Pockets, pockets
from lissnas.spaces import Space

Propose = Callable[[Plan, Space, Pool, int, Counted, np.random.Generator], "Proposal"]
"""Return the next space, of at most so many members, from a ranked sample."""

SCORED_WHOLE, SCORED_SAMPLE, LEAST_SAMPLE = 20_000, 10_000, 100
FIRST_SPACE = 8  # times the target, for a space too large to halve
LARGEST_SPACE = 2**23


class Proposal(NamedTuple):
    """The next space: seeds, their neighbours, and other members ``(o, d)``."""

    seeds: Pool
    neighbours: Pockets
    others: Archs


def seeds_of(plan: Plan, ranked: Pool, size: int) -> Pool:
    """Return the best of a ranked sample, at most `size`."""
    count = ceil(plan.seed_share * len(ranked.keys))
    return best(ranked, max(1, min(count, size)))


def with_neighbours(
    plan: Plan,
    space: Space,
    ranked: Pool,
    size: int,
    counted: Counted,
    rng: np.random.Generator,
) -> Proposal:
    """Return the seeds and as many neighbours as there is room for."""
    seeds = seeds_of(plan, ranked, size)
    found = pockets(space, seeds.archs, size - len(seeds.archs), plan.max_distance, rng)
    return Proposal(seeds, found, seeds.archs[:0])


def iterate(
    plan: Plan,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
    propose: Propose = with_neighbours,
) -> Iteration:
    """Return the iteration after `past`, accepted or not."""
    start, last = process_time(), past[-1]
    sample, scores = last.sample, last.sample_predicted
    if last.step > 0:
        room = min(plan.samples, len(last.space), plan.queries - counted.queries)
        chosen = rng.choice(len(last.space), max(room, 1), replace=False)
        sample = last.space[np.sort(chosen)]
        scores = counted(sample)
    ranked = pool(space, sample, scores)
    size = _next_size(plan, last.size)
    seeds, found, others = propose(plan, space, ranked, size, counted, rng)
    members = np.concatenate([seeds.archs, found.archs, others])
    predicted = _member_scores(plan, members, len(seeds.archs), counted, rng)
    measured = predicted[~np.isnan(predicted)]
    decision, reason, accepted = _decide(plan, last, len(members), measured, counted)
    queried, queried_scores = counted.drain()
    return Iteration(
        step=last.step + 1,
        sample=sample,
        sample_predicted=scores,
        seeds=seeds.archs,
        seed_predicted=seeds.scores,
        neighbours=members[len(seeds.archs) :][: len(found.archs)],  # no copy
        neighbour_predicted=predicted[len(seeds.archs) :][: len(found.archs)],
        parent=found.parent,
        distance=found.distance,
        space=members,
        space_predicted=predicted,
        space_expected=predicted,
        queried=queried,
        queried_predicted=queried_scores,
        size=len(members),
        previous_size=last.size,
        mean_predicted=float(measured.mean()),
        standard_error=standard_error(measured),
        p_good_predicted=good_share(measured, past[0].sample_predicted),
        queries=counted.queries,
        seconds=process_time() - start,
        decision=decision,
        reason=reason,
        accepted=accepted,
    )


def _next_size(plan: Plan, size: int) -> int:
    """Return the most architectures the next space may hold."""
    kept = int(plan.keep * size)
    if kept > LARGEST_SPACE:
        kept = min(FIRST_SPACE * plan.target, LARGEST_SPACE)
        kept = kept if plan.target > 1 else LARGEST_SPACE
    return max(kept, min(plan.target, size - 1), 1)


def _member_scores(
    plan: Plan,
    members: Archs,
    seeds: int,
    counted: Counted,
    rng: np.random.Generator,
) -> Scores:
    """Return predictions of `members`, of a uniform sample only if they are many.

    The other entries are NaN, also where the query budget does not reach.
    """
    left = plan.queries - counted.queries
    count = len(members) if len(members) <= SCORED_WHOLE else SCORED_SAMPLE
    chosen = rng.permutation(len(members))[: max(min(count, left), 0)]
    if count == len(members) <= left:
        chosen = np.arange(len(members))
    predicted = np.full(len(members), np.nan)
    predicted[chosen] = counted(members[chosen])
    if not len(chosen):
        predicted[:seeds] = counted(members[:seeds])  # known already
    return predicted


def _decide(
    plan: Plan, last: Iteration, size: int, measured: Scores, counted: Counted
) -> tuple[Decision, str, bool]:
    """Return the decision, its reason in words, and whether the space is accepted."""
    mean, noise = float(measured.mean()), standard_error(measured)
    change = f"{last.mean_predicted:.2%} to {mean:.2%}"
    if size >= last.size:
        reason = (
            f"Stop: the size would not fall ({last.size:,} to {size:,}); the previous "
            "space is the result."
        )
        return Decision.PLATEAU, reason, False
    if mean <= last.mean_predicted + plan.tolerance * noise:
        reason = (
            f"Stop: the mean predicted accuracy no longer rises ({change}); the "
            "previous space is the result."
        )
        return Decision.PLATEAU, reason, False
    rise = (
        f"The mean predicted accuracy rises from {change}, the size falls to {size:,}."
    )
    if size <= plan.target:
        return Decision.TARGET, f"{rise} Stop: the target size is reached.", True
    if plan.queries - counted.queries < LEAST_SAMPLE:
        spent = f"{rise} Stop: the query budget of {plan.queries:,} is spent."
        return Decision.BUDGET, spent, True
    if last.step + 1 == plan.iterations:
        done = f"{rise} Stop: all {plan.iterations} iterations are done."
        return Decision.BUDGET, done, True
    return Decision.CONTINUE, f"{rise} Go on.", True
