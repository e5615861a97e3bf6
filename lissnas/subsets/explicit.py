"""Subsets that are lists of their members."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from lissnas.arrays import Archs, Bools, Keys, contained
from lissnas.spaces import Space
from lissnas.subsets.base import Kind


@dataclass(frozen=True, eq=False)
class ExplicitSubset:
    """The architectures `archs` ``(k, d)``, canonical and distinct.

    Raises
    ------
    ValueError
        If an architecture is there twice.
    """

    space: Space
    archs: Archs

    kind: ClassVar[Kind] = "explicit"
    exact: ClassVar[bool] = True
    enumerable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if len(np.unique(self._keys)) < len(self.archs):
            raise ValueError("archs must be distinct, got some architecture twice")

    @cached_property
    def _keys(self) -> Keys:
        return self.space.identity(self.archs)

    @property
    def size(self) -> int:
        return len(self.archs)

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures of the space are members, ``(n,)``."""
        return contained(self.space.identity(archs), self._keys)

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform draws, canonical ``(n, d)``."""
        rows: Archs = self.archs[rng.integers(0, self.size, n)]
        return rows

    def enumerate(self) -> Archs:
        """Return all members, ``(k, d)``."""
        return self.archs.copy()

    def describe(self) -> dict[str, Any]:
        """Return the kind only: the members are an iteration's space."""
        return {"kind": self.kind}
