"""Compared spaces over each other: error distributions and multiply-adds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lissnas.arrays import Bools, Scores
from lissnas.figures.edf import edf_columns, edf_curve, error_grid, log_axis
from lissnas.figures.theme import Columns, Style, Theme, faint, styled
from lissnas.metrics.distribution import edf

ERRORS_ABOUT = """
The height of a curve at an error *e* is the share of a space's architectures whose
error is below *e*; further **up and left** is better. The members of all seeds are
taken together. Dashed and dotted lines are controls: the original space, a uniform
random set, and the best by prediction. The dotted vertical line marks a *good*
architecture, one of the best fifth of the original space: where a curve crosses it, you
read the share of good ones.

The axis says whether errors are **true** ones from a benchmark table or **predicted**:
predictions flatter the method that optimised them, so true ones are drawn where they
are known. At most 2,000 members a seed, drawn uniformly, stand for each space.

Drag along the curves to **select** the members of that stretch, of all spaces or of
the one chosen above. While something is selected, the curves of all members are faint,
and those in full colour are of the selected ones alone.

*In the paper:* section 5.2 and Appendix I, error distributions (EDF).
"""
COSTS_ABOUT = """
How many **multiply-adds** (often called FLOPs) one forward pass of one image takes, as
shares of each compared space. The grey area is the original space. A line that follows
it still offers cheap and expensive networks alike; one with a single peak does not.

Drag along the axis or click to **select** the members of those bins; what stays in full
colour is the selected part of each space.

*In the paper:* section 5.4 and Figure 5, diversity of FLOPs.
"""
BINS, HEIGHT, BELOW = 30, 430, 6


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One compared space: its name, its look, and one number a member ``(n,)``."""

    title: str
    style: Style
    values: npt.NDArray[np.float64]


def errors_columns(series: Sequence[Series]) -> Columns:
    """Return the share of each space at each error, as columns."""
    return edf_columns({one.title: one.values for one in series})


def errors_figure(
    series: Sequence[Series], theme: Theme, kind: str, good: float = np.nan
) -> go.Figure:
    """Return error distributions; errors are fractions, `good` that of a good one."""
    columns = errors_columns(series)
    figure = go.Figure()
    for one in series:
        if one.title not in columns:
            continue
        figure.add_trace(
            edf_curve(
                *(columns["error"], columns[one.title], one.title, _line(one.style))
            )
        )
    styled(figure, theme, HEIGHT)
    axis = log_axis(columns)
    figure.update_xaxes(type="log", title_text=f"{kind} error, %", **axis)
    figure.update_yaxes(title_text="architectures, %", range=[0, 102])
    place_legend(figure, len(series))
    if good == good:
        line = {"color": theme.muted, "dash": "dot", "width": 1.5}
        figure.add_vline(100 * good, line=line)
        figure.add_annotation(
            x=np.log10(100 * good),
            y=1,
            yref="paper",
            yanchor="bottom",
            text="good",
            showarrow=False,
            font={"color": theme.muted},
        )
    return figure


def errors_overlay(series: Sequence[Series], lit: Sequence[Bools]) -> go.Figure:
    """Return error distributions of the selected members, above `errors_figure`.

    `lit` has for each series which of its members ``(n,)`` are selected.
    """
    grid = error_grid({one.title: one.values for one in series})
    figure = go.Figure()
    for one, chosen in zip(series, lit, strict=True):
        values = one.values[chosen & ~np.isnan(one.values)]
        if len(values):
            figure.add_trace(
                edf_curve(
                    *(grid, edf(values, grid)),
                    f"{one.title}, {len(values):,} selected",
                    _line(one.style) | {"width": 3},
                    showlegend=False,
                )
            )
    return figure


def costs_edges(series: Sequence[Series]) -> Scores:
    """Return the edges of equal bins of multiply-adds over all spaces, ``(b + 1,)``."""
    pooled = np.concatenate([one.values for one in series])
    low, high = float(pooled.min()), float(pooled.max())
    edges: Scores = np.linspace(low, max(high, low + 1), BINS + 1)
    return edges


def costs_columns(series: Sequence[Series]) -> Columns:
    """Return the share of each space in each of 30 equal bins, as columns."""
    edges = costs_edges(series)
    columns: Columns = {
        "from_multiply_adds": edges[:-1],
        "to_multiply_adds": edges[1:],
    }
    for one in series:
        counts, _ = np.histogram(one.values, edges)
        columns[one.title] = counts / max(len(one.values), 1)
    return columns


def costs_figure(series: Sequence[Series], theme: Theme) -> go.Figure:
    """Return histograms of multiply-adds ``(n,)``; the first space is filled."""
    columns = costs_columns(series)
    left, right = columns["from_multiply_adds"], columns["to_multiply_adds"]
    edges = np.append(left, right[-1]) / 1e6
    figure = go.Figure()
    for place, one in enumerate(series):
        shares = 100 * np.append(columns[one.title], columns[one.title][-1])
        filled = {"fill": "tozeroy", "fillcolor": faint(one.style.colour, 0.25)}
        figure.add_trace(
            go.Scatter(
                x=edges,
                y=shares,
                name=one.title,
                mode="lines",
                line=_line(one.style) | {"shape": "hv"},
                hovertemplate="%{y:.1f} % from %{x:,.1f} M",
                **({} if place else filled),
            )
        )
    styled(figure, theme, HEIGHT)
    figure.update_xaxes(title_text="multiply-adds, millions")
    figure.update_yaxes(title_text="architectures, %", rangemode="tozero")
    place_legend(figure, len(series))
    return figure


def costs_overlay(series: Sequence[Series], lit: Sequence[Bools]) -> go.Figure:
    """Return what of each space is selected, above `costs_figure`."""
    edges = costs_edges(series)
    figure = go.Figure()
    for one, chosen in zip(series, lit, strict=True):
        if chosen.any():
            counts, _ = np.histogram(one.values[chosen], edges)
            shares = 100 * counts / len(one.values)
            figure.add_trace(
                go.Scatter(
                    x=edges / 1e6,
                    y=np.append(shares, shares[-1]),
                    name=f"{one.title}, {int(chosen.sum()):,} selected",
                    mode="lines",
                    showlegend=False,
                    line=_line(one.style) | {"shape": "hv", "width": 3},
                    hovertemplate="%{y:.1f} % selected, from %{x:,.1f} M",
                )
            )
    return figure


def _line(style: Style) -> dict[str, object]:
    """Return a line in a style, wider if it is dotted, which looks thinner."""
    width = 2.0 if style.dash == "solid" else 2.6
    return {"color": style.colour, "dash": style.dash, "width": width}


def place_legend(figure: go.Figure, count: int) -> None:
    """Put few names below the axis, and many beside a wide figure."""
    place: dict[str, object] = {"y": -0.2, "yanchor": "top"}
    if count > BELOW:
        place = {"orientation": "v", "x": 1.01, "y": 1, "yanchor": "top"}
    figure.update_layout(legend=place, margin={"t": 24})
