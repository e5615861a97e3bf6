"""Figures of the tour: Theorem 1 as a curve, and runs with and without locality."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Ints, Scores
from lissnas.figures.theme import Columns, Theme, styled, styles
from lissnas.metrics.shrinkage import probability_at_least

ABOUT_THEOREM = """
The curve is **Theorem 1** of the paper: the chance that at least *k* of *n* uniform
draws are good, for every share *p* of good networks. The open circle is the original
space, the full one the shrunk space; the **shrink index** (equation 2) is the
vertical distance of the two. Where the curve is flat, it cannot tell spaces apart.

*In the paper:* section 4.4, Theorem 1 and equation 2.
"""
ABOUT_CONTRAST = """
One line a run of the same loop. Each point is a space: the original one first, then
that of each iteration; it lies at the **queries** the predictor had answered by then
and at the **true mean accuracy** of the space. An open last point is an iteration that
did not raise the mean: the run went back to the space before and stopped.

*In the paper:* Appendix H, ablations.
"""
ABOUT_SPREAD = """
The histogram holds the true accuracies of **all** networks of the space. The line is
the network that you chose: the share to its right is better.

*In the paper:* section 3.3, good and weak architectures.
"""


def theorem_columns(n: int, k: int) -> Columns:
    """Return the chance of at least `k` good ones among `n` for 201 shares."""
    share = np.linspace(0, 1, 201)
    return {"share good": share, "chance": probability_at_least(share, n, k)}


def theorem_figure(
    n: int, k: int, original: float, shrunk: float, theme: Theme
) -> go.Figure:
    """Return the curve of Theorem 1 with the shares of two spaces marked."""
    columns = theorem_columns(n, k)
    shares = np.array([original, shrunk])
    chances = probability_at_least(shares, n, k)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=100 * columns["share good"],
            y=100 * columns["chance"],
            mode="lines",
            line={"color": theme.accent, "width": 2.5},
            hovertemplate="%{x:.0f} % good: %{y:.1f} %<extra></extra>",
            name=f"at least {k} of {n}",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=100 * shares[[1, 1]],
            y=100 * chances,
            mode="lines",
            line={"color": theme.vermillion, "width": 2, "dash": "dot"},
            hoverinfo="skip",
            name="shrink index",
        )
    )
    for place, (name, symbol) in enumerate(
        (("original", "circle-open"), ("shrunk", "circle"))
    ):
        figure.add_trace(
            go.Scatter(
                x=100 * shares[[place]],
                y=100 * chances[[place]],
                mode="markers",
                marker={"size": 14, "symbol": symbol, "color": theme.vermillion}
                | {"line": {"width": 3, "color": theme.vermillion}},
                hovertemplate="%{x:.1f} % good: %{y:.1f} %",
                name=name,
            )
        )
    styled(figure, theme, 380)
    figure.update_xaxes(title_text="share of good networks p, %", range=[-2, 102])
    figure.update_yaxes(
        title_text=f"chance of at least {k} good of {n}, %", range=[-2, 102]
    )
    return figure


Line = tuple[str, Ints, Scores, bool]
"""A run: its name, queries ``(t,)``, true means ``(t,)``, whether the last stands."""


def contrast_columns(lines: Sequence[Line]) -> Columns:
    """Return the points of all runs, one row a space."""
    rows = [
        (name, step, int(q), float(m))
        for name, queries, means, _ in lines
        for step, (q, m) in enumerate(zip(queries, means, strict=True))
    ]
    names = ("run", "iteration", "queries", "mean_true")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def contrast_figure(lines: Sequence[Line], theme: Theme) -> go.Figure:
    """Return the true mean of each run's space against its queries."""
    figure = go.Figure()
    for (name, queries, means, stands), style in zip(
        lines, styles(theme), strict=False
    ):
        symbols = [style.symbol] * len(means)
        if not stands:
            symbols[-1] += "-open"
        figure.add_trace(
            go.Scatter(
                x=queries,
                y=100 * means,
                mode="lines+markers",
                name=name,
                line={"color": style.colour, "width": 2.5},
                marker={"size": 10, "symbol": symbols, "color": style.colour},
                hovertemplate="%{y:.2f} % after %{x:,} queries",
            )
        )
    styled(figure, theme, 400)
    figure.update_xaxes(title_text="distinct queries", rangemode="tozero")
    figure.update_yaxes(title_text="true mean accuracy of the space, %")
    return figure


def spread_columns(values: Scores) -> Columns:
    """Return all true accuracies ``(n,)``."""
    return {"true_accuracy": values}


def spread_figure(values: Scores, chosen: float, theme: Theme) -> go.Figure:
    """Return the histogram of all true accuracies, with one marked."""
    shown = 100 * values[~np.isnan(values)]
    low = float(np.quantile(shown, 0.02))
    figure = go.Figure(
        go.Histogram(
            x=np.maximum(shown, low),
            nbinsx=60,
            marker={"color": theme.accent},
            hovertemplate="%{x} %: %{y:,} networks<extra></extra>",
        )
    )
    figure.add_vline(
        max(100 * chosen, low), line={"color": theme.vermillion, "width": 3}
    )
    styled(figure, theme, 260)
    figure.update_layout(showlegend=False, bargap=0.04, margin={"t": 8})
    figure.update_xaxes(title_text="true accuracy, % (the lowest 2 % at the left edge)")
    figure.update_yaxes(title_text="networks")
    return figure
