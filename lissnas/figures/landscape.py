"""The map of a space: a sample of it, coloured by what is measured, costs or chosen."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lissnas.arrays import Ints, Scores
from lissnas.explain import Overview
from lissnas.figures.map import limits
from lissnas.figures.theme import (
    SEQUENTIAL,
    Columns,
    Theme,
    literal,
    option_palette,
    shades,
    styled,
)
from lissnas.spaces import Space

ABOUT = """
Every point is an architecture of a seeded uniform sample; similar ones lie close to
each other. **PCA** is the flattest view of the features a predictor sees. **UMAP**
bends the space so that near neighbours stay near; distances *between* far groups mean
little.
Where only some architectures were measured, those are added, and by *accuracy* all
others are **grey**: nothing is guessed. Click a point to see it below. The star is the
architecture shown, the open diamond the one that it is compared with.

Draw a **box** or a **lasso** to select (buttons beside the map; Shift adds, Alt takes
away): all other views then show where the selected ones are. With the keyboard, arrows
move, Space selects, Enter shows, Escape clears.

*In the paper:* section 3.2 and Appendix C, the search spaces; it draws no map.
"""

ACCURACY, MACS, PARAMS = "accuracy", "multiply-adds", "parameters"
NUMBERS = (ACCURACY, MACS, PARAMS)
UNMEASURED = "Not measured"
LISTED = 16  # options that are numbers: so many are named, more have a colour scale


class Shade(NamedTuple):
    """Points of one trace: name, rows ``(k,)``, and one colour or values to colour."""

    name: str
    rows: Ints
    colour: str | Scores


class Mark(NamedTuple):
    """An architecture pointed at: its name and its place on the map."""

    name: str
    x: float
    y: float


def colours_of(space: Space, measured: bool) -> tuple[str, ...]:
    """Return by what a space's map can be coloured, the most telling first."""
    numbers = NUMBERS if measured else NUMBERS[1:]
    return (*numbers, *(decision.name for decision in space.decisions))


def shades_of(space: Space, seen: Overview, colour: str, theme: Theme) -> list[Shade]:
    """Return the traces of a map; ValueError if it cannot be coloured so."""
    rows = np.arange(len(seen.archs))
    if colour == ACCURACY:
        known = seen.measured
        grey = "#b4bec9" if theme.name == "light" else "#465463"
        found = [Shade(UNMEASURED, rows[~known], grey)]
        found.append(Shade("Measured", rows[known], 100 * seen.true[known]))
        return [one for one in found if len(one.rows)]
    if colour in NUMBERS:
        values = (seen.macs if colour == MACS else seen.params) / 1e6
        return [Shade("Sample", rows, values)]
    names = [decision.name for decision in space.decisions]
    if colour not in names:
        raise ValueError(f"colour must be one of {NUMBERS} or {names}, got {colour!r}")
    options = space.decisions[names.index(colour)].options
    taken = seen.archs[:, names.index(colour)]
    if len(options) > LISTED and all(_is_number(option) for option in options):
        return [Shade("Sample", rows, np.array(options, dtype=np.float64)[taken])]
    colours = option_colours(len(options), theme)
    return [
        Shade(options[option], rows[taken == option], colours[option])
        for option in np.unique(taken).tolist()
    ]


def _is_number(option: str) -> bool:
    """Return whether an option's name is a number, not digits that stand for others."""
    return option.isdecimal() and str(int(option)) == option


def option_colours(count: int, theme: Theme) -> list[str]:
    """Return a colour for each option: told apart by all readers, or else ordered."""
    named = option_palette(theme)[:-1]
    return named[:count] if count <= len(named) else shades(count, theme)


