"""The published loop with one component switched: what the ablations share [1]_.

.. [1] Gopal et al., IJCAI 2023, doi:10.24963/ijcai.2023/86, appendix H.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from lissnas.arrays import Oracle
from lissnas.records import Iteration
from lissnas.shrink import published
from lissnas.shrink.base import (
    UNLIMITED,
    first_iteration,
    iterations,
    resumed,
)
from lissnas.shrink.plan import Plan
from lissnas.shrink.pockets import Pockets
from lissnas.shrink.published import Propose
from lissnas.spaces import Space

MAX_ITERATIONS = 20


def free_plan(target: int, samples: int, keep: float) -> Plan:
    """Return the plan of a loop that asks about nothing after its first queries."""
    return Plan(
        target=target,
        queries=UNLIMITED,
        samples=samples,
        seed_share=keep,
        max_distance=1,
        keep=keep,
        tolerance=0.0,
        iterations=MAX_ITERATIONS,
    )


def no_pockets(space: Space) -> Pockets:
    """Return no neighbours."""
    none = np.zeros(0, dtype=np.int64)
    archs = np.zeros((0, len(space.decisions)), dtype=np.int8)
    return Pockets(archs, space.identity(archs), none, none)


def loop(
    plan: Plan,
    propose: Propose,
    space: Space,
    oracle: Oracle,
    rng: np.random.Generator,
    history: Sequence[Iteration],
) -> Iterator[Iteration]:
    """Yield the published loop's iterations with `propose` in place of neighbours."""
    counted = resumed(oracle, space, history)
    yield from iterations(
        partial(first_iteration, space, plan.samples, counted),
        partial(published.iterate, plan, space, counted, propose=propose),
        rng.spawn(plan.iterations + 1),
        history,
    )
