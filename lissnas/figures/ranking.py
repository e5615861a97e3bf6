"""Accuracy in a supernet against accuracy trained alone, and how training went."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from lissnas.arrays import Scores
from lissnas.figures.theme import Columns, Theme, styled

ABOUT = """
Each point is an architecture: its accuracy in a supernet, whose weights it shares with
all others, against its accuracy when it is trained alone. Shared weights put all
accuracies too low; what matters is the **order**. Within a shrunk space architectures
are alike and so harder to tell apart than over a common sample of the full space.

*In the paper:* section 5.1 and Table 3, ranking by a supernet.
"""
SYMBOLS = ("circle", "diamond", "square", "x")

Pairs = Mapping[str, tuple[Scores, Scores]]


def ranking_columns(pairs: Pairs) -> Columns:
    """Return accuracies in a supernet and alone as columns, with their group."""
    columns: dict[str, list[Any]] = {"group": [], "supernet": [], "alone": []}
    for name, (measured, true) in pairs.items():
        columns["group"] += [name] * len(true)
        columns["supernet"] += measured.tolist()
        columns["alone"] += true.tolist()
    return columns


def ranking_figure(pairs: Pairs, theme: Theme) -> go.Figure:
    """Return one cloud of points a group; `pairs` has accuracies measured and true."""
    figure = go.Figure()
    colours = (theme.accent, theme.vermillion, theme.green, theme.purple)
    for i, (name, (measured, true)) in enumerate(pairs.items()):
        figure.add_trace(
            go.Scatter(
                x=100 * true,
                y=100 * measured,
                mode="markers",
                name=name,
                marker={
                    "color": colours[i % 4],
                    "symbol": SYMBOLS[i % 4],
                    "size": 7,
                    "opacity": 0.8,
                },
                hovertemplate="alone %{x:.2f} %, supernet %{y:.2f} %<extra></extra>",
            )
        )
    styled(figure, theme, 380)
    figure.update_xaxes(title_text="accuracy trained alone, %")
    figure.update_yaxes(title_text="accuracy in the supernet, %")
    return figure


def training_figure(
    logs: Mapping[str, Sequence[Mapping[str, float]]], key: str, theme: Theme
) -> go.Figure:
    """Return a number of a training's log, such as its loss, over the steps."""
    figure = go.Figure()
    colours = (theme.accent, theme.vermillion, theme.green, theme.purple)
    for i, (name, log) in enumerate(logs.items()):
        rows = [line for line in log if key in line]
        figure.add_trace(
            go.Scatter(
                x=[line["step"] for line in rows],
                y=[line[key] for line in rows],
                mode="lines",
                name=name,
                line={"color": colours[i % 4], "width": 2},
                hovertemplate="step %{x}, %{y:.4g}<extra></extra>",
            )
        )
    styled(figure, theme, 300)
    figure.update_xaxes(title_text="step")
    figure.update_yaxes(title_text=key.replace("_", " "))
    return figure
