"""DDS: narrow a design space by rules that do not worsen its error distribution [1]_.

The original refines a space by hand: share a parameter between stages, let widths
rise, and keep the rule if the distribution of errors is no worse; then it bounds
parameters by where the best of resampled models lie. Here a space names its rules in
the order to try them, and each is judged by a one-sided Kolmogorov-Smirnov test on
predicted accuracies of uniform draws before and after it. The ranges of its numbers
come after the rules, one decision after the other, and are judged alike.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Oracle, Scores
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
    restore_predicate,
)

LEAST_DRAWS = 20
RESAMPLES, RESAMPLED = 10_000, 4  # resamples of a quarter each


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
    interval
        Share of the resamples whose best architecture a range of a decision must hold,
        as the published 95% bootstrap intervals; 0 means no ranges.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 500
    significance: float = 0.05
    interval: float = 0.95

    title: ClassVar[str] = "DDS"
    kind: ClassVar[Kind] = "implicit"

    def __post_init__(self) -> None:
        check_counts(self)
        check_share("significance", self.significance)
        if not 0 <= self.interval < 1:
            raise ValueError(f"interval must be in [0, 1), got {self.interval}")

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
        """Yield one iteration a rule, then one a range, accepted or refused."""
        self.check(space)
        counted = resumed(oracle, space, history)
        budget = self.queries or UNLIMITED
        yield from iterations(
            partial(first_iteration, space, min(self.samples, budget // 2), counted),
            partial(_try_rule, self, space, counted),
            rng.spawn(_tries(self, space) + 1),
            history,
        )


def _tries(settings: Dds, space: Space) -> int:
    """Return how many rules and ranges are tried."""
    return len(constraints(space)) + len(numeric(space) if settings.interval else ())


def numeric(space: Space) -> list[int]:
    """Return the decisions whose options are rising numbers, at least three."""
    found = []
    for place, decision in enumerate(space.decisions):
        try:
            values = [float(option) for option in decision.options]
        except ValueError:
            continue
        if len(values) > 2 and values == sorted(values):
            found.append(place)
    return found


def _try_rule(
    settings: Dds,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the iteration that tries the next rule or range."""
    start, number, last = process_time(), len(past), standing(past)
    budget = settings.queries or UNLIMITED
    room = min(settings.samples, (budget - counted.queries) // 2)
    now = current_rules(space, last, rng)
    before = draw_distinct(space, now, room, rng)
    known, name = _next(settings, space, last, number, before, counted, rng)
    subset: Subset = passing(space, known, rng)
    after = draw_distinct(space, subset, room, rng) if subset.size else before[:0]
    chance = worse_chance(counted(before), counted(after)) if len(after) else 0.0
    idle = known == _rules(last) or subset.size >= last.size
    accepted = chance > settings.significance and not idle
    decision, end = Decision.CONTINUE, "Go on."
    if accepted and subset.size <= settings.target:
        decision, end = Decision.TARGET, "Stop: the target size is reached."
    elif number == _tries(settings, space):
        decision, end = Decision.PLATEAU, "Stop: all rules were tried."
    elif budget - counted.queries < 2 * LEAST_DRAWS:
        decision, end = Decision.BUDGET, f"Stop: all {budget:,} queries are spent."
    step = Step(
        sample=before,
        elite=before[:0],
        subset=subset if subset.size else now,
        probes=0,
        uniform=after if len(after) else before,
        decision=decision,
        news=_news(name, accepted, chance, idle),
        end=end,
        start=start,
        accepted=accepted,
    )
    return outcome(step, space, counted, rng, past)


def _next(
    settings: Dds,
    space: Space,
    last: Iteration,
    number: int,
    before: Archs,
    counted: Counted,
    rng: np.random.Generator,
) -> tuple[Rules, str]:
    """Return the rules that stand with the one to try, and its name."""
    standing_rules, names = _rules(last), tuple(constraints(space))
    if number <= len(names):
        name = names[number - 1]
        return Rules((*standing_rules.names, name), standing_rules.ranges), name
    place = numeric(space)[number - len(names) - 1]
    taken, scores = before[:, place], counted(before)
    low, high = best_range(taken, scores, settings.interval, rng)
    options = space.decisions[place].options
    if high - low == len(options) - 1:
        return standing_rules, f"any {space.decisions[place].name}"
    name = f"{space.decisions[place].name} in {options[low]} to {options[high]}"
    ranges = (*standing_rules.ranges, (place, low, high))
    return Rules(standing_rules.names, ranges), name


def best_range(
    options: Archs, scores: Scores, share: float, rng: np.random.Generator
) -> tuple[int, int]:
    """Return the range of options ``(n,)`` in which the best of resamples lie.

    A quarter of the architectures is drawn with replacement 10,000 times, and the
    range is the central `share` of the options that the best of each takes.
    """
    order = np.argsort(-scores, kind="stable")
    size = max(len(order) // RESAMPLED, 1)
    best = rng.integers(0, len(order), (RESAMPLES, size)).min(axis=1)
    tail = (1 - share) / 2
    taken = np.sort(options[order[best]])
    ends = taken[[int(tail * RESAMPLES), int((1 - tail) * RESAMPLES) - 1]]
    return int(ends[0]), int(ends[1])


def _news(name: str, accepted: bool, chance: float, idle: bool) -> str:
    """Return what became of a rule, in words."""
    if idle:
        return f"The rule {name!r} leaves no fewer architectures and is left out."
    verdict = "is kept" if accepted else "is refused"
    return (
        f"The rule {name!r} {verdict}: errors as large as after it come by luck with a "
        f"chance of {chance:.1%}."
    )


def _rules(last: Iteration) -> Rules:
    """Return the rules that the space of an iteration obeys."""
    if last.subset is None:
        return Rules(())
    known = restore_predicate(last.subset["predicate"])
    assert isinstance(known, Rules)
    return known


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
