"""Evolutionary search as in single-path one-shot NAS [1]_.

.. [1] Guo et al., "Single Path One-Shot Neural Architecture Search with Uniform
   Sampling", ECCV 2020, arXiv:1904.00420.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Oracle
from lissnas.search.base import Ledger, Origin, Trace, strangers
from lissnas.search.domains import Domain
from lissnas.search.moves import cross, mutate, nearby

TRIES = 10  # rounds in which children that are not new or not valid are made again


class Children(NamedTuple):
    """Rows ``(n, d)`` to be queried, their origin ``(n,)`` and parents ``(n, 2)``."""

    archs: Archs
    origin: Ints
    parents: Ints


@dataclass(frozen=True, slots=True)
class Evolution:
    """Evolutionary search with the settings of SPOS.

    The first generation is uniform. Each later one has mutants and crossings of the
    best architectures of all generations, none of which was queried before; uniform
    members fill what is missing after 10 rounds. A child that falls outside of the
    domain moves on to a member near it (`moves.nearby`). The published 20 generations
    of 50 are 1,000 queries.

    Parameters
    ----------
    population
        Architectures queried in each generation.
    parents
        Best architectures so far that have children.
    crossovers
        Children in each generation that mix the decisions of two parents evenly.
    mutations
        Children in each generation that change decisions of one parent.
    rate
        Chance that a mutation draws a decision anew.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    population: int = 50
    parents: int = 10
    crossovers: int = 25
    mutations: int = 25
    rate: float = 0.1

    def __post_init__(self) -> None:
        for name, least in (("population", 1), ("parents", 1), ("crossovers", 0)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"{name} must be at least {least}, got {getattr(self, name)}"
                )
        most = self.population - self.crossovers
        if not 0 <= self.mutations <= most:
            raise ValueError(
                f"mutations must be in 0..{most} (population less crossovers), "
                f"got {self.mutations}"
            )
        if not 0 < self.rate <= 1:
            raise ValueError(f"rate must be in (0, 1], got {self.rate}")

    def __call__(
        self,
        domain: Domain,
        oracle: Oracle,
        queries: int,
        rng: np.random.Generator,
        history: Trace | None = None,
    ) -> Iterator[Trace]:
        """Yield one generation after the other."""
        ledger = Ledger(domain, oracle, queries, history)
        yield ledger.ask_uniform(self.population, rng)
        while ledger.left:
            children = self._generation(ledger, rng)
            if not len(children.archs):
                return
            yield ledger.ask(*children)

    def _generation(self, ledger: Ledger, rng: np.random.Generator) -> Children:
        """Return mutants, crossings, then uniform members, all new and distinct."""
        parents = ledger.best(self.parents)
        nobody = Children(ledger.archs(parents[:0]), *strangers(0))
        made = self._bred(ledger, parents, Origin.MUTATION, nobody, rng)
        made = self._bred(ledger, parents, Origin.CROSSOVER, made, rng)
        missing = self.population - len(made.archs)
        archs = ledger.uniform(min(missing, ledger.left), rng, made.archs)
        return _both(made, Children(archs, *strangers(len(archs))))

    def _bred(
        self,
        ledger: Ledger,
        parents: Ints,
        origin: Origin,
        made: Children,
        rng: np.random.Generator,
    ) -> Children:
        """Return `made` and the new children of one kind."""
        wanted = self.mutations if origin is Origin.MUTATION else self.crossovers
        for _ in range(TRIES):
            if wanted <= 0:
                break
            pairs = rng.choice(parents, (wanted, 2))
            if origin is Origin.MUTATION:
                pairs[:, 1] = -1
            rows = self._rows(ledger, pairs, rng)
            new = ledger.unseen(rows.archs, made.archs)
            made = _both(made, _chosen(rows, new))
            wanted -= int(new.sum())
        return made

    def _rows(self, ledger: Ledger, pairs: Ints, rng: np.random.Generator) -> Children:
        """Return the members of the domain that pairs of parents have as children."""
        domain = ledger.domain
        mothers = ledger.archs(pairs[:, 0])
        if len(pairs) and pairs[0, 1] < 0:
            rows = domain.space.canonical(mutate(domain.space, mothers, self.rate, rng))
            origin = np.full(len(rows), int(Origin.MUTATION))
        else:
            rows, done = cross(domain.space, mothers, ledger.archs(pairs[:, 1]), rng)
            rows, pairs = rows[done], pairs[done]
            origin = np.full(len(rows), int(Origin.CROSSOVER))
        inside = domain.contains(rows)
        outside = np.flatnonzero(~inside)
        moved, done = nearby(domain, rows[outside], rng)
        rows[outside], inside[outside] = moved, done
        return Children(rows[inside], origin[inside], pairs[inside])


def _chosen(rows: Children, which: Bools) -> Children:
    """Return the rows for which `which` ``(n,)`` holds."""
    return Children(rows.archs[which], rows.origin[which], rows.parents[which])


def _both(first: Children, second: Children) -> Children:
    """Return the children of both."""
    return Children(
        np.concatenate([first.archs, second.archs]),
        np.concatenate([first.origin, second.origin]),
        np.concatenate([first.parents, second.parents]),
    )
