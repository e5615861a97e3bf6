"""Naive random shrinkage: draw architectures, keep the best (appendix H.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Oracle
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

LEAST = 1000


@dataclass(frozen=True, slots=True)
class Naive:
    """Naive random shrinkage.

    Parameters
    ----------
    target
        Architectures to keep; 0 means the share `keep` of those drawn.
    queries
        Architectures drawn and scored; 0 means a quarter of the space, at least 1,000
        and at most 50,000, the paper's number.
    keep
        Share of those drawn that is kept; the paper shows 0.3, 0.2, 0.1 and 0.05.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    keep: float = 0.05

    title: ClassVar[str] = "Naive random"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        check_settings(self)
        check_share("keep", self.keep)
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
        """Yield the sample, then the best of it."""
        self.check(space)
        counted = resumed(oracle, space, history)
        queries = self.queries or automatic_queries(space, LEAST)
        yield from iterations(
            partial(first_iteration, space, max(queries, 2 * self.target), counted),
            partial(_keep, self, space, counted),
            rng.spawn(2),
            history,
        )


def _keep(
    settings: Naive,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the one iteration: the best of the first sample."""
    start, ranked = process_time(), known_pool(space, past)
    size = settings.target or max(ceil(settings.keep * len(ranked.keys)), 1)
    kept = best(ranked, size)
    step = Step(
        sample=past[0].sample,
        elite=kept.archs[:0],
        subset=ExplicitSubset(space, kept.archs),
        probes=0,
        decision=Decision.TARGET,
        news=f"Kept the best {len(kept.keys):,} of {len(ranked.keys):,} draws.",
        end="Stop: that is all.",
        start=start,
    )
    return outcome(step, space, counted, rng, past)
