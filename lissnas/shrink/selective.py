"""LISSNAS that queries pockets selectively, under a budget and to a target size.

The space of each iteration holds what was scored well, filled up with neighbours of
the best that locality leads to expect well, and shrinks on a geometric schedule from
the original size to the target. In each iteration the predictor is asked about the
most promising of those neighbours (module `candidates`). Where variety is wanted, a
share of the seeds, of the queries and of the space goes to what differs (module
`variety`).
"""

from collections.abc import Sequence
from math import ceil
from time import process_time

import numpy as np

from lissnas.arrays import Bools, contained
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import Pool, good_share, known_pool, standard_error
from lissnas.shrink.candidates import Members, candidates
from lissnas.shrink.locality import settled
from lissnas.shrink.plan import Plan
from lissnas.shrink.variety import Variety, variety
from lissnas.spaces import Space

LEAST_SEEDS, MOST_SEEDS = 50, 20_000
PROBES, FIRST_SPACE = 200, 8
FALL = 3.0  # standard errors by which the mean may fall before the run stops


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
    wide = variety(space, past[0], plan.diversity)
    seeds = _seeds(plan, wide, known)
    waiting, found = candidates(
        plan, space, wide, (seeds, known), past, (size, allowance), rng
    )
    is_last = last.step + 1 == plan.iterations
    probes = 0 if is_last else min(PROBES, allowance // 4)
    asked = np.zeros(len(waiting.keys), dtype=bool)
    asked[wide.choose(waiting.archs, waiting.expected, allowance - probes)] = True
    waiting = _scored(waiting, asked, counted)
    members = _members(wide, known, waiting, asked, size, is_last)
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


def _seeds(plan: Plan, wide: Variety, known: Pool) -> Pool:
    """Return the seeds, by falling score."""
    wanted = max(LEAST_SEEDS, ceil(plan.seed_share * len(known.keys)))
    rows = wide.choose(known.archs, known.scores, min(wanted, MOST_SEEDS))
    return Pool(known.archs[rows], known.keys[rows], known.scores[rows])


def _scored(waiting: Members, asked: Bools, counted: Counted) -> Members:
    """Return the candidates with the scores of those that are `asked` for."""
    predicted, expected = waiting.predicted.copy(), waiting.expected.copy()
    predicted[asked] = counted(waiting.archs[asked])
    expected[asked] = predicted[asked]
    return Members(waiting.archs, waiting.keys, predicted, expected)


def _members(
    wide: Variety,
    known: Pool,
    waiting: Members,
    asked: Bools,
    size: int,
    is_last: bool,
) -> Members:
    """Return the best `size` of all that was scored and all candidates.

    What was not scored is left out of the last space, as long as that can be filled
    without, and then the scored neighbours of each have a say in what is best.
    """
    full = is_last and len(known.keys) + asked.sum() >= size
    rows = np.flatnonzero(asked) if full else np.arange(len(asked))
    archs = np.concatenate([known.archs, waiting.archs[rows]])
    keys = np.concatenate([known.keys, waiting.keys[rows]])
    predicted = np.concatenate([known.scores, waiting.predicted[rows]])
    expected = np.concatenate([known.scores, waiting.expected[rows]])
    merit = settled(wide.space, archs, keys, expected) if full else expected
    chosen = wide.choose(archs, merit, size)
    chosen = chosen[np.argsort(-expected[chosen], kind="stable")]
    return Members(archs[chosen], keys[chosen], predicted[chosen], expected[chosen])


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
