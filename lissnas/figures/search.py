"""Does a shrunk space make search better? The best found against queries spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Ints, Scores
from lissnas.figures.overlays import BELOW, place_legend
from lissnas.figures.theme import Columns, Style, Theme, faint, styled, styles
from lissnas.search.comparison import Band, Curves, band

ABOUT = """
After each number of distinct queries (horizontal, in equal ratios), how good is the
best architecture that the search has found so far? Lines are means over searches with
different seeds, bands their 95% bootstrap intervals, which are drawn for at most six
spaces and are always in the download. A curve further **up and left** is
a better search. The search itself chooses by the score it is given; with a predictor,
the **true** accuracy of what it chose may even fall when a prediction misleads it.

*In the paper:* sections 4.5 and 5.1, search on the shrunk space.
"""

HEIGHT = 380
SEED = 0  # of the intervals, so that a figure is the same each time


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The best found in one space: name, look, queries ``(g,)``, values ``(s, g)``."""

    title: str
    style: Style
    grid: Ints
    values: Scores


def bands(curves: Mapping[str, Curves], true: bool) -> dict[str, Band]:
    """Return mean and interval of each domain: of the true accuracy, or the score."""
    return {
        name: band(one.true if true else one.score, np.random.default_rng(SEED))
        for name, one in curves.items()
    }


def search_columns(curves: Mapping[str, Curves], true: bool = True) -> Columns:
    """Return queries, and mean and interval of each domain, as columns."""
    grid = next(iter(curves.values())).grid
    return _columns(grid, bands(curves, true))


def found_columns(series: Sequence[Found]) -> Columns:
    """Return queries, and mean and interval of each space, as columns."""
    seed = np.random.default_rng
    named = {one.title: band(one.values, seed(SEED)) for one in series}
    return _columns(series[0].grid, named)


def _columns(grid: Ints, named: Mapping[str, Band]) -> Columns:
    """Return queries, means and intervals as columns."""
    columns: Columns = {"queries": grid}
    for name, one in named.items():
        columns |= {name: one.mean, f"{name} low": one.low, f"{name} high": one.high}
    return columns


def search_figure(
    curves: Mapping[str, Curves], theme: Theme, true: bool = True
) -> go.Figure:
    """Return the anytime curves of named domains, the original space dashed.

    The original is the first; the others take colours of their own.
    """
    looks, series = styles(theme), []
    for place, (name, one) in enumerate(curves.items()):
        look = looks[(place - 1) % len(looks)]
        look = look if place else Style(theme.muted, "dash", look.symbol)
        values = one.true if true else one.score
        series.append(Found(name, look, one.grid, values))
    return found_figure(series, theme, "true accuracy" if true else "score")


def found_figure(
    series: Sequence[Found], theme: Theme, kind: str = "true accuracy"
) -> go.Figure:
    """Return the anytime curves of several spaces, with bands if these are few."""
    figure = go.Figure()
    for one in series:
        known = band(one.values, np.random.default_rng(SEED))
        colour, name = one.style.colour, one.title
        if len(series) <= BELOW and not np.isnan(known.low).all():
            figure.add_trace(_area(one.grid, known, faint(colour, 0.14), name))
        figure.add_trace(
            go.Scatter(
                x=one.grid,
                y=100 * known.mean,
                name=name,
                legendgroup=name,
                mode="lines",
                line={"color": colour, "width": 2.5, "dash": one.style.dash},
                hovertemplate="%{y:.2f} % after %{x:,} queries",
            )
        )
    styled(figure, theme, HEIGHT)
    place_legend(figure, len(series))
    figure.update_xaxes(type="log", title_text="distinct queries")
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
