"""Ablations of LISSNAS as published: its loop with one component switched [1]_.

`NoNeighbour` goes on with the best of what was scored, `NoLocality` fills the next
space with uniform draws in place of neighbours, and `QueryAll` scores the whole space.

.. [1] Gopal et al., IJCAI 2023, doi:10.24963/ijcai.2023/86, appendix H.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Oracle, first_occurrences
from lissnas.oracles.counted import Counted
from lissnas.records import Iteration
from lissnas.shrink import published
from lissnas.shrink.base import (
    UNLIMITED,
    Pool,
    automatic_queries,
    automatic_target,
    best,
    check_counts,
    check_settings,
    check_share,
    check_target,
    first_iteration,
    iterations,
    pool,
    resumed,
)
from lissnas.shrink.plan import Plan
from lissnas.shrink.pockets import Pockets
from lissnas.shrink.published import Proposal, Propose, seeds_of
from lissnas.shrink.top import check_enumerable
from lissnas.spaces import Space
from lissnas.subsets import Kind

MAX_ITERATIONS, SAMPLES = 20, 1000


@dataclass(frozen=True, slots=True)
class NoNeighbour:
    """LISSNAS without neighbours: the best of the scored half, again and again.

    The result is what naive random shrinkage keeps of the same draws.

    Parameters
    ----------
    target
        Architectures wanted in the end; 0 means a 32nd of the space, at most 2**20.
    queries
        Architectures drawn and scored at the start; 0 means a quarter of the space, at
        most 50,000, the paper's number.
    keep
        Share of the scored architectures that goes on to the next iteration.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    keep: float = 0.5

    title: ClassVar[str] = "LISSNAS without neighbours"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        check_counts(self)
        check_share("keep", self.keep)

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield iterations until the target size is reached."""
        self.check(space)
        queries = self.queries or automatic_queries(space, SAMPLES)
        target = self.target or min(automatic_target(space), max(queries // 4, 1))
        plan = _plan(target, min(queries, space.size), self.keep)
        yield from _loop(plan, _best_only, space, oracle, rng, history)


def _best_only(
    plan: Plan,
    space: Space,
    ranked: Pool,
    size: int,
    counted: Counted,
    rng: np.random.Generator,
) -> Proposal:
    """Return the best part of the sample, at least as many as wanted in the end."""
    count = max(ceil(plan.keep * len(ranked.keys)), min(plan.target, size))
    seeds = best(ranked, min(count, size))
    return Proposal(seeds, _no_pockets(space), seeds.archs[:0])


@dataclass(frozen=True, slots=True)
class NoLocality:
    """LISSNAS with uniform draws in place of neighbours.

    Parameters
    ----------
    target
        Architectures wanted in the end; 0 means no target: stop when the mean stops
        rising.
    queries
        Most distinct predictor queries; 0 means no limit.
    samples
        Architectures drawn and scored at the start and in each iteration.
    seed_share
        Share of them that become seeds.
    keep
        Size of the next space as a share of the last.
    tolerance
        The rise of the mean that counts as going on, in standard errors.
    iterations
        Most iterations.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 1000
    seed_share: float = 0.1
    keep: float = 0.5
    tolerance: float = 0.0
    iterations: int = MAX_ITERATIONS

    title: ClassVar[str] = "LISSNAS without locality"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        check_settings(self)
        check_share("seed_share", self.seed_share)
        check_share("keep", self.keep)
        if not self.tolerance >= 0:
            raise ValueError(f"tolerance must be 0 or more, got {self.tolerance}")
        if self.iterations < 1:
            raise ValueError(f"iterations must be at least 1, got {self.iterations}")

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield iterations until the mean no longer rises, budget or target."""
        self.check(space)
        plan = Plan(
            target=self.target or 1,
            queries=self.queries or UNLIMITED,
            samples=min(self.samples, space.size),
            seed_share=self.seed_share,
            max_distance=1,
            keep=self.keep,
            tolerance=self.tolerance,
            iterations=self.iterations,
        )
        yield from _loop(plan, _uniform, space, oracle, rng, history)


def _uniform(
    plan: Plan,
    space: Space,
    ranked: Pool,
    size: int,
    counted: Counted,
    rng: np.random.Generator,
) -> Proposal:
    """Return the seeds and uniform draws from the original space."""
    seeds = seeds_of(plan, ranked, size)
    others = _new_draws(space, seeds, size - len(seeds.keys), rng)
    return Proposal(seeds, _no_pockets(space), others)


def _new_draws(space: Space, known: Pool, n: int, rng: np.random.Generator) -> Archs:
    """Return `n` distinct uniform architectures that are none of `known`."""
    if space.enumerable and 4 * n > space.size:
        archs = space.enumerate()
        archs = archs[~np.isin(space.identity(archs), known.keys)]
        return archs[rng.permutation(len(archs))[:n]]
    archs = known.archs[:0]
    while len(archs) < n:
        more = space.canonical(space.sample(2 * (n - len(archs)) + 16, rng))
        archs = np.concatenate([archs, more])
        keys = space.identity(archs)
        first = first_occurrences(keys)
        archs = archs[first[~np.isin(keys[first], known.keys)]]
    return archs[:n]


@dataclass(frozen=True, slots=True)
class QueryAll:
    """LISSNAS that scores the whole space and keeps its best; enumerable spaces only.

    Parameters
    ----------
    target
        Architectures wanted in the end; 0 means a 32nd of the space.
    keep
        Size of the next space as a share of the last.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    keep: float = 0.5

    title: ClassVar[str] = "LISSNAS, query all"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        check_counts(self)
        check_share("keep", self.keep)

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)
        check_enumerable(space)

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield iterations until the target size is reached."""
        self.check(space)
        target = self.target or automatic_target(space)
        plan = _plan(target, min(SAMPLES, space.size), self.keep)
        yield from _loop(plan, _best_of_all, space, oracle, rng, history)


def _best_of_all(
    plan: Plan,
    space: Space,
    ranked: Pool,
    size: int,
    counted: Counted,
    rng: np.random.Generator,
) -> Proposal:
    """Return the best of all architectures."""
    archs = space.enumerate()
    seeds = best(pool(space, archs, counted(archs)), size)
    return Proposal(seeds, _no_pockets(space), seeds.archs[:0])


def _plan(target: int, samples: int, keep: float) -> Plan:
    """Return the plan of a loop that asks about nothing after its first queries."""
    return Plan(
        target=target,
        queries=UNLIMITED,
        samples=samples,
        seed_share=keep,
        max_distance=1,
        keep=keep,
        tolerance=0.0,
        iterations=MAX_ITERATIONS,
    )


def _no_pockets(space: Space) -> Pockets:
    """Return no neighbours."""
    none = np.zeros(0, dtype=np.int64)
    archs = np.zeros((0, len(space.decisions)), dtype=np.int8)
    return Pockets(archs, space.identity(archs), none, none)


def _loop(
    plan: Plan,
    propose: Propose,
    space: Space,
    oracle: Oracle,
    rng: np.random.Generator,
    history: Sequence[Iteration],
) -> Iterator[Iteration]:
    """Yield the published loop's iterations with `propose` in place of neighbours."""
    counted = resumed(oracle, space, history)
    yield from iterations(
        partial(first_iteration, space, plan.samples, counted),
        partial(published.iterate, plan, space, counted, propose=propose),
        rng.spawn(plan.iterations + 1),
        history,
    )
