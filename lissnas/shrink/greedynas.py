"""GreedyNAS: a pool of the best paths met while sampling ever greedier [1]_.

In each round a few paths are drawn, some from the pool and the rest from the space, and
scored; all enter a pool that keeps the best. The share of draws from the pool rises,
and training ends when the pool hardly changes: the shrunk space is the pool. Here a
predictor scores in place of a supernet on a small validation set, so that drawing from
the pool costs no query. Which paths of a round would be trained matters to the weights
only, and has no part in it.

.. [1] You et al., "GreedyNAS: Towards Fast One-Shot NAS with Greedy Supernet", CVPR
   2020, arXiv:2003.11236.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Oracle, first_occurrences
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import (
    automatic_queries,
    best,
    check_settings,
    check_share,
    check_target,
    first_iteration,
    iterations,
    known_pool,
    resumed,
)
from lissnas.shrink.outcome import Step, outcome
from lissnas.spaces import Space
from lissnas.subsets import ExplicitSubset, Kind

POOL, SPENT = 1000, 16


@dataclass(frozen=True, slots=True)
class GreedyNas:
    """The candidate pool of a greedy path sampler.

    Parameters
    ----------
    target
        Size of the pool; 0 means 1,000, as in the paper, or a 32nd of a space that is
        less than 32 times larger.
    queries
        Most distinct predictor queries; 0 means a quarter of the space, at least
        `samples` and at most 50,000.
    samples
        Paths drawn uniformly before the pool is used.
    checks
        How often the pool is compared with its last state, at even numbers of draws.
    greed
        Share of draws from the pool at the end, to which it rises from 0.
    change
        Stop when at most this share of the pool is new.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 1000
    checks: int = 8
    greed: float = 0.8
    change: float = 0.08

    title: ClassVar[str] = "GreedyNAS"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        check_settings(self)
        check_share("greed", self.greed)
        check_share("change", self.change)
        if self.checks < 1:
            raise ValueError(f"checks must be at least 1, got {self.checks}")
        if self.queries and self.queries <= self.target:
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
        """Yield checks of the pool until it hardly changes or the budget is spent."""
        self.check(space)
        counted = resumed(oracle, space, history)
        queries = self.queries or automatic_queries(space, self.samples)
        target = self.target or min(POOL, max(space.size // 32, 1))
        queries = max(queries, 2 * target) if not self.queries else queries
        yield from iterations(
            partial(first_iteration, space, min(self.samples, queries), counted),
            partial(_check, self, (target, queries), space, counted),
            rng.spawn(SPENT * self.checks),
            history,
        )


def _check(
    settings: GreedyNas,
    plan: tuple[int, int],
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the next state of the pool; `plan` is its size and the budget."""
    (target, queries), start, number = plan, process_time(), len(past)
    greed = settings.greed * min((number - 1) / max(settings.checks - 1, 1), 1)
    draws = max(queries // settings.checks, 1)
    draws = int(rng.binomial(draws, 1 - greed))  # the others come from the pool
    if number == 1:
        draws = max(draws, target + 1)
    archs = space.sample(draws, rng)
    fresh = archs[np.isnan(counted.known(archs))]
    room = queries - counted.queries
    scored = fresh[first_occurrences(space.identity(fresh))][:room]
    ranked = known_pool(space, past, (scored, counted(scored)))
    kept = best(ranked, target)
    old = set(space.identity(past[-1].space).tolist()) if number > 1 else set()
    new = 1 - len(old & set(kept.keys.tolist())) / len(kept.keys)
    decision, end = Decision.CONTINUE, "Go on."
    if new <= settings.change:
        decision, end = Decision.PLATEAU, "Stop: the pool hardly changes."
    elif counted.queries >= queries or number + 1 == SPENT * settings.checks:
        decision, end = Decision.BUDGET, f"Stop: all {queries:,} queries are spent."
    step = Step(
        sample=scored,
        elite=kept.archs[:0],
        subset=ExplicitSubset(space, kept.archs),
        probes=0,
        decision=decision,
        news=f"{new:.0%} of the pool of {len(kept.keys):,} is new; {greed:.0%} of the "
        "draws came from it.",
        end=end,
        start=start,
    )
    return outcome(step, space, counted, rng, past)
