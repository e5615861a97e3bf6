"""GreedyNASv2: a path filter that knows weak architectures by example [1]_.

Weak paths are easier to be sure of than good ones, so the worst of a scored sample are
the positives of a positive-unlabelled problem, and the rest is unlabelled. A small
network is trained on the non-negative risk of [2]_; the shrunk space is everything that
it does not call weak: a set given by a test, which no one has to list. The paper's
merging of similar operations is not part of this.

.. [1] Huang et al., "GreedyNASv2: Greedier Search with a Greedy Path Filter", CVPR
   2022, arXiv:2111.12609.
.. [2] Kiryo et al., "Positive-Unlabeled Learning with Non-Negative Risk Estimator",
   NeurIPS 2017, arXiv:1703.00593.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import sqrt
from time import process_time
from typing import ClassVar

import numpy as np

from lissnas.arrays import Bools, Features, Oracle
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
from lissnas.shrink.outcome import Step, outcome
from lissnas.spaces import Space
from lissnas.subsets import Filter, ImplicitSubset, Kind, whole

HIDDEN, RATE, DECAY = 32, 1e-2, 1e-4
WEAK, REST = 24, 72  # of a step's examples; few, so that no threads are started
PROBES, MOST_PROBES = 10, 1000  # a tenth of the queries measures what passed
DRAWS, LEAST_SHARE = 100_000, 1000


@dataclass(frozen=True, slots=True)
class GreedyNasV2:
    """A filter of weak paths, learned from positive and unlabelled examples.

    Parameters
    ----------
    target
        About how many architectures pass, at least a thousandth of a space that cannot
        be enumerated; 0 means those that the filter does not call weak.
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

    title: ClassVar[str] = "GreedyNASv2"
    kind: ClassVar[Kind] = "implicit"

    def __post_init__(self) -> None:
        check_counts(self)
        check_share("weak", self.weak)
        check_share("prior", self.prior)
        if self.steps < 1:
            raise ValueError(f"steps must be at least 1, got {self.steps}")

    def check(self, space: Space) -> None:
        """Raise ValueError if the settings make no sense for `space`."""
        check_target(space, self.target)
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
    trained = train(space.encode(first.sample), weak, settings, rng)
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
        f"{len(weak):,} architectures.",
        end="Stop: that is all." if accepted else "Stop: the filter tells none apart.",
        start=start,
        accepted=accepted,
    )
    return outcome(step, space, counted, rng, past)


def not_weak(
    trained: Filter, target: int, space: Space, rng: np.random.Generator
) -> ImplicitSubset:
    """Return what passes a filter: about `target`, or without one what is not weak.

    The threshold is 0, as likely weak as not, or the output of the target's last.
    """
    archs = space.enumerate() if space.enumerable else space.sample(DRAWS, rng)
    weakness = trained.outputs(space, archs)
    threshold = 0.0
    if target:
        last = max(target * len(weakness) // space.size, 1) - 1
        threshold = float(np.partition(weakness, last)[last])
    known = replace(trained, threshold=threshold)
    passed = weakness <= threshold
    if space.enumerable:
        return ImplicitSubset(space, known, int(passed.sum()), True, archs[passed])
    size = space.size * int(passed.sum()) // len(archs)
    return ImplicitSubset(space, known, size, False)


def train(
    features: Features, weak: Bools, settings: GreedyNasV2, rng: np.random.Generator
) -> Filter:
    """Return a filter trained on features ``(n, p)`` of which some are known `weak`."""
    spread = features.std(axis=0)
    spread[spread == 0] = 1
    middle = features.mean(axis=0)
    inputs = (features - middle) / spread
    width = inputs.shape[1]
    weights: list[Features] = [
        rng.normal(size=(width, HIDDEN)).astype(np.float32) * sqrt(2 / width),
        np.zeros(HIDDEN, dtype=np.float32),
        rng.normal(size=HIDDEN).astype(np.float32) / sqrt(HIDDEN),
        np.zeros(1, dtype=np.float32),
    ]
    batch = ((np.flatnonzero(weak), WEAK), (np.flatnonzero(~weak), REST))
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in weights]
    for number in range(1, settings.steps + 1):
        rows = np.concatenate([rng.choice(group, n) for group, n in batch])
        slopes = _gradient(weights, inputs[rows], weak[rows], settings.prior)
        for i, (part, slope) in enumerate(zip(weights, slopes, strict=True)):
            slope = slope + DECAY * part
            first = 0.9 * moments[i][0] + 0.1 * slope
            second = 0.999 * moments[i][1] + 0.001 * slope**2
            moments[i] = first, second
            scale = np.sqrt(second / (1 - 0.999**number)) + 1e-8
            step = RATE * first / (1 - 0.9**number) / scale
            weights[i] = (part - step).astype(np.float32)
    into, bias, out, offset = (part.astype(np.float64) for part in weights)
    hidden = into / spread[:, None]
    return Filter(hidden, bias - middle @ hidden, out, float(offset[0]), 0.0)


def _gradient(
    weights: list[Features], inputs: Features, weak: Bools, prior: float
) -> list[Features]:
    """Return the slopes of the non-negative risk with the sigmoid loss."""
    into, bias, out, offset = weights
    active = np.maximum(inputs @ into + bias, 0)
    score = active @ out + offset[0]
    chance = 1 / (1 + np.exp(-np.clip(score, -60, 60)))
    steep = chance * (1 - chance)
    slope = np.where(weak, -prior * steep / weak.sum(), 0.0)
    rest = float(chance[~weak].mean() - prior * chance[weak].mean())
    if rest > 0:  # the risk on negatives, which is not let fall below 0
        slope += steep * np.where(weak, -prior / weak.sum(), 1 / (~weak).sum())
    pull = slope.astype(np.float32)
    back = pull[:, None] * out * (active > 0)
    return [
        inputs.T @ back,
        back.sum(axis=0),
        active.T @ pull,
        pull.sum(keepdims=True),
    ]
