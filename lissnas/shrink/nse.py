"""NSE: evolve each layer's operators through rounds of Pareto fronts [1]_.

Each decision has only a few of its operators active at a time, the rest waits. In each
round architectures of active operators near a target cost are scored, those on the
Pareto front of cost and accuracy pass their operators on, and waiting ones join them,
until all have had their turn. The space of a round is what is not eliminated: operators
passed on or still waiting. This is the search of the paper's code on a predictor's
accuracies, without its supernet: the gates' fitness is the share of the front that uses
an operator, and at most all but one of a decision's places are passed on while others
wait.

.. [1] Ci et al., "Evolving Search Space for Neural Architecture Search", ICCV 2021,
   arXiv:2011.10904.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Bools, Oracle
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
from lissnas.shrink.evolution import (
    Cells,
    first_cells,
    fronts,
    passed_on,
    refilled,
    rounds_needed,
    shuffled,
    union,
)
from lissnas.shrink.outcome import Step, outcome, standing
from lissnas.shrink.pruning import (
    allowing,
    ascending,
    frequencies,
    operations,
    prune,
)
from lissnas.spaces import Space
from lissnas.subsets import Kind, draw_distinct, whole

CHEAPER, ELITE, LEAST_LEFT = 100, 0.1, 20
PROBES = 4  # a quarter of a round's queries measures its space


@dataclass(frozen=True, slots=True)
class Nse:
    """Neural search-space evolution.

    Parameters
    ----------
    target
        After the last round, trim the operators that the front uses least until so
        many architectures or fewer are left; 0 means no trimming.
    queries
        Most distinct predictor queries; 0 means no limit.
    samples
        Architectures scored in each round.
    active
        Operators of a decision that are active at a time; 0 means half of them, at
        least 2 and at most 5.
    macs
        Target cost in millions of multiply-adds; 0 means that of the best tenth of the
        first sample.
    window
        Share of a round's draws, those nearest to the target cost, that are scored.
    front
        Architectures whose operators are passed on: Pareto fronts are taken one after
        the other until there are so many, or a tenth of those scored. 1 takes the first
        front alone, as the paper's code does, which on exact scores holds so few that
        next to nothing is left.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 2000
    active: int = 0
    macs: float = 0.0
    window: float = 0.25
    front: int = 50

    title: ClassVar[str] = "NSE"
    kind: ClassVar[Kind] = "product"

    def __post_init__(self) -> None:
        check_settings(self)
        check_share("window", self.window)
        if self.active < 0 or self.active == 1:
            raise ValueError(f"active must be 0 or at least 2, got {self.active}")
        if self.front < 1:
            raise ValueError(f"front must be at least 1, got {self.front}")
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
        """Yield rounds until every operator had its turn."""
        self.check(space)
        counted = resumed(oracle, space, history)
        found = [[slot.option for slot in slots] for slots in operations(whole(space))]
        rounds = max(rounds_needed(len(options), self.active) for options in found)
        shuffle, *steps = rng.spawn(rounds + 2)
        first = first_cells(
            [shuffled(options, shuffle) for options in found], self.active
        )
        budget = self.queries or UNLIMITED
        yield from iterations(
            partial(first_iteration, space, min(self.samples, budget // 4), counted),
            partial(_round, self, space, counted, first, rounds),
            steps,
            history,
        )


def _round(
    settings: Nse,
    space: Space,
    counted: Counted,
    first: Cells,
    rounds: int,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the round after `past`, which is replayed from its fronts."""
    start, number, cells = process_time(), len(past), first
    for one in past[1:]:
        left = rounds - one.step
        cells = refilled(cells, passed_on(cells, one.seeds, left), left)
    budget = settings.queries or UNLIMITED
    room = (budget - counted.queries) // (rounds - number + 2)
    probes = min(settings.samples, room // PROBES)
    archs, near = _candidates(settings, space, cells, past, room - probes, rng)
    scores = counted(archs)
    count = min(settings.front, ceil(ELITE * len(archs)))
    front = archs[fronts(space.cost(archs).macs, scores, near, count)]
    is_last = number == rounds
    kept = passed_on(cells, front, rounds - number)
    subset = allowing(space, kept if is_last else union(kept, cells.waiting))
    if is_last and settings.target:
        order = ascending(frequencies(subset, front))
        subset = prune(subset, order, settings.target, len(order)).subset
    probes = min(probes, subset.size)
    accepted = subset.size < standing(past).size
    decision, end = Decision.CONTINUE, "Go on."
    if is_last and settings.target and subset.size <= settings.target:
        decision, end = Decision.TARGET, "Stop: the target size is reached."
    elif is_last:
        decision, end = Decision.PLATEAU, "Stop: every operator had its turn."
    elif budget - counted.queries - probes < LEAST_LEFT:
        decision, end = Decision.BUDGET, f"Stop: all {budget:,} queries are spent."
    step = Step(
        sample=archs,
        elite=front,
        subset=subset,
        probes=probes,
        decision=decision,
        news=f"Round {number} of {rounds}: {len(front):,} architectures on the front.",
        end=end,
        start=start,
        accepted=accepted,
    )
    return outcome(step, space, counted, rng, past)


def _candidates(
    settings: Nse,
    space: Space,
    cells: Cells,
    past: Sequence[Iteration],
    room: int,
    rng: np.random.Generator,
) -> tuple[Archs, Bools]:
    """Return architectures to score, and which may be on the front.

    Those of active operators nearest to the target cost, the last front as far as it
    is still active, and some cheaper ones that only shape the front.
    """
    subset = allowing(space, cells.active)
    while not subset.size:  # no architecture is made of active operators only
        turns = zip(cells.active, cells.waiting, strict=True)
        kept = [(*active, *waiting[:1]) for active, waiting in turns]
        cells = Cells(tuple(kept), tuple(waiting[1:] for waiting in cells.waiting))
        subset = allowing(space, cells.active)
    count = max(min(settings.samples, room - CHEAPER), 1)
    archs = draw_distinct(space, subset, ceil(count / settings.window), rng)
    goal = settings.macs * 1e6 or _usual_cost(space, past[0])
    macs = space.cost(archs).macs
    order = np.argsort(np.abs(macs - goal), kind="stable")
    near, far = order[:count], order[count:]
    cheaper = rng.permutation(far[macs[far] < goal])[: max(min(CHEAPER, room - 1), 0)]
    last = past[-1].seeds
    rehearsed = last[subset.contains(last)] if len(last) else last
    rows = np.concatenate([rehearsed, archs[near], archs[cheaper]])
    member = np.arange(len(rows)) < len(rows) - len(cheaper)
    return rows, member


def _usual_cost(space: Space, first: Iteration) -> float:
    """Return the mean cost of the best tenth of the first sample."""
    ranked = pool(space, first.sample, first.sample_predicted)
    elite = best(ranked, max(ceil(ELITE * len(ranked.keys)), 1))
    return float(space.cost(elite.archs).macs.mean())
