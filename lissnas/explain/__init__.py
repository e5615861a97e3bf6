"""What differs between architectures, in words, and what can be seen of a space."""

from lissnas.explain.changes import Change, Comparison, changes, compared, sentence
from lissnas.explain.graphs import Difference, difference, is_chain
from lissnas.explain.overview import Overview, overview, share_below
from lissnas.explain.valid import valid

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "Overview",
    "changes",
    "compared",
    "difference",
    "is_chain",
    "overview",
    "sentence",
    "share_below",
    "valid",
]
