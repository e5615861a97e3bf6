"""The rules by which the publication narrows AnyNetX: exact sizes, uniform draws.

A network is four depths and four forms (width, bottleneck ratio, group width). Rules on
depths and on forms do not touch each other; forms are counted by bottleneck ratio and
group width where these are shared, and by width along the stages where it must not
fall.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise, product
from math import comb
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces.anynetx.stages import (
    BOTTLENECKS,
    DEPTHS,
    FORMS,
    GROUPS,
    STAGES,
    WIDTHS,
)

DEPTH, WIDTH, BOTTLENECK, GROUP = (
    slice(kind * STAGES, (kind + 1) * STAGES) for kind in range(4)
)
SHARED_B, SHARED_G = "shared bottleneck ratio", "shared group width"
RISING_W, RISING_D = "widths do not fall", "depths do not fall"


def _alike(columns: slice) -> Callable[[Archs], Bools]:
    """Return the rule that all stages take the same option."""
    return lambda archs: np.asarray((np.diff(archs[:, columns], axis=1) == 0).all(1))


def _rising(columns: slice) -> Callable[[Archs], Bools]:
    """Return the rule that no stage takes a smaller option than the one before."""
    return lambda archs: np.asarray((np.diff(archs[:, columns], axis=1) >= 0).all(1))


CONSTRAINTS: Mapping[str, Callable[[Archs], Bools]] = MappingProxyType(
    {
        SHARED_B: _alike(BOTTLENECK),
        SHARED_G: _alike(GROUP),
        RISING_W: _rising(WIDTH),
        RISING_D: _rising(DEPTH),
    }
)
"""Rules B to E of the publication, in its order, on canonical rows."""


class _Family(NamedTuple):
    """Forms ``(f,)`` that stages may take together, and how many ways at each stage.

    ``ways[j, w]`` counts the forms of stages 0..j of which the last has width w.
    """

    forms: Ints
    ways: Ints


def _families(names: tuple[str, ...]) -> list[_Family]:
    """Return the groups of forms between which no network may mix."""
    ratios = range(len(BOTTLENECKS)) if SHARED_B in names else [None]
    groups = range(len(GROUPS)) if SHARED_G in names else [None]
    found = []
    for b, g in product(ratios, groups):
        kept = np.ones(len(FORMS), dtype=bool)
        kept &= True if b is None else FORMS[:, 1] == b
        kept &= True if g is None else FORMS[:, 2] == g
        forms = np.flatnonzero(kept)
        count = np.bincount(FORMS[forms, 0], minlength=len(WIDTHS))
        ways = [count]
        for _ in range(STAGES - 1):
            before = ways[-1]
            below = np.cumsum(before) if RISING_W in names else before.sum()
            ways.append(count * below)
        found.append(_Family(forms, np.array(ways)))
    return found


def constrained_size(names: tuple[str, ...]) -> int:
    """Return how many valid networks obey all the rules named, exactly."""
    depths: int = len(DEPTHS) ** STAGES
    if RISING_D in names:
        depths = comb(len(DEPTHS) + STAGES - 1, STAGES)
    return depths * sum(int(family.ways[-1].sum()) for family in _families(names))


def sample_constrained(
    names: tuple[str, ...], n: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return depths and forms ``(n, 4)`` each, uniform over what obeys the rules."""
    families = _families(names)
    sizes = np.array([family.ways[-1].sum() for family in families], dtype=float)
    chosen = rng.choice(len(families), n, p=sizes / sizes.sum())
    forms = np.zeros((n, STAGES), dtype=np.int64)
    for number, family in enumerate(families):
        rows = np.flatnonzero(chosen == number)
        forms[rows] = _draw(family, RISING_W in names, len(rows), rng)
    if RISING_D not in names:
        return rng.integers(0, len(DEPTHS), (n, STAGES)), forms
    sequences = np.array(_sequences(len(DEPTHS)))
    return sequences[rng.integers(0, len(sequences), n)], forms


def _draw(family: _Family, rising: bool, n: int, rng: np.random.Generator) -> Ints:
    """Return `n` uniform sequences of a family's forms, the last stage drawn first."""
    widths = FORMS[family.forms, 0]
    order = np.argsort(widths, kind="stable")
    first = np.searchsorted(widths[order], np.arange(len(WIDTHS)))
    count = np.bincount(widths, minlength=len(WIDTHS))
    found = np.zeros((n, STAGES), dtype=np.int64)
    last = np.full(n, len(WIDTHS) - 1)
    for stage in range(STAGES - 1, -1, -1):
        total = np.cumsum(family.ways[stage])
        target = rng.random(n) * total[last]
        width = np.searchsorted(total, target, side="right")
        place = first[width] + (rng.random(n) * count[width]).astype(np.int64)
        found[:, stage] = family.forms[order[place]]
        last = width if rising else last
    return found


def _sequences(values: int) -> list[tuple[int, ...]]:
    """Return all sequences of a stage's values that never fall."""
    every = product(range(values), repeat=STAGES)
    return [one for one in every if all(a <= b for a, b in pairwise(one))]
