"""Mutation and crossover that end inside of a domain, in any space."""

from math import prod
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Bools
from lissnas.search.domains import Domain
from lissnas.spaces import Space

EFFORTS = ((1, 1), (1, 16), (2, 16), (3, 16))
"""Steps of a random walk and walks tried for each row, one effort after the other."""


class Moved(NamedTuple):
    """Architectures ``(n, d)`` after a move, and which of them ``(n,)`` succeeded."""

    archs: Archs
    done: Bools


def is_product(space: Space) -> bool:
    """Return whether every combination of options is an architecture of its own."""
    return space.size == prod(len(decision.options) for decision in space.decisions)


def valid(space: Space, rows: Archs) -> Bools:
    """Return which rows are architectures of the space, ``(n,)``."""
    if is_product(space) or not len(rows):
        return np.ones(len(rows), dtype=bool)
    try:
        space.canonical(rows)
    except ValueError:
        half = len(rows) // 2
        if not half:
            return np.zeros(1, dtype=bool)
        halves = [valid(space, rows[:half]), valid(space, rows[half:])]
        return np.concatenate(halves)
    return np.ones(len(rows), dtype=bool)


def mutate(space: Space, archs: Archs, rate: float, rng: np.random.Generator) -> Archs:
    """Return each row with about a share `rate` of its decisions changed, ``(n, d)``.

    Where every combination is an architecture, each decision is drawn anew with that
    chance, uniformly over its options, the present one included. Elsewhere a row takes
    as many steps of the space's random walk as a binomial draw over the total edit
    distance says, at least one.
    """
    if is_product(space):
        options = [len(decision.options) for decision in space.decisions]
        drawn = rng.integers(0, options, archs.shape, dtype=np.int8)
        return np.where(rng.random(archs.shape) < rate, drawn, archs)
    steps = np.maximum(rng.binomial(space.total_edit_distance, rate, len(archs)), 1)
    moved = archs.copy()
    for step in range(steps.max(initial=0)):
        going = steps > step
        moved[going] = space.walk_step(moved[going], rng)
    return moved


def cross(
    space: Space, mothers: Archs, fathers: Archs, rng: np.random.Generator
) -> Moved:
    """Return rows that take each decision from one of two parents, evenly.

    A row that is no architecture of the space has failed and is the mother.
    """
    rows = np.where(rng.random(mothers.shape) < 0.5, mothers, fathers)
    done = valid(space, rows)
    rows[~done] = mothers[~done]
    return Moved(space.canonical(rows), done)


def nearby(domain: Domain, archs: Archs, rng: np.random.Generator) -> Moved:
    """Return for each row a different member of the domain near it, ``(n, d)``.

    It is where a random walk over the whole space first ends in the domain: a walk of
    one step, then 16 more, then 16 of two steps, then 16 of three. So a member that
    is a neighbour is found with a high chance if there is one, and where the walk is
    uniform over neighbours the choice is uniform over those that are members. A row
    without such luck has failed and stands as it was.
    """
    space, moved = domain.space, archs.copy()
    done = np.zeros(len(archs), dtype=bool)
    for steps, tries in EFFORTS:
        left = np.flatnonzero(~done)
        if not len(left):
            break
        start = np.repeat(archs[left], tries, axis=0)
        ends = start
        for _ in range(steps):
            ends = space.walk_step(ends, rng)
        good = domain.contains(ends) & (space.identity(ends) != space.identity(start))
        first = good.reshape(len(left), tries).argmax(axis=1)
        place = np.arange(len(left)) * tries + first
        hit = good[place]
        moved[left[hit]], done[left[hit]] = ends[place[hit]], True
    return Moved(moved, done)
