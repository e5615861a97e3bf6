"""The run at a glance: size, mean accuracy and share of good ones by iteration."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lissnas.figures.theme import Columns, Theme, styled

ABOUT = """
One dot an iteration; **click a dot to go there**. Left: how many architectures the
space holds, on a logarithmic axis. Middle: their mean accuracy, **true** (solid line,
circles) where a benchmark table knows it and **predicted** (dotted line, diamonds)
always; the gap is the predictor's optimism. Right: the share of *good* architectures,
those that reach the 80th percentile of the original space; it starts at 20 %. Where a
table knows only part of a space, a dot says of how many its true number is. A hollow
dot is an iteration whose space was discarded.

*In the paper:* sections 4.3 and 4.4, the iterations and their two conditions.
"""

TRUE = ("mean_true", "p_good")
TITLES = ("Size", "Mean accuracy, %", "Good architectures, %")


def timeline_columns(measures: Sequence[Mapping[str, Any]]) -> Columns:
    """Return the numbers of all iterations, as columns."""
    names = list(measures[0]) if measures else []
    return {name: [one[name] for one in measures] for name in names}


def timeline_figure(
    measures: Sequence[Mapping[str, Any]],
    accepted: Sequence[bool],
    selected: int,
    theme: Theme,
) -> go.Figure:
    """Return three small charts of `measures`, whose points carry their step.

    `measures` are the dictionaries of `evaluation.measures`, in order, and `accepted`
    says of each whether its space stands.
    """
    figure = make_subplots(1, 3, subplot_titles=TITLES, horizontal_spacing=0.07)
    lines = (
        (1, "size", 1, theme.accent, "solid", "circle", "%{y:,}"),
        (2, "mean_true", 100, theme.accent, "solid", "circle", "true %{y:.2f} %"),
        (
            2,
            "mean_predicted",
            100,
            theme.orange,
            "dot",
            "diamond",
            "predicted %{y:.2f} %",
        ),
        (3, "p_good", 100, theme.green, "solid", "circle", "%{y:.1f} %"),
    )
    for column, name, factor, colour, dash, symbol, hover in lines:
        steps = [i for i, one in enumerate(measures) if one.get(name) is not None]
        values = [factor * measures[i][name] for i in steps]
        if not steps:
            continue
        hollow = [symbol if accepted[i] else f"{symbol}-open" for i in steps]
        figure.add_trace(
            go.Scatter(
                x=steps,
                y=values,
                mode="lines+markers",
                customdata=steps,
                line={"color": colour, "dash": dash, "width": 2},
                marker={
                    "symbol": hollow,
                    "color": colour,
                    "opacity": 1,
                    "size": [15 if i == selected else 8 for i in steps],
                    "line": {
                        "color": theme.ink,
                        "width": [2 * (i == selected) for i in steps],
                    },
                },
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 1}},
                name=name.replace("_", " "),
                text=[measured(measures[i]) if name in TRUE else "" for i in steps],
                hovertemplate=f"iteration %{{x}}: {hover}%{{text}}<extra></extra>",
            ),
            1,
            column,
        )
    _finish(figure, theme, len(measures))
    return figure


def measured(numbers: Mapping[str, Any]) -> str:
    """Return of how many architectures true numbers are, where not of all."""
    known, size = numbers.get("known"), numbers["size"]
    return f" ({known:,} of {size:,} measured)" if known and known < size else ""


def _finish(figure: go.Figure, theme: Theme, count: int) -> None:
    """Set axes and titles."""
    styled(figure, theme, 190)
    figure.update_layout(showlegend=False, clickmode="event+select", dragmode=False)
    figure.update_xaxes(
        dtick=1 if count < 16 else None, range=[-0.4, max(count - 0.6, 1)]
    )
    figure.update_yaxes(type="log", dtick=1, col=1)
    figure.update_annotations(font={"size": 14, "color": theme.ink})
