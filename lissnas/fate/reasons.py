"""What decided about an architecture in a run, as a reason and in words."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs
from lissnas.fate.failing import failed
from lissnas.fate.follow import Fates
from lissnas.records import Iteration
from lissnas.spaces import Space


class Reason(StrEnum):
    """What decided about an architecture."""

    ORIGINAL = "the original space"
    KEPT = "kept"
    FORBIDDEN = "forbidden by a constraint"
    OPTION = "an option that was dropped"
    TEST = "a test it does not pass"
    BELOW = "below the threshold"
    LIMIT = "dropped by a limit"
    UNQUERIED = "never queried"
    FAR = "farther than the radius of every seed"
    UNDRAWN = "never drawn"


class Near(NamedTuple):
    """How far the nearest seed is: known, or only that none is within a distance."""

    known: bool
    distance: int | None


def lowest(iteration: Iteration) -> float:
    """Return the lowest score among the scored members of a space, NaN without."""
    scores = iteration.space_predicted
    scores = scores[~np.isnan(scores)]
    return float(scores.min()) if len(scores) else float("nan")


def touched(known: Fates) -> list[int]:
    """Return the places of iterations after the first that dealt with it."""
    some = known.sampled | known.scored | known.seed | (known.parent >= 0) | known.kept
    return [int(t) for t in np.flatnonzero(some[0]) if t > 0]


def turns(known: Fates) -> tuple[int | None, int | None]:
    """Return the places since which it is in, and of the iteration that left it out."""
    kept = known.kept[0]
    if kept[-1]:
        out = np.flatnonzero(~kept)
        return (int(out[-1]) + 1 if len(out) else 0), None
    return None, int(np.flatnonzero(kept)[-1]) + 1


def because(
    space: Space,
    followed: Sequence[Iteration],
    known: Fates,
    arch: Archs,
    barred: str,
    near: Near,
) -> tuple[Reason, str, float]:
    """Return what decided, as a reason and in words, and the threshold."""
    least = lowest(followed[-1])
    if len(followed) == 1:
        text = "It is in: the original space holds every architecture."
        return Reason.ORIGINAL, text, least
    if known.kept[0, -1]:
        return Reason.KEPT, _kept(followed, known, near.distance), least
    if barred:
        return Reason.FORBIDDEN, f"It is not in: {barred}.", least
    for one in followed[1:]:
        for kind, words in failed(space, one, arch):
            reason = Reason.OPTION if kind == "option" else Reason.TEST
            text = f"It was dropped in iteration {one.step}: {words}."
            return reason, text, lowest(one)
    met, score = touched(known), float(known.predicted[0, -1])
    if met or not np.isnan(score):
        return _left_out(followed, known, met, score)
    return (*_never_met(followed, near), least)


def _kept(followed: Sequence[Iteration], known: Fates, distance: int | None) -> str:
    """Return how a member came in."""
    since, _ = turns(known)
    score, last = float(known.predicted[0, -1]), followed[-1]
    place = f"since iteration {followed[since or 0].step}" if since else "all along"
    text = f"It is in, {place}"
    makers = np.flatnonzero(known.parent[0] >= 0)
    if len(makers):
        made = followed[int(makers[-1])].step
        text += f": iteration {made} made it {_edits(distance)} from a seed"
    elif known.seed[0].any():
        text += f": it was a seed itself in iteration {_seeded(followed, known)}"
    elif last.subset is not None:
        text += ": all its options are allowed, and it passes all tests"
    if not np.isnan(score):
        least = lowest(last)
        return (
            f"{text}. Its predicted {score:.2%}; the lowest score kept is {least:.2%}."
        )
    if last.subset is not None:
        return f"{text}. The run never asked for its own score."
    expected = float(known.expected[0, -1])
    more = "" if np.isnan(expected) else f"; locality leads to expect {expected:.2%}"
    return f"{text}. It was never scored itself{more}."


def _seeded(followed: Sequence[Iteration], known: Fates) -> int:
    """Return the last iteration in which it was a seed."""
    return followed[int(np.flatnonzero(known.seed[0])[-1])].step


def _never_met(followed: Sequence[Iteration], near: Near) -> tuple[Reason, str]:
    """Return why a run never met an architecture that its list leaves out."""
    made = [one for one in followed if len(one.neighbours)]
    if not made:
        return Reason.UNDRAWN, (
            "It is not in: it was never drawn; the run scored "
            f"{followed[-1].queries:,} architectures."
        )
    radius = max(int(one.distance.max()) for one in made)
    if not near.known or (near.distance or 0) > radius:
        far = f"the nearest seed is {_edits(near.distance)} away"
        if not near.known:
            far = f"no seed is within {_edits(near.distance)}"
        return Reason.FAR, (
            f"It is not in: {far}, and neighbours were made up to {_edits(radius)}."
        )
    count = sum(len(one.neighbours) for one in made)
    return Reason.LIMIT, (
        f"It is not in: a seed is {_edits(near.distance)} away, within the radius of "
        f"{_edits(radius)}, but it was not among the {count:,} neighbours that the run "
        "made."
    )


def _left_out(
    followed: Sequence[Iteration], known: Fates, met: list[int], score: float
) -> tuple[Reason, str, float]:
    """Return why one that the run met is not in its list, and the threshold."""
    left = turns(known)[1] or 0
    t = max([left, *[one for one in met if not known.kept[0, one]]])
    step, size, least = followed[t].step, followed[t].size, lowest(followed[t])
    if np.isnan(score):
        text = (
            "It is not in: the run met it, but never asked for its score; iteration "
            f"{step} had room for {size:,}, and others promised more."
        )
        return Reason.UNQUERIED, text, least
    seeds = followed[t].seed_predicted
    if score < least:
        text = (
            f"It is not in: its predicted {score:.2%} is below {least:.2%}, the lowest "
            f"score that iteration {step} kept."
        )
        return Reason.BELOW, text, least
    if len(seeds) and score < seeds.min() and known.parent[0, t] < 0:
        text = (
            f"It is not in: its predicted {score:.2%} is below {seeds.min():.2%}, the "
            f"lowest of the seeds of iteration {step}, and among the {size:,} kept it "
            "was not drawn as a neighbour of one."
        )
        return Reason.LIMIT, text, float(seeds.min())
    text = (
        f"It is not in: its predicted {score:.2%} would do, but iteration {step} had "
        f"room for {size:,} only, and took others."
    )
    return Reason.LIMIT, text, least


def _edits(count: int | None) -> str:
    """Return a number of edits in words."""
    return f"{count or 0} edit{'' if count == 1 else 's'}"
