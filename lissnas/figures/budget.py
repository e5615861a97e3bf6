"""Which of too many points are drawn: every group, and every level of a value."""

import numpy as np

from lissnas.arrays import Ints, Scores


def quotas(counts: Ints, budget: int) -> Ints:
    """Return how many of each group are drawn, ``(g,)``, `budget` in all at most.

    Groups share alike; what a small group does not need goes to the larger ones, so a
    small one is drawn whole.
    """
    found, left = np.zeros(len(counts), dtype=np.int64), budget
    for place, which in enumerate(np.argsort(counts, kind="stable")):
        found[which] = min(counts[which], left // (len(counts) - place))
        left -= found[which]
    return found


def stratified(
    group: Ints, value: Scores, groups: int, budget: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return rows within a budget, by group and in order, and all counts by group.

    A group that is too large is cut, by rising value, into as many equal strata as it
    may have rows, and one row of each is drawn. So its worst and best are shown as well
    as its middle, and the share of every level is kept.

    Parameters
    ----------
    group, value
        The group, in 0..groups-1, and the value of each row, ``(n,)``; unknown values,
        NaN, are strata of their own after the highest.
    """
    if budget < groups:
        raise ValueError(f"budget must be at least {groups}, got {budget}")
    counts = np.bincount(group, minlength=groups)
    rows = []
    for which, quota in enumerate(quotas(counts, budget).tolist()):
        members = np.flatnonzero(group == which)
        if quota < len(members):
            members = members[np.argsort(value[members], kind="stable")]
            edges = np.arange(quota + 1) * len(members) // max(quota, 1)
            members = np.sort(members[rng.integers(edges[:-1], edges[1:])])
        rows.append(members)
    return np.concatenate(rows), counts
