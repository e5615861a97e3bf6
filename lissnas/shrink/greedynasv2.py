"""GreedyNASv2: a path filter that knows weak architectures by example [1]_.

Weak paths are easier to be sure of than good ones, so the worst of a scored sample are
the positives of a positive-unlabelled problem, and the rest is unlabelled. A small
network is trained on the non-negative risk of [2]_; the shrunk space is everything
that it does not call weak: a set given by a test, which no one has to list. Operations
that the filter embeds alike may be merged; by which embedding is reconstructed.

.. [1] Huang et al., "GreedyNASv2: Greedier Search with a Greedy Path Filter", CVPR
   2022, arXiv:2111.12609.
.. [2] Kiryo et al., "Positive-Unlabeled Learning with Non-Negative Risk Estimator",
   NeurIPS 2017, arXiv:1703.00593.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Archs, Features, Oracle, Scores
from lissnas.oracles.counted import Counted
from lissnas.records import Decision, Iteration
from lissnas.shrink.base import (
    QUERY_SHARE,
    check_counts,
    check_share,
    check_target,
    first_iteration,
    iterations,
    resumed,
)
from lissnas.shrink.filtering import train
from lissnas.shrink.outcome import Step, outcome
from lissnas.shrink.pruning import allowing, operations
from lissnas.spaces import Space
from lissnas.subsets import Filter, ImplicitSubset, Kind, whole
from lissnas.subsets.product import Options

PROBES, MOST_PROBES = 10, 1000  # a tenth of the queries measures what passed
DRAWS, LEAST_SHARE = 100_000, 1000


@dataclass(frozen=True, slots=True)
class GreedyNasV2:
    """A filter of weak paths, learned from positive and unlabelled examples.

    Parameters
    ----------
    target
        About how many architectures pass, at least a thousandth of a space that cannot
        be enumerated, or of what merging leaves of it; 0 means those that the filter
        does not call weak.
    queries
        Most distinct predictor queries; 0 means no limit.
    samples
        Architectures drawn and scored to learn from, at most a quarter of the space
        and nine tenths of the queries.
    weak
        Share of them, the worst, that are examples of weak ones.
    prior
        Share of the space that is taken to be weak.
    steps
        Steps of gradient descent, each on 96 of the examples.
    merge
        Options of a decision whose embeddings are more alike than this, by cosine, are
        merged into the one that scores best; 0 merges none. An option's embedding is
        the mean hidden layer of the scored architectures that take it, less that of
        all.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    target: int = 0
    queries: int = 0
    samples: int = 10_000
    weak: float = 0.2
    prior: float = 0.5
    steps: int = 2000
    merge: float = 0.0

    title: ClassVar[str] = "GreedyNASv2"
    kind: ClassVar[Kind] = "implicit"

    def __post_init__(self) -> None:
        check_counts(self)
        check_share("weak", self.weak)
        check_share("prior", self.prior)
        if self.steps < 1:
            raise ValueError(f"steps must be at least 1, got {self.steps}")
        if not 0 <= self.merge < 1:
            raise ValueError(f"merge must be in [0, 1), got {self.merge}")

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)
        if self.merge:
            whole(space)  # has options to merge
            return  # what is left to draw from is known in the end
        least = space.size // LEAST_SHARE
        if not space.enumerable and 0 < self.target < least:
            raise ValueError(
                f"target must be 0 or at least {least:,} in {space.name}, as members "
                f"are found by drawing, got {self.target:,}"
            )

    def __call__(
        self,
        space: Space,
        oracle: Oracle,
        rng: np.random.Generator,
        history: Sequence[Iteration] = (),
    ) -> Iterator[Iteration]:
        """Yield the sample, then what passes the filter learned from it."""
        self.check(space)
        counted = resumed(oracle, space, history)
        samples = min(self.samples, max(space.size // QUERY_SHARE, 1))
        if self.queries:
            samples = max(min(samples, self.queries - self.queries // PROBES), 1)
        yield from iterations(
            partial(first_iteration, space, samples, counted),
            partial(_filtered, self, space, counted),
            rng.spawn(2),
            history,
        )


def _filtered(
    settings: GreedyNasV2,
    space: Space,
    counted: Counted,
    rng: np.random.Generator,
    past: Sequence[Iteration],
) -> Iteration:
    """Return the one iteration: what passes the filter."""
    start, first = process_time(), past[0]
    order = np.argsort(first.sample_predicted, kind="stable")
    weak = np.zeros(len(order), dtype=bool)
    weak[order[: max(round(settings.weak * len(order)), 1)]] = True
    features = space.encode(first.sample)
    trained = train(features, weak, settings.prior, settings.steps, rng)
    if settings.merge:
        allowed = merged(trained, first.sample, first.sample_predicted, settings, space)
        trained = replace(trained, allowed=allowed)
    subset = not_weak(trained, settings.target, space, rng)
    left = settings.queries - counted.queries if settings.queries else MOST_PROBES
    accepted = 0 < subset.size < space.size
    step = Step(
        sample=first.sample,
        elite=first.sample[:0],
        subset=subset if accepted else whole(space),
        probes=min(MOST_PROBES, max(left, 0)),
        decision=Decision.TARGET if accepted else Decision.PLATEAU,
        news=f"Learned what is weak from the worst {weak.sum():,} of "
        f"{len(weak):,} architectures.{_merged_news(trained, space)}",
        end="Stop: that is all." if accepted else "Stop: the filter tells none apart.",
        start=start,
        accepted=accepted,
    )
    return outcome(step, space, counted, rng, past)


def merged(
    trained: Filter, archs: Archs, scores: Scores, settings: GreedyNasV2, space: Space
) -> tuple[Options, ...]:
    """Return the options of each decision into which none better is merged."""
    seen = trained.embedding(space.encode(archs))
    seen = seen - seen.mean(axis=0)
    kept = []
    for slots in operations(whole(space)):
        taken = {o: archs[:, d] == o for d, o in slots}
        taken = {option: rows for option, rows in taken.items() if rows.any()}
        best_first = sorted(taken, key=lambda o: (-float(scores[taken[o]].mean()), o))
        means = {option: seen[rows].mean(axis=0) for option, rows in taken.items()}
        chosen: list[int] = []
        for option in best_first:
            likeness = [_cosine(means[option], means[other]) for other in chosen]
            if max(likeness, default=-1.0) <= settings.merge:
                chosen.append(option)
        kept.append(chosen or [option for _, option in slots])
    return allowing(space, kept).allowed


def _cosine(first: Features, second: Features) -> float:
    """Return the cosine of the angle of two vectors, 0 where one has no length."""
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / length if length > 0 else 0.0


def _merged_news(trained: Filter, space: Space) -> str:
    """Return how many options were merged, in words."""
    if trained.allowed is None:
        return ""
    most = sum(len(decision.options) for decision in space.decisions)
    return f" Merged {most - sum(map(len, trained.allowed)):,} of {most:,} options."


def not_weak(
    trained: Filter, target: int, space: Space, rng: np.random.Generator
) -> ImplicitSubset:
    """Return what passes a filter: about `target`, or without one what is not weak.

    The threshold is 0, as likely weak as not, or the output of the target's last.
    """
    frame = trained.frame(space)
    archs = frame.sample(DRAWS, rng) if frame.rows is None else frame.rows()
    weakness = trained.outputs(space, archs)
    threshold = 0.0
    if target:
        last = min(max(target * len(weakness) // frame.size, 1), len(weakness)) - 1
        threshold = float(np.partition(weakness, last)[last])
    known = replace(trained, threshold=threshold)
    passed = weakness <= threshold
    if frame.rows is not None:
        return ImplicitSubset(space, known, int(passed.sum()), True, archs[passed])
    size = frame.size * int(passed.sum()) // len(archs)
    return ImplicitSubset(space, known, size, False)
