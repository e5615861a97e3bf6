"""Numbers of supernets for Table 3, which a study takes from a file.

Training a supernet on each shrunk space is no part of a study. Whoever has trained some
writes one line for each into a CSV with the columns `COLUMNS`: the correlation of the
supernet's accuracies with those of networks trained alone, and the accuracy of the best
network found with it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lissnas.comparison import entry
from lissnas.comparison.summary import Estimate, estimate
from lissnas.spaces import SPACES

COLUMNS = ("space", "method", "seed", "pearson", "top1")
MEASURES = {"supernet_pearson": "pearson", "supernet_top1": "top1"}


@dataclass(frozen=True, slots=True)
class Ranking:
    """One supernet on one method's space.

    Parameters
    ----------
    space, method
        Names of a space and of a method of a comparison, such as
        ``lissnas-published``, or ``original`` for the whole space.
    seed
        Of the supernet.
    pearson
        Pearson's correlation with stand-alone accuracies.
    top1
        Accuracy of the best network found, trained alone, in [0, 1].
    """

    space: str
    method: str
    seed: int
    pearson: float
    top1: float

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            raise ValueError(f"space must be one of {list(SPACES)}, got {self.space!r}")
        entry(self.method)
        if not -1 <= self.pearson <= 1:
            raise ValueError(f"pearson must be in [-1, 1], got {self.pearson}")
        if not 0 <= self.top1 <= 1:
            raise ValueError(f"top1 must be in [0, 1], got {self.top1}")


def read_rankings(path: Path) -> list[Ranking]:
    """Return the supernets of a CSV; ValueError names the line that is wrong."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ValueError(
                    f"supernets must have the columns {', '.join(COLUMNS)}, got "
                    f"{', '.join(reader.fieldnames or ()) or 'none'} in {path}"
                )
            return [_ranking(line, reader.line_num) for line in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"supernets must be a CSV that can be read: {error}") from None


def _ranking(line: dict[str, str], number: int) -> Ranking:
    """Return a line as what it says."""
    try:
        return Ranking(
            line["space"],
            line["method"],
            int(line["seed"]),
            float(line["pearson"]),
            float(line["top1"]),
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"supernets line {number}: {error}") from None


def ranked(
    rankings: Sequence[Ranking], space: str, method: str, measure: str
) -> Estimate | None:
    """Return the mean and interval over supernets, None where there is none."""
    values = [
        float(getattr(one, MEASURES[measure]))
        for one in rankings
        if (one.space, one.method) == (space, method)
    ]
    return estimate(values) if values else None