def landscape_figure(
    found: Sequence[Shade],
    where: npt.NDArray[np.float32],
    texts: Sequence[str],
    theme: Theme,
    colour: str,
    axes: tuple[str, str],
    marks: Sequence[Mark] = (),
    height: int = 520,
) -> go.Figure:
    """Return the map of `found`, each point at its row of `where` ``(n, 2)``.

    A point's custom data are its row, `texts` ``(n,)`` what is said under the pointer.
    """
    figure = go.Figure()
    said = np.array(texts, dtype=object)
    for shade in found:
        marker: dict[str, object] = {"size": 6, "opacity": 0.85, "color": shade.colour}
        if shade.name == UNMEASURED:
            marker |= {"size": 4, "opacity": 0.5}
        if not isinstance(shade.colour, str):
            marker["coloraxis"] = "coloraxis"  # its legend is the colour bar
            figure.update_layout(coloraxis=_axis(shade.colour, colour, theme))
        figure.add_trace(
            go.Scattergl(
                x=where[shade.rows, 0],
                y=where[shade.rows, 1],
                mode="markers",
                name=f"{literal(shade.name)} {len(shade.rows):,}",
                showlegend=isinstance(shade.colour, str),
                marker=marker,
                text=said[shade.rows],
                customdata=shade.rows,
                hovertemplate="%{text}<extra></extra>",
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": marker["opacity"]}},
            )
        )
    for mark, symbol in zip(marks, ("star", "diamond-open"), strict=False):
        figure.add_trace(_marked(mark, symbol, theme))
    styled(figure, theme, height)
    figure.update_layout(hovermode="closest", dragmode="pan", clickmode="event+select")
    ranges = limits(np.array([*where, *((mark.x, mark.y) for mark in marks)]))
    for update, title, limit in zip(
        (figure.update_xaxes, figure.update_yaxes), axes, ranges, strict=True
    ):
        update(title_text=title, showticklabels=False, ticks="", range=limit)
        update(showgrid=False, showline=False)
    return figure


def _marked(mark: Mark, symbol: str, theme: Theme) -> go.Scattergl:
    """Return the trace of an architecture that is pointed at."""
    return go.Scattergl(
        x=[mark.x],
        y=[mark.y],
        mode="markers",
        name=mark.name,
        marker={
            "symbol": symbol,
            "size": 17,
            "color": theme.ink,
            "line": {"color": theme.surface, "width": 1.5}
            if symbol == "star"
            else {"color": theme.ink, "width": 3},
        },
        hoverinfo="skip",
        unselected={"marker": {"opacity": 1}},
    )


def _axis(values: Scores, colour: str, theme: Theme) -> dict[str, object]:
    """Return the colour scale, without the long tail of the worst accuracies."""
    low, high = np.quantile(values, [0.05 if colour == ACCURACY else 0, 1])
    unit = {ACCURACY: ", %", MACS: ", M", PARAMS: ", M"}.get(colour, "")
    return {
        "colorscale": SEQUENTIAL,
        "cmin": float(low),
        "cmax": max(float(high), float(low) + 1e-6),
        "colorbar": {
            "title": {
                "text": f"{colour}{unit}",
                "side": "right",
                "font": {"size": 13},
            },
            "thickness": 10,
            "len": 0.7,
            "outlinewidth": 0,
            "tickfont": {"color": theme.muted},
        },
    }


def landscape_texts(seen: Overview, names: Sequence[str]) -> list[str]:
    """Return what is said of each point under the pointer."""
    found = []
    rows = zip(names, seen.true, seen.params, seen.macs, strict=True)
    for name, true, params, macs in rows:
        measured = "not measured" if true != true else f"measured {100 * true:.2f} %"
        costs = f"{params / 1e6:,.2f} M parameters<br>{macs / 1e6:,.1f} M multiply-adds"
        found.append(f"<b>{literal(name)}</b><br>{measured}<br>{costs}")
    return found


def landscape_columns(
    seen: Overview, where: npt.NDArray[np.float32], names: Sequence[str]
) -> Columns:
    """Return the numbers behind the map, all of the sample."""
    return {
        "architecture": names,
        "group": np.where(seen.uniform, "uniform sample", "measured besides"),
        "x": where[:, 0],
        "y": where[:, 1],
        "measured_accuracy": seen.true,
        "parameters": seen.params,
        "multiply_adds": seen.macs,
    }
