"""The path filter of GreedyNASv2: a small network trained on positive and unlabelled.

Weak examples are the positives. The risk is the non-negative one of [1]_ with the
sigmoid loss, prior * R_P(+) + max(0, R_U(-) - prior * R_P(-)), and a step where the
second part would be negative descends the first alone.

.. [1] Kiryo et al., "Positive-Unlabeled Learning with Non-Negative Risk Estimator",
   NeurIPS 2017, arXiv:1703.00593.
"""

from math import sqrt

import numpy as np

from lissnas.arrays import Bools, Features
from lissnas.subsets import Filter

HIDDEN, RATE, DECAY = 32, 1e-2, 1e-4
WEAK, REST = 24, 72  # of a step's examples; few, so that no threads are started


def train(
    features: Features, weak: Bools, prior: float, steps: int, rng: np.random.Generator
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
    for number in range(1, steps + 1):
        rows = np.concatenate([rng.choice(group, n) for group, n in batch])
        slopes = _gradient(weights, inputs[rows], weak[rows], prior)
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
