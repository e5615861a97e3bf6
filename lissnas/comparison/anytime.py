"""Does a compared space make search better? One search of each, as an anytime curve.

A search sees true accuracies where the table is complete, so that a query stands for a
network that is trained, and else the predictor; what is reported of it is the true
accuracy of the best that it found.
"""

import numpy as np

from lissnas.arrays import Ints, Oracle, Scores
from lissnas.comparison.bench import Bench
from lissnas.comparison.outcome import Result
from lissnas.search import Domain, Searcher, described, explicit, search, whole
from lissnas.search.comparison import curves, query_grid
from lissnas.search.evolution import Evolution

QUERIES = 300
GRID: Ints = query_grid(QUERIES)


def domain_of(bench: Bench, result: Result) -> Domain:
    """Return the members of a compared space as a domain to search."""
    if result.size == bench.space.size:
        return whole(bench.space)
    if result.subset is not None:
        return described(result.subset)
    return explicit(bench.space, result.rows)


def seen(bench: Bench) -> Oracle:
    """Return what a search sees: the truth where all of it is known."""
    return bench.true if bench.start.complete else bench.predict


def curve(
    bench: Bench,
    domain: Domain,
    searcher: Searcher,
    oracle: Oracle,
    grid: Ints,
    rng: np.random.Generator,
) -> Scores:
    """Return the true accuracy of the best found after so many queries, ``(g,)``.

    A search that runs out of members keeps its best.
    """
    trace = search(searcher, domain, oracle, int(grid[-1]), rng)
    found: Scores = curves(domain, [trace], bench.true, grid).true[0]
    return found


def anytime(bench: Bench, result: Result) -> Scores:
    """Return the curve of one evolutionary search on `GRID`, ``(1, g)``.

    NaN where true accuracies are unknown.
    """
    rng = bench.generator("search")
    domain = domain_of(bench, result)
    return curve(bench, domain, Evolution(), seen(bench), GRID, rng)[None]
