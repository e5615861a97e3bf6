"""By what the points of a run's map can be coloured: amounts, or which seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lissnas.arrays import Ints, Scores
from lissnas.figures.points import Points
from lissnas.figures.theme import SEQUENTIAL, Theme

Colour = Literal[
    "role",
    "accuracy",
    "predicted",
    "true",
    "error",
    "multiply-adds",
    "parameters",
    "iteration",
    "seed",
    "distance",
]
COLOURS: dict[Colour, str] = {
    "role": "what happened to it in this iteration",
    "accuracy": "true accuracy, predicted where the truth is unknown",
    "predicted": "predicted accuracy, all the run sees",
    "true": "true accuracy",
    "error": "error of the predictor: predicted less true",
    "multiply-adds": "multiply-adds, exact",
    "parameters": "parameters, exact",
    "iteration": "the iteration that first drew, made, scored or kept it",
    "seed": "the seed of this iteration whose neighbourhood it is in",
    "distance": "edits from the nearest seed of this iteration",
}
NAMED = 11  # seeds with a colour and a symbol of their own


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """What is known of points ``(n,)`` besides accuracies, -1 where it is not.

    `born` is an iteration, `seed` indexes `seeds`, the names of the iteration's seeds.
    """

    macs: Ints
    params: Ints
    born: Ints
    seed: Ints
    distance: Ints
    seeds: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Tint:
    """What colours points: values ``(n,)``, NaN where unknown, and how to read them.

    With `names`, values number these categories.
    """

    title: str
    values: Scores
    whole: bool = False
    diverging: bool = False
    lowest: float = 0.0
    names: tuple[str, ...] = ()


def accuracy(shown: Points) -> Scores:
    """Return true accuracies, predicted ones where the truth is unknown, ``(n,)``."""
    return np.where(np.isnan(shown.true), shown.predicted, shown.true)


def tint(colour: Colour, shown: Points, known: Origins) -> Tint:
    """Return what colours the points by `colour`, which is not "role"."""
    if colour == "seed":
        return _by_seed(known)
    amounts = {
        "accuracy": ("accuracy, %", 100 * accuracy(shown)),
        "predicted": ("predicted, %", 100 * shown.predicted),
        "true": ("true, %", 100 * shown.true),
        "error": ("predicted less true, points", error(shown)),
        "multiply-adds": ("multiply-adds, M", known.macs / 1e6),
        "parameters": ("parameters, M", known.params / 1e6),
        "iteration": ("came in at iteration", _known(known.born)),
        "distance": ("edits from the nearest seed", _known(known.distance)),
    }
    title, values = amounts[colour]
    tail = 0.05 if colour in ("accuracy", "predicted", "true") else 0.0
    whole = colour in ("iteration", "distance")
    return Tint(title, values, whole, colour == "error", tail)


def error(shown: Points) -> Scores:
    """Return predicted less true accuracies in points ``(n,)``, NaN where unknown."""
    return 100 * (shown.predicted - shown.true)


def _known(numbers: Ints) -> Scores:
    """Return numbers with NaN for what is not known."""
    return np.where(numbers < 0, np.nan, numbers).astype(np.float64)


def _by_seed(known: Origins) -> Tint:
    """Return the seeds with the largest neighbourhoods as categories, then the rest."""
    inside = known.seed[known.seed >= 0]
    sizes = np.bincount(inside, minlength=len(known.seeds))
    order = np.argsort(-sizes, kind="stable")[:NAMED]
    order = order[sizes[order] > 0]
    place = np.full(len(known.seeds) + 1, len(order))
    place[order] = np.arange(len(order))
    values = np.where(known.seed < 0, np.nan, place[known.seed])
    names = [f"{known.seeds[row]} {sizes[row]:,}" for row in order]
    others = int(sizes.sum() - sizes[order].sum())
    if others:
        names.append(f"Other seeds {others:,}")
    return Tint("nearest seed", values, True, names=tuple(names))


def colour_axis(shade: Tint, theme: Theme) -> dict[str, Any]:
    """Return the colour scale of amounts, accuracies without the worst twentieth."""
    known = shade.values[~np.isnan(shade.values)]
    low, high = np.quantile(known, [shade.lowest, 1]) if len(known) else (0.0, 1.0)
    scale: Any = SEQUENTIAL
    if shade.diverging:
        most = float(np.quantile(np.abs(known), 0.98)) if len(known) else 1.0
        low, high = -most, most
        middle = "#b4bec9" if theme.name == "light" else "#465463"
        scale = [[0, theme.blue], [0.5, middle], [1, theme.vermillion]]
    bar: dict[str, Any] = {
        "title": {"text": shade.title, "side": "right", "font": {"size": 13}},
        "thickness": 10,
        "len": 0.7,
        "outlinewidth": 0,
        "tickfont": {"color": theme.muted},
    }
    if shade.whole:
        bar["dtick"] = max(1, round((high - low) / 8))
    return {
        "colorscale": scale,
        "cmin": float(low),
        "cmax": max(float(high), float(low) + 1e-6),
        "colorbar": bar,
    }
