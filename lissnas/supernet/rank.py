"""How well accuracies in a supernet rank architectures by those trained alone."""

from dataclasses import asdict, dataclass

import numpy as np

from lissnas.arrays import Scores
from lissnas.metrics.ranking import Interval, kendall, pearson, spearman, with_interval

MEASURES = {"pearson": pearson, "kendall": kendall, "spearman": spearman}
LEAST = 3


@dataclass(frozen=True, slots=True)
class Ranking:
    """Correlations with 95% bootstrap intervals, over `pairs` architectures."""

    pairs: int
    pearson: Interval
    kendall: Interval
    spearman: Interval


def ranking(measured: Scores, true: Scores, rng: np.random.Generator) -> Ranking:
    """Return how well `measured` ``(n,)`` ranks by `true` ``(n,)``.

    Raises
    ------
    ValueError
        If there are fewer than 3 architectures.
    """
    if len(true) < LEAST:
        raise ValueError(
            f"ranking needs {LEAST} architectures or more with both accuracies, got "
            f"{len(true)}"
        )
    found = {
        name: with_interval(measure, measured, true, child)
        for (name, measure), child in zip(
            MEASURES.items(), rng.spawn(len(MEASURES)), strict=True
        )
    }
    return Ranking(len(true), **found)


def ranking_dict(found: Ranking) -> dict[str, object]:
    """Return a ranking for JSON: value, low and high of each measure."""
    values = asdict(found)
    return values | {name: list(getattr(found, name)) for name in MEASURES}
