"""Frozen results that cross layers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np

from lissnas.arrays import Archs, Ints, Scores, readonly


class Decision(StrEnum):
    """Why a shrinker goes on or stops after an iteration."""

    CONTINUE = "continue"
    PLATEAU = "plateau"
    BUDGET = "budget"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Iteration:
    """One iteration of a shrinker: what it drew, kept, queried and decided.

    All arrays are read-only and all architectures canonical. Predictions are
    fractions, NaN where an architecture was not queried.

    Parameters
    ----------
    step
        0 for the original space, then 1, 2, ...
    sample, sample_predicted
        ``(s, d)``, ``(s,)``: drawn uniformly from the previous space and scored.
    seeds, seed_predicted
        ``(q, d)``, ``(q,)``: the best, whose neighbourhoods make the next space.
    neighbours, neighbour_predicted, parent, distance
        ``(m, d)`` and ``(m,)`` each: generated from ``seeds[parent]`` at that edit
        distance.
    space, space_predicted, space_expected
        ``(k, d)``, ``(k,)``: the new space, or where that is too large to hold, a
        uniform sample of it; empty at step 0, where it is the original.
        The expected accuracy is the predicted one, or what locality leads to expect
        of a neighbour of its seed where that is known, else NaN.
    queried, queried_predicted
        Distinct architectures sent to the predictor for the first time in this
        iteration, with their scores: what a continued run must know.
    size, previous_size
        Members of the new and of the previous space, exact; of one that is given by a
        test and cannot be enumerated, an estimate.
    mean_predicted, standard_error
        Mean predicted accuracy of the new space and the standard error of that mean.
    p_good_predicted
        Share of the new space predicted above the 80th percentile of the first sample.
    queries
        Distinct predictor queries so far.
    seconds
        Processor time this iteration took.
    decision, reason
        What happens next, and why, in words.
    accepted
        False for an iteration whose space is discarded: the previous one stands.
    subset
        What the space is, as `subsets.restore` reads it; None for the list `space`.
    """

    step: int
    sample: Archs
    sample_predicted: Scores
    seeds: Archs
    seed_predicted: Scores
    neighbours: Archs
    neighbour_predicted: Scores
    parent: Ints
    distance: Ints
    space: Archs
    space_predicted: Scores
    space_expected: Scores
    queried: Archs
    queried_predicted: Scores
    size: int
    previous_size: int
    mean_predicted: float
    standard_error: float
    p_good_predicted: float
    queries: int
    seconds: float
    decision: Decision
    reason: str
    accepted: bool = True
    subset: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, field.name, readonly(value))

    @property
    def stops(self) -> bool:
        """Whether this is the last iteration."""
        return self.decision is not Decision.CONTINUE

    @property
    def sampled(self) -> bool:
        """Whether the rows of `space` are a sample of the new space only."""
        return self.step > 0 and len(self.space) < self.size

    @property
    def shrank(self) -> bool:
        """Condition (i) of section 4.4: the cardinality fell."""
        return self.step == 0 or self.size < self.previous_size


def final(iterations: list[Iteration]) -> Iteration:
    """Return the iteration whose space is the result: the last accepted one."""
    accepted = [iteration for iteration in iterations if iteration.accepted]
    if not accepted:
        raise ValueError("iterations must hold at least one accepted one, got none")
    return accepted[-1]
