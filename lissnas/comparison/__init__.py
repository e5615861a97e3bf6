"""Comparisons: many methods on one predictor, one budget and one size, over seeds.

`execute` computes what a `Comparison` lacks and stores it cell by cell, `summarise`
gives means with intervals, and `compare_runs` takes runs that were saved instead.
"""

from lissnas.comparison.anytime import GRID
from lissnas.comparison.entries import ENTRIES, Entry, entry, labels
from lissnas.comparison.execute import execute, missing
from lissnas.comparison.outcome import Members, Outcome
from lissnas.comparison.paper import PaperNumber, paper_numbers
from lissnas.comparison.request import (
    Cell,
    Comparison,
    cells,
    comparison_dict,
    comparison_from_dict,
)
from lissnas.comparison.saved import compare_runs
from lissnas.comparison.store import (
    finished,
    forget,
    members_of,
    original_members,
    pooled,
    remember,
    stored_comparisons,
)
from lissnas.comparison.summary import (
    INTERVAL,
    MEASURES,
    Estimate,
    Row,
    estimate_text,
    problems,
    summarise,
)

__all__ = [
    "ENTRIES",
    "GRID",
    "INTERVAL",
    "MEASURES",
    "Cell",
    "Comparison",
    "Entry",
    "Estimate",
    "Members",
    "Outcome",
    "PaperNumber",
    "Row",
    "cells",
    "compare_runs",
    "comparison_dict",
    "comparison_from_dict",
    "entry",
    "estimate_text",
    "execute",
    "finished",
    "forget",
    "labels",
    "members_of",
    "missing",
    "original_members",
    "paper_numbers",
    "pooled",
    "problems",
    "remember",
    "stored_comparisons",
    "summarise",
]
