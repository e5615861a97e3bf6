"""A random walk, drawn for teaching: the walker on the map, and what it has met."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lissnas.arrays import Scores
from lissnas.figures.map import limits
from lissnas.figures.theme import SEQUENTIAL, Columns, Theme, faint, styled

ABOUT = """
The cloud is a uniform sample of the space, placed by **PCA** of what the predictor sees
of an architecture and coloured by score; similar architectures lie close to each other.
The **walker** (star) makes one random edit at each step; the line is its way so far.
Its architecture is drawn below, with what the last edit brought in vermillion.

Draw a box or a lasso on the map or along the steps to **select** architectures; what is
selected, here or on another page, keeps its colour while the rest is dimmed.

*In the paper:* section 4.2 and Figure 2, random walk autocorrelation.
"""

ABOUT_STEPS = """
What the walker met: the **score** of each architecture on its way, one edit after the
other. Where locality holds, the line is a slope, not a saw. Draw a box along the steps
to **select** the architectures that were met there.

*In the paper:* section 4.2, random walks.
"""

ABOUT_LAGS = """
The **autocorrelation so far**: how much the score of now tells about the score so many
steps later. One short walk is noisy (bars need at least three pairs); the curve along
many walks is above. Where locality holds, the bars start high and fall.

*In the paper:* section 4.2 and Figure 2, random walk autocorrelation.
"""

Plane = npt.NDArray[np.float32]
TRAIL = 14


def walk_map(
    cloud: Plane, scores: Scores, way: Plane, theme: Theme, unit: str
) -> go.Figure:
    """Return the walker at the end of its `way` ``(t, 2)`` over a cloud ``(n, 2)``.

    Points are numbered for picking: first the cloud's, then the steps.
    """
    figure = go.Figure()
    known = scores[~np.isnan(scores)]
    low, high = np.quantile(known, [0.05, 1]) if len(known) else (0.0, 1.0)
    bar = {"title": {"text": unit, "side": "right"}, "thickness": 9, "len": 0.8}
    bar |= {"outlinewidth": 0, "tickfont": {"color": theme.muted}}
    figure.add_trace(
        go.Scatter(
            x=cloud[:, 0],
            y=cloud[:, 1],
            mode="markers",
            marker={
                "color": scores,
                "colorscale": SEQUENTIAL,
                "cmin": low,
                "cmax": max(high, low + 1e-9),
                "size": 5,
                "opacity": 0.6,
                "colorbar": bar,
            },
            customdata=np.arange(len(cloud)),
            hovertemplate="%{marker.color:.2f}<extra>sample</extra>",
            name="sample",
        )
    )
    recent = way[-TRAIL:]
    figure.add_trace(
        go.Scatter(
            x=way[:, 0],
            y=way[:, 1],
            mode="lines",
            line={"color": faint(theme.ink, 0.25), "width": 1.2},
            hoverinfo="skip",
            name="way",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=recent[:, 0],
            y=recent[:, 1],
            mode="lines",
            line={"color": theme.vermillion, "width": 2.5},
            hoverinfo="skip",
            name="last steps",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=way[:, 0],
            y=way[:, 1],
            mode="markers",
            marker={"color": theme.vermillion, "size": 5},
            customdata=len(cloud) + np.arange(len(way)),
            hoverinfo="skip",
            name="walk",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=way[-1:, 0],
            y=way[-1:, 1],
            mode="markers",
            marker={
                "symbol": "star",
                "size": 19,
                "color": theme.yellow,
                "line": {"color": "#16202c", "width": 1.5},
            },
            hoverinfo="skip",
            name="walker",
        )
    )
    styled(figure, theme, 430)
    ranges = limits(np.concatenate([cloud, way]))
    figure.update_layout(showlegend=False, margin={"t": 8})
    for update, span in zip(
        (figure.update_xaxes, figure.update_yaxes), ranges, strict=True
    ):
        update(range=span, showticklabels=False, showgrid=False, ticks="")
    return figure


def step_figure(values: Scores, steps: int, theme: Theme, unit: str) -> go.Figure:
    """Return the scores met so far, on an axis of all `steps`."""
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=np.arange(len(values)),
            y=values,
            mode="lines+markers",
            line={"color": theme.accent, "width": 1.8},
            marker={
                "size": [4] * (len(values) - 1) + [10],
                "color": [theme.accent] * (len(values) - 1) + [theme.vermillion],
            },
            customdata=np.arange(len(values)),
            hovertemplate="step %{x}: %{y:.2f}<extra></extra>",
        )
    )
    styled(figure, theme, 200)
    figure.update_layout(showlegend=False, margin={"t": 8})
    figure.update_xaxes(title_text="step", range=[-0.5, steps + 0.5])
    figure.update_yaxes(title_text=unit)
    return figure


def lag_figure(running: Scores, theme: Theme) -> go.Figure:
    """Return the autocorrelation so far by lag, as bars."""
    figure = go.Figure(
        go.Bar(
            x=np.arange(1, len(running) + 1),
            y=running,
            marker={"color": theme.green},
            hovertemplate="%{x} steps apart: %{y:.2f}<extra></extra>",
        )
    )
    styled(figure, theme, 200)
    figure.update_layout(showlegend=False, margin={"t": 8})
    figure.update_xaxes(
        title_text="steps apart", dtick=2, range=[0.4, len(running) + 0.6]
    )
    figure.update_yaxes(title_text="autocorrelation", range=[-1, 1])
    return figure


def walk_columns(names: list[str], values: Scores, unit: str) -> Columns:
    """Return the walk so far, one row a step."""
    steps = list(range(len(names)))
    return {"step": steps, "architecture": names, unit: values.tolist()}


def lag_columns(running: Scores) -> Columns:
    """Return the autocorrelation so far, one row a lag."""
    return {"steps": np.arange(1, len(running) + 1), "autocorrelation": running}
