"""The main measures of compared spaces, each with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lissnas.figures.theme import Columns, Style, Theme, styled

ABOUT = """
One panel a measure, one line a method: the point is the mean over seeds, the bar its
95% interval (Student's t, cut to what is possible; none for a single seed). An arrow in
the title tells the better direction. Methods whose intervals do not overlap differ by
more than the luck of a seed; where they overlap, more seeds may tell them apart.

*In the paper:* sections 4.4 and 5.2, Tables 1 and 4.
"""
COLUMNS, ROW_HEIGHT, GAP, EDGE = 4, 27, 84, 76


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure: its title, and a factor that turns numbers into what is shown."""

    title: str
    factor: float = 1.0
    log: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One method: for each panel mean, low and high, None for what is unknown."""

    title: str
    style: Style
    values: Sequence[tuple[float, float, float] | None]


def measures_columns(panels: Sequence[Panel], bars: Sequence[Bar]) -> Columns:
    """Return one row for each method and measure, as columns."""
    rows = [
        (bar.title, panel.title, *found)
        for bar in bars
        for panel, found in zip(panels, bar.values, strict=True)
        if found is not None
    ]
    names = ("method", "measure", "mean", "low", "high")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def measures_figure(
    panels: Sequence[Panel], bars: Sequence[Bar], theme: Theme
) -> go.Figure:
    """Return small multiples of means with intervals, one panel a measure."""
    rows = -(-len(panels) // COLUMNS)
    height = EDGE + GAP * (rows - 1) + ROW_HEIGHT * len(bars) * rows
    figure = make_subplots(
        rows,
        COLUMNS,
        shared_yaxes=True,
        subplot_titles=[panel.title for panel in panels],
        horizontal_spacing=0.025,
        vertical_spacing=GAP / (height - EDGE) if rows > 1 else 0,
    )
    for number, panel in enumerate(panels):
        where = {"row": number // COLUMNS + 1, "col": number % COLUMNS + 1}
        for bar in bars:
            found = bar.values[number]
            if found is not None:
                figure.add_trace(_point(bar, panel, found), **where)
        figure.update_xaxes(type="log" if panel.log else "linear", nticks=5, **where)
    figure.update_xaxes(tickformat=".5~g", tickangle=0)
    styled(figure, theme, height)
    titles = [bar.title for bar in reversed(bars)]
    figure.update_yaxes(categoryorder="array", categoryarray=titles, type="category")
    figure.update_layout(showlegend=False)
    figure.update_annotations(font={"size": 13, "color": theme.ink})
    return figure


def _point(bar: Bar, panel: Panel, found: tuple[float, float, float]) -> go.Scatter:
    """Return the mean of one method in one panel, with its interval."""
    mean, low, high = (panel.factor * value for value in found)
    known = low == low and high == high
    text = f"{mean:,.4g}" + (f" [{low:,.4g}, {high:,.4g}]" if known else "")
    spread = {
        "type": "data",
        "symmetric": False,
        "array": [high - mean if known else 0],
        "arrayminus": [mean - low if known else 0],
        "visible": known,
        "thickness": 2,
        "width": 4,
        "color": bar.style.colour,
    }
    return go.Scatter(
        x=[mean],
        y=[bar.title],
        error_x=spread,
        mode="markers",
        marker={
            "color": bar.style.colour,
            "symbol": bar.style.symbol,
            "size": 10,
        },
        hovertemplate=f"{text}<extra>{bar.title}</extra>",
    )
