"""LISSNAS: shrink a space to many pockets of good architectures [1]_.

Similar architectures score alike (locality), so the neighbourhoods of the best
architectures form a space that is small, good and still diverse. One algorithm, two
readings of how pockets are queried: module `published` scores seeds and a sample of
each new space only, module `selective` scores pockets where they promise most.

.. [1] Gopal et al., "LISSNAS: Locality-based Iterative Search Space Shrinkage for
   Neural Architecture Search", IJCAI 2023, doi:10.24963/ijcai.2023/86.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from lissnas.arrays import Oracle
from lissnas.records import Iteration
from lissnas.shrink import published, selective
from lissnas.shrink.base import (
    UNLIMITED,
    automatic_queries,
    automatic_target,
    check_settings,
    check_target,
    first_iteration,
    iterations,
    resumed,
)
from lissnas.shrink.constraints import Steering
from lissnas.shrink.plan import Plan
from lissnas.shrink.steer import begun, first_draw, steered, within
from lissnas.spaces import Space
from lissnas.spaces.base import threshold_edit_distance
from lissnas.subsets import Kind

SAMPLE_SHARE = 10  # a selective run draws at most a tenth of its queries uniformly
SELECTIVE_DISTANCE, SELECTIVE_ITERATIONS, MAX_ITERATIONS = 2, 8, 20
SELECTIVE_SEEDS, PUBLISHED_SEEDS = 0.3, 0.1

Variant = Literal["selective", "published"]


@dataclass(frozen=True, slots=True)
class Lissnas:
    """Locality-based iterative search space shrinkage.

    Holds settings only: equal settings and equal generators yield equal iterations.

    Parameters
    ----------
    variant
        "selective" scores the most promising neighbours under a query budget;
        "published" keeps all neighbours of the seeds and scores a sample of them.
    target
        Architectures wanted in the end; 0 means a 32nd of the space (at most 2**20)
        when selective, and no target (stop when the mean stops rising) as published.
    queries
        Most distinct predictor queries; 0 means a quarter of the space (at most
        50,000) when selective, and no limit as published.
    samples
        Architectures drawn and scored at the start, and as published in each
        iteration; the paper wants at least 1,000. When selective, at most a tenth of
        the queries.
    seed_share
        Share of the scored architectures that become seeds; 0 means .1 as published
        (the paper's tenth), and .3 when selective.
    max_distance
        Largest edit distance of neighbours; 0 means a third of the total edit distance
        as published (the paper's threshold), and 2 when selective.
    keep
        Size of the next space as a share of the last, as published.
    tolerance
        As published, the rise of the mean that counts as going on, in standard errors.
    iterations
        Most iterations; 0 means 20 as published, and when selective, where the budget
        is spread over them evenly, 8.
    diversity
        Share of the seeds, queries and result that goes to architectures of all sizes
        and far from each other rather than to the best, when selective; .2 keeps most
        of the variety for a tenth of a point of accuracy on NAS-Bench-101, 0 seeks
        accuracy only.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    variant: Variant = "selective"
    target: int = 0
    queries: int = 0
    samples: int = 1000
    seed_share: float = 0.0
    max_distance: int = 0
    keep: float = 0.5
    tolerance: float = 0.0
    iterations: int = 0
    diversity: float = 0.0

    title: ClassVar[str] = "LISSNAS"
    kind: ClassVar[Kind] = "explicit"

    def __post_init__(self) -> None:
        if self.variant not in ("selective", "published"):
            raise ValueError(
                f"variant must be 'selective' or 'published', got {self.variant!r}"
            )
        check_settings(self)
        for name in ("max_distance", "iterations"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if not 0 <= self.seed_share <= 1:
            raise ValueError(f"seed_share must be in [0, 1], got {self.seed_share}")
        if not 0 < self.keep < 1:
            raise ValueError(f"keep must be in (0, 1), got {self.keep}")
        if not 0 <= self.diversity <= 1:
            raise ValueError(f"diversity must be in [0, 1], got {self.diversity}")
        if self.diversity and self.variant != "selective":
            raise ValueError(
                f"diversity must be 0 when variant is 'published', got {self.diversity}"
            )
        if not self.tolerance >= 0:
            raise ValueError(f"tolerance must be 0 or more, got {self.tolerance}")

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield iterations until the mean no longer rises, budget or target."""
        yield from self.steered(Steering(), space, oracle, rng, history)

    def steered(
        self,
        steering: Steering,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield iterations as the call does, within constraints."""
        self.check(space)
        steering.check(space)
        plan = self.plan(space)
        counted = resumed(oracle, space, history)
        selects = self.variant == "selective"
        iterate = selective.iterate if selects else published.iterate
        inside = steered(space, steering)
        first = partial(first_iteration, inside, plan.samples, counted, draw=first_draw)
        yield from iterations(
            begun(steering, first),
            within(steering, space, partial(iterate, plan, inside, counted)),
            rng.spawn(plan.iterations + 1),
            history,
        )

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)
        if self.max_distance > space.total_edit_distance:
            raise ValueError(
                f"max_distance must be at most {space.total_edit_distance} in "
                f"{space.name}, got {self.max_distance}"
            )

    def plan(self, space: Space) -> Plan:
        """Return these settings with every automatic value filled in for `space`."""
        threshold = max(threshold_edit_distance(space), 1)
        if self.variant == "selective":
            automatic = {
                "target": automatic_target(space),
                "queries": automatic_queries(space, self.samples),
                "max_distance": min(SELECTIVE_DISTANCE, threshold),
                "iterations": SELECTIVE_ITERATIONS,
            }
        else:
            automatic = {
                "target": 1,
                "queries": UNLIMITED,
                "max_distance": threshold,
                "iterations": MAX_ITERATIONS,
            }
        chosen = {name: getattr(self, name) or automatic[name] for name in automatic}
        most_samples, seed_share = chosen["queries"], PUBLISHED_SEEDS
        if self.variant == "selective":  # leave the rest to the pockets
            seed_share = SELECTIVE_SEEDS
            most_samples = max(most_samples // SAMPLE_SHARE, 1)
        return Plan(
            **chosen,
            samples=min(self.samples, space.size, most_samples),
            seed_share=self.seed_share or seed_share,
            keep=self.keep,
            tolerance=self.tolerance,
            diversity=self.diversity,
        )
