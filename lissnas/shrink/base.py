"""What all shrinkers share: the protocol, the state of a run, and pockets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from time import process_time
from typing import NamedTuple, Protocol

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Keys, Oracle, Scores, first_occurrences
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.spaces import Space
from lissnas.spaces.base import sample_distinct

GOOD_QUANTILE = 0.8
LEAST_YIELD, LEAST_DRAWS = 0.02, 64


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of `Lissnas` with every automatic value filled in for one space."""

    target: int
    queries: int
    samples: int
    seed_share: float
    max_distance: int
    keep: float
    tolerance: float
    iterations: int


class Shrinker(Protocol):
    """Settings of an algorithm; calling them runs it.

    The call yields one `Iteration` after the other, step 0 first, and ends after the
    one that `stops`. Given the `history` of an earlier call with equal settings,
    space, oracle and generator, it yields what comes after that, as if it had never
    been interrupted. The caller may stop at any time.
    """

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]: ...


def resumed(oracle: Oracle, space: Space, history: Sequence[Iteration]) -> Counted:
    """Return a counting oracle that knows what `history` queried."""
    counted = Counted(oracle, space)
    for iteration in history:
        counted.preload(iteration.queried, iteration.queried_predicted)
    return counted


class Pool(NamedTuple):
    """Architectures with their identities ``(n,)`` and scores ``(n,)``."""

    archs: Archs
    keys: Keys
    scores: Scores


def pool(space: Space, archs: Archs, scores: Scores) -> Pool:
    """Return architectures sorted by falling score, ties by identity, without NaN."""
    known = np.flatnonzero(~np.isnan(scores))
    archs, scores = archs[known], scores[known]
    keys = space.identity(archs)
    order = np.lexsort((np.argsort(np.argsort(keys)), -scores))
    return Pool(archs[order], keys[order], scores[order])


def known_pool(space: Space, history: Sequence[Iteration]) -> Pool:
    """Return all architectures queried in `history`, best first."""
    archs = np.concatenate([iteration.queried for iteration in history])
    scores = np.concatenate([iteration.queried_predicted for iteration in history])
    return pool(space, archs, scores)


def best(found: Pool, count: int) -> Pool:
    """Return the first `count` of a sorted pool."""
    return Pool(found.archs[:count], found.keys[:count], found.scores[:count])


@dataclass(frozen=True, slots=True)
class Pockets:
    """Distinct neighbours ``(m, d)`` of seeds, with seed numbers and distances."""

    archs: Archs
    keys: Keys
    parent: Ints
    distance: Ints


def pockets(
    space: Space,
    seeds: Archs,
    total: int,
    max_distance: int,
    rng: np.random.Generator,
    excluded: Keys | None = None,
) -> Pockets:
    """Return about `total` neighbours of `seeds`, distinct and none of `excluded`.

    Seeds get equal numbers of draws, at distances uniform in 1..`max_distance` at
    first. Draws that repeat are made again, at distances that still yield something
    new, until little is left; so the result is smaller than `total` where the
    neighbourhoods are.
    """
    seen = space.identity(seeds)
    seen = seen if excluded is None else np.concatenate([seen, excluded])
    archs, parents, distances = [seeds[:0]], [np.zeros(0, int)], [np.zeros(0, int)]
    missing, yields = total, np.ones(max_distance)
    while missing > 0 and len(seeds) and yields.max() > LEAST_YIELD:
        draws = ceil(missing / max(yields.mean(), 0.25)) + LEAST_DRAWS
        parent = np.resize(rng.permutation(len(seeds)), draws)
        distance = 1 + rng.choice(max_distance, draws, p=yields / yields.sum())
        pairs = space.sample_neighbours(seeds[parent], distance, rng)
        keys = space.identity(pairs.archs)
        first = first_occurrences(keys)
        new = first[~np.isin(keys[first], seen)]
        tried = np.bincount(distance - 1, minlength=max_distance)
        gained = np.bincount(distance[pairs.source[new]] - 1, minlength=max_distance)
        yields = np.where(tried > 0, gained / np.maximum(tried, 1), 0.0)
        new = new[:missing]
        archs.append(pairs.archs[new])
        parents.append(parent[pairs.source[new]])
        distances.append(distance[pairs.source[new]])
        seen = np.concatenate([seen, keys[new]])
        missing -= len(new)
    found = np.concatenate(archs)
    return Pockets(
        found,
        space.identity(found),
        np.concatenate(parents).astype(np.int64),
        np.concatenate(distances).astype(np.int64),
    )


def joined(first: Pockets, second: Pockets) -> Pockets:
    """Return the neighbours of both."""
    return Pockets(
        np.concatenate([first.archs, second.archs]),
        np.concatenate([first.keys, second.keys]),
        np.concatenate([first.parent, second.parent]),
        np.concatenate([first.distance, second.distance]),
    )


def empty_rows(space: Space) -> Archs:
    """Return no architectures, ``(0, d)``."""
    return np.zeros((0, len(space.decisions)), dtype=np.int8)


def good_share(scores: Scores, first_sample: Scores) -> float:
    """Return the share of `scores` above the 80th percentile of the first sample."""
    known: Bools = scores > np.quantile(first_sample, GOOD_QUANTILE)
    return float(known.mean()) if len(scores) else float("nan")


class Iterate(Protocol):
    """What comes after the iterations so far, in one reading of the algorithm."""

    def __call__(
        self,
        plan: Plan,
        space: Space,
        counted: Counted,
        rng: np.random.Generator,
        past: Sequence[Iteration],
    ) -> Iteration: ...


def iterations(
    iterate: Iterate,
    plan: Plan,
    space: Space,
    counted: Counted,
    steps: Sequence[np.random.Generator],
    history: Sequence[Iteration],
) -> Iterator[Iteration]:
    """Yield the iterations after `history`; ``steps[t]`` is the generator of step t."""
    past = list(history)
    while len(past) < len(steps) and not (past and past[-1].stops):
        rng = steps[len(past)]
        if past:
            past.append(iterate(plan, space, counted, rng, past))
        else:
            past.append(first_iteration(space, plan.samples, counted, rng))
        yield past[-1]


def first_iteration(
    space: Space, samples: int, counted: Counted, rng: np.random.Generator
) -> Iteration:
    """Return step 0: a uniform sample of the whole space, scored."""
    start = process_time()
    sample = sample_distinct(space, samples, rng)
    scores = counted(sample)
    none, no_scores = empty_rows(space), np.zeros(0)
    queried, queried_scores = counted.drain()
    return Iteration(
        step=0,
        sample=sample,
        sample_predicted=scores,
        seeds=none,
        seed_predicted=no_scores,
        neighbours=none,
        neighbour_predicted=no_scores,
        parent=np.zeros(0, dtype=np.int64),
        distance=np.zeros(0, dtype=np.int64),
        space=none,
        space_predicted=no_scores,
        space_expected=no_scores,
        queried=queried,
        queried_predicted=queried_scores,
        size=space.size,
        previous_size=space.size,
        mean_predicted=float(scores.mean()),
        standard_error=standard_error(scores),
        p_good_predicted=good_share(scores, scores),
        queries=counted.queries,
        seconds=process_time() - start,
        decision=Decision.CONTINUE,
        reason=f"The original space: mean predicted {scores.mean():.2%} over "
        f"{len(sample):,} uniform draws.",
    )


def standard_error(scores: Scores) -> float:
    """Return the standard error of the mean of `scores`, 0 for a single one."""
    return float(scores.std(ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else 0.0
