"""Ablation: LISSNAS with uniform draws in place of neighbours (appendix H.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Oracle, contained, first_occurrences
from lissnas.oracles.counted import Counted
from lissnas.records import Iteration
from lissnas.shrink.ablation import MAX_ITERATIONS, loop, no_pockets
from lissnas.shrink.base import (
    UNLIMITED,
    Pool,
    check_settings,
    check_share,
    check_target,
)
from lissnas.shrink.plan import Plan
from lissnas.shrink.published import Proposal, seeds_of
from lissnas.spaces import Space
from lissnas.subsets import Kind


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
        yield from loop(plan, _uniform, space, oracle, rng, history)


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
    return Proposal(seeds, no_pockets(space), others)


def _new_draws(space: Space, known: Pool, n: int, rng: np.random.Generator) -> Archs:
    """Return `n` distinct uniform architectures that are none of `known`."""
    if space.enumerable and 4 * n > space.size:
        archs = space.enumerate()
        archs = archs[~contained(space.identity(archs), known.keys)]
        return archs[rng.permutation(len(archs))[:n]]
    archs = known.archs[:0]
    while len(archs) < n:
        more = space.canonical(space.sample(2 * (n - len(archs)) + 16, rng))
        archs = np.concatenate([archs, more])
        keys = space.identity(archs)
        first = first_occurrences(keys)
        archs = archs[first[~contained(keys[first], known.keys)]]
    return archs[:n]
