"""A comparison: what is compared, on what, and the cells it consists of."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from lissnas.comparison.entries import (
    ORIGINAL,
    RANDOM,
    common_queries,
    common_size,
    entry,
    ordered,
    setting_values,
)
from lissnas.predictor import PredictorSettings
from lissnas.spaces import SPACES, Space

Sizes = Literal["matched", "own", "both"]
DEFAULT_METHODS = ("lissnas", "no-locality", "naive", "top-predicted")
MAX_SEEDS = 1000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared; it fixes every number of the comparison.

    Parameters
    ----------
    space, task
        Names of a space and of one of its tasks.
    methods
        Labels that `entries.entry` reads. The original space is always compared too.
    size
        Architectures that every method is to return; 0 means a 32nd of the space.
    queries
        Most distinct predictor queries of a method; 0 means a quarter of the space, at
        least 1,000 and at most 50,000.
    seeds
        Repetitions, each with a predictor of its own, which all methods share.
    sizes
        "matched" gives every method the same size: the last space on its way that
        holds so many, cut to it by uniform draws. "own" takes what each method returns
        without a target, and "both" does both.
    predictor
        How the predictors are trained.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    space: str
    task: str
    methods: tuple[str, ...] = DEFAULT_METHODS
    size: int = 0
    queries: int = 0
    seeds: int = 3
    sizes: Sizes = "matched"
    predictor: PredictorSettings = field(default_factory=PredictorSettings)

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            raise ValueError(f"space must be one of {list(SPACES)}, got {self.space!r}")
        if not self.methods:
            raise ValueError("methods must name at least one, got none")
        for label in self.methods:
            entry(label)
        if not 1 <= self.seeds <= MAX_SEEDS:
            raise ValueError(f"seeds must be in 1..{MAX_SEEDS}, got {self.seeds}")
        if self.sizes not in get_args(Sizes):
            raise ValueError(
                f"sizes must be one of {list(get_args(Sizes))}, got {self.sizes!r}"
            )
        if self.queries < 0:
            raise ValueError(f"queries must be 0 or more, got {self.queries}")
        if not 0 <= self.size < SPACES[self.space].size:
            raise ValueError(
                f"size must be 0 or more and below the space's size "
                f"{SPACES[self.space].size:,}, got {self.size:,}"
            )

    @property
    def target(self) -> int:
        """Return the size that all methods are matched to."""
        return common_size(SPACES[self.space], self.size)

    @property
    def budget(self) -> int:
        """Return the query budget of each method."""
        return common_queries(SPACES[self.space], self.queries)


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry with one seed, matched in size or of its own size."""

    label: str
    matched: bool
    seed: int


def cells(comparison: Comparison) -> list[Cell]:
    """Return everything to be computed, seed by seed, the original space first."""
    modes = {"matched": (True,), "own": (False,), "both": (True, False)}
    found = []
    for seed in range(comparison.seeds):
        found.append(Cell(ORIGINAL, False, seed))
        for label in ordered(set(comparison.methods) - {ORIGINAL}):
            if label == RANDOM:
                found.append(Cell(label, True, seed))
                continue
            found += [Cell(label, mode, seed) for mode in modes[comparison.sizes]]
    return found


def cell_values(comparison: Comparison, cell: Cell, space: Space) -> dict[str, Any]:
    """Return the settings of a cell, those of a method or of a control."""
    one = entry(cell.label)
    if one.label == ORIGINAL:
        return {}
    if one.label == RANDOM:
        return {"target": comparison.target}
    target = comparison.target if cell.matched else 0
    return setting_values(one, target, comparison.budget)


def cell_name(comparison: Comparison, cell: Cell) -> str:
    """Return the file name of a cell, equal for what must have equal numbers."""
    values = cell_values(comparison, cell, SPACES[comparison.space])
    facts = [entry(cell.label).method, values, cell.matched]
    return f"{cell.label.split(':')[0]}-{digest(facts)}-{cell.seed}"


def comparison_dict(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as what JSON can hold."""
    return asdict(comparison) | {"methods": list(comparison.methods)}


def comparison_from_dict(values: Mapping[str, Any]) -> Comparison:
    """Return the comparison that `comparison_dict` wrote; ValueError if it is none."""
    try:
        parts = dict(values)
        parts["methods"] = tuple(parts["methods"])
        parts["predictor"] = PredictorSettings(**parts["predictor"])
        return Comparison(**parts)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"comparison is not what it should be: {error}") from None


def digest(values: Any) -> str:
    """Return ten hexadecimal digits that stand for a JSON value."""
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]
