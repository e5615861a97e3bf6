"""Which paths of a supernet train in each step.

- ``uniform``: one path a step, every member equally often [1]_.
- ``fair``: the paths of a step use every option of every decision once [2]_, so all
  options have been trained equally often after each step. That needs free decisions;
  where there are fewer options than paths, they take turns as evenly as can be. On
  lists and on dependent decisions it is undefined; there a step takes paths chosen
  greedily among draws until every option that is left was used.
- ``balanced``: one path a step, in proportion to its parameters [3]_: exactly in sets
  that can be listed, elsewhere by rejection against the most of 20,000 draws.

.. [1] Guo et al., ECCV 2020, arXiv:1904.00420.
.. [2] Chu et al., "FairNAS", ICCV 2021, arXiv:1907.01845.
.. [3] Luo et al., "Balanced one-shot neural architecture optimization",
   arXiv:1909.10815.
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Scores
from lissnas.spaces import Space
from lissnas.subsets import ProductSubset, Subset
from lissnas.supernet import seeds
from lissnas.supernet.settings import Sampling
from lissnas.supernet.subset import Everything

BLOCK = 256  # steps whose paths are drawn together
LISTED = 2**17
PROBES, POOL, POOLS = 20_000, 512, 4


@dataclass(eq=False)
class Paths:
    """The paths of every step, and how often each option was used.

    Parameters
    ----------
    visits
        ``(d, most options)``: steps' paths so far that took each option.
    """

    subset: Subset
    space: Space
    sampling: Sampling
    seed: int
    visits: Ints = field(init=False)

    def __post_init__(self) -> None:
        options = [len(decision.options) for decision in self.space.decisions]
        self.visits = np.zeros((len(options), max(options)), dtype=np.int64)
        self._block = -1
        self._drawn: list[Archs] = []

    def __call__(self, step: int) -> Archs:
        """Return the paths ``(k, d)`` of a step, whatever was asked before."""
        block, place = divmod(step, BLOCK)
        if block != self._block:
            rng = seeds.generator(self.seed, seeds.PATHS, block)
            self._drawn, self._block = self._draw(rng), block
        return self._drawn[place]

    def count(self, paths: Archs) -> None:
        """Count the options that paths ``(k, d)`` take."""
        columns = np.broadcast_to(np.arange(paths.shape[1]), paths.shape)
        np.add.at(self.visits, (columns, paths), 1)

    def _draw(self, rng: np.random.Generator) -> list[Archs]:
        """Return the paths of a block of steps."""
        if self.sampling == "uniform":
            return list(self.subset.sample(BLOCK, rng)[:, None])
        if self.sampling == "balanced":
            return list(self._balanced(BLOCK, rng)[:, None])
        if self.allowed is not None:
            return [fair(self.allowed, rng) for _ in range(BLOCK)]
        return [self._covering(rng) for _ in range(BLOCK)]

    @cached_property
    def allowed(self) -> tuple[tuple[int, ...], ...] | None:
        """Return the options of each decision where decisions are free, else None."""
        everything = tuple(
            tuple(range(len(decision.options))) for decision in self.space.decisions
        )
        if isinstance(self.subset, ProductSubset):
            everything = self.subset.allowed
        elif not isinstance(self.subset, Everything):
            return None
        free = prod(map(len, everything)) == self.subset.size
        return everything if free else None

    @cached_property
    def _weights(self) -> tuple[Archs, Scores] | None:
        """Return all members and their shares of parameters, None if not listed."""
        if not self.subset.enumerable or self.subset.size > LISTED:
            return None
        archs = self.subset.enumerate()
        params = self.space.cost(archs).params.astype(np.float64)
        return archs, params / params.sum()

    @cached_property
    def _most(self) -> int:
        """Return the most parameters among many uniform members."""
        rng = seeds.generator(self.seed, seeds.PATHS)
        return int(self.space.cost(self.subset.sample(PROBES, rng)).params.max())

    def _balanced(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` members drawn in proportion to their parameters, ``(n, d)``."""
        if self._weights is not None:
            archs, share = self._weights
            rows: Archs = archs[rng.choice(len(archs), n, p=share)]
            return rows
        parts: list[Archs] = []
        while sum(map(len, parts)) < n:
            archs = self.subset.sample(2 * n, rng)
            chance = self.space.cost(archs).params / self._most
            parts.append(archs[rng.random(len(archs)) < chance])
        return np.concatenate(parts)[:n]

    @cached_property
    def present(self) -> Bools:
        """Return which options occur at all, ``(d, most options)``."""
        rng = seeds.generator(self.seed, seeds.PATHS)
        listed = self.subset.enumerable and self.subset.size <= LISTED
        archs = self.subset.enumerate() if listed else self.subset.sample(PROBES, rng)
        columns = np.broadcast_to(np.arange(archs.shape[1]), archs.shape)
        present = np.zeros(self.visits.shape, dtype=bool)
        present[columns, archs] = True
        return present

    def _covering(self, rng: np.random.Generator) -> Archs:
        """Return members that together take every option that is there, ``(k, d)``."""
        missing = self.present.copy()
        chosen: list[Archs] = []
        columns = np.arange(missing.shape[0])
        for _ in range(POOLS):
            pool = self.subset.sample(min(POOL, 4 * self.subset.size), rng)
            while missing.any():
                gain = missing[columns, pool].sum(axis=1)
                best = int(gain.argmax())
                if not gain[best]:
                    break
                chosen.append(pool[best])
                missing[columns, pool[best]] = False
            if not missing.any():
                break
        return np.stack(chosen)


def fair(allowed: tuple[tuple[int, ...], ...], rng: np.random.Generator) -> Archs:
    """Return paths ``(k, d)`` that take every allowed option once.

    k is the largest number of options; a decision with fewer repeats them all as often
    as that goes, and some of them, drawn anew each time, once more.
    """
    most = max(map(len, allowed))
    paths = np.empty((most, len(allowed)), dtype=np.int8)
    for column, options in enumerate(allowed):
        rounds = -(-most // len(options))
        turns = np.concatenate([rng.permutation(options) for _ in range(rounds)])
        paths[:, column] = rng.permutation(turns[:most])
    return paths
