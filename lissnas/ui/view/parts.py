"""What is sent of a figure: the sheet of its points, the figure, and what is lit.

Each part has an identity of its content and is sent again only when that changed.
A trace's array that repeats a column of the sheet is sent as its name, so another
colour costs little however many points there are.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces.base import Decision
from lissnas.ui.view.codes import encode

Values = npt.NDArray[Any]
Json = dict[str, Any]
DTYPES = ("f4", "i1", "i2", "i4", "u1", "u2", "u4")
COUNT = re.compile(r" [\d,]+$")
TEMPLATE = ("xaxis", "yaxis", "hovermode", "annotationdefaults", "title", "coloraxis")
SMALL = 32  # shorter arrays are sent as they are


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A number that is known of points: its name and values ``(n,)``, NaN if unknown.

    Parameters
    ----------
    digits, unit
        How it is written.
    missing
        What is said where it is unknown; None to say nothing.
    """

    label: str
    values: Values
    digits: int = 2
    unit: str = ""
    missing: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is known of the points of a figure: places ``(n, 2)``, names, rows, numbers.

    `palette` colours the options of an architecture's decisions on its card.
    """

    where: Values
    names: Sequence[str]
    archs: Archs
    decisions: tuple[Decision, ...]
    fields: tuple[Field, ...]
    palette: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cells:
    """Stretches of an axis that can be picked one by one: its edges, what it shows.

    `axis` is the axis's name in the layout, such as ``xaxis2``.
    """

    axis: str
    title: str
    edges: tuple[float, ...]


def sheet_part(view: str, sheet: Sheet) -> tuple[bytes, str]:
    """Return a sheet as bytes, and its identity.

    A header in JSON after its length in four bytes, then the arrays, each aligned to
    eight bytes; the header says each one's dtype, length, and offset after itself.
    """
    columns: dict[str, Values] = {
        "x": sheet.where[:, 0].astype(np.float32),
        "y": sheet.where[:, 1].astype(np.float32),
        "archs": sheet.archs.astype(np.int8).ravel(),
    }
    fields = []
    for place, field in enumerate(sheet.fields):
        columns[f"field{place}"] = field.values.astype(np.float32)
        about = {"digits": field.digits, "unit": field.unit, "missing": field.missing}
        fields.append({"name": f"field{place}", "label": field.label, **about})
    body, arrays = b"", {}
    for name, column in columns.items():
        arrays[name] = {
            "dtype": column.dtype.str[1:],
            "offset": len(body),
            "length": len(column),
        }
        raw = column.tobytes()
        body += raw + bytes(-len(raw) % 8)
    header: Json = {
        "part": "sheet",
        "view": view,
        "names": list(sheet.names),
        "fields": fields,
        "decisions": [
            {"name": one.name, "options": one.options} for one in sheet.decisions
        ],
        "palette": list(sheet.palette),
        "arrays": arrays,
    }
    header["id"] = hashlib.sha256(_dumped(header) + body).hexdigest()[:16]
    text = _dumped(header)
    text += b" " * (-(4 + len(text)) % 8)
    return len(text).to_bytes(4, "little") + text + body, str(header["id"])


def figure_part(
    view: str,
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    alt: str,
    sheet: tuple[Sheet, str] | None = None,
    cells: Sequence[Cells] = (),
    config: Mapping[str, Any] | None = None,
) -> Json:
    """Return a figure, its traces and layout as plain values with arrays.

    A trace with custom data draws the rows of the sheet that these name. What Plotly
    would say under the pointer is left to the sheet's card there.
    """
    known = sheet[0] if sheet else None
    part: Json = {
        "part": "figure",
        "view": view,
        "sheet": sheet[1] if sheet else None,
        "traces": [_trace(trace, known) for trace in traces],
        "roles": _roles(traces),
        "layout": plain(_light(layout)),
        "cells": [
            {"axis": one.axis, "title": one.title, "edges": list(one.edges)}
            for one in cells
        ]
        or None,
        "config": dict(config or {}),
        "alt": alt,
    }
    part["id"] = hashlib.sha256(_dumped(part)).hexdigest()[:16]
    return part


def _light(layout: Mapping[str, Any]) -> Json:
    """Return a layout with what figures in the plane need of its template."""
    template = layout.get("template", {}).get("layout", {})
    kept = {name: value for name, value in template.items() if name in TEMPLATE}
    return {**layout, "template": {"layout": kept}}


def _roles(traces: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what each trace's points are called, without how many there are.

    Nothing if all points are in one trace.
    """
    names = [str(trace.get("name") or "") for trace in traces]
    several = sum("customdata" in trace for trace in traces) > 1
    return [COUNT.sub("", name) if several else "" for name in names]


def state_part(
    view: str,
    figure: str,
    lit: Bools | None,
    overlay: Iterable[Mapping[str, Any]] = (),
    mode: str = "replace",
) -> Json:
    """Return which rows ``(n,)`` of the sheet are lit, None for all, and traces above.

    While there are traces above, the figure's own are faint.
    """
    return {
        "part": "state",
        "view": view,
        "figure": figure,
        "lit": None if lit is None else encode(np.flatnonzero(lit), len(lit)),
        "overlay": [plain(trace) for trace in overlay],
        "mode": mode,
    }


def _trace(trace: Mapping[str, Any], sheet: Sheet | None) -> Json:
    """Return a trace, with what the sheet knows left to it."""
    rows = trace.get("customdata")
    if sheet is None or rows is None:
        return plain(trace)  # type: ignore[no-any-return]
    rows = np.asarray(rows, dtype=np.int64).ravel()
    left_out = ("customdata", "text", "hovertext", "hovertemplate", "uid")
    rest = {name: value for name, value in trace.items() if name not in left_out}
    columns = {"x": sheet.where[:, 0], "y": sheet.where[:, 1]}
    columns |= {f"field{i}": one.values for i, one in enumerate(sheet.fields)}
    found: Json = _with_taken(rest, rows, columns)
    found |= {"rows": encode(rows, len(sheet.names)), "hoverinfo": "none"}
    return found


def _with_taken(value: Any, rows: Ints, columns: Mapping[str, Values]) -> Any:
    """Return plain values, with arrays that repeat rows of a column by its name."""
    if isinstance(value, Mapping):
        return {k: _with_taken(v, rows, columns) for k, v in value.items()}
    numbers = isinstance(value, np.ndarray) and value.dtype.kind in "fiu"
    for name, column in columns.items() if numbers else ():
        if value.shape == rows.shape and _same(value, column[rows]):
            return {"take": name}
    return plain(value)


def _same(first: Values, second: Values) -> bool:
    """Return whether values are equal but for what a browser would round."""
    return bool(np.isclose(first, second, 1e-6, 0, equal_nan=True).all())


def plain(value: Any) -> Any:
    """Return a value of a figure as JSON can hold it, arrays in bytes, NaN as null."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if k != "uid"}
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _array(values: Values) -> Any:
    """Return numbers as Plotly reads them from bytes, anything else as a list."""
    kind = values.dtype
    if values.ndim != 1 or len(values) < SMALL or kind.kind not in "fiu":
        return plain(values.tolist())
    if kind.kind == "f" or kind.itemsize == 8:
        values = values.astype(np.float32 if kind.kind == "f" else np.int32)
    if values.dtype.str[1:] not in DTYPES:
        return plain(values.tolist())
    raw = np.ascontiguousarray(values).tobytes()
    return {"dtype": values.dtype.str[1:], "bdata": base64.b64encode(raw).decode()}


def _dumped(value: Json) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
