"""Ablation: LISSNAS that scores the whole space (appendix H.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lissnas.arrays import Oracle
from lissnas.oracles.counted import Counted
from lissnas.records import Iteration
from lissnas.shrink.ablation import free_plan, loop, no_pockets
from lissnas.shrink.base import (
    Pool,
    automatic_target,
    best,
    check_counts,
    check_share,
    check_target,
    pool,
)
from lissnas.shrink.plan import Plan
from lissnas.shrink.published import Proposal
from lissnas.shrink.top import check_enumerable
from lissnas.spaces import Space
from lissnas.subsets import Kind

SAMPLES = 1000


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
        plan = free_plan(target, min(SAMPLES, space.size), self.keep)
        yield from loop(plan, _best_of_all, space, oracle, rng, history)


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
    return Proposal(seeds, no_pockets(space), seeds.archs[:0])
