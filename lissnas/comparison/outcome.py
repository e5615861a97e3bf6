"""What a compared space is worth: the record, and how its numbers are measured."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lissnas.arrays import Archs, Ints, Scores, contained
from lissnas.comparison.bench import Bench
from lissnas.comparison.entries import Role
from lissnas.metrics import diversity
from lissnas.metrics.distribution import edf_area, ks
from lissnas.metrics.shrinkage import ShrinkIndex, reduction_factor, shrink_index
from lissnas.subsets import Subset

Kind = Literal["true", "predicted"]
LEAST_KNOWN = 50  # true errors that make a distribution
SCORED, KEPT = 10_000, 2000
SPREAD = diversity.DiversitySettings()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers of one entry with one seed; None for what is not known.

    Parameters
    ----------
    label, title, role, seed, matched
        What was run; `matched` tells a space cut to the common size.
    size, own_size
        Members of what was measured, and of what the method returned.
    known
        How many members' true accuracies are known.
    mean_true, max_true, mean_predicted
        Accuracies of the members; predictions of at most 10,000 of them.
    p_good, shrink_index
        Share of good members, and the rise of Theorem 1's chance (eq. 2).
    ks, auc, errors
        Distance of the members' error distribution to that of the original space, and
        the area under it between the original's least and greatest error; `errors`
        tells whether of true or of predicted errors.
    dispersion, coverage, flop_coverage
        Dispersion as a ratio to the original's; one minus the mean distance of
        original architectures to the nearest member; share of the original's
        multiply-add bins with members.
    reduction, queries, seconds
        How many times smaller than the original; distinct predictor queries; processor
        time of the method itself, without the predictor's answers.
    contains_best, top100_recall
        Whether the truly best architecture is a member (1 or 0), and the share of the
        truly best 100 that are.
    reason, problem
        The method's last sentence; or why it cannot be run.
    """

    label: str
    title: str
    role: Role
    seed: int
    matched: bool
    size: int | None = None
    own_size: int | None = None
    known: int | None = None
    mean_true: float | None = None
    max_true: float | None = None
    mean_predicted: float | None = None
    p_good: float | None = None
    shrink_index: float | None = None
    ks: float | None = None
    auc: float | None = None
    errors: Kind | None = None
    dispersion: float | None = None
    coverage: float | None = None
    flop_coverage: float | None = None
    reduction: float | None = None
    queries: int | None = None
    seconds: float | None = None
    contains_best: float | None = None
    top100_recall: float | None = None
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """What is drawn of a space.

    At most 2,000 uniform members ``(n, d)`` and their numbers ``(n,)``, and the true
    accuracy of the best that searches found, ``(searches, grid)``; no search, no row.
    """

    archs: Archs
    predicted: Scores
    true: Scores
    macs: Ints
    found: Scores


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A space to be measured.

    `rows` are all members, or a uniform sample of the described `subset` or of the
    whole space; `true` their true accuracies where no table can tell, and `known` all
    that is known of members where that is more.
    """

    rows: Archs
    size: int
    own_size: int
    queries: int
    seconds: float
    reason: str
    subset: Subset | None = None
    true: Scores | None = None
    known: Scores | None = None


def measured(bench: Bench, result: Result) -> tuple[dict[str, Any], Members]:
    """Return the numbers of a space, and members of it to draw."""
    rng = bench.generator("measure")
    rows = _some(result.rows, SCORED, rng)
    predicted = bench.predict(result.rows[rows])
    true = _known(bench, result)
    numbers = _accuracies(bench, true) | _distribution(bench, true, predicted)
    numbers |= _spread(bench, result, rng) | _recall(bench, result)
    numbers |= {
        "size": result.size,
        "own_size": result.own_size,
        "mean_predicted": float(np.nanmean(predicted)),
        "reduction": float(reduction_factor(bench.space.size, result.size)),
        "queries": result.queries,
        "seconds": result.seconds,
        "reason": result.reason,
    }
    some = _some(result.rows, KEPT, rng)
    archs = result.rows[some]
    shown = bench.true(archs) if result.true is None else result.true[some]
    macs = bench.space.cost(archs).macs
    none = np.zeros((0, 0))
    return numbers, Members(archs, bench.predict(archs), shown, macs, none)


def _known(bench: Bench, result: Result) -> Scores:
    """Return the known true accuracies of the members, of all that are known."""
    if result.known is not None:
        return result.known
    if result.true is not None:
        true = result.true
    elif result.subset is not None and bench.table is not None:
        inside = result.subset.contains(bench.table.archs)
        return bench.table.accuracy[inside]
    else:
        true = bench.true(result.rows)
    return true[~np.isnan(true)]


def _accuracies(bench: Bench, true: Scores) -> dict[str, Any]:
    """Return what true accuracies say."""
    if not len(true):
        return {"known": 0}
    good = float(np.mean(true >= bench.start.threshold))
    index = ShrinkIndex()
    gain = shrink_index(bench.start.p_good, good, index.n, index.k)
    return {
        "known": len(true),
        "mean_true": float(true.mean()),
        "max_true": float(true.max()),
        "p_good": good,
        "shrink_index": float(gain),
    }


def _distribution(bench: Bench, true: Scores, predicted: Scores) -> dict[str, Any]:
    """Return how the error distribution compares with the original's."""
    kind: Kind = "true" if len(true) >= LEAST_KNOWN else "predicted"
    if kind == "true" and not len(bench.known):
        kind = "predicted"
    base = bench.known if kind == "true" else bench.start.predicted
    found = true if kind == "true" else predicted[~np.isnan(predicted)]
    low, high = 1 - float(base.max()), 1 - float(base.min())
    if not low < high or not len(found):
        return {}
    return {
        "ks": ks(1 - base, 1 - found).statistic,
        "auc": edf_area(1 - found, low, high),
        "errors": kind,
    }


def _spread(bench: Bench, result: Result, rng: np.random.Generator) -> dict[str, Any]:
    """Return how diverse the members are, against the original space."""
    space, rows = bench.space, result.rows
    if result.size == space.size:
        return {"dispersion": 1.0, "coverage": 1.0, "flop_coverage": 1.0}
    archs = rows[_some(rows, SPREAD.sample, rng)]
    vectors = diversity.unit_vectors(space, archs)
    k = min(SPREAD.selected, len(vectors), len(bench.vectors))
    own = diversity.dispersion(vectors, k, bench.generator("spread"))
    base = bench.dispersion(k)
    return {
        "dispersion": own / base if base > 0 else None,
        "coverage": diversity.coverage(bench.vectors, vectors),
        "flop_coverage": diversity.flop_coverage(
            bench.start.macs, space.cost(archs).macs, SPREAD.bins, SPREAD.share
        ),
    }


def _recall(bench: Bench, result: Result) -> dict[str, Any]:
    """Return which of the truly best are members, where they are known."""
    if not len(bench.start.top):
        return {}
    if result.size == bench.space.size:
        return {"contains_best": 1.0, "top100_recall": 1.0}
    if result.subset is not None:
        if bench.best is None:
            return {}
        found = result.subset.contains(bench.best)
    else:
        found = contained(bench.start.top, bench.space.identity(result.rows))
    return {
        "contains_best": float(found[0]),
        "top100_recall": float(found.mean()),
    }


def _some(rows: Archs, most: int, rng: np.random.Generator) -> Ints:
    """Return at most so many row numbers, uniform and in order."""
    if len(rows) <= most:
        return np.arange(len(rows))
    return np.sort(rng.choice(len(rows), most, replace=False))
