"""Which architectures to train next, when each label is a trained network.

Random choice draws uniformly. Active choice spends a part of the labels so, fits a
predictor, and labels in each further round the most promising of a small pool: the
neighbours of the best labelled so far, and uniform draws besides, half of the batch
each. Locality makes the first half good, the second keeps the whole space in view.
"""

import numpy as np

from lissnas.arrays import Archs, Keys, Scores, contained, first_occurrences
from lissnas.oracles import Counted, Table
from lissnas.predictor import PredictorSettings, as_oracle, fit, training_pairs
from lissnas.predictor.settings import MIN_PAIRS
from lissnas.spaces import Space

POOL = 4  # architectures predicted for each label chosen by prediction
SEEDS = 0.1  # share of the labelled whose neighbours are looked at


def label(
    space: Space, table: Table, settings: PredictorSettings, rng: np.random.Generator
) -> tuple[Archs, Scores]:
    """Return the labelled architectures ``(n, d)`` and their accuracies ``(n,)``.

    Only architectures that the table knows can be labelled; each counts once.
    """
    total = label_count(space, table, settings)
    if settings.choice == "random":
        rows = rng.choice(len(table.accuracy), total, replace=False)
        return table.archs[rows], table.accuracy[rows]
    truth = Counted(table.lookup(space), space)
    sizes = batches(total, settings.label_rounds)
    archs = table.archs[rng.choice(len(table.accuracy), sizes[0], replace=False)]
    scores = truth(archs)
    for size in sizes[1:]:
        fresh = _batch(space, table, settings, archs, scores, size, rng)
        archs = np.concatenate([archs, fresh])
        scores = np.concatenate([scores, truth(fresh)])
    return archs, scores


def label_count(space: Space, table: Table, settings: PredictorSettings) -> int:
    """Return how many architectures are labelled."""
    return min(training_pairs(space.size, settings), len(table.accuracy))


def batches(total: int, rounds: int) -> list[int]:
    """Return how many to label in each round: half at first, then equal parts."""
    first = total if rounds == 1 else min(max(total // 2, MIN_PAIRS), total)
    parts = np.full(max(rounds - 1, 1), (total - first) // max(rounds - 1, 1))
    parts[: (total - first) % len(parts)] += 1
    return [first, *(int(part) for part in parts if part)]


def most_predictions(total: int, settings: PredictorSettings) -> int:
    """Return how many queries the choice of `total` labels may take at most."""
    if settings.choice == "random":
        return 0
    chosen = batches(total, settings.label_rounds)[1:]
    return sum(POOL * (batch - batch // 2) for batch in chosen)


def _batch(
    space: Space,
    table: Table,
    settings: PredictorSettings,
    archs: Archs,
    scores: Scores,
    size: int,
    rng: np.random.Generator,
) -> Archs:
    """Return `size` architectures to label next."""
    predictor = fit(space.encode(archs), scores, settings, rng)
    order = np.argsort(-scores, kind="stable")
    seeds = archs[order[: max(1, round(SEEDS * len(archs)))]]
    known = space.identity(archs)
    near = _new(space, space.neighbours(seeds).archs, known)
    near = near[contained(space.identity(near), table.keys)]
    pool = near[rng.permutation(len(near))[: POOL * (size - size // 2)]]
    promise = as_oracle(predictor, space.encode)(pool)
    chosen = pool[np.argsort(-promise, kind="stable")[: size - size // 2]]
    known = np.concatenate([known, space.identity(chosen)])
    rest = np.flatnonzero(~contained(table.keys, known))
    uniform = rng.choice(rest, size - len(chosen), replace=False)
    return np.concatenate([chosen, table.archs[uniform]])


def _new(space: Space, archs: Archs, known: Keys) -> Archs:
    """Return distinct architectures that are not among `known`."""
    keys = space.identity(archs)
    first = first_occurrences(keys)
    return archs[first[~contained(keys[first], known)]]
