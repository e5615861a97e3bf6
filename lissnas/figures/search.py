"""Does a shrunk space make search better? The best found against queries spent."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from lissnas.figures.theme import Columns, Theme, faint, styled
from lissnas.search.comparison import Band, Curves, band

ABOUT = """
After each number of distinct queries (horizontal, in equal ratios), how good is the
best architecture that the search has found so far? Lines are means over searches with
different seeds, bands their 95% bootstrap intervals. A curve further **up and left** is
a better search. The search itself chooses by the score it is given; with a predictor,
the **true** accuracy of what it chose may even fall when a prediction misleads it.
"""

SEED = 0  # of the intervals, so that a figure is the same each time


def bands(curves: Mapping[str, Curves], true: bool) -> dict[str, Band]:
    """Return mean and interval of each domain: of the true accuracy, or the score."""
    return {
        name: band(one.true if true else one.score, np.random.default_rng(SEED))
        for name, one in curves.items()
    }


def search_columns(curves: Mapping[str, Curves], true: bool = True) -> Columns:
    """Return queries, and mean and interval of each domain, as columns."""
    columns: Columns = {"queries": next(iter(curves.values())).grid}
    for name, one in bands(curves, true).items():
        columns |= {name: one.mean, f"{name} low": one.low, f"{name} high": one.high}
    return columns


def search_figure(
    curves: Mapping[str, Curves], theme: Theme, true: bool = True
) -> go.Figure:
    """Return the anytime curves of named domains, the original space dashed.

    The original is the first; the others take colours and symbols of their own.
    """
    colours = [theme.muted, theme.accent, theme.vermillion, theme.green]
    colours += [theme.purple, theme.orange]
    dashes = ("dash", "solid", "dot", "dashdot", "longdash", "longdashdot")
    figure = go.Figure()
    for place, (name, one) in enumerate(bands(curves, true).items()):
        x, colour = curves[name].grid, colours[place % len(colours)]
        if not np.isnan(one.low).all():
            figure.add_trace(_area(x, one, faint(colour, 0.18), name))
        figure.add_trace(
            go.Scatter(
                x=x,
                y=100 * one.mean,
                name=name,
                legendgroup=name,
                mode="lines",
                line={"color": colour, "width": 2.5, "dash": dashes[place % 6]},
                hovertemplate="%{y:.2f} % after %{x:,} queries",
            )
        )
    styled(figure, theme, 360)
    figure.update_xaxes(type="log", title_text="distinct queries")
    kind = "true accuracy" if true else "score"
    figure.update_yaxes(title_text=f"{kind} of the best found, %")
    return figure


def _area(x: object, one: Band, colour: str, name: str) -> go.Scatter:
    """Return the closed area between the ends of an interval."""
    queries = np.asarray(x)
    return go.Scatter(
        x=np.concatenate([queries, queries[::-1]]),
        y=100 * np.concatenate([one.high, one.low[::-1]]),
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        name=f"{name}, 95%",
        legendgroup=name,
        showlegend=False,
    )
