"""Where a search may go: a whole space, listed members, either under limits."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lissnas.arrays import Archs, Bools, Keys, first_occurrences, readonly
from lissnas.oracles.counted import find_sorted
from lissnas.spaces import Space
from lissnas.subsets import Subset

MOBILE_MACS = 330_000_000  # the usual "mobile" limit on multiply-adds
MOST_LISTED = 2**20
LEAST_DRAWS, MOST_DRAWS = 256, 2**18


class Domain(Protocol):
    """A set of distinct architectures of one space that can be drawn from and tested.

    Attributes
    ----------
    space
        The space that the members belong to.
    size
        Number of members; where they cannot be counted, an upper bound.
    """

    @property
    def space(self) -> Space: ...
    @property
    def size(self) -> int: ...

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures of the space are members, ``(n,)``."""
        ...

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform members, canonical ``(n, d)``."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest costs allowed; 0 means no limit.

    Parameters
    ----------
    max_macs
        Most multiply-adds; 330 million is the usual "mobile" limit.
    max_params
        Most trainable parameters.

    Raises
    ------
    ValueError
        If a limit is negative.
    """

    max_macs: int = 0
    max_params: int = 0

    def __post_init__(self) -> None:
        for name in ("max_macs", "max_params"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")

    def __bool__(self) -> bool:
        return bool(self.max_macs or self.max_params)

    def __str__(self) -> str:
        named = ((self.max_macs, "multiply-adds"), (self.max_params, "parameters"))
        return " and ".join(f"at most {n:,} {what}" for n, what in named if n)

    def allow(self, space: Space, archs: Archs) -> Bools:
        """Return which architectures cost no more, ``(n,)``."""
        allowed = np.ones(len(archs), dtype=bool)
        if self:
            cost = space.cost(archs)
            for most, spent in (
                (self.max_macs, cost.macs),
                (self.max_params, cost.params),
            ):
                allowed &= (spent <= most) | (most == 0)
        return allowed


@dataclass(frozen=True, slots=True)
class Whole:
    """All architectures of a space."""

    space: Space

    @property
    def size(self) -> int:
        return self.space.size

    def contains(self, archs: Archs) -> Bools:
        """Return that every architecture of the space is a member, ``(n,)``."""
        return np.ones(len(archs), dtype=bool)

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform members, ``(n, d)``."""
        return self.space.sample(n, rng)


@dataclass(frozen=True, slots=True, eq=False)
class Explicit:
    """Listed members: `archs` ``(k, d)``, canonical, distinct, sorted by identity."""

    space: Space
    archs: Archs
    keys: Keys = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.archs)

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures are listed, isomorphs included, ``(n,)``."""
        return find_sorted(self.keys, self.space.identity(archs))[1]

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform members, ``(n, d)``."""
        return np.take(self.archs, rng.integers(0, self.size, n), axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """The members of a domain within limits, drawn by rejection."""

    domain: Domain
    limits: Limits

    @property
    def space(self) -> Space:
        return self.domain.space

    @property
    def size(self) -> int:
        """Return the size of the domain without limits, an upper bound."""
        return self.domain.size

    def contains(self, archs: Archs) -> Bools:
        """Return which architectures are members within the limits, ``(n,)``."""
        inside = self.domain.contains(archs)
        inside[inside] = self.limits.allow(self.space, archs[inside])
        return inside

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform members within the limits, ``(n, d)``.

        Raises
        ------
        ValueError
            If 262,144 draws in a row hold none.
        """
        kept: list[Archs] = [self.domain.sample(0, rng)]
        missing, barren, draws = n, 0, LEAST_DRAWS
        while missing > 0:
            archs = self.domain.sample(max(draws, missing), rng)
            archs = archs[self.limits.allow(self.space, archs)][:missing]
            kept.append(archs)
            missing -= len(archs)
            barren = 0 if len(archs) else barren + draws
            draws = min(2 * draws, MOST_DRAWS // 4)
            if barren >= MOST_DRAWS:
                raise _infeasible(self.limits, self.space, f"{barren:,} uniform draws")
        return np.concatenate(kept)


def whole(space: Space) -> Domain:
    """Return the domain of all architectures of a space."""
    return Whole(space)


def explicit(space: Space, archs: Archs) -> Domain:
    """Return the domain of the architectures `archs` ``(n, d)``, each once.

    Raises
    ------
    ValueError
        If there are none, or a row is no architecture of the space.
    """
    if not len(archs):
        raise ValueError(f"archs must hold an architecture of {space.name}, got none")
    archs = space.canonical(archs)
    keys = space.identity(archs)
    first = first_occurrences(keys)
    first = first[np.argsort(keys[first], kind="stable")]
    return Explicit(space, readonly(archs[first]), readonly(keys[first]))


def described(subset: Subset) -> Domain:
    """Return the members of a subset as a domain: all of them, listed if they are few.

    A subset that is described by options or a test is searched as a whole, however few
    of its members a run holds.
    """
    if subset.enumerable and subset.size <= MOST_LISTED:
        return explicit(subset.space, subset.enumerate())
    return subset


def limited(domain: Domain, limits: Limits) -> Domain:
    """Return the members of a domain within limits.

    They are listed where the domain is, or where its space can be enumerated, and so
    counted and drawn exactly; elsewhere they are drawn by rejection.

    Raises
    ------
    ValueError
        If listing shows that there are none.
    """
    if not limits:
        return domain
    space = domain.space
    if isinstance(domain, Explicit):
        archs = domain.archs
    elif isinstance(domain, Whole) and space.enumerable:
        archs = space.enumerate()
    else:
        return Limited(domain, limits)
    allowed = archs[limits.allow(space, archs)]
    if not len(allowed):
        raise _infeasible(limits, space, f"the {len(archs):,} to search")
    return explicit(space, allowed)


def _infeasible(limits: Limits, space: Space, of: str) -> ValueError:
    """Return the error that nothing is within the limits."""
    return ValueError(
        f"limits must leave an architecture of {space.name}, but {limits} leave none "
        f"of {of}"
    )
