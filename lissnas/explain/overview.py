"""What can be seen of a space: a seeded uniform sample, and what was measured."""

from dataclasses import dataclass, fields

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Scores, first_occurrences, readonly
from lissnas.oracles import Table
from lissnas.spaces import Space
from lissnas.spaces.base import sample_distinct

UNIFORM, MEASURED = 4096, 2000


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """Architectures of a space with costs and, where measured, accuracies.

    Parameters
    ----------
    archs, params, macs, true
        Distinct architectures ``(n, d)`` and ``(n,)`` each; `true` is NaN where no
        accuracy was measured.
    uniform
        Which rows ``(n,)`` are the uniform sample; the others are further measured
        architectures, of a table that does not know all.
    size, known
        Architectures of the space and, of them, those with a measured accuracy.
    """

    archs: Archs
    params: Ints
    macs: Ints
    true: Scores
    uniform: Bools
    size: int
    known: int

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, field.name, readonly(value))

    @property
    def measured(self) -> Bools:
        """Return which rows have a measured accuracy, ``(n,)``."""
        return ~np.isnan(self.true)

    @property
    def partial(self) -> bool:
        """Whether some but not all architectures of the space were measured."""
        return 0 < self.known < self.size


def overview(
    space: Space,
    table: Table | None,
    rng: np.random.Generator,
    uniform: int = UNIFORM,
    measured: int = MEASURED,
) -> Overview:
    """Return up to `uniform` uniform architectures and `measured` measured ones.

    The measured ones are added, drawn uniformly from the table, only where the table
    does not know the whole space.
    """
    archs = sample_distinct(space, min(uniform, space.size), rng)
    known = len(table.accuracy) if table else 0
    count = len(archs)
    if table and known < space.size:
        rows = rng.permutation(known)[:measured]
        archs = np.concatenate([archs, table.archs[np.sort(rows)]])
        archs = archs[first_occurrences(space.identity(archs))]
    true = table.lookup(space)(archs) if table else np.full(len(archs), np.nan)
    cost = space.cost(archs)
    drawn = np.arange(len(archs)) < count
    return Overview(archs, cost.params, cost.macs, true, drawn, space.size, known)


def share_below(value: float, values: Scores | Ints) -> float:
    """Return the share of `values` ``(n,)`` that are below `value`, NaN without any."""
    return float(np.mean(values < value)) if len(values) else float("nan")
