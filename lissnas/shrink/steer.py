"""Constraints that steer a run: forbidden options and a window of multiply-adds.

A steered run never draws, makes, asks about or keeps what they forbid. Where they
change in the middle of a run, what is forbidden from then on is left out of what the
run knows; sizes and the count of queries stay those of the whole run.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

import numpy as np

from lissnas.arrays import Archs, Ints, first_occurrences
from lissnas.records import Iteration
from lissnas.shrink.base import Iterate, good_share, standard_error
from lissnas.shrink.constraints import Steering
from lissnas.spaces import Space
from lissnas.spaces.base import Neighbours, Pairs, sample_distinct
from lissnas.subsets import ProductSubset
from lissnas.subsets.factors import factors

MOST_DRAWS, BATCH, AGAIN = 2**20, 8192, 8


class Steered:
    """A space of which only what is allowed is drawn or returned as a neighbour.

    All else, also its size, is that of the space inside.
    """

    def __init__(self, space: Space, steering: Steering) -> None:
        self._space, self._steering = space, steering

    def __getattr__(self, name: str) -> Any:
        return getattr(self._space, name)

    @cached_property
    def _base(self) -> ProductSubset | None:
        """Return what takes allowed options only, None where that is not counted."""
        if self._space.enumerable or factors(self._space) is not None:
            return ProductSubset(self._space, self._steering.allowed(self._space))
        return None

    def draw(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` distinct uniform allowed rows, fewer where there are few.

        Raises
        ------
        ValueError
            If there are none, or so few that none of a million draws is one.
        """
        archs, space = self._space.sample(0, rng), self._space
        if self._base is not None and self._base.size <= MOST_DRAWS:
            rows = self._base.enumerate()
            rows = rows[self._steering.allows(space, rows)]
            archs = rows[rng.permutation(len(rows))[:n]]
        elif self._base is None or self._base.size:
            sample = space.sample if self._base is None else self._base.sample
            for _ in range(MOST_DRAWS // BATCH):
                more = sample(BATCH, rng)
                more = more[self._steering.allows(space, more)]
                archs = np.concatenate([archs, more])
                archs = archs[first_occurrences(space.identity(archs))]
                if len(archs) >= n:
                    break
        if not len(archs):
            raise ValueError(
                "forbid and the window of multiply-adds must leave architectures of "
                f"{space.name}, got none"
            )
        return archs[:n]

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return all allowed architectures one edit away from each row."""
        found = self._space.neighbours(archs)
        kept = self._steering.allows(self._space, found.archs)
        return Neighbours(found.archs[kept], found.source[kept], found.kind[kept])

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return one allowed neighbour a row, of those where some draws find one."""
        distance = np.broadcast_to(np.asarray(distance), len(archs))
        waiting = np.arange(len(archs))
        rows, sources = [archs[:0]], [waiting[:0]]
        for _ in range(AGAIN):
            found = self._space.sample_neighbours(
                archs[waiting], distance[waiting], rng, kind
            )
            kept = self._steering.allows(self._space, found.archs)
            source = waiting[found.source[kept]]
            rows.append(found.archs[kept])
            sources.append(source)
            waiting = np.setdiff1d(waiting, source)
            if not len(waiting):
                break
        source = np.concatenate(sources)
        order = np.argsort(source, kind="stable")
        return Pairs(np.concatenate(rows)[order], source[order])


def steered(space: Space, steering: Steering) -> Space:
    """Return a space that is steered, itself where nothing is forbidden."""
    return cast(Space, Steered(space, steering)) if steering else space


def first_draw(space: Space, n: int, rng: np.random.Generator) -> Archs:
    """Return `n` distinct uniform rows, or all where there are fewer."""
    if isinstance(space, Steered):
        rows: Archs = space.draw(n, rng)
        return rows
    return sample_distinct(space, n, rng)


def begun(
    steering: Steering, first: Callable[[np.random.Generator], Iteration]
) -> Callable[[np.random.Generator], Iteration]:
    """Return `first` whose reason says that only what is allowed was drawn."""
    if not steering:
        return first

    def inside(rng: np.random.Generator) -> Iteration:
        found = first(rng)
        reason = found.reason.replace(
            "The original space:", "The original space, within the constraints:"
        )
        return replace(found, reason=reason)

    return inside


def within(steering: Steering, space: Space, iterate: Iterate) -> Iterate:
    """Return `iterate` that knows nothing but what is allowed of the past."""
    if not steering:
        return iterate

    def inside(rng: np.random.Generator, past: Sequence[Iteration]) -> Iteration:
        allowed = [_allowed(steering, space, one, one is past[-1]) for one in past]
        found = iterate(rng, allowed)
        known = found.space_expected[~np.isnan(found.space_expected)]
        share = good_share(known, past[0].sample_predicted)
        reason = f"Within the constraints: {found.reason}"
        return replace(found, p_good_predicted=share, reason=reason)

    return inside


def _allowed(
    steering: Steering, space: Space, one: Iteration, is_last: bool
) -> Iteration:
    """Return an iteration without what is forbidden; its size is what it was."""
    asked = steering.allows(space, one.queried)
    result = replace(
        one, queried=one.queried[asked], queried_predicted=one.queried_predicted[asked]
    )
    if not is_last:
        return result
    drawn = steering.allows(space, one.sample)
    kept = steering.allows(space, one.space)
    if drawn.all() and kept.all():
        return result
    scores = one.space_expected[kept] if one.step else one.sample_predicted[drawn]
    scores = scores[~np.isnan(scores)]
    if not len(scores):
        raise ValueError(
            "forbid and the window of multiply-adds must leave some of what iteration "
            f"{one.step} knows, got none"
        )
    return replace(
        result,
        sample=one.sample[drawn],
        sample_predicted=one.sample_predicted[drawn],
        space=one.space[kept],
        space_predicted=one.space_predicted[kept],
        space_expected=one.space_expected[kept],
        mean_predicted=float(scores.mean()),
        standard_error=max(standard_error(scores), one.standard_error),
    )
