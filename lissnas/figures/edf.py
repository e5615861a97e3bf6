"""The error distribution of every iteration, over that of the original space."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Scores
from lissnas.figures.theme import Columns, Theme, faint, shades, styled
from lissnas.metrics.distribution import edf

ABOUT = """
The height of a curve at an error *e* is the share of architectures whose error is
below *e*. A better space has a curve further **up and left**. The dashed line is the
original space; iterations go from dark to bright, the selected one is thick. The
dotted line marks the error of a *good* architecture, one of the best fifth of the
original space: where a curve crosses it, you read the share of good ones.

The title says whether errors are **true** ones from the benchmark table or
**predicted**: predictions flatter the space they were optimised on, so true errors are
drawn wherever the table knows them. Errors are on a logarithmic axis, because the good
end is where spaces differ.

Drag along the curve to **select** the architectures of that stretch; what is selected,
here or elsewhere, has a curve of its own.

*In the paper:* section 5.2 and Appendix I, error distributions (EDF).
"""

STEPS = 400
ROUND = (1, 2, 3, 5, 7)
LEAST_ERROR = 1e-3


def error_grid(errors: Mapping[str, Scores]) -> Scores:
    """Return errors ``(400,)`` from the least to the largest, in equal ratios."""
    pooled = np.concatenate([values[~np.isnan(values)] for values in errors.values()])
    if not len(pooled):
        raise ValueError("errors must hold at least one known error, got none")
    low, high = np.maximum([pooled.min(), pooled.max()], LEAST_ERROR)
    grid: Scores = np.geomspace(low * 0.98, max(high * 1.001, low * 1.05), STEPS)
    return grid


def edf_columns(errors: Mapping[str, Scores]) -> Columns:
    """Return the share of each space at each error, as columns."""
    grid = error_grid(errors)
    return {"error": grid} | {
        name: edf(values[~np.isnan(values)], grid)
        for name, values in errors.items()
        if not np.isnan(values).all()
    }


def edf_figure(
    errors: Mapping[str, Scores],
    theme: Theme,
    selected: str = "",
    good: float = np.nan,
    measured: bool = True,
) -> go.Figure:
    """Return the error distributions of named spaces, the original one first.

    Errors are fractions ``(n,)``, NaN left out; `good` is the error from which an
    architecture is good, and `measured` tells true errors from predicted ones.
    """
    columns = edf_columns(errors)
    names = [name for name in columns if name != "error"]
    colours = shades(max(len(names) - 1, 1), theme)
    figure = go.Figure()
    for place, name in enumerate(names):
        line: dict[str, object] = {"color": theme.muted, "width": 2, "dash": "dash"}
        if place:
            width = 4 if name == selected else 1.6
            line = {"color": colours[place - 1], "width": width}
        figure.add_trace(
            edf_curve(
                *(columns["error"], columns[name], name, line),
                opacity=1 if name == selected or not place else 0.75,
            )
        )
    kind = "true" if measured else "predicted"
    styled(figure, theme, 330)
    figure.update_xaxes(type="log", title_text=f"{kind} error, %", **log_axis(columns))
    figure.update_yaxes(title_text="architectures, %", range=[0, 102])
    figure.update_layout(
        legend={"orientation": "v", "x": 1, "xanchor": "right", "y": 0.03}
        | {"yanchor": "bottom", "bgcolor": faint(theme.surface, 0.7)}
    )
    if good == good:
        line = {"color": theme.vermillion, "dash": "dot", "width": 1.5}
        figure.add_vline(100 * good, line=line)
        figure.add_annotation(
            x=np.log10(100 * good),
            y=1,
            yref="paper",
            yanchor="bottom",
            text="good",
            showarrow=False,
            font={"color": theme.vermillion},
        )
    return figure


def edf_curve(
    error: Scores, share: Scores, name: str, line: Mapping[str, object], **more: Any
) -> go.Scatter:
    """Return the line of an error distribution, both fractions ``(n,)``."""
    return go.Scatter(
        x=100 * error,
        y=100 * share,
        name=name,
        mode="lines",
        line=line,
        hovertemplate="%{y:.1f} % have an error below %{x:.2f} %",
        **more,
    )


def edf_overlay(
    errors: Mapping[str, Scores], chosen: Scores, theme: Theme
) -> go.Figure:
    """Return the distribution of selected errors ``(k,)``, above `edf_figure`."""
    grid, known = error_grid(errors), chosen[~np.isnan(chosen)]
    figure = go.Figure()
    if len(known):
        figure.add_trace(
            edf_curve(
                *(grid, edf(known, grid), f"{len(known):,} selected"),
                {"color": theme.vermillion, "width": 3},
            )
        )
    return figure


def log_axis(columns: Columns) -> dict[str, object]:
    """Return the range of a logarithmic axis of errors, and round percentages in it."""
    low, high = 100 * columns["error"][0], 100 * columns["error"][-1]
    marks = [(m, m * 10.0**e) for e in range(-1, 3) for m in range(1, 10)]
    inside = [mark for m, mark in marks if low <= mark <= high and m in ROUND]
    if len(inside) < 3:
        inside = [mark for _, mark in marks if low <= mark <= high]
    ticks = {"tickvals": inside, "ticktext": [f"{mark:g}" for mark in inside]}
    return ticks | {"range": [np.log10(low), np.log10(high)]}
