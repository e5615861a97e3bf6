"""Subsets that allow some options of each decision: what operator pruning leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any, ClassVar

import numpy as np

from lissnas.arrays import Archs, Bools
from lissnas.spaces import Space
from lissnas.subsets.base import MAX_ROWS, Kind, refuse_enumeration
from lissnas.subsets.factors import Factor, factors

Options = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ProductSubset:
    """All architectures whose canonical row takes allowed options only.

    Where decisions are free this is a product; elsewhere it is an exact filter of the
    canonical rows, counted by enumeration or by the groups of dependent decisions.

    Parameters
    ----------
    space
        What it is a subset of.
    allowed
        The numbers of the allowed options of each decision, ascending.
    among
        All members are known to be among these rows of an enumerable space.

    Raises
    ------
    ValueError
        If `allowed` does not fit the decisions, or the space is neither enumerable nor
        a product of groups of decisions.
    """

    space: Space
    allowed: tuple[Options, ...]
    among: Archs | None = field(default=None, repr=False)

    kind: ClassVar[Kind] = "product"
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        counts = [len(decision.options) for decision in self.space.decisions]
        if len(self.allowed) != len(counts):
            raise ValueError(
                f"allowed must have {len(counts)} entries, got {len(self.allowed)}"
            )
        for options, count in zip(self.allowed, counts, strict=True):
            if sorted(set(options) & set(range(count))) != list(options):
                raise ValueError(
                    f"allowed must hold ascending options in 0..{count - 1}, "
                    f"got {options}"
                )
        if not self.space.enumerable and factors(self.space) is None:
            raise ValueError(
                "space must be enumerable or a product of groups of decisions to be "
                f"pruned option by option, got {self.space.name}"
            )

    @cached_property
    def mask(self) -> Bools:
        """Return which options are allowed, ``(d, most options of a decision)``."""
        mask = np.zeros((len(self.allowed), 128), dtype=bool)
        for row, options in zip(mask, self.allowed, strict=True):
            row[list(options)] = True
        return mask

    @cached_property
    def _rows(self) -> Archs:
        """Return the members of an enumerable space's subset."""
        archs = self.space.enumerate() if self.among is None else self.among
        return archs[self._allows(archs)]

    @cached_property
    def _factors(self) -> tuple[Factor, ...]:
        """Return the space's groups with the combinations that are allowed."""
        return tuple(
            Factor(columns, rows[self.mask[list(columns), rows].all(axis=1)])
            for columns, rows in factors(self.space) or ()
        )

    def _allows(self, archs: Archs) -> Bools:
        """Return which canonical rows take allowed options only."""
        kept = np.ones(len(archs), dtype=bool)
        for column, allowed in enumerate(self.mask):
            kept &= allowed[archs[:, column]]
        return kept

    @cached_property
    def size(self) -> int:
        """Return the exact number of members."""
        if self.space.enumerable:
            return len(self._rows)
        return prod(len(factor.rows) for factor in self._factors)

    @property
    def enumerable(self) -> bool:
        return self.size <= MAX_ROWS

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures of the space are members, ``(n,)``."""
        return self._allows(self.space.canonical(archs))

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform draws, canonical ``(n, d)``."""
        if not self.size:
            raise ValueError("allowed must leave members to draw from, got none")
        if self.space.enumerable:
            rows: Archs = self._rows[rng.integers(0, self.size, n)]
            return rows
        archs = np.zeros((n, len(self.allowed)), dtype=np.int8)
        for columns, rows in self._factors:
            archs[:, list(columns)] = rows[rng.integers(0, len(rows), n)]
        return archs

    def enumerate(self) -> Archs:
        """Return all members, canonical ``(size, d)``."""
        if not self.enumerable:
            raise refuse_enumeration(self.kind, self.size)
        if self.space.enumerable:
            return self._rows.copy()
        counts = tuple(len(factor.rows) for factor in self._factors)
        numbers = np.unravel_index(np.arange(self.size), counts)
        archs = np.zeros((self.size, len(self.allowed)), dtype=np.int8)
        for (columns, rows), number in zip(self._factors, numbers, strict=True):
            archs[:, list(columns)] = rows[number]
        return archs

    @cached_property
    def counts(self) -> tuple[tuple[int, ...], ...]:
        """Return how many members take each option of each decision."""
        options = [len(decision.options) for decision in self.space.decisions]
        found: list[tuple[int, ...]] = [()] * len(options)
        for columns, rows in self._groups:
            others = self.size // max(len(rows), 1)
            for place, column in enumerate(columns):
                taken = np.bincount(rows[:, place], minlength=options[column])
                found[column] = tuple(others * int(count) for count in taken)
        return tuple(found)

    @property
    def _groups(self) -> tuple[Factor, ...]:
        """Return the groups of columns; all in one in an enumerable space."""
        if self.space.enumerable:
            return (Factor(tuple(range(len(self.allowed))), self._rows),)
        return self._factors

    def only(self, slot: int, options: Sequence[int]) -> "ProductSubset":
        """Return the members that take one of `options` at `slot`."""
        chosen = tuple(sorted(set(options) & set(self.allowed[slot])))
        allowed = (*self.allowed[:slot], chosen, *self.allowed[slot + 1 :])
        among = self._rows if self.space.enumerable else None
        return ProductSubset(self.space, allowed, among)

    def without(self, slot: int, option: int) -> "ProductSubset":
        """Return the members that do not take `option` at `slot`."""
        return self.only(slot, [o for o in self.allowed[slot] if o != option])

    def describe(self) -> dict[str, Any]:
        """Return the allowed options, for JSON."""
        return {"kind": self.kind, "allowed": [list(o) for o in self.allowed]}


def whole(space: Space) -> ProductSubset:
    """Return the subset that allows every option."""
    allowed = tuple(tuple(range(len(d.options))) for d in space.decisions)
    return ProductSubset(space, allowed)
