"""Colours, fonts and layout of all figures.

Categories take the colours of Okabe and Ito [1]_, which people with colour-vision
deficiencies can tell apart, and a symbol of their own besides; amounts take viridis.

.. [1] Okabe and Ito, "Color Universal Design", 2008.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

Figure: TypeAlias = go.Figure

Columns = dict[str, Any]
"""The numbers behind a figure: column names and values of equal length."""

UNKNOWN = "\N{EN DASH}"
FONT = '"Source Sans", "Source Sans Pro", "Helvetica Neue", sans-serif'
SEQUENTIAL = "Viridis"


@dataclass(frozen=True, slots=True)
class Theme:
    """One appearance: text, lines, surfaces and the eight Okabe-Ito colours."""

    name: str
    ink: str
    muted: str
    grid: str
    surface: str
    orange: str = "#E69F00"
    sky: str = "#56B4E9"
    green: str = "#009E73"
    yellow: str = "#F0E442"
    blue: str = "#0072B2"
    vermillion: str = "#D55E00"
    purple: str = "#CC79A7"

    @property
    def accent(self) -> str:
        """Return the colour of what is selected."""
        return self.blue if self.name == "light" else self.sky


LIGHT = Theme("light", "#16202c", "#5d6b7a", "#e3e8ee", "#ffffff")
DARK = Theme(
    "dark", "#e7edf3", "#93a1b1", "#283442", "#10171f", green="#1DB88A", blue="#4C9BE0"
)
THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True, slots=True)
class Style:
    """How one of several compared things looks in every figure."""

    colour: str
    dash: str
    symbol: str


FURTHER = (  # for a light and for a dark surface
    ("#882255", "#E0607E"),
    ("#8A8A1F", "#B9B93B"),
    ("#5B4FC4", "#9A8CF0"),
    ("#8C564B", "#C49C94"),
    ("#3A9C8C", "#5FC4B4"),
    ("#D6336C", "#F283AC"),
)
SYMBOLS = (
    *("circle", "square", "diamond", "triangle-up", "cross", "triangle-down"),
    *("pentagon", "star", "hexagon", "x", "star-square", "hexagram"),
)


def styles(theme: Theme) -> tuple[Style, ...]:
    """Return twelve styles that can be told apart by colour and by symbol."""
    dark = theme.name == "dark"
    own = (theme.vermillion, theme.blue, theme.orange, theme.green, theme.purple)
    colours = (*own, theme.sky, *(pair[dark] for pair in FURTHER))
    return tuple(
        Style(colour, "solid", symbol)
        for colour, symbol in zip(colours, SYMBOLS, strict=True)
    )


def theme_of(name: str | None) -> Theme:
    """Return the theme of that name, light for any other."""
    return THEMES.get(name or "light", LIGHT)


def shades(count: int, theme: Theme) -> list[str]:
    """Return `count` ordered colours that stand out from the theme's surface."""
    low, high = (0.0, 0.82) if theme.name == "light" else (0.28, 1.0)
    steps = [low + (high - low) * i / max(count - 1, 1) for i in range(count)]
    return [str(colour) for colour in sample_colorscale(SEQUENTIAL, steps)]


def faint(colour: str, opacity: float) -> str:
    """Return ``#rrggbb`` as an rgba colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def styled(figure: go.Figure, theme: Theme, height: int) -> go.Figure:
    """Return `figure` with the theme's fonts, colours, margins and height."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 14, "color": theme.ink},
        hoverlabel={
            "bgcolor": theme.surface,
            "bordercolor": theme.muted,
            "font": {"family": FONT, "size": 13, "color": theme.ink},
            "align": "left",
        },
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemsizing": "constant",
            "font": {"size": 13, "color": theme.ink},
            "bgcolor": "rgba(0,0,0,0)",
        },
        modebar={
            "bgcolor": "rgba(0,0,0,0)",
            "color": theme.muted,
            "activecolor": theme.accent,
            "orientation": "v",
        },
    )
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": theme.muted, "size": 12},
        "title_font": {"color": theme.ink, "size": 13},
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def literal(text: str) -> str:
    """Return `text` so that Plotly shows it, whatever markup it looks like."""
    return escape(text, quote=False)


def option_palette(theme: Theme) -> list[str]:
    """Return the colours that stand for the first, second, ... option of a decision."""
    named = [theme.blue, theme.orange, theme.green, theme.purple, theme.vermillion]
    return [*named, theme.sky, theme.yellow, theme.muted]


def percent(value: float | None, digits: int = 2) -> str:
    """Return a fraction as percent for readers, a dash for what is unknown."""
    if value is None or value != value:
        return UNKNOWN
    return f"{100 * value:.{digits}f} %"
