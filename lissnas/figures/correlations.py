"""Does shrinking help a supernet to rank? Correlations with their intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lissnas.figures.theme import Columns, Theme, styled

ABOUT = """
How well accuracies in a supernet order architectures by the accuracies of the same
architectures **trained alone**: 1 is the same order, 0 none. Points are measured, bars
their 95% bootstrap intervals. Both supernets, the one trained on the **full** space
(circles) and the one trained on the **shrunk** space (diamonds), are asked about two
samples: a *common* one, uniform over the full space, and one uniform over the *shrunk*
space, where architectures are alike and harder to tell apart. Compare within a sample;
intervals that overlap widely say that more networks must be trained to know. Where all
accuracies of a sample are equal there is no order, and so no point.

*In the paper:* section 5.1 and Table 3, ranking by a supernet.
"""

MEASURES = ("pearson", "kendall", "spearman")
SAMPLES = {"common": "common sample", "own": "shrunk space"}
NETS = {"full": "supernet on the full space", "shrunk": "supernet on the shrunk space"}
Ranks = Mapping[str, Mapping[str, Any]]


def _rows(ranks: Ranks) -> list[tuple[str, str, str, float, Any, Any, int]]:
    """Return measure, supernet, sample, value, low, high and number of each."""
    found = []
    for key, one in ranks.items():
        net, sample = key.split()
        for measure in MEASURES:
            value, low, high = one[measure]
            if value is not None:
                names = (measure, NETS[net], SAMPLES[sample])
                found.append((*names, value, low, high, one["pairs"]))
    return found


def correlation_columns(ranks: Ranks) -> Columns:
    """Return one row a correlation, as columns."""
    names = ("measure", "supernet", "sample", "value", "low", "high", "networks")
    rows = _rows(ranks)
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def correlation_figure(ranks: Ranks, theme: Theme) -> go.Figure:
    """Return points with intervals, a panel a measure and a colour a supernet.

    `ranks` is a pipeline's: ``full common``, ``shrunk own`` and so on, each with
    ``[value, low, high]`` of each measure.
    """
    titles = [measure.capitalize() for measure in MEASURES]
    figure = make_subplots(1, len(MEASURES), shared_yaxes=True, subplot_titles=titles)
    looks = ((theme.accent, "circle"), (theme.vermillion, "diamond"))
    rows = _rows(ranks)
    for column, measure in enumerate(MEASURES, start=1):
        for net, look in zip(NETS.values(), looks, strict=True):
            some = [row for row in rows if row[:2] == (measure, net)]
            figure.add_trace(_points(some, net, look, column == 1), 1, column)
    styled(figure, theme, 320)
    figure.update_layout(scattermode="group", scattergap=0.7, legend={"y": 1.12})
    figure.add_hline(y=0, line={"color": theme.muted, "width": 1})
    figure.update_yaxes(range=[-1.05, 1.05])
    figure.update_annotations(font={"size": 14, "color": theme.ink})
    return figure


def _points(
    rows: Sequence[Any], net: str, look: tuple[str, str], legend: bool
) -> go.Scatter:
    """Return the correlations of one supernet in one panel."""
    colour, symbol = look
    ups = [0.0 if row[5] is None else row[5] - row[3] for row in rows]
    downs = [0.0 if row[4] is None else row[3] - row[4] for row in rows]
    return go.Scatter(
        x=[row[2] for row in rows],
        y=[row[3] for row in rows],
        error_y={"type": "data", "array": ups, "arrayminus": downs, "thickness": 1.5},
        mode="markers",
        name=net,
        legendgroup=net,
        offsetgroup=net,
        showlegend=legend,
        marker={"color": colour, "symbol": symbol, "size": 10},
        customdata=[(row[4], row[5], row[6]) for row in rows],
        hovertemplate="%{x}: %{y:.3f} (%{customdata[0]:.2f} to %{customdata[1]:.2f}), "
        f"%{{customdata[2]}} networks<extra>{net}</extra>",
    )
