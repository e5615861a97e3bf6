"""Which architectures the map shows at an iteration, and the part each plays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Keys, Scores, contained, row_keys
from lissnas.figures.budget import stratified
from lissnas.records import Iteration

ORIGINAL, DROPPED, KEPT, ADDED, REFUSED, SAMPLE, SEED = range(7)
ROLES = (
    "Original space",
    "Dropped",
    "Kept",
    "New neighbour",
    "Neighbour, not kept",
    "Sample",
    "Seed",
)
"""Drawn in this order, so that the rare and important lie on top."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Architectures ``(n, d)`` that come in one role, and what is known of them."""

    archs: Archs
    predicted: Scores
    true: Scores
    role: int
    distance: Ints | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Architectures ``(n, d)`` to draw, each once.

    `role` ``(n,)`` indexes `ROLES`; `predicted` and `true` are NaN where unknown;
    `distance` is the edit distance of a neighbour to its seed, else -1. `total` counts
    each role before points were left out.
    """

    archs: Archs
    role: Ints
    predicted: Scores
    true: Scores
    distance: Ints
    total: tuple[int, ...]


def points(
    reference: Part,
    current: tuple[Iteration, dict[str, Scores]],
    previous: tuple[Iteration, dict[str, Scores]] | None,
    budget: int,
    rng: np.random.Generator,
    inside: Callable[[Archs], Bools] | None = None,
) -> Points:
    """Return at most `budget` architectures of an iteration, all roles represented.

    `reference` is a sample of the original space. `current` and `previous` are
    iterations with the true accuracies of their parts, "sample", "seed", "neighbour"
    and "space". Roles share the budget evenly as long as they have enough points, and
    within a role every level of accuracy keeps its share.
    `inside` tests membership in the current space where only a sample of it is held.
    """
    parts = _parts(reference, current, previous)
    archs = np.concatenate([part.archs for part in parts])
    keys = row_keys(archs)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    role = np.concatenate([np.full(len(part.archs), part.role) for part in parts])[
        first
    ]
    role = _refused(role, keys[first], current[0].space)
    if inside is not None:
        others = np.flatnonzero((role == ORIGINAL) | (role == DROPPED))
        role[others[inside(archs[first[others]])]] = KEPT
    predicted, true, distance = (
        _known(np.concatenate(values), inverse, len(first))
        for values in (
            [part.predicted for part in parts],
            [part.true for part in parts],
            [_distances(part) for part in parts],
        )
    )
    value = np.where(np.isnan(true), predicted, true)
    kept, total = stratified(role, value, len(ROLES), budget, rng)
    return Points(
        archs[first[kept]],
        role[kept],
        predicted[kept],
        true[kept],
        np.nan_to_num(distance[kept], nan=-1).astype(np.int64),
        tuple(total.tolist()),
    )


def _parts(
    reference: Part,
    current: tuple[Iteration, dict[str, Scores]],
    previous: tuple[Iteration, dict[str, Scores]] | None,
) -> Sequence[Part]:
    """Return all that belongs to an iteration, the decisive role of each row first."""
    now, true = current
    parts = [
        Part(now.seeds, now.seed_predicted, true["seed"], SEED),
        Part(
            now.neighbours,
            now.neighbour_predicted,
            true["neighbour"],
            ADDED,
            now.distance,
        ),
        Part(now.sample, now.sample_predicted, true["sample"], SAMPLE),
        Part(now.space, now.space_predicted, true["space"], KEPT),
    ]
    if previous is not None and previous[0].step > 0:
        before, known = previous
        parts.append(
            Part(before.space, before.space_predicted, known["space"], DROPPED)
        )
    rest = DROPPED if now.step == 1 else ORIGINAL
    parts.append(Part(reference.archs, reference.predicted, reference.true, rest))
    return parts


def _refused(role: Ints, keys: Keys, space: Archs) -> Ints:
    """Return the roles with neighbours outside the new space told apart."""
    outside: Bools = (role == ADDED) & ~contained(keys, row_keys(space))
    found: Ints = np.where(outside, REFUSED, role)
    return found


def _known(values: Scores, group: Ints, count: int) -> Scores:
    """Return a known value of each group ``(count,)``, NaN where there is none."""
    found = np.full(count, np.nan)
    np.fmax.at(found, group, values)
    return found


def _distances(part: Part) -> Scores:
    """Return the edit distances of a part, NaN where there is none."""
    if part.distance is None:
        return np.full(len(part.archs), np.nan)
    return part.distance.astype(np.float64)
