"""How a predictor is trained."""

import math
from dataclasses import dataclass
from typing import Literal

Target = Literal["log_error", "accuracy"]
TARGETS: tuple[Target, ...] = ("log_error", "accuracy")
Choice = Literal["random", "active"]
CHOICES: tuple[Choice, ...] = ("random", "active")
MIN_PAIRS = 20


@dataclass(frozen=True, slots=True)
class PredictorSettings:
    """How a predictor is trained.

    Parameters
    ----------
    pairs, share
        Architecture-accuracy pairs to train on, but at most this share of the space.
    target
        What the trees fit: ``log_error`` or ``accuracy``.
    learning_rate, max_depth, min_child_weight, reg_lambda, subsample, colsample
        XGBoost's ``eta``, ``max_depth``, ``min_child_weight``, ``lambda``,
        ``subsample`` and ``colsample_bynode``.
    rounds, patience
        Most trees, and how many without progress end the fit.
    stopping, held_out
        Shares of the pairs that stop the fit and that measure the predictor.
    refit
        Whether the trees are fitted again to all pairs after they were measured.
    choice
        How the pairs are chosen: ``random``, or ``active``: half at random, then near
        the best so far as a first predictor ranks them, and at random besides.
    label_rounds
        Rounds of an active choice, the random one included.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    pairs: int = 10_000
    share: float = 0.2
    target: Target = "log_error"
    learning_rate: float = 0.03
    max_depth: int = 8
    min_child_weight: float = 3.0
    reg_lambda: float = 3.0
    subsample: float = 0.8
    colsample: float = 0.5
    rounds: int = 2_000
    patience: int = 50
    stopping: float = 0.1
    held_out: float = 0.15
    refit: bool = True
    choice: Choice = "random"
    label_rounds: int = 4

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ValueError(f"target must be one of {TARGETS}, got {self.target!r}")
        if self.choice not in CHOICES:
            raise ValueError(f"choice must be one of {CHOICES}, got {self.choice!r}")
        least = {"pairs": MIN_PAIRS, "max_depth": 1, "rounds": 1, "patience": 1}
        least["label_rounds"] = 1
        for name, low in least.items():
            value = getattr(self, name)
            if value < low or value != int(value):
                raise ValueError(f"{name} must be an integer >= {low}, got {value}")
        for name in ("min_child_weight", "reg_lambda"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise ValueError(f"{name} must be finite and >= 0, got {value}")
        for name in ("share", "learning_rate", "subsample", "colsample"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                raise ValueError(f"{name} must be in (0, 1], got {value}")
        for name in ("stopping", "held_out"):
            value = getattr(self, name)
            if not 0.05 <= value <= 0.4:
                raise ValueError(f"{name} must be in [0.05, 0.4], got {value}")


def training_pairs(space_size: int, settings: PredictorSettings) -> int:
    """Return how many architectures of a space to train on."""
    return min(settings.pairs, max(MIN_PAIRS, int(settings.share * space_size)))
