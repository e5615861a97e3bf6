"""The same search in a whole space and in what shrinking left of it."""

import numpy as np

from lissnas.arrays import Archs
from lissnas.search import Domain, explicit, whole
from lissnas.search.comparison import Curves, compare, query_grid
from lissnas.search.evolution import Evolution
from lissnas.session import Session

FULL, SHRUNK = "Whole space", "Shrunk space"


def searched(
    session: Session, kept: Archs, queries: int, seeds: int, seed: int
) -> dict[str, Curves]:
    """Return the curves of evolutionary search in both, `seeds` searches each."""
    space = session.space
    domains: dict[str, Domain] = {
        FULL: whole(space),
        SHRUNK: explicit(space, kept),
    }
    rng = np.random.default_rng(seed)
    return compare(
        domains,
        Evolution(),
        session.predict,
        session.true,
        seeds,
        query_grid(queries),
        rng,
    )
