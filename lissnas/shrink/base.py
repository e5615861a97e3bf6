"""What all shrinkers share: the protocol, the state of a run, and its first step."""

from collections.abc import Callable, Iterator, Sequence
from time import process_time
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from lissnas.arrays import Archs, Bools, Keys, Oracle, Scores
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.spaces import Space
from lissnas.spaces.base import sample_distinct
from lissnas.subsets import Kind

GOOD_QUANTILE = 0.8
TARGET_SHARE, MAX_TARGET = 32, 2**20
QUERY_SHARE, MAX_QUERIES = 4, 50_000
UNLIMITED = 2**62


class Shrinker(Protocol):
    """Settings of an algorithm; calling them runs it.

    The call yields one `Iteration` after the other, step 0 first, and ends after the
    one that `stops`. Given the `history` of an earlier call with equal settings,
    space, oracle and generator, it yields what comes after that, as if it had never
    been interrupted. The caller may stop at any time. Only the oracle is asked about
    accuracies, each architecture once, and never more often than `queries` allows.

    Attributes
    ----------
    title
        The method's name for readers.
    kind
        What kind of subset the result is.
    """

    title: ClassVar[str]
    kind: ClassVar[Kind]

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        ...

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


def automatic_target(space: Space) -> int:
    """Return a 32nd of the space, at most 2**20."""
    return min(max(space.size // TARGET_SHARE, 1), MAX_TARGET)


def automatic_queries(space: Space, least: int) -> int:
    """Return a quarter of the space, at least `least` and at most 50,000."""
    return min(max(space.size // QUERY_SHARE, least), MAX_QUERIES)


def check_counts(settings: Shrinker) -> None:
    """Raise ValueError if `target` or `queries` is negative, or `samples` too few."""
    for name in ("target", "queries"):
        if getattr(settings, name, 0) < 0:
            raise ValueError(f"{name} must be 0 or more, got {getattr(settings, name)}")
    samples = getattr(settings, "samples", 10)
    if samples < 10:
        raise ValueError(f"samples must be at least 10, got {samples}")


def check_settings(settings: Shrinker) -> None:
    """Raise ValueError as `check_counts`, or if `queries` do not cover `samples`."""
    check_counts(settings)
    samples, queries = getattr(settings, "samples", 0), getattr(settings, "queries", 0)
    if 0 < queries < samples:
        raise ValueError(f"queries must be at least samples ({samples}), got {queries}")


def check_share(name: str, value: float) -> None:
    """Raise ValueError if a share is not in (0, 1)."""
    if not 0 < value < 1:
        raise ValueError(f"{name} must be in (0, 1), got {value}")


def check_macs(macs: float) -> None:
    """Raise ValueError if a limit of multiply-adds, in millions, is none."""
    if not 0 <= macs < float("inf"):
        raise ValueError(f"macs must be 0 or more, got {macs}")


def check_target(space: Space, target: int) -> None:
    """Raise ValueError if `target` is no shrinkage of `space`."""
    if target >= space.size:
        raise ValueError(
            f"target must be below the space's size {space.size:,}, got {target:,}"
        )


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


def known_pool(
    space: Space,
    history: Sequence[Iteration],
    fresh: tuple[Archs, Scores] | None = None,
) -> Pool:
    """Return all architectures queried in `history`, and `fresh` ones, best first."""
    archs = [iteration.queried for iteration in history]
    scores = [iteration.queried_predicted for iteration in history]
    if fresh is not None:
        archs, scores = [*archs, fresh[0]], [*scores, fresh[1]]
    return pool(space, np.concatenate(archs), np.concatenate(scores))


def best(found: Pool, count: int) -> Pool:
    """Return the first `count` of a sorted pool."""
    return Pool(found.archs[:count], found.keys[:count], found.scores[:count])


def empty_rows(space: Space) -> Archs:
    """Return no architectures, ``(0, d)``."""
    return np.zeros((0, len(space.decisions)), dtype=np.int8)


def good_share(scores: Scores, first_sample: Scores) -> float:
    """Return the share of `scores` above the 80th percentile of the first sample."""
    known: Bools = scores > np.quantile(first_sample, GOOD_QUANTILE)
    return float(known.mean()) if len(scores) else float("nan")


Iterate = Callable[[np.random.Generator, Sequence[Iteration]], Iteration]
"""Return the iteration after those so far."""


def iterations(
    first: Callable[[np.random.Generator], Iteration],
    iterate: Iterate,
    steps: Sequence[np.random.Generator],
    history: Sequence[Iteration],
) -> Iterator[Iteration]:
    """Yield the iterations after `history`; ``steps[t]`` is the generator of step t."""
    past = list(history)
    while len(past) < len(steps) and not (past and past[-1].stops):
        rng = steps[len(past)]
        past.append(iterate(rng, past) if past else first(rng))
        yield past[-1]


def first_iteration(
    space: Space,
    samples: int,
    counted: Counted,
    rng: np.random.Generator,
    draw: Callable[[Space, int, np.random.Generator], Archs] = sample_distinct,
) -> Iteration:
    """Return step 0: a uniform sample of the whole space, scored."""
    start = process_time()
    sample = draw(space, samples, rng)
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
