"""Measured truth beside every claim: what a space is really worth.

The shrinkers see predictions only. Here their spaces are compared with true
accuracies, where a table has them, and with the original space.
"""

from dataclasses import dataclass, field, fields

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Keys, Oracle, Scores, contained, readonly
from lissnas.metrics.shrinkage import (
    ShrinkIndex,
    good_threshold,
    reduction_factor,
    shrink_index,
)
from lissnas.oracles import Table
from lissnas.records import Iteration, final
from lissnas.spaces import Space
from lissnas.spaces.base import sample_distinct
from lissnas.subsets import restore

TOP = 100
SAMPLE = 10_000
Measures = dict[str, float | int | bool | None]


@dataclass(frozen=True, slots=True)
class Original:
    """The original space, for comparison: a sample of it and its true statistics.

    Parameters
    ----------
    archs, predicted, true, params, macs
        At most 10,000 distinct uniform architectures ``(n, d)`` and ``(n,)`` each;
        `true` is NaN where it is unknown.
    top
        Identities of the truly best 100, best first; empty without a complete table.
    threshold
        True accuracy from which an architecture counts as good: a quantile of the
        original space; NaN without truth.
    p_good, mean_true, max_true
        Of the original space: all of it where the table is complete, else the known.
    complete
        Whether the true accuracy of every architecture is known.
    known
        How many true accuracies of the original space are known.
    held_true, held_predicted
        Accuracies ``(h,)`` of the pairs held out to measure the predictor; empty where
        they were not kept.
    """

    archs: Archs
    predicted: Scores
    true: Scores
    params: Ints
    macs: Ints
    top: Keys
    threshold: float
    p_good: float
    mean_true: float
    max_true: float
    complete: bool
    known: int = 0
    held_true: Scores = field(default_factory=lambda: np.zeros(0))
    held_predicted: Scores = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, one.name, readonly(value))


def original(
    space: Space,
    table: Table | None,
    predict: Oracle,
    rng: np.random.Generator,
    index: ShrinkIndex | None = None,
    held_out: tuple[Scores, Scores] | None = None,
) -> Original:
    """Return the original space's sample and statistics.

    `held_out` are true and predicted accuracies of pairs the predictor did not see.
    """
    none = np.zeros(0)
    held_true, held_predicted = held_out or (none, none)
    archs = sample_distinct(space, min(SAMPLE, space.size), rng)
    cost = space.cost(archs)
    unknown = np.full(len(archs), np.nan)
    known = table.accuracy if table else np.zeros(0)
    complete = len(known) == space.size
    quantile = (index or ShrinkIndex()).quantile
    threshold = good_threshold(known, quantile) if len(known) else np.nan
    order = np.argsort(-known, kind="stable")[:TOP]
    return Original(
        archs=archs,
        predicted=predict(archs),
        true=table.lookup(space)(archs) if table else unknown,
        params=cost.params,
        macs=cost.macs,
        top=table.keys[order] if table and complete else np.zeros(0, dtype=np.int64),
        threshold=float(threshold),
        p_good=float(np.mean(known >= threshold)) if len(known) else np.nan,
        mean_true=float(known.mean()) if len(known) else np.nan,
        max_true=float(known.max()) if len(known) else np.nan,
        complete=complete,
        known=len(known),
        held_true=held_true,
        held_predicted=held_predicted,
    )


def measures(
    iteration: Iteration,
    true: Scores,
    start: Original,
    index: ShrinkIndex | None = None,
) -> Measures:
    """Return the numbers of one iteration; None for what has no ground truth.

    `true` are the true accuracies of the space's members, NaN if unknown. `known`
    says of how many members true numbers are: all, where the table is complete.
    """
    index = index or ShrinkIndex()
    known = true[~np.isnan(true)]
    p_good: float | None = None
    mean = maximum = None
    if iteration.step == 0 and not np.isnan(start.mean_true):
        mean, maximum, p_good = start.mean_true, start.max_true, start.p_good
    elif len(known):
        mean, maximum = float(known.mean()), float(known.max())
        p_good = float(np.mean(known >= start.threshold))
    gain = (
        None
        if p_good is None
        else float(shrink_index(start.p_good, p_good, index.n, index.k))
    )
    return {
        "step": iteration.step,
        "size": iteration.size,
        "known": len(known) if iteration.step else start.known,
        "queries": iteration.queries,
        "mean_predicted": iteration.mean_predicted,
        "mean_true": mean,
        "max_true": maximum,
        "p_good": p_good,
        "shrink_index": gain,
        "seconds": iteration.seconds,
    }


def final_measures(
    iterations: list[Iteration],
    measured: list[Measures],
    start: Original,
    space: Space,
    best: Archs | None = None,
) -> Measures:
    """Return the numbers of the result: those of its iteration and its recall.

    `best` are the architectures `start.top`; without them the recall of a space of
    which only a sample is held stays unknown.
    """
    last = final(iterations)
    numbers = measured[[one is last for one in iterations].index(True)]
    contains = recall = None
    found = top_found(last, start, space, best)
    if found is not None:
        contains, recall = bool(found[0]), float(found.mean())
    return {
        "size": last.size,
        "known": numbers.get("known"),
        "queries": iterations[-1].queries,
        "mean_true": numbers["mean_true"],
        "max_true": numbers["max_true"],
        "contains_best": contains,
        "top100_recall": recall,
        "p_good": numbers["p_good"],
        "shrink_index": numbers["shrink_index"],
        "reduction_factor": float(reduction_factor(space.size, last.size)),
    }


def top_found(
    last: Iteration, start: Original, space: Space, best: Archs | None
) -> Bools | None:
    """Return which of the truly best are members of the last space, if known."""
    if not len(start.top):
        return None
    if last.sampled:
        members = restore(space, last.subset, last.space)
        return None if best is None else members.contains(best)
    kept = space.identity(last.space)
    found: Bools = contained(start.top, kept) | (last.step == 0)
    return found


def members_true(iteration: Iteration, space: Space, table: Table) -> Scores:
    """Return the true accuracies of an iteration's space, NaN where unknown.

    Where only a sample of the space is held, those of all members that the table has,
    so that nothing is estimated which the table knows.
    """
    if not iteration.sampled:
        return table.lookup(space)(iteration.space)
    members = restore(space, iteration.subset, iteration.space)
    return table.accuracy[members.contains(table.archs)]
