"""Operator pruning: options of decisions are dropped, the rest is the space.

A slot is a decision, and what may be dropped are the options that occur in some member
there, but never the last of a slot. In spaces that are no plain products, slots are
those of the canonical row; an option that says that a decision does not apply, such as
the operation of an absent vertex, is never dropped.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from lissnas.arrays import Archs, Oracle, first_occurrences
from lissnas.spaces import Space
from lissnas.subsets import ProductSubset, draw_distinct, whole

LEGAL_ROUNDS = 15
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


def allowing(space: Space, options: Sequence[Iterable[int]]) -> ProductSubset:
    """Return the subset of these operators, and of what says that none applies."""
    occurring = operations(whole(space))
    allowed = []
    for decision, chosen, slots in zip(
        space.decisions, options, occurring, strict=True
    ):
        real = {slot.option for slot in slots}
        others = set(range(len(decision.options))) - real
        allowed.append(tuple(sorted(others | set(chosen))))
    return ProductSubset(space, tuple(allowed))


def prune(
    subset: ProductSubset,
    order: Sequence[Slot],
    target: int,
    most: int,
    ends_early: bool = True,
) -> Pruned:
    """Return `subset` without at most `most` options, dropped in `order`.

    Ends as soon as at most `target` members are left, if it `ends_early`. What is the
    last of its slot, or would leave less than half of `target`, is kept.
    """
    dropped: list[Slot] = []
    least = max(-(-target // MIN_SHARE), 1)
    for slot in order:
        if len(dropped) == most or (ends_early and subset.size <= target):
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


def legal(
    space: Space,
    subset: ProductSubset,
    n: int,
    macs: float,
    rng: np.random.Generator,
) -> Archs:
    """Return at most `n` distinct uniform members within a limit of multiply-adds.

    `macs` are millions, 0 for no limit. Where few members are within it, fewer are
    found: at most 16 times `n` are drawn.
    """
    archs = draw_distinct(space, subset, n, rng)
    if not macs:
        return archs
    found = within(space, archs, macs)
    for _ in range(LEGAL_ROUNDS):
        if len(found) >= n or len(archs) == subset.size:
            break
        more = within(space, subset.sample(n, rng), macs)
        found = np.concatenate([found, more])
        found = found[first_occurrences(space.identity(found))]
    return found[:n]


def within(space: Space, archs: Archs, macs: float) -> Archs:
    """Return the rows that need at most `macs` millions of multiply-adds."""
    kept: Archs = archs[space.cost(archs).macs <= macs * 1e6]
    return kept


def lowest_of_each(order: Sequence[Slot], most: int) -> list[Slot]:
    """Return the first `most` slots of each decision, in their order."""
    left: Counter[int] = Counter()
    found = []
    for slot in order:
        left[slot.decision] += 1
        if left[slot.decision] <= most:
            found.append(slot)
    return found


def operator_scores(
    subset: ProductSubset,
    children: int,
    allowance: int,
    macs: float,
    score: Oracle,
    rng: np.random.Generator,
) -> tuple[Archs, dict[Slot, float]]:
    """Return the architectures scored, and the mean score of those with each operator.

    Uniform draws of `subset` serve all operators; one with fewer than `children` among
    them gets further draws of its own. At most `allowance` are scored, and none above
    `macs` millions of multiply-adds; an operator without any within has no use, and the
    least mean.
    """
    slots = [slot for options in operations(subset) for slot in options]
    space, found = subset.space, operations(subset)
    count = min(children * max(map(len, found)), allowance)
    shared = legal(space, subset, count, macs, rng)
    parts, missing = [shared], {}
    for slot in slots:
        have = int(np.sum(shared[:, slot.decision] == slot.option))
        exist = subset.counts[slot.decision][slot.option]
        missing[slot] = max(min(children, exist) - have, 0)
    room = max(allowance - len(shared), 0)
    scale = min(1.0, room / max(sum(missing.values()), 1))
    owner = [np.full(len(shared), -1)]
    for number, slot in enumerate(slots):
        wanted = int(missing[slot] * scale)
        if wanted:
            chosen = subset.only(slot.decision, [slot.option])
            own = legal(space, chosen, wanted, macs, rng)
            parts.append(own)
            owner.append(np.full(len(own), number))
    archs, owners = np.concatenate(parts), np.concatenate(owner)
    scores, means = score(archs), {}
    for number, slot in enumerate(slots):
        taken = archs[:, slot.decision] == slot.option
        taken &= (owners == -1) | (owners == number)
        if taken.any():
            means[slot] = float(scores[taken].mean())
        elif macs and missing[slot]:
            means[slot] = float("-inf")
    return archs[first_occurrences(space.identity(archs))], means


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
