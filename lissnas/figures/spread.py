"""How accuracies and costs are spread over a space, and where one architecture is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lissnas.arrays import Bools, Scores
from lissnas.explain import Overview
from lissnas.figures.theme import Columns, Theme, faint, styled

ABOUT = """
Each histogram shows what share of architectures has about that accuracy or cost. The
**uniform sample** is drawn with a fixed seed, every architecture of the space being
equally likely, so its shape is that of the space. Where a table knows only some of the
architectures, those **measured** are drawn apart: whoever measured them may have chosen
them in another way. Accuracies are measured ones only; none is predicted here. The
dashed line is the architecture shown, the dotted one that it is compared with.

Click a bar or drag along the bars to **select** what they hold; full colour is what is
selected.

*In the paper:* sections 3.2 and 5.4, the search spaces and their FLOPs.
"""

BINS = 36
SAMPLE, MEASURED = "Uniform sample", "Measured"
ACCURACY, PARAMS, MACS = "accuracy, %", "parameters, M", "multiply-adds, M"


class Quantity(NamedTuple):
    """A number that architectures have: its name, and values by group ``(n,)``."""

    name: str
    groups: dict[str, Scores]


def values_of(seen: Overview) -> dict[str, Scores]:
    """Return each quantity of all that is seen, ``(n,)`` each, as it is drawn."""
    return {
        ACCURACY: 100 * seen.true,
        PARAMS: seen.params / 1e6,
        MACS: seen.macs / 1e6,
    }


def quantities(seen: Overview, lit: Bools | None = None) -> list[Quantity]:
    """Return what is known of a space's sample, and of the measured where these differ.

    Without any measured accuracy there is none among the quantities. `lit` ``(n,)``
    leaves out all that is not selected.
    """
    kept = np.ones(len(seen.archs), dtype=np.bool_) if lit is None else lit
    found = []
    for name, values in values_of(seen).items():
        if name == ACCURACY and not seen.measured.any():
            continue
        groups = {SAMPLE: seen.uniform, MEASURED: seen.measured}
        if not seen.partial:
            del groups[MEASURED]
        if name == ACCURACY:
            groups = {list(groups)[-1]: seen.measured}
        found.append(
            Quantity(name, {g: values[rows & kept] for g, rows in groups.items()})
        )
    return found


def bins_of(seen: Overview) -> dict[str, Scores]:
    """Return the edges ``(BINS + 1,)`` of each quantity's bars, in order of drawing."""
    return {quantity.name: _edges(quantity) for quantity in quantities(seen)}


def spread_overlay(seen: Overview, lit: Bools, theme: Theme) -> go.Figure:
    """Return bars of what is selected, `lit` ``(n,)``, to lie above `spread_figure`."""
    figure = go.Figure()
    pairs = zip(quantities(seen), quantities(seen, lit), strict=True)
    for row, (everything, chosen) in enumerate(pairs, start=1):
        edges = _edges(everything)
        for group, values in chosen.groups.items():
            colour = theme.orange if group == MEASURED else theme.accent
            share = len(values) / max(len(everything.groups[group]), 1)
            number = str(row) if row > 1 else ""
            figure.add_trace(
                go.Bar(
                    x=(edges[:-1] + edges[1:]) / 2,
                    y=100 * share * _shares(values, edges),
                    width=edges[1] - edges[0],
                    xaxis=f"x{number}",
                    yaxis=f"y{number}",
                    name=f"{group}, selected",
                    showlegend=False,
                    marker={"color": colour},
                    hovertemplate="%{y:.1f} % selected<extra></extra>",
                )
            )
    return figure


def spread_columns(seen: Overview) -> Columns:
    """Return the shares of each group in each bin, one row a bin and group."""
    columns: Columns = {
        name: [] for name in ("quantity", "group", "from", "to", "share")
    }
    for quantity in quantities(seen):
        edges = _edges(quantity)
        for group, values in quantity.groups.items():
            columns["quantity"] += [quantity.name] * BINS
            columns["group"] += [group] * BINS
            columns["from"] += edges[:-1].tolist()
            columns["to"] += edges[1:].tolist()
            columns["share"] += _shares(values, edges).tolist()
    return columns


def spread_figure(
    seen: Overview,
    theme: Theme,
    marks: Sequence[Mapping[str, float]] = (),
    height: int = 520,
) -> go.Figure:
    """Return one histogram a quantity, below each other.

    `marks` are the quantities of the architecture shown and of the one compared with.
    """
    found = quantities(seen)
    figure = make_subplots(rows=len(found), cols=1, vertical_spacing=0.17)
    named: set[str] = set()
    for row, quantity in enumerate(found, start=1):
        edges = _edges(quantity)
        for group, values in quantity.groups.items():
            colour = theme.orange if group == MEASURED else theme.accent
            figure.add_trace(
                go.Bar(
                    x=(edges[:-1] + edges[1:]) / 2,
                    y=100 * _shares(values, edges),
                    width=edges[1] - edges[0],
                    name=f"{group} {len(values):,}",
                    legendgroup=group,
                    showlegend=group not in named,
                    marker={
                        "color": faint(colour, 0.5),
                        "line": {"color": colour, "width": 1},
                    },
                    hovertemplate="%{y:.1f} % at about %{x:,.2f}<extra></extra>",
                ),
                row,
                1,
            )
            named.add(group)
        for mark, dash in zip(marks, ("dash", "dot"), strict=False):
            value = mark.get(quantity.name, np.nan)
            if value == value:
                line = {"color": theme.vermillion, "dash": dash, "width": 2}
                figure.add_vline(value, line=line, row=row, col=1)
        figure.update_xaxes(title_text=quantity.name, row=row, col=1)
    styled(figure, theme, height)
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_xaxes(title_standoff=4)
    figure.update_yaxes(ticksuffix=" %", nticks=4, rangemode="tozero")
    return figure


def _edges(quantity: Quantity) -> Scores:
    """Return the edges of equal bins over all groups, ``(BINS + 1,)``."""
    pooled = np.concatenate(list(quantity.groups.values()))
    low, high = float(pooled.min()), float(pooled.max())
    edges: Scores = np.linspace(low, high if high > low else low + 1e-6, BINS + 1)
    return edges


def _shares(values: Scores, edges: Scores) -> Scores:
    """Return the share of values in each bin, zeros for none."""
    counts, _ = np.histogram(values, edges)
    shares: Scores = counts / max(len(values), 1)
    return shares
