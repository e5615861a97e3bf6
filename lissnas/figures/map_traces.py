"""The traces of a run's map: a role, a category or lines each."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lissnas.arrays import Ints
from lissnas.figures.points import (
    ADDED,
    DROPPED,
    KEPT,
    ORIGINAL,
    REFUSED,
    ROLES,
    SAMPLE,
    SEED,
    Points,
)
from lissnas.figures.theme import Theme, styles
from lissnas.figures.tints import Tint

Plane = npt.NDArray[np.float32]

CROWD = 150  # seeds from which their stars are drawn smaller

SYMBOLS = {
    ORIGINAL: ("circle-open", 4),
    DROPPED: ("x", 4),
    KEPT: ("circle", 6),
    ADDED: ("diamond", 6),
    REFUSED: ("triangle-down-open", 6),
    SAMPLE: ("square-open", 6),
    SEED: ("star", 11),
}


def role_colours(theme: Theme) -> dict[int, str]:
    """Return the colour of each role."""
    return {
        ORIGINAL: "#b4bec9" if theme.name == "light" else "#465463",
        DROPPED: theme.vermillion,
        KEPT: theme.blue,
        ADDED: theme.green,
        REFUSED: theme.orange,
        SAMPLE: theme.purple,
        SEED: theme.yellow,
    }


def line_trace(lines: Ints, where: Plane, theme: Theme) -> go.Scattergl:
    """Return lines between pairs of rows as one trace, below all points."""
    gap = np.full(len(lines), np.nan)
    ends = [np.column_stack([*where[lines, axis].T, gap]).ravel() for axis in (0, 1)]
    return go.Scattergl(
        x=ends[0],
        y=ends[1],
        mode="lines",
        name="Seed to neighbour",
        line={"color": theme.muted, "width": 1},
        opacity=0.45,
        hoverinfo="skip",
        showlegend=False,
    )


def role_traces(
    shown: Points,
    where: Plane,
    text: npt.NDArray[np.object_],
    theme: Theme,
    shade: Tint | None,
) -> list[go.Scattergl]:
    """Return a trace a role; where amounts colour, the unknown is grey and below."""
    grey, found = [], []
    for role in range(len(ROLES)):
        rows = np.flatnonzero(shown.role == role)
        unknown = rows[:0] if shade is None else rows[np.isnan(shade.values[rows])]
        if len(unknown):
            grey.append(_trace(shown, unknown, where, text, theme, None, role))
            grey[-1].marker.update(color=role_colours(theme)[ORIGINAL], opacity=0.35)
            rows = rows[~np.isnan(shade.values[rows])] if shade is not None else rows
        if len(rows):
            found.append(_trace(shown, rows, where, text, theme, shade, role))
    return grey + found


def category_traces(
    shown: Points,
    where: Plane,
    text: npt.NDArray[np.object_],
    theme: Theme,
    shade: Tint,
) -> list[go.Scattergl]:
    """Return a trace a category, each with a colour and a symbol, grey ones below."""
    unknown = np.flatnonzero(np.isnan(shade.values))
    found = []
    if len(unknown):
        found.append(_trace(shown, unknown, where, text, theme, None, ORIGINAL))
        found[-1].name = f"Not known {len(unknown):,}"
    looks = styles(theme)
    for place in reversed(range(len(shade.names))):
        rows = np.flatnonzero(shade.values == place)
        one = _trace(shown, rows, where, text, theme, None, KEPT)
        other = shade.names[place].startswith("Other")
        look = looks[place % len(looks)]
        one.name = shade.names[place]
        one.marker.update(
            color=role_colours(theme)[ORIGINAL] if other else look.colour,
            symbol="circle-open" if other else look.symbol,
            size=4 if other else 8,
        )
        found.append(one)
    return found


def _trace(
    shown: Points,
    rows: Ints,
    where: Plane,
    text: npt.NDArray[np.object_],
    theme: Theme,
    shade: Tint | None,
    role: int,
) -> go.Scattergl:
    """Return the points of one role."""
    symbol, size = SYMBOLS[role]
    if role == SEED and len(rows) > CROWD:
        size = 8
    marker = {"symbol": symbol, "size": size, "opacity": 0.85}
    if role in (ORIGINAL, DROPPED):
        marker["opacity"] = 0.45
    if shade is not None:
        marker |= {"color": shade.values[rows], "coloraxis": "coloraxis"}
    else:
        marker["color"] = role_colours(theme)[role]
    if role == SEED:
        edge = "#16202c" if theme.name == "light" else "#10171f"
        marker |= {"line": {"color": edge, "width": size / 11}, "opacity": 1}
    return go.Scattergl(
        x=where[rows, 0],
        y=where[rows, 1],
        mode="markers",
        name=f"{ROLES[role]} {shown.total[role]:,}",
        marker=marker,
        text=text[rows],
        customdata=rows,
        hovertemplate="%{text}<extra>" + ROLES[role] + "</extra>",
    )
