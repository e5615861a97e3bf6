"""Random search: uniform draws without repetition, the baseline of every search."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Oracle
from lissnas.search.base import Ledger, Trace
from lissnas.search.domains import Domain

BATCH = 1024


@dataclass(frozen=True, slots=True)
class Uniform:
    """Random search, which has no settings."""

    def __call__(
        self,
        domain: Domain,
        oracle: Oracle,
        queries: int,
        rng: np.random.Generator,
        history: Trace | None = None,
    ) -> Iterator[Trace]:
        """Yield batches of uniform members, none twice."""
        ledger = Ledger(domain, oracle, queries, history)
        while ledger.left:
            batch = ledger.ask_uniform(BATCH, rng)
            if not len(batch):
                return
            yield batch
