"""Small maps side by side on one shared plane: where each compared space lies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lissnas.arrays import Ints, Scores
from lissnas.figures.map import limits
from lissnas.figures.theme import Columns, Style, Theme, faint, literal, styled

ABOUT = """
Every panel is the **same map** of the same plane, over the same uniform sample of the
original space, which is the grey ground. Coloured points are members of the space that
the panel is named after, drawn uniformly from its first seed; the title says how many
of how many. The plane is that of two principal components (PCA) of the architectures'
features, fitted once to the original's sample, or a UMAP of all that is shown. Similar
architectures lie near each other, as far as two dimensions can tell. Many separate
pockets mean a diverse space, a single cloud a narrow one.

Draw a box or a lasso in any panel to **select** the members in it; all others are
dimmed, in every panel and in all other views.

*In the paper:* section 5.4, architectural diversity; it draws no map.
"""
COLUMNS, PANEL = 4, 260


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Members of one space: points of the plane ``(n, 2)``, and what is said of each.

    `accuracy` ``(n,)`` is the true one where it is known, else the predicted one.
    `rows` ``(n,)`` number the points among those of all panels, for picking; `count`
    says how many of how many they are.
    """

    title: str
    style: Style
    where: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    names: Sequence[str]
    accuracy: Scores
    rows: Ints | None = None
    count: str = ""


def multiples_columns(spots: Sequence[Spot]) -> Columns:
    """Return the numbers behind the maps."""
    points = [
        (spot.title, name, x, y, score)
        for spot in spots
        for name, (x, y), score in zip(
            spot.names, spot.where.tolist(), spot.accuracy.tolist(), strict=True
        )
    ]
    names = ("space", "architecture", "x", "y", "accuracy")
    return {name: [row[i] for row in points] for i, name in enumerate(names)}


def multiples_figure(ground: Spot, spots: Sequence[Spot], theme: Theme) -> go.Figure:
    """Return one map a space, all on the same axes, over the original's sample."""
    columns = min(COLUMNS, max(len(spots), 1))
    rows = max(-(-len(spots) // columns), 1)
    figure = make_subplots(
        rows,
        columns,
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=[_title(spot) for spot in spots],
        horizontal_spacing=0.015,
        vertical_spacing=0.28 / rows / 1.6,
    )
    for number, spot in enumerate(spots):
        where = {"row": number // columns + 1, "col": number % columns + 1}
        figure.add_trace(_ground(ground, theme), **where)
        figure.add_trace(_members(spot), **where)
    styled(figure, theme, 40 + PANEL * rows)
    x, y = limits(ground.where)
    hidden = {"showticklabels": False, "showgrid": False, "showline": True}
    frame = {"mirror": True, "linecolor": theme.grid}
    figure.update_xaxes(range=x, **hidden, **frame)
    figure.update_yaxes(range=y, **hidden, **frame)
    figure.update_layout(showlegend=False)
    figure.update_annotations(font={"size": 13, "color": theme.ink})
    return figure


def _title(spot: Spot) -> str:
    """Return what stands above a panel: its space, and how much of that is shown."""
    more = f"<br><sup>{literal(spot.count)}</sup>" if spot.count else ""
    return literal(spot.title) + more


def _ground(ground: Spot, theme: Theme) -> go.Scattergl:
    """Return the sample of the original space, faint and silent."""
    return go.Scattergl(
        x=ground.where[:, 0],
        y=ground.where[:, 1],
        mode="markers",
        marker={"color": faint(theme.muted, 0.28), "size": 4},
        hoverinfo="skip",
        name=ground.title,
    )


def _members(spot: Spot) -> go.Scattergl:
    """Return the members of a space."""
    return go.Scattergl(
        x=spot.where[:, 0],
        y=spot.where[:, 1],
        mode="markers",
        marker={"color": spot.style.colour, "size": 5, "opacity": 0.8},
        customdata=spot.rows,
        text=[
            f"<b>{literal(name)}</b><br>{100 * score:.2f} %"
            for name, score in zip(spot.names, spot.accuracy, strict=True)
        ],
        hovertemplate="%{text}<extra>" + literal(spot.title) + "</extra>",
        name=spot.title,
    )
