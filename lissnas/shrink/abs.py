"""ABS: drop the operators whose architectures score worst, stage by stage [1]_.

An operator's score is the mean score of architectures that contain it. The original
scores an architecture by the angle between its initial and its trained weights in a
supernet; its published code has the same loop with accuracies. Here that is the
default, on predicted accuracies; angles take their place where a supernet run lends
them (module `angle`). What concerns training alone, such as when initial weights are
taken anew, has no part in it.

.. [1] Hu et al., "Angle-based Search Space Shrinking for Neural Architecture Search",
   ECCV 2020, arXiv:2004.13431.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, exp, log
from time import process_time
from typing import ClassVar, Literal

import numpy as np

from lissnas.arrays import Oracle
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.angle import angles_of
from lissnas.shrink.base import (
    UNLIMITED,
    check_macs,
    check_settings,
    check_target,
    first_iteration,
    iterations,
    resumed,
)
from lissnas.shrink.outcome import Step, current, outcome
from lissnas.shrink.pruning import (
    ascending,
    lowest_of_each,
    names,
    operations,
    operator_scores,
    prune,
)
from lissnas.spaces import Space
from lissnas.subsets import Kind, ProductSubset, whole

STOP_SIZE, STOP_SHARE = 10**6, 4
LEAST_CHILDREN, PROBES = 10, 4  # a quarter of a stage's queries measures its space
STUCK = (
    "Stop: no operator can be dropped without leaving less than half of the target; "
    "the previous space is the result."
)


@dataclass(frozen=True, slots=True)
class Abs:
    """Angle-based shrinking, which scores operators by accuracy or by angle.

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
        Operators dropped in each stage; 0 means one of each decision, or over all
        decisions one more than a decision has (without identities), as in the paper's
        code.
    drop_from
        "all" drops the worst over all decisions, as on the paper's large space; "each"
        drops so many of every decision, as on its spaces of FairNAS and DARTS, and
        ends a stage that it began.
    score
        What ranks operators: predicted "accuracy" of their architectures, or the
        "angle" by which training turned their weights, which a supernet run gives.
    macs
        Most multiply-adds, in millions, of the architectures that are scored; 0 means
        any. The paper's code has 600 for its large space, 330 for FairNAS's.

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
    drop_from: Literal["all", "each"] = "all"
    score: Literal["accuracy", "angle"] = "accuracy"
    macs: float = 0.0

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
        for name, choices in (
            ("score", ("accuracy", "angle")),
            ("drop_from", ("all", "each")),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name} must be {choices[0]!r} or {choices[1]!r}, got "
                    f"{getattr(self, name)!r}"
                )
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
        counted = resumed(oracle, space, history)
        score = counted if self.score == "accuracy" else angles_of(oracle)
        yield from shrink(self, space, counted, score, rng, history)


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
    most = _dropped_at_once(settings, space)
    share = max(budget - counted.queries, 0) // (1 + _stages_left(subset, target, most))
    allowance = max(share - share // PROBES, 1)
    if settings.score == "angle":  # which costs no query
        allowance, share = UNLIMITED, PROBES * share
    children, means = operator_scores(
        subset, settings.children, allowance, settings.macs, score, rng
    )
    order, each = ascending(means), settings.drop_from == "each"
    if each:
        order = lowest_of_each(order, settings.drop or 1)
    left, dropped = prune(subset, order, target, most, ends_early=not each)
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


def _dropped_at_once(settings: Abs, space: Space) -> int:
    """Return the most operators that a stage drops.

    One more than a decision has operators, without the identity that some decisions
    have besides; decisions with hardly any operators do not count.
    """
    counts = [len(slots) for slots in operations(whole(space))]
    if settings.drop_from == "each":
        return (settings.drop or 1) * len(counts)
    usual = min(count for count in counts if 2 * count > max(counts))
    return settings.drop or 1 + usual


def _stages_left(subset: ProductSubset, target: int, most: int) -> int:
    """Return about how many stages it takes to the target, at least 1.

    As if every decision kept the same share of its options.
    """
    options = [len(slots) for slots in operations(subset) if len(slots) > 1]
    if not options or subset.size <= target:
        return 1
    kept = exp(log(target / subset.size) / len(options))
    return max(ceil(sum(options) * (1 - kept) / most), 1)
