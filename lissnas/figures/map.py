"""The map: every architecture a point, similar ones close to each other."""

from typing import Literal

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
from lissnas.figures.theme import SEQUENTIAL, Columns, Theme, literal, styled

ABOUT = """
Every point is an architecture; similar architectures lie close to each other. **PCA**
is the flattest view of the features the predictor sees. **UMAP** bends the space so
that near neighbours stay near; distances *between* far groups mean little. Either map
is fitted once for the whole run and never moves while you step through it.

Colour *and* symbol tell what happened in this iteration: the **seeds** (stars) are the
best so far, **neighbours** were made from them by a few edits, **kept** architectures
were in the space before, **dropped** ones left it. The grey cloud is a uniform sample
of the original space. Switch the colour to *accuracy* to see where good ones live.
When there are more points than the map can hold, each kind is sampled with a fixed
seed at every level of accuracy, and the line above the map says how many are shown.

Point at an architecture to see what it is. Draw a **box** or a **lasso** to select
(buttons beside the map; Shift adds, Alt takes away): all other views then show where
the selected ones are. With the keyboard, arrows move, Space selects, Escape clears.

*In the paper:* section 4.3 and Figure 3, seeds and neighbours; it draws no map.
"""

Colour = Literal["role", "accuracy"]
Range = tuple[float, float]
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


def map_figure(
    shown: Points,
    where: npt.NDArray[np.float32],
    names: list[str],
    macs: Ints,
    theme: Theme,
    colour: Colour = "role",
    ranges: tuple[Range, Range] | None = None,
    axes: tuple[str, str] = ("", ""),
) -> go.Figure:
    """Return the map of `shown`, each at its row of `where` ``(n, 2)``.

    `names` and `macs` ``(n,)`` go into what is said under the pointer.
    """
    if len(where) != len(shown.archs):
        raise ValueError(
            f"where must have a row for each of {len(shown.archs)} points, "
            f"got {len(where)}"
        )
    text = np.array(hover_texts(shown, names, macs), dtype=object)
    figure = go.Figure()
    for role in range(len(ROLES)):
        rows = np.flatnonzero(shown.role == role)
        if len(rows):
            figure.add_trace(_trace(shown, rows, where, text, theme, colour, role))
    if colour == "accuracy":
        figure.update_layout(coloraxis=_colour_axis(shown, theme))
        _with_plain_legend(figure, theme)
    styled(figure, theme, 560)
    figure.update_layout(hovermode="closest", dragmode="pan")
    for update, title, limits in zip(
        (figure.update_xaxes, figure.update_yaxes),
        axes,
        ranges or (None, None),
        strict=True,
    ):
        update(title_text=title, showticklabels=False, ticks="", range=limits)
        update(showgrid=False, showline=False)
    return figure


def _trace(
    shown: Points,
    rows: Ints,
    where: npt.NDArray[np.float32],
    text: npt.NDArray[np.object_],
    theme: Theme,
    colour: Colour,
    role: int,
) -> go.Scattergl:
    """Return the points of one role."""
    symbol, size = SYMBOLS[role]
    if role == SEED and len(rows) > CROWD:
        size = 8
    marker = {"symbol": symbol, "size": size, "opacity": 0.85}
    if role in (ORIGINAL, DROPPED):
        marker["opacity"] = 0.45
    if colour == "accuracy":
        marker |= {"color": 100 * accuracy(shown)[rows], "coloraxis": "coloraxis"}
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


def _with_plain_legend(figure: go.Figure, theme: Theme) -> None:
    """Explain symbols without colours, which stand for accuracies there."""
    for trace in list(figure.data):
        trace.update(legendgroup=trace.name, showlegend=False)
        figure.add_trace(
            go.Scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=trace.name,
                legendgroup=trace.name,
                marker={"symbol": trace.marker.symbol, "color": theme.muted, "size": 8},
            )
        )


def accuracy(shown: Points) -> npt.NDArray[np.float64]:
    """Return true accuracies, predicted ones where the truth is unknown, ``(n,)``."""
    return np.where(np.isnan(shown.true), shown.predicted, shown.true)


def _colour_axis(shown: Points, theme: Theme) -> dict[str, object]:
    """Return the scale of accuracies, without the worst twentieth's long tail."""
    known = accuracy(shown)
    known = 100 * known[~np.isnan(known)]
    low, high = np.quantile(known, [0.05, 1]) if len(known) else (0.0, 100.0)
    bar = {
        "title": {"text": "accuracy, %", "side": "right", "font": {"size": 13}},
        "thickness": 10,
        "len": 0.7,
        "outlinewidth": 0,
        "tickfont": {"color": theme.muted},
    }
    return {
        "colorscale": SEQUENTIAL,
        "cmin": float(low),
        "cmax": max(float(high), float(low) + 1e-6),
        "colorbar": bar,
    }


def hover_texts(shown: Points, names: list[str], macs: Ints) -> list[str]:
    """Return what is said of each point under the pointer."""
    found = []
    columns = (shown.true, shown.predicted, shown.distance, macs)
    rows = zip(names, *(column.tolist() for column in columns), strict=True)
    for name, true, predicted, distance, cost in rows:
        lines = [f"<b>{literal(name)}</b>"]
        if true == true:
            lines.append(f"true {100 * true:.2f} %")
        if predicted == predicted:
            lines.append(f"predicted {100 * predicted:.2f} %")
        if distance >= 0:
            lines.append(f"{distance} edit{'' if distance == 1 else 's'} from its seed")
        lines.append(f"{cost / 1e6:,.1f} M multiply-adds")
        found.append("<br>".join(lines))
    return found


def map_columns(
    shown: Points, where: npt.NDArray[np.float32], names: list[str], macs: Ints
) -> Columns:
    """Return the numbers behind the map."""
    return {
        "architecture": names,
        "role": [ROLES[role] for role in shown.role],
        "x": where[:, 0],
        "y": where[:, 1],
        "true_accuracy": shown.true,
        "predicted_accuracy": shown.predicted,
        "edit_distance": shown.distance,
        "multiply_adds": macs,
    }


def limits(where: npt.NDArray[np.float32], margin: float = 0.06) -> tuple[Range, Range]:
    """Return the ranges of both axes that hold all points, with a margin."""
    low, high = where.min(axis=0), where.max(axis=0)
    pad = margin * np.maximum(high - low, 1e-6)
    (x0, y0), (x1, y1) = (low - pad).tolist(), (high + pad).tolist()
    return (x0, x1), (y0, y1)
