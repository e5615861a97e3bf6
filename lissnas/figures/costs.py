"""What architectures cost: multiply-adds of a space over those of the original."""

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Bools, Ints, Scores
from lissnas.figures.theme import Columns, Theme, faint, styled

ABOUT = """
How many **multiply-adds** (often called FLOPs) one forward pass of one image takes,
as shares of the original space (grey) and of the space of the selected iteration
(colour). A space that only got bigger networks has moved to the right; one that covers
the grey range still offers cheap and expensive networks. The dashed lines are the two
means. Click a bar or drag along the bars to **select** what they hold; full colour is
what is selected.

*In the paper:* section 5.4 and Figure 5, diversity of FLOPs.
"""

BINS = 40


def cost_bins(original: Ints, current: Ints) -> Scores:
    """Return the edges of 40 equal bins over both, ``(41,)``."""
    low = min(int(original.min()), int(current.min(initial=original.min())))
    high = max(int(original.max()), int(current.max(initial=original.max())))
    edges: Scores = np.linspace(low, max(high, low + 1), BINS + 1)
    return edges


def cost_columns(original: Ints, current: Ints) -> Columns:
    """Return the share of both spaces in each bin, as columns."""
    edges = cost_bins(original, current)
    return {
        "from_multiply_adds": edges[:-1],
        "to_multiply_adds": edges[1:],
        "original": _shares(original, edges),
        "current": _shares(current, edges),
    }


def cost_figure(
    original: Ints, current: Ints, theme: Theme, name: str = "This space"
) -> go.Figure:
    """Return histograms of multiply-adds ``(n,)`` of the original and current space."""
    columns = cost_columns(original, current)
    edges = columns["from_multiply_adds"] / 1e6
    width = float(columns["to_multiply_adds"][0] / 1e6 - edges[0])
    figure = go.Figure()
    styles = (
        ("Original space", columns["original"], theme.muted, original),
        (name, columns["current"], theme.accent, current),
    )
    for label, shares, colour, macs in styles:
        if not len(macs):
            continue
        figure.add_trace(
            go.Bar(
                x=edges + width / 2,
                y=100 * shares,
                width=width,
                name=label,
                marker={
                    "color": faint(colour, 0.35 if label.startswith("Orig") else 0.65),
                    "line": {"color": colour, "width": 1},
                },
                hovertemplate="%{y:.1f} % at about %{x:,.0f} M",
            )
        )
        mean = float(macs.mean()) / 1e6
        figure.add_vline(mean, line={"color": colour, "dash": "dash", "width": 1.5})
    styled(figure, theme, 300)
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_xaxes(title_text="multiply-adds, millions")
    figure.update_yaxes(title_text="architectures, %", rangemode="tozero")
    return figure


def cost_overlay(original: Ints, current: Ints, lit: Bools, theme: Theme) -> go.Figure:
    """Return bars of what is selected of the current space, above `cost_figure`."""
    edges = cost_bins(original, current)
    share = float(lit.mean()) if len(lit) else 0.0
    middle = (edges[:-1] + edges[1:]) / 2e6
    return go.Figure(
        go.Bar(
            x=middle,
            y=100 * share * _shares(current[lit], edges),
            width=float(edges[1] - edges[0]) / 1e6,
            name="Selected",
            showlegend=False,
            marker={"color": theme.accent},
            hovertemplate="%{y:.1f} % selected",
        )
    )


def _shares(macs: Ints, edges: Scores) -> Scores:
    """Return the share of `macs` in each bin, zeros for none."""
    counts, _ = np.histogram(macs, edges)
    shares: Scores = counts / max(len(macs), 1)
    return shares
