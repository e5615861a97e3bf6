"""The control: score every architecture and keep the best.

Where a space can be enumerated and queries cost nothing, no method can find a set of
that size with a higher mean prediction. What shrinkage is worth there is how near it
comes with fewer queries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Oracle
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import (
    automatic_target,
    best,
    check_settings,
    check_target,
    first_iteration,
    iterations,
    pool,
    resumed,
)
from lissnas.shrink.outcome import Step, outcome
from lissnas.spaces import Space
from lissnas.subsets import ExplicitSubset, Kind

SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class TopPredicted:
    """The best of all architectures by prediction; spaces that are enumerable only.

    Parameters
    ----------
    target
        Architectures to keep; 0 means a 32nd of the space.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0

    title: ClassVar[str] = "Best by predictor"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        check_settings(self)

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
        """Yield a sample, then the best of all."""
        self.check(space)
        counted = resumed(oracle, space, history)
        yield from iterations(
            partial(first_iteration, space, SAMPLES, counted),
            partial(_keep, self, space, counted),
            rng.spawn(2),
            history,
        )


def check_enumerable(space: Space) -> None:
    """Raise ValueError if not every architecture of `space` can be scored."""
    if not space.enumerable:
        raise ValueError(
            f"space must be enumerable to query all of it, got {space.name} with "
            f"{space.size:,} architectures"
        )


def _keep(
    settings: TopPredicted,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the one iteration: the best of all."""
    start, archs = process_time(), space.enumerate()
    ranked = pool(space, archs, counted(archs))
    kept = best(ranked, settings.target or automatic_target(space))
    step = Step(
        sample=past[0].sample,
        elite=kept.archs[:0],
        subset=ExplicitSubset(space, kept.archs),
        probes=0,
        decision=Decision.TARGET,
        news=f"Scored all {space.size:,} architectures and kept {len(kept.keys):,}.",
        end="Stop: that is all.",
        start=start,
    )
    return outcome(step, space, counted, rng, past)
