"""Why an architecture is in the space of a run, or why it is not, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs
from lissnas.fate.follow import Fates, fates
from lissnas.fate.nearest import nearest
from lissnas.fate.reasons import Near, Reason, because, touched, turns
from lissnas.records import Iteration, final
from lissnas.spaces import Space


@dataclass(frozen=True, slots=True)
class Why:
    """Why an architecture is in the space that stands after some iterations, or not.

    Parameters
    ----------
    inside
        Whether it is in.
    reason, sentence
        What decided, and the same in words.
    born
        The iteration that first drew, made, scored or kept it; None if none did.
    since, left
        The iteration since which it is in, or that last left it out.
    maker
        The iteration whose seed it was made from, or is nearest to; None without.
    seed
        That seed, a row ``(d,)``, and `distance`, how many edits away it is; without
        seed the distance is one that no seed is within.
    predicted, threshold
        Its score as far as the run knows, and what scores were held against in the
        iteration that decided: the lowest kept, or the lowest of its seeds where only
        seeds are chosen by score; NaN without.
    true
        Its true accuracy, NaN where unknown.
    """

    inside: bool
    reason: Reason
    sentence: str
    born: int | None
    since: int | None
    left: int | None
    maker: int | None
    seed: Archs | None
    distance: int | None
    predicted: float
    threshold: float
    true: float


def why(
    space: Space,
    history: Sequence[Iteration],
    arch: Archs,
    true: float = np.nan,
    barred: str = "",
) -> Why:
    """Return why a row ``(d,)`` is in the space after `history`, or why it is not.

    `true` is its accuracy where that is known. `barred` says in words which constraint
    of the run forbids it, if one does.
    """
    arch = space.canonical(arch[None])[0]
    last = final(list(history))
    followed = [one for one in history if one.step <= last.step and one.accepted]
    known = fates(space, followed, arch[None])
    inside = bool(known.kept[0, -1])
    maker, row, distance = _maker(space, followed, known, arch)
    since, left = turns(known)
    seed = None if maker is None or row < 0 else followed[maker].seeds[row]
    near = Near(maker is not None and row >= 0, distance)
    reason, words, threshold = because(space, followed, known, arch, barred, near)
    return Why(
        inside=inside,
        reason=reason,
        sentence=words,
        born=_born(known),
        since=None if since is None else followed[since].step,
        left=None if left is None else followed[left].step,
        maker=None if maker is None else followed[maker].step,
        seed=seed,
        distance=None if distance is None else int(distance),
        predicted=float(known.predicted[0, -1]),
        threshold=threshold,
        true=float(true),
    )


def _born(known: Fates) -> int | None:
    """Return the first iteration that drew, made, scored or kept it."""
    if known.sampled[0, 0] or known.scored[0, 0]:
        return int(known.steps[0])
    places = touched(known)
    return int(known.steps[places[0]]) if places else None


def _maker(
    space: Space, followed: Sequence[Iteration], known: Fates, arch: Archs
) -> tuple[int | None, int, int | None]:
    """Return the place of the iteration with its seed, the seed's row, the distance.

    The latest seed it was made from; a seed is its own. Without, the nearest of all
    seeds of the latest iteration that has such. Row -1: none is so near.
    """
    for t in reversed(range(len(followed))):
        if known.parent[0, t] >= 0:
            return t, int(known.parent[0, t]), int(known.distance[0, t])
    best: tuple[int | None, int, int | None] = (None, -1, None)
    for t in reversed(range(len(followed))):
        if not len(followed[t].seeds) or not len(followed[t].neighbours):
            continue
        found = nearest(space, arch, followed[t].seeds)
        closer = best[2] is None or (found.row >= 0, -found.distance) > (
            best[1] >= 0,
            -best[2],
        )
        if closer:
            best = (t, found.row, found.distance)
        if found.row >= 0 and found.distance <= 1:
            break
    return best
