"""One selection of architectures for all views, kept as named sets and exported.

A `Selection` is immutable: picking, adding, removing, inverting and clearing return a
new one. Views ask it which of their rows are in it, and dim the others.
"""

from lissnas.selection.export import columns, document
from lissnas.selection.record import PICKS, Selection, empty, inverted, picked
from lissnas.selection.store import delete, keep, load, names

__all__ = [
    "PICKS",
    "Selection",
    "columns",
    "delete",
    "document",
    "empty",
    "inverted",
    "keep",
    "load",
    "names",
    "picked",
]
