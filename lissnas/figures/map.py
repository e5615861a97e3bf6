"""The map: every architecture a point, similar ones close to each other."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lissnas.arrays import Ints
from lissnas.figures.map_traces import category_traces, line_trace, role_traces
from lissnas.figures.points import ROLES, Points
from lissnas.figures.theme import Columns, Theme, literal, styled
from lissnas.figures.tints import (
    Colour,
    Origins,
    colour_axis,
    tint,
)

ABOUT = """
Every point is an architecture; similar architectures lie close to each other. **PCA**
is the flattest view of the features the predictor sees. **UMAP** bends the space so
that near neighbours stay near; distances *between* far groups mean little. Either map
is fitted once for the whole run and never moves while you step through it.

Colour *and* symbol tell what happened in this iteration: the **seeds** (stars) are the
best so far, **neighbours** were made from them by a few edits, **kept** architectures
were in the space before, **dropped** ones left it. The grey cloud is a uniform sample
of the original space. Other **colours** show true and predicted accuracy, the
predictor's error (predicted less true: blue too low, red too high), costs, the
iteration that first met an architecture, the seed whose neighbourhood it is in, and how
many edits away the nearest seed is; grey is what is not known. **Lines** lead from
seeds to neighbours that were made from them in this iteration.
When there are more points than the map can hold, each kind is sampled with a fixed
seed at every level of accuracy, and the line above the map says how many are shown.

Point at an architecture to see what it is; click it, and below the map stands why it
is in the space, or why not. Draw a **box** or a **lasso** to select
(buttons beside the map; Shift adds, Alt takes away): all other views then show where
the selected ones are. With the keyboard, arrows move, Space selects, Escape clears.

*In the paper:* section 4.3 and Figure 3, seeds and neighbours; it draws no map.
"""

Range = tuple[float, float]


def map_figure(
    shown: Points,
    where: npt.NDArray[np.float32],
    names: list[str],
    macs: Ints,
    theme: Theme,
    colour: Colour = "role",
    ranges: tuple[Range, Range] | None = None,
    axes: tuple[str, str] = ("", ""),
    origins: Origins | None = None,
    lines: Ints | None = None,
) -> go.Figure:
    """Return the map of `shown`, each at its row of `where` ``(n, 2)``.

    `names` and `macs` ``(n,)`` go into what is said under the pointer. Colours other
    than roles and accuracies need `origins`. `lines` ``(m, 2)`` are rows of `shown`
    between which lines are drawn.
    """
    if len(where) != len(shown.archs):
        raise ValueError(
            f"where must have a row for each of {len(shown.archs)} points, "
            f"got {len(where)}"
        )
    text = np.array(hover_texts(shown, names, macs), dtype=object)
    figure = go.Figure()
    if lines is not None and len(lines):
        figure.add_trace(line_trace(lines, where, theme))
    shade = None if colour == "role" else tint(colour, shown, _origins(macs, origins))
    if shade is not None and shade.names:
        figure.add_traces(category_traces(shown, where, text, theme, shade))
    else:
        figure.add_traces(role_traces(shown, where, text, theme, shade))
    if shade is not None and not shade.names:
        figure.update_layout(coloraxis=colour_axis(shade, theme))
        _with_plain_legend(figure, theme)
    styled(figure, theme, 560)
    if shade is not None and shade.names:
        figure.update_layout(legend_traceorder="reversed")
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


def _origins(macs: Ints, known: Origins | None) -> Origins:
    """Return what is known of points, nothing but costs without `known`."""
    if known is not None:
        return known
    none = np.full(len(macs), -1)
    return Origins(macs, none, none, none, none, ())


def _with_plain_legend(figure: go.Figure, theme: Theme) -> None:
    """Explain symbols without colours, which stand for accuracies there."""
    named = set()
    for trace in list(figure.data):
        trace.update(legendgroup=trace.name, showlegend=False)
        if trace.mode != "markers" or trace.name in named:
            continue
        named.add(trace.name)
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
