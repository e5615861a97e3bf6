"""Array types shared by all layers, and the few array helpers everybody needs.

Dimension letters used in docstrings: ``n`` architectures, ``d`` decisions of an
architecture, ``k`` architectures of a subspace, ``p`` features, ``m`` neighbours.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Archs: TypeAlias = npt.NDArray[np.int8]
"""Architectures, ``(n, d)``: the option taken at each of ``d`` decisions."""

Keys: TypeAlias = npt.NDArray[Any]
"""Identities of architectures, ``(n,)``: int64, or packed bytes for huge spaces."""

Features: TypeAlias = npt.NDArray[np.float32]
"""Encoded architectures, ``(n, p)``."""

Scores: TypeAlias = npt.NDArray[np.float64]
"""One number an architecture, ``(n,)``; accuracies are fractions in [0, 1]."""

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

Oracle: TypeAlias = Callable[[Archs], Scores]
"""A table, a predictor, a supernet or a toy function: architectures in, scores out."""


def readonly(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return `array` as a view that cannot be written, for records that are shared."""
    view = array.view()
    view.flags.writeable = False
    return view


def row_keys(rows: Archs) -> Keys:
    """Return one void scalar a row, ``(n,)``, equal where the rows are equal."""
    rows = np.ascontiguousarray(rows)
    return rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()


def first_occurrences(keys: Keys) -> Ints:
    """Return the positions of the first occurrence of each key, in order, ``(k,)``."""
    _, first = np.unique(keys, return_index=True)
    return np.sort(first)


def contained(keys: Keys, known: Keys) -> Bools:
    """Return which keys are among `known`, ``(n,)``, in any order and with repeats.

    Millions of keys are compared in tenths of a second, many times as fast as by
    `numpy.isin`.
    """
    if keys.dtype == np.int64:
        import pandas as pd  # takes a third of a second, and few need it

        return np.asarray(pd.Series(keys).isin(known), dtype=np.bool_)
    if not len(known):
        return np.zeros(len(keys), dtype=np.bool_)
    ordered = np.sort(known)
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return np.asarray(ordered[place] == keys)


def chunks(n: int, size: int) -> list[slice]:
    """Return slices of at most `size` that cover ``range(n)``, in order."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]
