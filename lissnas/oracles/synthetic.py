"""Oracles made up for teaching and tests, with a known optimum."""

import numpy as np

from lissnas.arrays import Archs, Oracle, Scores
from lissnas.spaces import Space


def additive(space: Space, seed: int = 0) -> Oracle:
    """Return an oracle of perfect locality: each decision adds its option's value.

    The values are uniform draws of `seed`, scaled so that taking the worst option of
    every decision scores 0 and the best of every decision 1. A change of one decision
    moves the score by at most that decision's span, so similar architectures score
    alike. In a space whose decisions are not free the extremes may be out of reach.
    """
    rng = np.random.default_rng(seed)
    counts = [len(decision.options) for decision in space.decisions]
    values = np.full((len(counts), max(counts)), np.nan)
    for row, count in zip(values, counts, strict=True):
        row[:count] = rng.random(count)
    values -= np.nanmin(values, axis=1, keepdims=True)
    values /= np.nanmax(values, axis=1).sum() or 1.0
    columns = np.arange(len(counts))

    def oracle(archs: Archs) -> Scores:
        scores: Scores = values[columns, space.canonical(archs)].sum(axis=1)
        return np.clip(scores, 0.0, 1.0)  # rounding

    return oracle
