"""What a family of networks offers, and rows as networks take them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from torch import Tensor, nn

from lissnas.arrays import Archs
from lissnas.spaces import SPACES
from lissnas.supernet.networks.layers import leaves
from lissnas.supernet.scale import Scale

Row: TypeAlias = tuple[int, ...]
"""A canonical architecture as plain numbers."""


class Shared(nn.Module, ABC):
    """A network that holds the weights of all architectures of a space.

    ``net(images, arch)`` runs one of them, ``(b, classes)``; isomorphic rows run the
    same. Paths that are not run get neither gradients nor statistics.
    """

    space: str

    def forward(self, images: Tensor, arch: Archs | Sequence[int]) -> Tensor:
        return self.run(images, canonical_row(self.space, arch))

    @abstractmethod
    def run(self, images: Tensor, row: Row) -> Tensor:
        """Return the logits of a canonical row."""

    @abstractmethod
    def path(self, row: Row) -> list[nn.Module]:
        """Return the modules of a canonical row, in the stand-alone network's order."""

    def weights(self, row: Row) -> list[Tensor]:
        """Return the weights along a canonical row; see `path_weights`."""
        return [
            leaf.weight
            for leaf in leaves(self.path(row))
            if isinstance(leaf, nn.Conv2d | nn.Linear)
        ]


class Family(NamedTuple):
    """How the networks of a space are built; `shared` is None where none is usual."""

    alone: Callable[[Row, Scale], nn.Module]
    shared: Callable[[Scale], Shared] | None = None


def canonical_row(space: str, arch: Archs | Sequence[int]) -> Row:
    """Return an architecture's canonical row as a tuple.

    Raises
    ------
    ValueError
        If it is no row of the space.
    """
    if isinstance(arch, tuple) and all(type(option) is int for option in arch):
        return _canonical(space, arch)
    row = np.asarray(arch)
    if row.ndim != 1 or not np.issubdtype(row.dtype, np.integer):
        raise ValueError(
            f"arch must be one row of {len(SPACES[space].decisions)} integers, "
            f"got shape {row.shape} and dtype {row.dtype}"
        )
    return _canonical(space, tuple(row.tolist()))


@lru_cache(maxsize=1 << 14)
def _canonical(space: str, row: Row) -> Row:
    """Return the canonical row of a row."""
    if len(row) != len(SPACES[space].decisions):
        raise ValueError(
            f"arch must be one row of {len(SPACES[space].decisions)} integers, "
            f"got {len(row)}"
        )
    found = SPACES[space].canonical(np.array([row]))[0]
    return tuple(found.tolist())
