"""What every subset of a space offers: the `Subset` protocol, and bounds."""

from typing import Any, Literal, Protocol

import numpy as np

from lissnas.arrays import Archs, Bools, first_occurrences
from lissnas.spaces import Space

Kind = Literal["explicit", "product", "implicit"]
KINDS: dict[Kind, str] = {
    "explicit": "a list of architectures",
    "product": "allowed options of each decision",
    "implicit": "all that pass a test",
}
MAX_ROWS = 2**23


class Subset(Protocol):
    """A set of distinct architectures of a space, whether listed or described.

    Attributes
    ----------
    space
        What it is a subset of.
    kind
        "explicit" for a list of members, "product" for allowed options of each
        decision, "implicit" for a test that members pass.
    size
        Number of members; exact if `exact`, else estimated from uniform draws.
    enumerable
        Whether `enumerate` is feasible.
    """

    @property
    def space(self) -> Space: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def size(self) -> int: ...
    @property
    def exact(self) -> bool: ...
    @property
    def enumerable(self) -> bool: ...

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures of the space are members, ``(n,)``."""
        ...

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform draws, canonical ``(n, d)``."""
        ...

    def enumerate(self) -> Archs:
        """Return all members, canonical ``(size, d)``; ValueError if not enumerable."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return what JSON can hold of the subset; `restore` reads it."""
        ...


def draw_distinct(
    space: Space, subset: Subset, n: int, rng: np.random.Generator
) -> Archs:
    """Return `n` distinct uniform members ``(n, d)``, or all of a smaller subset."""
    if subset.enumerable and n >= subset.size:
        return subset.enumerate()
    archs = subset.sample(n, rng)
    for _ in range(64):  # ends early unless the subset is hardly larger than n
        archs = archs[first_occurrences(space.identity(archs))]
        if len(archs) >= n:
            break
        more = subset.sample(max(16, 2 * (n - len(archs))), rng)
        archs = np.concatenate([archs, more])
    return archs[first_occurrences(space.identity(archs))][:n]


def refuse_enumeration(kind: Kind, size: int) -> ValueError:
    """Return the error that a subset is too large to enumerate."""
    return ValueError(
        f"{kind} subset must have at most {MAX_ROWS:,} members to be enumerated, got "
        f"{size:,}"
    )
