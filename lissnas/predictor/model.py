"""Fit trees to pairs and predict with them, chunk by chunk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lissnas.arrays import Archs, Features, Ints, Oracle, Scores, chunks
from lissnas.predictor.quality import Quality, measure
from lissnas.predictor.settings import MIN_PAIRS, PredictorSettings, Target

OFFSET = 1e-3
EDGE = 1e-3
CHUNK = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """Trained trees: features ``(n, p)`` in, accuracies ``(n,)`` in [0, 1] out.

    `held_true` and `held_predicted` ``(h,)`` are the accuracies that `quality`
    measures, of pairs held out; a predictor that was stored and read again has none.
    """

    booster: Any
    settings: PredictorSettings
    quality: Quality
    held_true: Scores = field(default_factory=lambda: np.zeros(0))
    held_predicted: Scores = field(default_factory=lambda: np.zeros(0))

    def __call__(self, features: Features) -> Scores:
        """Return the predicted accuracy of each row, ``(n,)``."""
        features = _checked_features(features)
        expected = self.booster.num_features()
        if features.shape[1] != expected:
            raise ValueError(
                f"features must have {expected} columns, got {features.shape[1]}"
            )
        scores = np.empty(len(features))
        for rows in chunks(len(features), CHUNK):
            raw = self.booster.inplace_predict(features[rows])
            scores[rows] = to_accuracy(raw, self.settings.target)
        return scores


def fit(
    features: Features,
    accuracy: Scores,
    settings: PredictorSettings,
    rng: np.random.Generator,
) -> Predictor:
    """Return a predictor trained on all pairs of `features` and `accuracy`.

    Raises
    ------
    ValueError
        If there are fewer than 20 pairs, or an accuracy is unknown or not in [0, 1].
    """
    import xgboost

    features = _checked_features(features)
    accuracy = _checked_accuracy(accuracy, len(features))
    goal = to_target(accuracy, settings.target)
    held, stop, train = _split(len(features), settings, rng)
    parameters = _parameters(settings, int(rng.integers(2**31)))
    booster = xgboost.train(
        parameters,
        xgboost.DMatrix(features[train], goal[train]),
        settings.rounds,
        evals=[(xgboost.DMatrix(features[stop], goal[stop]), "stopping")],
        early_stopping_rounds=settings.patience,
        verbose_eval=False,
    )
    booster = booster[: booster.best_iteration + 1]
    rounds = booster.num_boosted_rounds()
    predicted = to_accuracy(booster.inplace_predict(features[held]), settings.target)
    quality = measure(predicted, accuracy[held], len(features), rounds)
    if settings.refit:
        everything = xgboost.DMatrix(features, goal)
        booster = xgboost.train(parameters, everything, rounds)
    return Predictor(booster, settings, quality, accuracy[held], predicted)


def _parameters(settings: PredictorSettings, seed: int) -> dict[str, Any]:
    """Return the settings under XGBoost's names."""
    return {
        "objective": "reg:squarederror",
        "tree_method": "hist",
        "learning_rate": settings.learning_rate,
        "max_depth": settings.max_depth,
        "min_child_weight": settings.min_child_weight,
        "reg_lambda": settings.reg_lambda,
        "subsample": settings.subsample,
        "colsample_bynode": settings.colsample,
        "nthread": 1,
        "seed": seed,
    }


def _split(
    n: int, settings: PredictorSettings, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Return disjoint rows that measure, that stop the fit, and that train."""
    order = rng.permutation(n)
    held, stop = (max(1, round(s * n)) for s in (settings.held_out, settings.stopping))
    return order[:held], order[held : held + stop], order[held + stop :]


def to_target(accuracy: Scores, target: Target) -> Scores:
    """Return what the trees fit for accuracies ``(n,)``."""
    if target == "accuracy":
        return accuracy
    goal: Scores = -np.log(1 - accuracy + OFFSET)
    return goal


def to_accuracy(raw: Scores, target: Target) -> Scores:
    """Return accuracies in [0, 1] of what trees predict, in the same order of rank.

    Values beyond 0.001 or 0.999 are squeezed towards 0 or 1 instead of cut off, so that
    none become equal.
    """
    accuracy: Scores = np.asarray(raw, dtype=np.float64)
    if target == "log_error":
        accuracy = 1 + OFFSET - np.exp(-accuracy)
    above = np.maximum(accuracy - (1 - EDGE), 0)
    below = np.maximum(EDGE - accuracy, 0)
    accuracy = np.where(above > 0, 1 - EDGE**2 / (EDGE + above), accuracy)
    return np.where(below > 0, EDGE**2 / (EDGE + below), accuracy)


def as_oracle(
    predictor: Predictor, encode: Callable[[Archs], Features], chunk: int = CHUNK
) -> Oracle:
    """Return an oracle that encodes and predicts at most `chunk` rows at a time."""
    if chunk < 1:
        raise ValueError(f"chunk must be at least 1, got {chunk}")

    def oracle(archs: Archs) -> Scores:
        scores = np.empty(len(archs))
        for rows in chunks(len(archs), chunk):
            scores[rows] = predictor(encode(archs[rows]))
        return scores

    return oracle


def _checked_features(features: Features) -> Features:
    """Return features as float32 ``(n, p)`` or raise ValueError."""
    features = np.ascontiguousarray(features, dtype=np.float32)
    if features.ndim != 2:
        raise ValueError(f"features must have shape (n, p), got {features.shape}")
    return features


def _checked_accuracy(accuracy: Scores, n: int) -> Scores:
    """Return accuracies as float64 ``(n,)`` in [0, 1] or raise ValueError."""
    accuracy = np.asarray(accuracy, dtype=np.float64)
    if accuracy.shape != (n,) or n < MIN_PAIRS:
        raise ValueError(
            f"accuracy must have shape ({n},) like features and at least {MIN_PAIRS} "
            f"values, got {accuracy.shape}"
        )
    bad = ~((accuracy >= 0) & (accuracy <= 1))
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(
            f"accuracy must be in [0, 1], got {accuracy[row]} in row {row}"
        )
    return accuracy
