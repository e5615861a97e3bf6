"""The iteration record of a step that ends with a subset of the space."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import empty_rows, good_share, standard_error
from lissnas.spaces import Space
from lissnas.subsets import Subset, draw_distinct, restore, whole

HELD_WHOLE, HELD_SAMPLE = 2**17, 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a step did: what it scored, its elite, the new space, and what it decided.

    Parameters
    ----------
    sample, elite
        Architectures ``(s, d)`` and ``(e, d)`` drawn from the previous space, and the
        best of them.
    subset
        The new space.
    probes
        How many uniform members to score for the mean, where not all are scored.
    uniform
        Uniform members that are scored already, instead.
    news, end
        What happened and what comes next, as sentences.
    start
        Processor time at which the step began.
    """

    sample: Archs
    elite: Archs
    subset: Subset
    probes: int
    decision: Decision
    news: str
    end: str
    start: float
    accepted: bool = True
    uniform: Archs | None = None


def outcome(
    step: Step,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the record of a step, whose new space is measured by uniform draws."""
    last, subset = standing(past), step.subset
    rows = _held(space, subset, rng)
    if step.uniform is None:
        measured = _measured(rows, step.probes, counted, rng)
    else:
        measured = counted(step.uniform)
    predicted = counted.known(rows)
    mean = float(measured.mean()) if len(measured) else float("nan")
    queried, queried_scores = counted.drain()
    return Iteration(
        step=len(past),
        sample=step.sample,
        sample_predicted=counted.known(step.sample),
        seeds=step.elite,
        seed_predicted=counted.known(step.elite),
        neighbours=empty_rows(space),
        neighbour_predicted=np.zeros(0),
        parent=np.zeros(0, dtype=np.int64),
        distance=np.zeros(0, dtype=np.int64),
        space=rows,
        space_predicted=predicted,
        space_expected=predicted,
        queried=queried,
        queried_predicted=queried_scores,
        size=subset.size,
        previous_size=last.size,
        mean_predicted=mean,
        standard_error=standard_error(measured),
        p_good_predicted=good_share(measured, past[0].sample_predicted),
        queries=counted.queries,
        seconds=process_time() - step.start,
        decision=step.decision,
        reason=_sentence(step, last, mean),
        accepted=step.accepted,
        subset=None if subset.kind == "explicit" else subset.describe(),
    )


def standing(past: Sequence[Iteration]) -> Iteration:
    """Return the iteration whose space stands: the last accepted one."""
    return next(one for one in reversed(past) if one.accepted)


def current(space: Space, past: Sequence[Iteration]) -> Subset:
    """Return the space that stands, as a subset of the original."""
    last = standing(past)
    if last.step == 0:
        return whole(space)
    return restore(space, last.subset, last.space)


def _held(space: Space, subset: Subset, rng: np.random.Generator) -> Archs:
    """Return all members, or a uniform sample of a larger subset."""
    if subset.enumerable and subset.size <= HELD_WHOLE:
        return subset.enumerate()
    if subset.kind == "explicit":
        return subset.enumerate()
    if subset.enumerable:
        return draw_distinct(space, subset, HELD_SAMPLE, rng)
    few = max(subset.size // 2, 1)  # so that distinct draws are not hard to find
    return draw_distinct(space, subset, min(HELD_SAMPLE, few), rng)


def _measured(
    rows: Archs, probes: int, counted: Counted, rng: np.random.Generator
) -> Scores:
    """Return the scores of all of `rows` where they are known, else of a sample."""
    known = counted.known(rows)
    if not np.isnan(known).any():
        return known
    if probes > 0:
        return counted(rows[np.sort(rng.permutation(len(rows))[:probes])])
    return known[~np.isnan(known)]


def _sentence(step: Step, last: Iteration, mean: float) -> str:
    """Return what happened, in words."""
    size = step.subset.size
    about = "" if step.subset.exact else "about "
    if size == last.size:
        change = f"the size stays {size:,}"
    else:
        change = f"the size goes from {last.size:,} to {about}{size:,}"
    return (
        f"{step.news} The mean predicted accuracy goes from {last.mean_predicted:.2%} "
        f"to {mean:.2%}, {change}. {step.end}"
    )
