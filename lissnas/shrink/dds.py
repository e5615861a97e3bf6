"""DDS: narrow a design space by rules that do not worsen its error distribution [1]_.

The original refines a space by hand: share a parameter between stages, let widths
rise, and keep the rule if the distribution of errors is no worse. Here a space names
its rules in the order to try them, and each is judged by a one-sided
Kolmogorov-Smirnov test on predicted accuracies of uniform draws before and after it.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Oracle, Scores
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import (
    UNLIMITED,
    check_counts,
    check_share,
    check_target,
    first_iteration,
    iterations,
    resumed,
)
from lissnas.shrink.outcome import Step, outcome, standing
from lissnas.spaces import Space
from lissnas.subsets import (
    Kind,
    Rules,
    Subset,
    constraints,
    draw_distinct,
    passing,
    restore,
)

LEAST_DRAWS = 20


@dataclass(frozen=True, slots=True)
class Dds:
    """Designing design spaces, automated; spaces that name constraints only.

    Parameters
    ----------
    target
        Stop at this many architectures or fewer; 0 means to try all rules.
    queries
        Most distinct predictor queries; 0 means no limit.
    samples
        Architectures drawn and scored before and after each rule.
    significance
        A rule is refused where the errors after it are larger with a p-value of at
        most this.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 500
    significance: float = 0.05

    title: ClassVar[str] = "DDS"
    kind: ClassVar[Kind] = "implicit"

    def __post_init__(self) -> None:
        check_counts(self)
        check_share("significance", self.significance)

    def check(self, space: Space) -> None:
        """Raise ValueError if the space has no rules, or is smaller than the target."""
        check_target(space, self.target)
        if not constraints(space):
            raise ValueError(f"space must name constraints, got none in {space.name}")

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield one iteration a rule, accepted or refused."""
        self.check(space)
        counted = resumed(oracle, space, history)
        budget = self.queries or UNLIMITED
        yield from iterations(
            partial(first_iteration, space, min(self.samples, budget // 2), counted),
            partial(_try_rule, self, space, counted),
            rng.spawn(len(constraints(space)) + 1),
            history,
        )


def _try_rule(
    settings: Dds,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the iteration that tries the next rule."""
    start, number, last = process_time(), len(past), standing(past)
    names = tuple(constraints(space))
    name = names[number - 1]
    budget = settings.queries or UNLIMITED
    room = min(settings.samples, (budget - counted.queries) // 2)
    known = Rules((*accepted_rules(last), name))
    subset: Subset = passing(space, known, rng)
    before = draw_distinct(space, current_rules(space, last, rng), room, rng)
    after = before[:0]
    if subset.size:
        after = draw_distinct(space, subset, room, rng)
    chance = worse_chance(counted(before), counted(after)) if len(after) else 0.0
    accepted = chance > settings.significance and subset.size < last.size
    decision, end = Decision.CONTINUE, "Go on."
    if accepted and subset.size <= settings.target:
        decision, end = Decision.TARGET, "Stop: the target size is reached."
    elif number == len(names):
        decision, end = Decision.PLATEAU, "Stop: all rules were tried."
    elif budget - counted.queries < 2 * LEAST_DRAWS:
        decision, end = Decision.BUDGET, f"Stop: all {budget:,} queries are spent."
    step = Step(
        sample=before,
        elite=before[:0],
        subset=subset if subset.size else current_rules(space, last, rng),
        probes=0,
        uniform=after if len(after) else before,
        decision=decision,
        news=_news(name, accepted, chance, subset.size >= last.size),
        end=end,
        start=start,
        accepted=accepted,
    )
    return outcome(step, space, counted, rng, past)


def _news(name: str, accepted: bool, chance: float, idle: bool) -> str:
    """Return what became of a rule, in words."""
    if idle:
        return f"The rule {name!r} leaves no fewer architectures and is left out."
    verdict = "is kept" if accepted else "is refused"
    return (
        f"The rule {name!r} {verdict}: errors as large as after it come by luck with a "
        f"chance of {chance:.1%}."
    )


def accepted_rules(last: Iteration) -> tuple[str, ...]:
    """Return the rules that the space of an iteration obeys."""
    if last.subset is None:
        return ()
    return tuple(last.subset["predicate"]["names"])


def current_rules(space: Space, last: Iteration, rng: np.random.Generator) -> Subset:
    """Return the space that stands, as rules also where there are none yet."""
    if last.subset is None:
        return passing(space, Rules(()), rng)
    return restore(space, last.subset, last.space)


def worse_chance(before: Scores, after: Scores) -> float:
    """Return the chance of accuracies after a rule as low as they are, by luck.

    The asymptotic p-value of the one-sided two-sample Kolmogorov-Smirnov test.
    """
    pooled = np.concatenate([before, after])
    below = [
        np.searchsorted(np.sort(scores), pooled, side="right") / len(scores)
        for scores in (before, after)
    ]
    excess = max(float((below[1] - below[0]).max()), 0.0)
    effective = len(before) * len(after) / len(pooled)
    return float(np.exp(-2 * effective * excess**2))
