"""Figures of which parts can be picked, and which light what was picked elsewhere."""

from lissnas.ui.view.component import Act, draw, folders, picture
from lissnas.ui.view.events import Stretch, range_of, row_of, rows_of
from lissnas.ui.view.parts import Cells, Field, Sheet

__all__ = [
    "Act",
    "Cells",
    "Field",
    "Sheet",
    "Stretch",
    "draw",
    "folders",
    "picture",
    "range_of",
    "row_of",
    "rows_of",
]
