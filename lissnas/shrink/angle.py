"""The angle score of ABS: how far training has turned an architecture's weights [1]_.

An architecture is the vector of all its weights in a supernet, and its score is the
angle between that vector before and after training; a small angle means that it learned
little. Angles need weights, so they come from outside: a supernet run lends them to the
oracle of a study (`WithAngles`), and whoever has one vector an operation, as in a chain
of layers, gets the angles of whole architectures from those (`weight_angles`).

.. [1] Hu et al., "Angle-based Search Space Shrinking for Neural Architecture Search",
   ECCV 2020, arXiv:2004.13431.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Oracle, Scores

Floats = npt.NDArray[np.floating]
Weights = Mapping[tuple[int, int], Floats]
"""Weights ``(p,)`` by decision and option; those that are absent have none."""
NEEDS_RUN = (
    "score must be 'accuracy' unless a supernet run is given, whose initial and "
    "current weights make the angles, got 'angle'"
)


@runtime_checkable
class Angled(Protocol):
    """An oracle that knows angles besides accuracies."""

    def angles(self, archs: Archs) -> Scores:
        """Return the angle of each row in radians, ``(n,)``; small ones are bad."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class WithAngles:
    """An `Oracle` to which the angles of a supernet run are lent."""

    oracle: Oracle
    angle: Oracle

    def __call__(self, archs: Archs) -> Scores:
        """Return the score of each row, ``(n,)``."""
        return self.oracle(archs)

    def angles(self, archs: Archs) -> Scores:
        """Return the angle of each row in radians, ``(n,)``."""
        return self.angle(archs)


def angles_of(oracle: Oracle) -> Oracle:
    """Return the angles that an oracle knows; ValueError if it knows none."""
    if not isinstance(oracle, Angled):
        raise ValueError(NEEDS_RUN)
    return oracle.angles


def need_angles(settings: object, angles: Oracle | None) -> None:
    """Raise ValueError if settings ask for angles and there are none."""
    if getattr(settings, "score", None) == "angle" and angles is None:
        raise ValueError(NEEDS_RUN)


def with_angles(settings: object, oracle: Oracle, angles: Oracle | None) -> Oracle:
    """Return the oracle that settings need: with `angles`, where they ask for them."""
    need_angles(settings, angles)
    wanted = getattr(settings, "score", None) == "angle"
    return WithAngles(oracle, angles) if wanted and angles is not None else oracle


def angle_between(before: Floats, after: Floats) -> Scores:
    """Return the angle of each pair of vectors ``(n, p)`` in radians, ``(n,)``."""
    first, second = (np.asarray(rows, dtype=np.float64) for rows in (before, after))
    product = np.einsum("np,np->n", first, second)
    squares = [np.einsum("np,np->n", rows, rows) for rows in (first, second)]
    return _arc(product, squares[0], squares[1])


def weight_angles(
    before: Weights,
    after: Weights,
    shared: tuple[Floats, Floats] | None = None,
) -> Oracle:
    """Return the angles of architectures whose weights are those of their options.

    `shared` are weights that all architectures have, before and after. Only three sums
    an operation are kept: an architecture's vectors are never put together.

    Raises
    ------
    ValueError
        If an option has weights of different lengths before and after.
    """
    slots = sorted(set(before) | set(after))
    shape = max((d for d, _ in slots), default=-1) + 1, 128
    sums = np.zeros((3, *shape))
    for slot in slots:
        sums[(slice(None), *slot)] = _sums(before.get(slot), after.get(slot), str(slot))
    base = np.zeros(3) if shared is None else _sums(*shared, "shared")

    def angles(archs: Archs) -> Scores:
        taken = archs[:, : shape[0]]
        found = sums[:, np.arange(shape[0]), taken].sum(axis=2) + base[:, None]
        return _arc(*found)

    return angles


def _sums(before: Floats | None, after: Floats | None, name: str) -> Scores:
    """Return the product of two vectors and both squared lengths, ``(3,)``."""
    first, second = (
        np.zeros(0) if part is None else np.asarray(part, dtype=np.float64).ravel()
        for part in (before, after)
    )
    if len(first) != len(second):
        raise ValueError(
            f"after must have as many weights as before at {name} ({len(first)}), "
            f"got {len(second)}"
        )
    return np.array([first @ second, first @ first, second @ second])


def _arc(product: Scores, first: Scores, second: Scores) -> Scores:
    """Return angles from products and squared lengths, 0 where there are no weights."""
    length = np.sqrt(first * second)
    cosine = np.divide(product, length, out=np.ones_like(product), where=length > 0)
    angle: Scores = np.arccos(np.clip(cosine, -1, 1))
    return angle
