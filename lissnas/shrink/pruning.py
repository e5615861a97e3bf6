"""Operator pruning: options of decisions are dropped, the rest is the space.

A slot is a decision, and what may be dropped are the options that occur in some member
there, but never the last of a slot. In spaces that are no plain products, slots are
those of the canonical row; an option that says that a decision does not apply, such as
the operation of an absent vertex, is never dropped.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.oracles.counted import Counted
from lissnas.spaces import Space
from lissnas.subsets import ProductSubset, draw_distinct

MIN_SHARE = 2  # of a target: what would leave less than half of it is not dropped


@runtime_checkable
class Inapplicable(Protocol):
    """A space in which some decisions do not apply to every architecture."""

    @property
    def inapplicable(self) -> tuple[int, ...]:
        """Return each decision's option that says so, -1 where it always applies."""
        ...


class Slot(NamedTuple):
    """An option of a decision, by numbers."""

    decision: int
    option: int


class Pruned(NamedTuple):
    """What is left, and what was dropped."""

    subset: ProductSubset
    dropped: tuple[Slot, ...]


def operations(subset: ProductSubset) -> list[list[Slot]]:
    """Return the options of each decision that occur and are operations."""
    space, found = subset.space, []
    fixed = (
        space.inapplicable
        if isinstance(space, Inapplicable)
        else (-1,) * len(space.decisions)
    )
    for decision, counts in enumerate(subset.counts):
        options = [o for o, n in enumerate(counts) if n and o != fixed[decision]]
        found.append([Slot(decision, option) for option in options])
    return found


def prune(
    subset: ProductSubset, order: Sequence[Slot], target: int, most: int
) -> Pruned:
    """Return `subset` without at most `most` options, dropped in `order`.

    Ends as soon as at most `target` members are left. What is the last of its slot,
    or would leave less than half of `target`, is kept.
    """
    dropped: list[Slot] = []
    least = max(-(-target // MIN_SHARE), 1)
    for slot in order:
        if len(dropped) == most or subset.size <= target:
            break
        count = subset.counts[slot.decision][slot.option]
        rivals = operations(subset)[slot.decision]
        if len(rivals) < 2 or slot not in rivals or subset.size - count < least:
            continue
        subset = subset.without(*slot)
        dropped.append(slot)
    return Pruned(subset, tuple(dropped))


def ascending(shares: dict[Slot, float]) -> list[Slot]:
    """Return slots by rising value, ties in order of slots."""
    return sorted(shares, key=lambda slot: (shares[slot], slot))


def frequencies(subset: ProductSubset, archs: Archs) -> dict[Slot, float]:
    """Return the share of `archs` ``(n, d)`` that take each option of `subset`."""
    slots = [slot for options in operations(subset) for slot in options]
    return {slot: float(np.mean(archs[:, slot[0]] == slot[1])) for slot in slots}


def drawn(
    space: Space,
    subset: ProductSubset,
    n: int,
    counted: Counted,
    rng: np.random.Generator,
) -> tuple[Archs, Scores]:
    """Return about `n` distinct uniform members with their scores."""
    archs = draw_distinct(space, subset, n, rng)
    return archs, counted(archs)


def names(space: Space, dropped: Sequence[Slot], most: int = 4) -> str:
    """Return the dropped options in words."""
    if not dropped:
        return "Dropped nothing."
    shown = [
        f"{space.decisions[d].options[o]} at {space.decisions[d].name}"
        for d, o in dropped[:most]
    ]
    more = f" and {len(dropped) - most} more" if len(dropped) > most else ""
    count = f"{len(dropped)} option{'s' if len(dropped) != 1 else ''}"
    return f"Dropped {count}: {', '.join(shown)}{more}."
