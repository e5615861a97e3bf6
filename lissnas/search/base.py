"""What all searches share: the protocol, their record, and the ledger of queries."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Protocol

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Keys, Oracle, Scores, readonly
from lissnas.oracles.counted import Counted
from lissnas.search.domains import Domain

QUERIES = 1000
MOST_DRAWS, ROUNDS = 2**16, 32


class Origin(IntEnum):
    """How an architecture came to be queried."""

    UNIFORM = 0
    MUTATION = 1
    CROSSOVER = 2


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Distinct architectures in the order in which they were queried.

    All arrays are read-only and all architectures canonical.

    Parameters
    ----------
    archs, scores
        ``(q, d)`` and ``(q,)``: what was queried, and the answers, NaN if unknown.
    generation, origin
        ``(q,)`` each: from which generation on, and how (`Origin`), it was known.
    parents
        ``(q, 2)``: positions in the trace, -1 for none.
    """

    archs: Archs
    scores: Scores
    generation: Ints
    origin: Ints
    parents: Ints

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, readonly(getattr(self, field.name)))

    def __len__(self) -> int:
        return len(self.archs)

    @property
    def incumbent(self) -> Ints:
        """Return the position of the best after each query, ``(q,)``.

        The first of equals, and 0 as long as no score is known.
        """
        known = np.where(np.isnan(self.scores), -np.inf, self.scores)
        before = np.concatenate([[-np.inf], np.maximum.accumulate(known)[:-1]])
        rises = np.where(known > before, np.arange(len(known)), 0)
        positions: Ints = np.maximum.accumulate(rises)
        return positions

    @property
    def best_so_far(self) -> Scores:
        """Return the best score after each query, ``(q,)``: the anytime curve."""
        return np.asarray(self.scores[self.incumbent])

    @property
    def best(self) -> Archs:
        """Return the best architecture, one row ``(1, d)``."""
        return self.archs[self.incumbent[-1:]]


class Searcher(Protocol):
    """Settings of a search; calling them runs it.

    The call yields the trace so far, in pieces that follow each other, and ends when
    `queries` distinct members of the domain were queried or no new one can be found.
    Equal settings, domain, oracle and generator yield equal traces. Given the
    `history` of a call that was interrupted, it repeats that and goes on, without
    asking the oracle again what it answered then.
    """

    def __call__(
        self,
        domain: Domain,
        oracle: Oracle,
        queries: int,
        rng: np.random.Generator,
        history: Trace | None = None,
    ) -> Iterator[Trace]: ...


def search(
    searcher: Searcher,
    domain: Domain,
    oracle: Oracle,
    queries: int,
    rng: np.random.Generator,
    history: Trace | None = None,
) -> Trace:
    """Return the whole trace of a search, run to its end."""
    return joined(list(searcher(domain, oracle, queries, rng, history)))


def joined(pieces: list[Trace]) -> Trace:
    """Return pieces of a trace as one."""
    names = [field.name for field in fields(Trace)]
    return Trace(*(np.concatenate([getattr(p, n) for p in pieces]) for n in names))


class Ledger:
    """What a search has queried so far, and what it may still spend.

    Raises
    ------
    ValueError
        If `queries` is not positive.
    """

    def __init__(
        self, domain: Domain, oracle: Oracle, queries: int, history: Trace | None
    ) -> None:
        if queries < 1:
            raise ValueError(f"queries must be at least 1, got {queries}")
        self.domain = domain
        known = Counted(oracle, domain.space)
        if history is not None:
            known.preload(history.archs, history.scores)
        self._counted = Counted(known, domain.space)
        self._budget = min(queries, domain.size)
        self._position: dict[int | bytes, int] = {}
        self._archs: Archs = np.empty((self._budget, 0), dtype=np.int8)
        self._scores: Scores = np.full(self._budget, -np.inf)
        self._generation = 0

    @property
    def spent(self) -> int:
        """Return how many distinct architectures were queried."""
        return self._counted.queries

    @property
    def left(self) -> int:
        """Return how many may still be queried."""
        return self._budget - self.spent

    @property
    def scores(self) -> Scores:
        """Return the answers so far, ``(q,)``, minus infinity where unknown."""
        return self._scores[: self.spent]

    def archs(self, positions: Ints) -> Archs:
        """Return what was queried at `positions` ``(n,)``, ``(n, d)``."""
        return np.take(self._archs, positions, axis=0)

    def best(self, count: int) -> Ints:
        """Return the positions of the best `count`, best first, ties to the first."""
        return np.argsort(-self.scores, kind="stable")[:count]

    def find(self, archs: Archs) -> Ints:
        """Return the position of each row in the trace, -1 if it was not queried."""
        keys = _hashable(self.domain.space.identity(archs))
        return np.array([self._position.get(key, -1) for key in keys], dtype=np.int64)

    def unseen(self, archs: Archs, besides: Archs | None = None) -> Bools:
        """Return which rows are new, also among each other and to `besides`."""
        space = self.domain.space
        taken = set() if besides is None else set(_hashable(space.identity(besides)))
        new = np.zeros(len(archs), dtype=bool)
        for row, key in enumerate(_hashable(space.identity(archs))):
            new[row] = key not in taken and key not in self._position
            taken.add(key)
        return new

    def uniform(
        self, n: int, rng: np.random.Generator, besides: Archs | None = None
    ) -> Archs:
        """Return at most `n` uniform members that are new, fewer if few are left."""
        found, draws = self.domain.sample(0, rng), max(2 * n, 16)
        for _ in range(ROUNDS):
            if len(found) >= n:
                break
            archs = self.domain.sample(draws, rng)
            taken = found if besides is None else np.concatenate([besides, found])
            archs = archs[self.unseen(archs, taken)]
            found = np.concatenate([found, archs[: n - len(found)]])
            draws = min(2 * draws, MOST_DRAWS)
        return found

    def ask(self, archs: Archs, origin: Ints, parents: Ints) -> Trace:
        """Query new distinct rows ``(n, d)`` as far as the budget goes."""
        start, count = self.spent, min(len(archs), self.left)
        archs = self.domain.space.canonical(archs[:count])
        scores = self._counted(archs)
        if not start:
            self._archs = np.empty((self._budget, archs.shape[1]), dtype=np.int8)
        stop = start + count
        self._archs[start:stop] = archs
        self._scores[start:stop] = np.where(np.isnan(scores), -np.inf, scores)
        keys = _hashable(self.domain.space.identity(archs))
        self._position.update(zip(keys, range(start, stop), strict=True))
        generation = np.full(count, self._generation)
        self._generation += 1
        return Trace(archs, scores, generation, origin[:count], parents[:count])

    def ask_uniform(self, n: int, rng: np.random.Generator) -> Trace:
        """Query at most `n` uniform members that are new."""
        archs = self.uniform(min(n, self.left), rng)
        return self.ask(archs, *strangers(len(archs)))


def strangers(n: int) -> tuple[Ints, Ints]:
    """Return origin ``(n,)`` and parents ``(n, 2)`` of uniform draws."""
    return np.full(n, int(Origin.UNIFORM)), np.full((n, 2), -1)


def _hashable(keys: Keys) -> list[int | bytes]:
    """Return keys as Python's integers or bytes."""
    found: list[int | bytes] = keys.tolist()
    return found
