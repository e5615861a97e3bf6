"""Tests that members of an implicit subset pass: stored as JSON, never as code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Bools, Features, Scores, chunks
from lissnas.spaces import Space
from lissnas.subsets.product import Options, ProductSubset

Floats = npt.NDArray[np.float64]
CHUNK, MOST_LISTED = 65_536, 2**20
Constraint = Callable[[Archs], Bools]


class Frame(NamedTuple):
    """A set of known size that holds all that pass, and uniform draws from it.

    `rows` gives all of it, where it is small enough to be listed.
    """

    size: int
    sample: Callable[[int, np.random.Generator], Archs]
    rows: Callable[[], Archs] | None = None


def whole_frame(space: Space) -> Frame:
    """Return all of a space."""
    listed = space.enumerate if space.enumerable else None
    return Frame(space.size, space.sample, listed)


class Predicate(Protocol):
    """A test on canonical rows, and what is known of those that pass it."""

    def __call__(self, space: Space, archs: Archs) -> Bools:
        """Return which canonical rows pass, ``(n,)``."""
        ...

    def count(self, space: Space) -> int | None:
        """Return how many architectures pass, None if only counting them tells."""
        ...

    def sample(self, space: Space, n: int, rng: np.random.Generator) -> Archs | None:
        """Return `n` uniform ones that pass, None if only rejection gives them."""
        ...

    def frame(self, space: Space) -> Frame:
        """Return where to look for those that pass: the less besides, the better."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return what JSON can hold of the test."""
        ...


@runtime_checkable
class Constrained(Protocol):
    """A space that names rules by which its designers narrow it."""

    def constraints(self) -> Mapping[str, Constraint]:
        """Return rules by name, in the order to try them: canonical rows to pass."""
        ...


@runtime_checkable
class ConstraintSampler(Protocol):
    """A space that can count and draw what obeys some of its rules."""

    def constrained_size(self, names: tuple[str, ...]) -> int:
        """Return how many architectures obey all the rules named."""
        ...

    def sample_constrained(
        self, names: tuple[str, ...], n: int, rng: np.random.Generator
    ) -> Archs:
        """Return `n` independent uniform draws of those, canonical ``(n, d)``."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """Obeys all the constraints `names` of its space, and keeps within `ranges`.

    Parameters
    ----------
    names
        Constraints of the space.
    ranges
        Decision, and its first and last option that is allowed, of each range.
    """

    names: tuple[str, ...]
    ranges: tuple[tuple[int, int, int], ...] = ()

    def __call__(self, space: Space, archs: Archs) -> Bools:
        known = constraints(space)
        passed = np.ones(len(archs), dtype=bool)
        for name in self.names:
            passed &= known[name](archs)
        for decision, first, last in self.ranges:
            passed &= (archs[:, decision] >= first) & (archs[:, decision] <= last)
        return passed

    def count(self, space: Space) -> int | None:
        if self.ranges:
            return None
        if not self.names:
            return space.size
        if isinstance(space, ConstraintSampler):
            return space.constrained_size(self.names)
        return None

    def sample(self, space: Space, n: int, rng: np.random.Generator) -> Archs | None:
        if isinstance(space, ConstraintSampler) and not self.ranges:
            return space.sample_constrained(self.names, n, rng)
        return None

    def frame(self, space: Space) -> Frame:
        if not isinstance(space, ConstraintSampler):
            return whole_frame(space)
        size = space.constrained_size(self.names)
        return Frame(size, partial(space.sample_constrained, self.names))

    def describe(self) -> dict[str, Any]:
        ranges = [list(one) for one in self.ranges]
        return {"kind": "rules", "names": list(self.names), "ranges": ranges}


def constraints(space: Space) -> Mapping[str, Constraint]:
    """Return the rules of a space; ValueError if it names none."""
    if not isinstance(space, Constrained):
        raise ValueError(
            f"space must name constraints (such as anynetx), got {space.name}"
        )
    return space.constraints()


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """Passes where a network of one hidden layer says at most `threshold`.

    Parameters
    ----------
    hidden, hidden_bias, output
        Weights ``(p, h)``, ``(h,)`` and ``(h,)`` on the space's features.
    output_bias, threshold
        The larger the network's output, the weaker the architecture.
    allowed
        The allowed options of each decision, where others were merged into them; None
        for all.
    """

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: float
    threshold: float
    allowed: tuple[Options, ...] | None = None

    def embedding(self, features: Features) -> Floats:
        """Return what the hidden layer makes of features ``(n, p)``, ``(n, h)``."""
        return np.maximum(features @ self.hidden + self.hidden_bias, 0)

    def weakness(self, features: Features) -> Scores:
        """Return the network's output ``(n,)`` for features ``(n, p)``."""
        weak: Scores = self.embedding(features) @ self.output + self.output_bias
        return weak

    def __call__(self, space: Space, archs: Archs) -> Bools:
        passed: Bools = self.outputs(space, archs) <= self.threshold
        if self.allowed is not None:
            passed &= ProductSubset(space, self.allowed).contains(archs)
        return passed

    def outputs(self, space: Space, archs: Archs) -> Scores:
        """Return the network's output for architectures, ``(n,)``."""
        weak = np.zeros(len(archs))
        for rows in chunks(len(archs), CHUNK):
            weak[rows] = self.weakness(space.encode(archs[rows]))
        return weak

    def count(self, space: Space) -> int | None:
        return None

    def sample(self, space: Space, n: int, rng: np.random.Generator) -> Archs | None:
        return None

    def frame(self, space: Space) -> Frame:
        if self.allowed is None:
            return whole_frame(space)
        kept = ProductSubset(space, self.allowed)
        listed = kept.enumerate if kept.size <= MOST_LISTED else None
        return Frame(kept.size, kept.sample, listed)

    def describe(self) -> dict[str, Any]:
        allowed = None if self.allowed is None else [list(o) for o in self.allowed]
        return {
            "kind": "filter",
            "hidden": self.hidden.tolist(),
            "hidden_bias": self.hidden_bias.tolist(),
            "output": self.output.tolist(),
            "output_bias": self.output_bias,
            "threshold": self.threshold,
            "allowed": allowed,
        }


def restore_predicate(values: Mapping[str, Any]) -> Predicate:
    """Return the test that `describe` wrote; ValueError if it is none."""
    try:
        if values["kind"] == "rules":
            ranges = [(int(d), int(a), int(b)) for d, a, b in values.get("ranges", ())]
            return Rules(tuple(map(str, values["names"])), tuple(ranges))
        if values["kind"] == "filter":
            return _filter(values)
    except (KeyError, TypeError) as error:
        raise ValueError(f"predicate lacks or misstates {error}") from None
    raise ValueError(f"predicate must be rules or a filter, got {values['kind']!r}")


def _filter(values: Mapping[str, Any]) -> Filter:
    """Return the filter that `describe` wrote."""
    hidden, bias, output = (
        np.asarray(values[name], dtype=np.float64)
        for name in ("hidden", "hidden_bias", "output")
    )
    limits = float(values["output_bias"]), float(values["threshold"])
    allowed = values.get("allowed")
    if allowed is not None:
        allowed = tuple(tuple(map(int, options)) for options in allowed)
    return Filter(hidden, bias, output, *limits, allowed)
