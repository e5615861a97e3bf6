"""Ablation: LISSNAS that goes on with the best of what was scored (appendix H.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import numpy as np

from lissnas.arrays import Oracle
from lissnas.oracles.counted import Counted
from lissnas.records import Iteration
from lissnas.shrink.ablation import free_plan, loop, no_pockets
from lissnas.shrink.base import (
    Pool,
    automatic_queries,
    automatic_target,
    best,
    check_counts,
    check_share,
    check_target,
)
from lissnas.shrink.plan import Plan
from lissnas.shrink.published import Proposal
from lissnas.spaces import Space
from lissnas.subsets import Kind

LEAST_QUERIES = 1000


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
        if 0 < self.queries <= self.target:
            raise ValueError(
                f"queries must be more than target ({self.target}), got {self.queries}"
            )

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
        queries = self.queries or automatic_queries(space, LEAST_QUERIES)
        target = self.target or min(automatic_target(space), max(queries // 4, 1))
        plan = free_plan(target, min(queries, space.size), self.keep)
        yield from loop(plan, _best_only, space, oracle, rng, history)


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
    return Proposal(seeds, no_pockets(space), seeds.archs[:0])
