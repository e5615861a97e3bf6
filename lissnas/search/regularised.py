"""Regularised evolution: tournaments in a population in which the oldest die [1]_.

.. [1] Real et al., "Regularized Evolution for Image Classifier Architecture Search",
   AAAI 2019, arXiv:1802.01548.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Oracle
from lissnas.search.base import Ledger, Origin, Trace
from lissnas.search.domains import Domain
from lissnas.search.moves import nearby

PATIENCE = 10  # children in a row that were queried before


@dataclass(frozen=True, slots=True)
class Regularised:
    """Regularised (ageing) evolution.

    Every step draws a tournament with replacement, mutates its winner by one edit that
    stays in the domain (`moves.nearby`), adds the child and removes the oldest. A
    child that was queried before joins the population at no cost. A uniform member
    takes the child's place if no edit of the winner stays in the domain, or after 10
    children in a row that were not new.

    Parameters
    ----------
    population
        Architectures alive at a time, at first uniform draws.
    tournament
        Architectures drawn from the population, the best of which has a child.

    Raises
    ------
    ValueError
        If a setting is not positive.
    """

    population: int = 100
    tournament: int = 25

    def __post_init__(self) -> None:
        for name in ("population", "tournament"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 1, got {getattr(self, name)}"
                )

    def __call__(
        self,
        domain: Domain,
        oracle: Oracle,
        queries: int,
        rng: np.random.Generator,
        history: Trace | None = None,
    ) -> Iterator[Trace]:
        """Yield the first population, then each child that is new."""
        ledger = Ledger(domain, oracle, queries, history)
        yield ledger.ask_uniform(self.population, rng)
        alive = deque(range(ledger.spent))
        stale = 0
        while ledger.left:
            parent = self._winner(ledger, alive, rng)
            child, done = nearby(domain, ledger.archs(np.array([parent])), rng)
            known = int(ledger.find(child)[0])
            stale = stale + 1 if known >= 0 else 0
            if known < 0:
                yield _born(ledger, child, parent)
            elif not done[0] or stale >= PATIENCE:
                stranger = ledger.ask_uniform(1, rng)
                if not len(stranger):
                    return
                stale = 0
                yield stranger
            alive.append(known if known >= 0 and stale else ledger.spent - 1)
            alive.popleft()

    def _winner(
        self, ledger: Ledger, alive: deque[int], rng: np.random.Generator
    ) -> int:
        """Return the position of the best of a tournament."""
        drawn = np.array(alive)[rng.integers(0, len(alive), self.tournament)]
        return int(drawn[np.argmax(ledger.scores[drawn])])


def _born(ledger: Ledger, child: Archs, parent: int) -> Trace:
    """Query one child ``(1, d)`` of the architecture at a position."""
    return ledger.ask(child, np.array([int(Origin.MUTATION)]), np.array([[parent, -1]]))
