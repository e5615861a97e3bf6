"""Summaries over seeds: means with 95% intervals, one row an entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import t

from lissnas.comparison.entries import Role, ordered
from lissnas.comparison.outcome import Outcome
from lissnas.metrics.shrinkage import wilson

CONFIDENCE = 0.95
INTERVAL = "95% intervals over seeds: Student's t; Wilson's for shares of seeds"
Format = Literal["count", "percent", "number", "factor", "seconds", "share"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of a comparison: field of `Outcome`, names, and what it means.

    `better` is 1 where more is better, -1 where less is, 0 where that is no question.
    """

    name: str
    title: str
    format: Format
    better: int
    help: str


MEASURES: dict[str, Measure] = {
    one.name: one
    for one in (
        Measure("size", "Size", "count", 0, "Architectures measured."),
        Measure(
            "own_size", "Own size", "count", 0, "Architectures the method returned."
        ),
        Measure("mean_true", "True mean", "percent", 1, "Mean true accuracy."),
        Measure("max_true", "True best", "percent", 1, "Best true accuracy."),
        Measure(
            "mean_predicted",
            "Predicted mean",
            "percent",
            0,
            "Mean predicted accuracy, which flatters the method that optimised it.",
        ),
        Measure(
            "p_good",
            "Good share",
            "percent",
            1,
            "Share above the original's 80th percentile, true.",
        ),
        Measure(
            "shrink_index",
            "Shrink index",
            "number",
            1,
            "Rise of the chance that at least 2 of 10 uniform draws are good (eq. 2).",
        ),
        Measure(
            "ks",
            "KS",
            "number",
            0,
            "Largest distance of the error distribution to the original's.",
        ),
        Measure(
            "auc",
            "AUC",
            "number",
            1,
            "Area under the error distribution between the original's extremes.",
        ),
        Measure(
            "dispersion",
            "Dispersion",
            "number",
            1,
            "How far apart members lie, as a ratio to the original.",
        ),
        Measure(
            "coverage",
            "Coverage",
            "number",
            1,
            "One minus the mean distance of original architectures to the nearest "
            "member.",
        ),
        Measure(
            "flop_coverage",
            "FLOP coverage",
            "number",
            1,
            "Share of 20 equal parts of the original by multiply-adds with members.",
        ),
        Measure("reduction", "Reduction", "factor", 0, "How many times smaller."),
        Measure(
            "queries", "Queries", "count", -1, "Distinct questions to the predictor."
        ),
        Measure(
            "seconds",
            "Seconds",
            "seconds",
            -1,
            "Processor time of the method, without the predictor's answers.",
        ),
        Measure(
            "contains_best",
            "Holds the best",
            "share",
            1,
            "Share of seeds whose space holds the truly best architecture.",
        ),
        Measure(
            "top100_recall",
            "Top-100 recall",
            "number",
            1,
            "Share of the truly best 100 that are members.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` seeds with its 95% interval, NaN for a single seed."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half(self) -> float:
        """Return half the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Row:
    """An entry over its seeds; `estimates` lacks measures that no seed knows.

    `known` is the least number of members with known true accuracies.
    """

    label: str
    title: str
    role: Role
    matched: bool
    seeds: int
    known: int
    errors: str
    estimates: dict[str, Estimate]
    problem: str = ""


def summarise(outcomes: Iterable[Outcome]) -> list[Row]:
    """Return one row for each entry and mode, in the order of the registry."""
    groups: dict[tuple[str, bool], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((one.label, one.matched), []).append(one)
    labels = ordered({label for label, _ in groups})
    keys = [(label, mode) for label in labels for mode in (True, False)]
    return [_row(groups[key]) for key in keys if key in groups]


def _row(group: list[Outcome]) -> Row:
    """Return the row of one entry's outcomes."""
    first, estimates = group[0], {}
    for name, measure in MEASURES.items():
        values = [getattr(one, name) for one in group]
        known = [float(value) for value in values if value is not None]
        if known:
            share = measure.format == "share"
            estimates[name] = share_of(known) if share else estimate(known)
    kinds = {one.errors for one in group if one.errors}
    return Row(
        label=first.label,
        title=first.title,
        role=first.role,
        matched=first.matched,
        seeds=len(group),
        known=min(one.known or 0 for one in group),
        errors=" and ".join(sorted(kinds)),
        estimates=estimates,
        problem=next((one.problem for one in group if one.problem), ""),
    )


def estimate(values: list[float]) -> Estimate:
    """Return the mean and Student's t interval of at least one value."""
    found, n = np.asarray(values, dtype=np.float64), len(values)
    mean = float(found.mean())
    if n < 2:
        return Estimate(mean, float("nan"), float("nan"), n)
    quantile = t.ppf(0.5 + CONFIDENCE / 2, n - 1)
    half = float(quantile * found.std(ddof=1) / np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n)


def share_of(values: list[float]) -> Estimate:
    """Return the mean and Wilson's interval of zeros and ones."""
    found = wilson(round(sum(values)), len(values), CONFIDENCE)
    return Estimate(found.value, found.low, found.high, len(values))


TEXTS: dict[Format, str] = {
    "count": "{:,.0f}",
    "percent": "{:.2%}",
    "number": "{:.3f}",
    "factor": "{:,.1f}",
    "seconds": "{:.2f}",
    "share": "{:.0%}",
}


def estimate_text(row: Row, name: str) -> str | None:
    """Return a mean with half its interval; None for what is unknown."""
    found = row.estimates.get(name)
    if found is None:
        return None
    kind = MEASURES[name].format
    mean, half = TEXTS[kind].format(found.mean), TEXTS[kind].format(found.half)
    plain = found.n < 2 or kind == "share" or found.half < 1e-12
    return mean if plain else f"{mean} ±{half}"


def problems(rows: Iterable[Row]) -> list[str]:
    """Return a sentence for each method that cannot be run."""
    found = [
        f"{row.title} cannot be run here: {row.problem}." for row in rows if row.problem
    ]
    return list(dict.fromkeys(found))
