"""What a browser says was done in a figure, read with distrust."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lissnas.arrays import Ints
from lissnas.ui.view.codes import decode
from lissnas.ui.view.parts import Cells


class Stretch(NamedTuple):
    """A stretch of an axis: which of the axes, and from where to where."""

    place: int
    low: float
    high: float


def rows_of(about: Mapping[str, Any], total: int) -> Ints:
    """Return the rows ``(k,)`` of a sheet that were picked.

    Raises
    ------
    ValueError
        If they are not rows of a sheet of so many.
    """
    if about.get("total") != total:
        raise ValueError(f"total must be {total}, got {str(about.get('total'))[:40]}")
    return decode(str(about.get("rows")), total)


def row_of(about: Mapping[str, Any], total: int) -> int:
    """Return the row of a sheet that was opened; ValueError if there is no such."""
    row = about.get("row")
    if not isinstance(row, int) or not 0 <= row < total:
        raise ValueError(f"row must be in 0..{total - 1}, got {str(row)[:40]}")
    return row


def range_of(about: Mapping[str, Any], cells: Sequence[Cells]) -> Stretch:
    """Return the stretch that was picked; ValueError if it is none of these axes."""
    names = [one.axis for one in cells]
    axis, ends = about.get("axis"), (about.get("low"), about.get("high"))
    if axis not in names:
        raise ValueError(f"axis must be one of {names}, got {str(axis)[:40]!r}")
    numbers = [one for one in ends if isinstance(one, int | float)]
    if len(numbers) < 2 or not all(map(math.isfinite, numbers)):
        raise ValueError(f"low and high must be numbers, got {str(ends)[:60]}")
    return Stretch(names.index(axis), min(numbers), max(numbers))
