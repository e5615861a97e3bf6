"""PAD-NAS: in every layer, drop the operations that good architectures use least [1]_.

Only the abstract is at hand, so this is a reconstruction: in each stage architectures
of the current space are scored, the best are the elite, and every decision keeps the
options most frequent in it, fewer in each stage. Unlike ABS it prunes all decisions
alike, and looks at the best instead of the mean.

.. [1] Xia et al., "Progressive Automatic Design of Search Space for One-Shot Neural
   Architecture Search", WACV 2022, arXiv:2005.07564.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Oracle
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import (
    UNLIMITED,
    best,
    check_macs,
    check_settings,
    check_share,
    check_target,
    first_iteration,
    iterations,
    pool,
    resumed,
)
from lissnas.shrink.outcome import Step, current, outcome
from lissnas.shrink.pruning import (
    Slot,
    frequencies,
    legal,
    names,
    operations,
    prune,
)
from lissnas.spaces import Space
from lissnas.subsets import Kind, ProductSubset, whole

KEPT = 2  # operations a decision keeps where no target asks for fewer
LEAST_DRAWS = 50


@dataclass(frozen=True, slots=True)
class PadNas:
    """Progressive automatic design of the search space.

    Parameters
    ----------
    target
        Stop at this many architectures or fewer; 0 means none: all stages are run and
        leave 2 options a decision, as in the paper's comparison.
    queries
        Most distinct predictor queries; 0 means no limit.
    samples
        Architectures drawn and scored in each stage.
    elite
        Share of them whose options count.
    stages
        Stages in which the options of a decision fall to 2; with a target that needs
        more, further stages leave 1.
    macs
        Most multiply-adds, in millions, of the architectures that are scored; 0 means
        any.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 2000
    elite: float = 0.1
    stages: int = 2
    macs: float = 0.0

    title: ClassVar[str] = "PAD-NAS"
    kind: ClassVar[Kind] = "product"

    def __post_init__(self) -> None:
        check_settings(self)
        check_share("elite", self.elite)
        if self.stages < 1:
            raise ValueError(f"stages must be at least 1, got {self.stages}")
        check_macs(self.macs)

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)
        whole(space)

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield stages until the space is small enough or the budget is spent."""
        self.check(space)
        counted, budget = resumed(oracle, space, history), self.queries or UNLIMITED
        yield from iterations(
            partial(first_iteration, space, min(self.samples, budget // 4), counted),
            partial(_stage, self, space, counted),
            rng.spawn(self.stages + 2),
            history,
        )


def _stage(
    settings: PadNas,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the stage after `past`."""
    start, subset, stage = process_time(), current(space, past), len(past)
    assert isinstance(subset, ProductSubset)
    budget = settings.queries or UNLIMITED
    room = max(budget - counted.queries, 0)
    draws = min(settings.samples, room // 2)
    archs = legal(space, subset, draws, settings.macs, rng)
    if not len(archs):
        raise ValueError(
            f"macs must allow some architecture of {subset.size:,}, got {settings.macs}"
        )
    ranked = pool(space, archs, counted(archs))
    elite = best(ranked, max(ceil(settings.elite * len(archs)), 1))
    order = _least_used(settings, subset, elite.archs, archs, stage)
    left, dropped = prune(subset, order, settings.target, len(order))
    probes = min(settings.samples, left.size, room // 4)
    decision, end = Decision.CONTINUE, "Go on."
    if settings.target and left.size <= settings.target:
        decision, end = Decision.TARGET, "Stop: the target size is reached."
    elif stage >= settings.stages + bool(settings.target):
        decision, end = Decision.PLATEAU, "Stop: all stages are done."
    elif budget - counted.queries - probes < 2 * LEAST_DRAWS:
        decision, end = Decision.BUDGET, f"Stop: all {budget:,} queries are spent."
    step = Step(
        sample=archs,
        elite=elite.archs,
        subset=left,
        probes=probes,
        decision=decision,
        news=names(space, dropped),
        end=end,
        start=start,
        accepted=bool(dropped),
    )
    return outcome(step, space, counted, rng, past)


def _least_used(
    settings: PadNas, subset: ProductSubset, elite: Archs, archs: Archs, stage: int
) -> list[Slot]:
    """Return what each decision has too many of in this stage, least used first.

    What the elite uses equally often goes by how often all `archs` use it.
    """
    drawn = frequencies(subset, archs)
    used = {slot: (n, drawn[slot]) for slot, n in frequencies(subset, elite).items()}
    total = operations(whole(subset.space))
    order: list[Slot] = []
    for options, first in zip(operations(subset), total, strict=True):
        kept = quota(len(first), stage, settings.stages)
        ranked = sorted(options, key=lambda slot: (used[slot], slot))
        order += ranked[: max(len(options) - kept, 0)]
    return sorted(order, key=lambda slot: (used[slot], slot))


def quota(options: int, stage: int, stages: int) -> int:
    """Return how many of a decision's `options` are left after a stage, 1, 2, ...

    4 become 3 and 2 in two stages, 6 become 4 and 2; later stages leave 1.
    """
    if stage > stages:
        return 1
    return min(options, KEPT) + max(options - KEPT, 0) * (stages - stage) // stages
