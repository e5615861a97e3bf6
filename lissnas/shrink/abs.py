"""ABS: drop the operators whose architectures score worst, stage by stage [1]_.

An operator's score is the mean score of architectures that contain it. The original
scores an architecture by the angle between its initial and its trained weights in a
supernet; its published code has the same loop with accuracies, which is what runs here,
on predicted ones. `shrink` takes any score, so that angles can take their place.

.. [1] Hu et al., "Angle-based Search Space Shrinking for Neural Architecture Search",
   ECCV 2020, arXiv:2004.13431.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, exp, log
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Oracle, first_occurrences
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import (
    UNLIMITED,
    check_settings,
    check_target,
    first_iteration,
    iterations,
    resumed,
)
from lissnas.shrink.outcome import Step, current, outcome
from lissnas.shrink.pruning import Slot, ascending, names, operations, prune
from lissnas.spaces import Space
from lissnas.subsets import Kind, ProductSubset, draw_distinct, whole

STOP_SIZE, STOP_SHARE = 10**6, 4
LEAST_CHILDREN, PROBES = 10, 4  # a quarter of a stage's queries measures its space
STUCK = (
    "Stop: no operator can be dropped without leaving less than half of the target; "
    "the previous space is the result."
)


@dataclass(frozen=True, slots=True)
class Abs:
    """Angle-based shrinking, in its form that scores by predicted accuracy.

    Parameters
    ----------
    target
        Stop at this many architectures or fewer; 0 means a million, as in the paper's
        code, or a quarter of a space that is not four times larger.
    queries
        Most distinct predictor queries; 0 means no limit. A limit is spread evenly over
        the stages that seem to be left.
    samples
        Architectures drawn to measure the mean of the space, at first and after each
        stage.
    children
        Architectures scored for each operator in each stage.
    drop
        Operators dropped in each stage, over all decisions; 0 means one more than the
        largest number of operators of a decision, as in the paper's code.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 1000
    children: int = 1000
    drop: int = 0

    title: ClassVar[str] = "ABS"
    kind: ClassVar[Kind] = "product"

    def __post_init__(self) -> None:
        check_settings(self)
        if self.children < LEAST_CHILDREN:
            raise ValueError(
                f"children must be at least {LEAST_CHILDREN}, got {self.children}"
            )
        if self.drop < 0:
            raise ValueError(f"drop must be 0 or more, got {self.drop}")

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
        counted = resumed(oracle, space, history)
        yield from shrink(self, space, counted, counted, rng, history)


def shrink(
    settings: Abs,
    space: Space,
    counted: Counted,
    score: Oracle,
    rng: np.random.Generator,
    history: Sequence[Iteration],
) -> Iterator[Iteration]:
    """Yield the stages of ABS that rank operators by the mean `score`, low ones worst.

    `counted` measures the spaces' means. As `score` it makes this the accuracy form;
    the angles of a supernet's paths make it the original.
    """
    settings.check(space)
    budget = settings.queries or UNLIMITED
    stages = sum(len(decision.options) for decision in space.decisions)
    yield from iterations(
        partial(first_iteration, space, min(settings.samples, budget // 4), counted),
        partial(_stage, settings, space, counted, score),
        rng.spawn(stages + 2),
        history,
    )


def _stage(
    settings: Abs,
    space: Space,
    counted: Counted,
    score: Oracle,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the stage after `past`."""
    start, subset = process_time(), current(space, past)
    assert isinstance(subset, ProductSubset)
    budget = settings.queries or UNLIMITED
    target = settings.target or min(STOP_SIZE, max(space.size // STOP_SHARE, 1))
    most = settings.drop or 1 + max(map(len, operations(whole(space))))
    share = max(budget - counted.queries, 0) // (1 + _stages_left(subset, target, most))
    allowance = max(share - share // PROBES, 1)
    children, means = operator_scores(subset, settings.children, allowance, score, rng)
    left, dropped = prune(subset, ascending(means), target, most)
    probes = min(settings.samples, left.size, share // PROBES)
    decision, end = Decision.CONTINUE, "Go on."
    if not dropped:
        decision, end = Decision.PLATEAU, STUCK
    elif left.size <= target:
        decision, end = Decision.TARGET, "Stop: the target size is reached."
    elif budget - counted.queries - probes < LEAST_CHILDREN:
        decision, end = Decision.BUDGET, f"Stop: all {budget:,} queries are spent."
    step = Step(
        sample=children,
        elite=children[:0],
        subset=left,
        probes=probes,
        decision=decision,
        news=names(space, dropped),
        end=end,
        start=start,
        accepted=bool(dropped),
    )
    return outcome(step, space, counted, rng, past)


def _stages_left(subset: ProductSubset, target: int, most: int) -> int:
    """Return about how many stages it takes to the target, at least 1.

    As if every decision kept the same share of its options.
    """
    options = [len(slots) for slots in operations(subset) if len(slots) > 1]
    if not options or subset.size <= target:
        return 1
    kept = exp(log(target / subset.size) / len(options))
    return max(ceil(sum(options) * (1 - kept) / most), 1)


def operator_scores(
    subset: ProductSubset,
    children: int,
    allowance: int,
    score: Oracle,
    rng: np.random.Generator,
) -> tuple[Archs, dict[Slot, float]]:
    """Return the architectures scored, and the mean score of those with each operator.

    Uniform draws of `subset` serve all operators; one with fewer than `children` among
    them gets further draws of its own. At most `allowance` are scored.
    """
    slots = [slot for options in operations(subset) for slot in options]
    space, found = subset.space, operations(subset)
    shared = draw_distinct(
        space, subset, min(children * max(map(len, found)), allowance), rng
    )
    parts, missing = [shared], {}
    for slot in slots:
        have = int(np.sum(shared[:, slot.decision] == slot.option))
        exist = subset.counts[slot.decision][slot.option]
        missing[slot] = max(min(children, exist) - have, 0)
    room = max(allowance - len(shared), 0)
    scale = min(1.0, room / max(sum(missing.values()), 1))
    owner = [np.full(len(shared), -1)]
    for number, slot in enumerate(slots):
        wanted = int(missing[slot] * scale)
        if wanted:
            own = draw_distinct(space, subset.only(slot[0], [slot[1]]), wanted, rng)
            parts.append(own)
            owner.append(np.full(len(own), number))
    archs, owners = np.concatenate(parts), np.concatenate(owner)
    scores, means = score(archs), {}
    for number, slot in enumerate(slots):
        taken = archs[:, slot.decision] == slot.option
        taken &= (owners == -1) | (owners == number)
        if taken.any():
            means[slot] = float(scores[taken].mean())
    return archs[first_occurrences(space.identity(archs))], means
