"""Accuracies that were measured, as a distribution, and the best found so far."""

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Scores
from lissnas.figures.theme import Columns, Theme, styled

ABOUT = """
How many of the architectures reach which validation accuracy. In a supernet every
accuracy is too low, since weights are shared; the order is what counts. Networks
trained alone reach what their recipe and scale allow.

*In the paper:* section 4.5, measuring the paths of a supernet.
"""

ABOUT_SEARCH = """
After each number of paths that the search has measured in the supernet of the shrunk
space (horizontal): the validation accuracy of that path (dots), and of the best so far
(line). It is one search, so there is no interval. The best are then trained from
scratch; the table below has what they reach, and only the best of all is tested.

*In the paper:* sections 4.5 and 5.1, search on the shrunk space.
"""


def reached_columns(scores: Scores) -> Columns:
    """Return measured accuracies ``(n,)`` as a column."""
    return {"valid_accuracy": scores}


def reached_figure(scores: Scores, theme: Theme) -> go.Figure:
    """Return the histogram of measured accuracies ``(n,)``."""
    figure = go.Figure(
        go.Histogram(
            x=100 * scores,
            nbinsx=40,
            marker={"color": theme.accent},
            hovertemplate="%{x} %: %{y}<extra></extra>",
            name="architectures",
        )
    )
    styled(figure, theme, 280)
    figure.update_xaxes(title_text="validation accuracy, %")
    figure.update_yaxes(title_text="architectures")
    return figure


def best_columns(scores: Scores) -> Columns:
    """Return the scores ``(n,)`` of a search in order, and the best so far."""
    count = np.arange(1, len(scores) + 1)
    best = np.maximum.accumulate(scores)
    return {"paths": count, "valid_accuracy": scores, "best_so_far": best}


def best_figure(scores: Scores, theme: Theme) -> go.Figure:
    """Return the scores ``(n,)`` of a search in order, and the best so far."""
    columns = best_columns(scores)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=columns["paths"],
            y=100 * columns["valid_accuracy"],
            mode="markers",
            name="measured",
            marker={"color": theme.muted, "size": 5, "opacity": 0.7},
            hovertemplate="path %{x}: %{y:.2f} %<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=columns["paths"],
            y=100 * columns["best_so_far"],
            mode="lines",
            name="best so far",
            line={"color": theme.accent, "width": 2.5, "shape": "hv"},
            hovertemplate="%{y:.2f} % after %{x} paths<extra></extra>",
        )
    )
    styled(figure, theme, 300)
    figure.update_xaxes(title_text="distinct paths measured")
    figure.update_yaxes(title_text="validation accuracy, %")
    return figure
