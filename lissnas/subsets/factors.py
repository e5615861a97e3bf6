"""Spaces as products: groups of decisions whose options do not depend on the others.

In most spaces that are too large to enumerate, decisions are free, or depend on few
others: the two inputs of a node of a cell differ, say, but do not restrict the next
node. Such a space is the product of its groups' combinations, which makes sizes of
its subsets exact and uniform draws from them easy.
"""

from collections.abc import Hashable
from functools import lru_cache
from math import prod, sqrt
from typing import NamedTuple, cast

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from lissnas.arrays import Archs, Bools, first_occurrences, row_keys
from lissnas.spaces import Space

DRAWS, MORE, MOST_DRAWS = 20_000, 4, 1_280_000
SIGMAS = 12  # a column taken for dependent costs draws, one taken for free a retry


class Factor(NamedTuple):
    """A group's columns ``(c,)`` and all combinations of their options ``(r, c)``."""

    columns: tuple[int, ...]
    rows: Archs


def factors(space: Space) -> tuple[Factor, ...] | None:
    """Return the groups whose product the space is, None if there are none such.

    Groups are found in uniform draws, by which columns depend on each other. That the
    product of the combinations seen has as many rows as the space has members is the
    check that the groups are right and nothing is missing.
    """
    return _factors(cast(Hashable, space))


@lru_cache(maxsize=32)
def _factors(space: Space) -> tuple[Factor, ...] | None:
    """Return what `factors` does, computed once a space."""
    counts = [len(decision.options) for decision in space.decisions]
    if prod(counts) == space.size:
        return tuple(_free(column, count) for column, count in enumerate(counts))
    rng, draws = np.random.default_rng(0), DRAWS
    while draws <= MOST_DRAWS:
        found = _groups(space.sample(draws, rng))
        if prod(len(factor.rows) for factor in found) == space.size:
            return found
        draws *= MORE
    return None


def _free(column: int, count: int) -> Factor:
    """Return the factor of a decision that depends on no other."""
    return Factor((column,), np.arange(count, dtype=np.int8)[:, None])


def _groups(archs: Archs) -> tuple[Factor, ...]:
    """Return the groups of dependent columns, with their combinations in `archs`."""
    width = archs.shape[1]
    dependent = np.zeros((width, width), dtype=bool)
    for i in range(width):
        for j in range(i):
            dependent[i, j] = _dependent(archs[:, i], archs[:, j])
    count, label = connected_components(csr_array(dependent), directed=False)
    return tuple(_factor(archs, label == group) for group in range(count))


def _dependent(first: Archs, second: Archs) -> bool:
    """Return whether options of two columns meet more or less often than by chance.

    By Pearson's statistic, whose mean is the degrees of freedom where columns are free.
    """
    shape = int(first.max()) + 1, int(second.max()) + 1
    pairs = first.astype(np.int64) * shape[1] + second
    together = np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
    together = together[together.any(axis=1)][:, together.any(axis=0)]
    alone = together.sum(axis=1)[:, None] * together.sum(axis=0) / len(first)
    freedom = (together.shape[0] - 1) * (together.shape[1] - 1)
    statistic = float(((together - alone) ** 2 / alone).sum())
    return statistic > freedom + SIGMAS * sqrt(2 * freedom)


def _factor(archs: Archs, columns: Bools) -> Factor:
    """Return the factor of some columns with the combinations that occur in `archs`."""
    part = np.ascontiguousarray(archs[:, columns])
    rows = part[first_occurrences(row_keys(part))]
    order = np.lexsort(rows.T[::-1])
    return Factor(tuple(np.flatnonzero(columns).tolist()), rows[order])
