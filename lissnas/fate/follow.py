"""Architectures followed through the iterations of a run: what each did with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Scores, readonly, row_keys
from lissnas.records import Iteration
from lissnas.spaces import Space
from lissnas.subsets import restore

SEED = "seed"
MADE_KEPT = "neighbour, kept"
MADE = "neighbour, not kept"
ENTERED = "came in"
KEPT = "kept"
DROPPED = "dropped"
DISCARDED = "not in what was discarded"
SCORED = "scored, not kept"
OUTSIDE = "outside"
START = "original space"
SAMPLED = "sampled"
WORDS: dict[str, str] = {
    START: "The original space holds it.",
    SAMPLED: "Drawn from the space and scored.",
    SEED: "One of the best, whose neighbours were made.",
    MADE_KEPT: "Made from a seed, and in the new space.",
    MADE: "Made from a seed, and left out of the new space.",
    ENTERED: "In the new space, but not in the one before.",
    KEPT: "In the new space and in the one before.",
    DROPPED: "In the space before, but not in the new one.",
    DISCARDED: "The iteration's space was discarded, and it was not in it.",
    SCORED: "Scored, and not in the new space.",
    OUTSIDE: "The iteration did nothing with it.",
}
"""What an iteration can have done with an architecture, and what that means."""


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """What iterations ``(t,)`` did with architectures ``(p, d)``; arrays ``(p, t)``.

    Parameters
    ----------
    steps, accepted
        The iterations, and which of their spaces were not discarded.
    sampled, scored, seed, kept
        Whether it was drawn, first asked about, a seed, and in the new space.
    parent, distance
        Row of the seed it was made from and its edit distance, else -1.
    predicted, expected
        Its score as far as known by then, and what was expected of it as a member;
        NaN where neither.
    """

    archs: Archs
    steps: Ints
    accepted: Bools
    sampled: Bools
    scored: Bools
    seed: Bools
    kept: Bools
    parent: Ints
    distance: Ints
    predicted: Scores
    expected: Scores

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, readonly(getattr(self, field.name)))


def fates(space: Space, history: Sequence[Iteration], archs: Archs) -> Fates:
    """Return what the iterations of a run did with architectures ``(p, d)``."""
    archs = space.canonical(archs)
    shape = (len(archs), len(history))
    flags = {name: np.zeros(shape, dtype=bool) for name in ("sampled", "scored")}
    flags |= {name: np.zeros(shape, dtype=bool) for name in ("seed", "kept")}
    parent, distance = np.full(shape, -1), np.full(shape, -1)
    predicted, expected = np.full(shape, np.nan), np.full(shape, np.nan)
    for t, one in enumerate(history):
        if t:
            predicted[:, t] = predicted[:, t - 1]
        flags["sampled"][:, t] = find_rows(one.sample, archs) >= 0
        flags["seed"][:, t] = find_rows(one.seeds, archs) >= 0
        asked = find_rows(one.queried, archs)
        flags["scored"][:, t] = asked >= 0
        predicted[asked >= 0, t] = one.queried_predicted[asked[asked >= 0]]
        made = find_rows(one.neighbours, archs)
        rows = made[made >= 0]
        parent[made >= 0, t], distance[made >= 0, t] = (
            one.parent[rows],
            one.distance[rows],
        )
        flags["kept"][:, t] = members(space, one, archs)
        held = find_rows(one.space, archs)
        expected[held >= 0, t] = one.space_expected[held[held >= 0]]
    return Fates(
        archs=archs,
        steps=np.array([one.step for one in history], dtype=np.int64),
        accepted=np.array([one.accepted for one in history], dtype=bool),
        **flags,
        parent=parent,
        distance=distance,
        predicted=predicted,
        expected=expected,
    )


def members(space: Space, iteration: Iteration, archs: Archs) -> Bools:
    """Return which canonical rows ``(p, d)`` an iteration's space holds, ``(p,)``."""
    if iteration.step == 0:
        return np.ones(len(archs), dtype=bool)
    if iteration.subset is None:
        return find_rows(iteration.space, archs) >= 0
    return restore(space, iteration.subset, iteration.space).contains(archs)


def find_rows(rows: Archs, archs: Archs) -> Ints:
    """Return at which row each architecture ``(p, d)`` is first found, -1 if nowhere.

    Few architectures are looked for among up to millions of rows.
    """
    found = np.full(len(archs), -1, dtype=np.int64)
    if not len(rows) or not len(archs):
        return found
    wanted, inverse = np.unique(row_keys(archs), return_inverse=True)
    keys = row_keys(rows.astype(archs.dtype, copy=False))
    place = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    hit = np.flatnonzero(wanted[place] == keys)[::-1]
    first = np.full(len(wanted), -1, dtype=np.int64)
    first[place[hit]] = hit
    found[:] = first[inverse]
    return found


def looked_up(parts: Iterable[tuple[Archs, Scores]], archs: Archs) -> Scores:
    """Return what parts, rows with a value each, know of architectures ``(p, d)``.

    NaN where no part knows a value.
    """
    values = np.full(len(archs), np.nan)
    for rows, scores in parts:
        unknown = np.flatnonzero(np.isnan(values))
        found = find_rows(rows, archs[unknown])
        hit = found >= 0
        values[unknown[hit]] = scores[found[hit]]
    return values


def standing(found: Fates) -> Bools:
    """Return which spaces that stood before each iteration held each, ``(p, t)``."""
    before = np.ones_like(found.kept)
    for t in range(1, before.shape[1]):
        last = found.kept if found.accepted[t - 1] else before
        before[:, t] = last[:, t - 1]
    return before


def words(found: Fates) -> list[list[str]]:
    """Return what each iteration did with each architecture: keys of `WORDS`."""
    before = standing(found)
    return [
        [_word(found, before, p, t) for t in range(len(found.steps))]
        for p in range(len(found.archs))
    ]


def _word(found: Fates, before: Bools, p: int, t: int) -> str:
    """Return the most telling word for an architecture in an iteration."""
    kept = found.kept[p, t]
    if found.steps[t] == 0:
        return SAMPLED if found.sampled[p, t] else START
    if found.seed[p, t]:
        return SEED
    if found.parent[p, t] >= 0:
        return MADE_KEPT if kept else MADE
    if kept:
        return KEPT if before[p, t] else ENTERED
    if before[p, t]:
        return DROPPED if found.accepted[t] else DISCARDED
    return SCORED if found.scored[p, t] else OUTSIDE
