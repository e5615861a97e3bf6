"""Does a shrunk space make search better? Anytime curves of many seeds, with intervals.

A curve says, after each number of distinct queries, how good the best architecture
found so far is: by the score that the search saw, and in truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np

from lissnas.arrays import Archs, Ints, Oracle, Scores, readonly
from lissnas.oracles.counted import Counted
from lissnas.search.base import Searcher, Trace, search
from lissnas.search.domains import Domain

POINTS, RESAMPLES, CONFIDENCE = 60, 2000, 0.95
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Band:
    """A mean over seeds and its 95% bootstrap interval, ``(g,)`` each."""

    mean: Scores
    low: Scores
    high: Scores


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """The searches of one domain, one a seed, on a common grid of queries.

    All arrays are read-only.

    Parameters
    ----------
    size
        Members of the domain.
    grid
        ``(g,)`` numbers of distinct queries, rising.
    score, true
        ``(s, g)``: of the best architecture after so many queries, the score that the
        search saw and the true accuracy, NaN where unknown. A search that ran out of
        new members keeps its best.
    best
        ``(s, d)``: the best architecture of each search by score.
    queries
        ``(s,)`` distinct queries spent.
    """

    size: int
    grid: Ints
    score: Scores
    true: Scores
    best: Archs
    queries: Ints

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, field.name, readonly(value))


def query_grid(queries: int) -> Ints:
    """Return at most 60 numbers of queries from 1 to `queries`, in even ratios."""
    if queries < 1:
        raise ValueError(f"queries must be at least 1, got {queries}")
    grid: Ints = np.unique(np.geomspace(1, queries, POINTS).round().astype(np.int64))
    return grid


def compare(
    domains: Mapping[str, Domain],
    searcher: Searcher,
    oracle: Oracle,
    truth: Oracle,
    seeds: int,
    grid: Ints,
    rng: np.random.Generator,
    progress: Progress = lambda _: None,
) -> dict[str, Curves]:
    """Return the curves of each domain: `seeds` searches up to the last of `grid`.

    Search i has the same generator in every domain. The oracle is asked once for each
    architecture over all searches, which count their own distinct queries. `truth` is
    asked for what was best at some time, and only after the search.

    Raises
    ------
    ValueError
        If there are no seeds, or the domains belong to different spaces.
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    names = {domain.space.name for domain in domains.values()}
    if len(names) != 1:
        raise ValueError(f"domains must be of one space, got {sorted(names)}")
    space = next(iter(domains.values())).space
    shared = Counted(oracle, space)
    children = rng.bit_generator.seed_seq.spawn(seeds)  # type: ignore[attr-defined]
    found = {}
    for name, domain in domains.items():
        traces = []
        for number, child in enumerate(children):
            progress(f"{name}: search {number + 1} of {seeds}")
            generator = np.random.default_rng(child)
            traces.append(search(searcher, domain, shared, int(grid[-1]), generator))
        found[name] = curves(domain, traces, truth, grid)
    return found


def curves(domain: Domain, traces: list[Trace], truth: Oracle, grid: Ints) -> Curves:
    """Return the searches of a domain on a grid of queries."""
    scores, true = [], []
    for trace in traces:
        incumbent = trace.incumbent[np.minimum(grid, len(trace)) - 1]
        scores.append(trace.scores[incumbent])
        true.append(truth(trace.archs[incumbent]))
    return Curves(
        size=domain.size,
        grid=grid,
        score=np.stack(scores),
        true=np.stack(true),
        best=np.concatenate([trace.best for trace in traces]),
        queries=np.array([len(trace) for trace in traces]),
    )


def band(values: Scores, rng: np.random.Generator) -> Band:
    """Return the mean of `values` ``(s, g)`` over s and its percentile interval.

    Seeds are drawn with replacement 2,000 times. Where the value of any seed is
    unknown, so are the mean and the interval; of one seed, the interval is.
    """
    count = len(values)
    if not count:
        raise ValueError("values must hold at least one seed, got none")
    weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES) / count
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(weights @ values, [tail, 1 - tail], axis=0)
    if count == 1:
        low = high = np.full_like(low, np.nan)
    return Band(values.mean(axis=0), low, high)
