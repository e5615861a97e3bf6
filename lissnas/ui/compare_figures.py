"""The figures of the Compare page: how their spaces look, and the main measures."""

import numpy as np
import streamlit as st

from lissnas.comparison import ENTRIES, MEASURES, Row
from lissnas.comparison.entries import ORIGINAL, RANDOM
from lissnas.figures import measures, overlays
from lissnas.figures.catalogue import FIGURES
from lissnas.figures.measures import Bar, Panel
from lissnas.figures.theme import Style, Theme, styles
from lissnas.ui.compare_choice import KEY
from lissnas.ui.compare_curves import Paired, costs, errors, searches, taker
from lissnas.ui.compare_found import Found, code_of
from lissnas.ui.compare_maps import map_panel
from lissnas.ui.compare_table import row_title
from lissnas.ui.frames import under
from lissnas.ui.shell import current_theme

MOST = 12
CHART = (
    *("mean_true", "max_true", "p_good", "shrink_index"),
    *("auc", "dispersion", "flop_coverage", "queries"),
)
UNTRUE = ("mean_predicted", "ks", "auc", "dispersion", "coverage", "flop_coverage")
ARROWS = {1: " \N{RIGHTWARDS ARROW}", -1: " \N{LEFTWARDS ARROW}", 0: ""}


def style_of(row: Row, place: int, theme: Theme) -> Style:
    """Return how a row looks in every figure: by its method's place in the registry.

    Controls are dashed, and so are variants and own sizes of a method. Saved runs are
    styled by their `place`.
    """
    if row.label == ORIGINAL:
        return Style(theme.muted, "dash", "line-ns")
    if row.label == RANDOM:
        return Style(theme.muted, "dot", "circle-open")
    if row.role == "control":
        return Style(theme.ink, "dash", "diamond-open")
    names = [name for name, one in ENTRIES.items() if one.role != "control"]
    method, looks = row.label.split(":")[0], styles(theme)
    if method not in names:
        return looks[place % len(looks)]
    look = looks[names.index(method) % len(looks)]
    if row.label != method:
        return Style(look.colour, "dashdot", f"{look.symbol}-open")
    return look if row.matched else Style(look.colour, "dot", look.symbol)


def figures(found: Found) -> None:
    """Draw all figures of what is known so far."""
    rows = _shown(found)
    if not rows or found.original is None:
        return
    theme = current_theme()
    looks = {
        (row.label, row.matched): style_of(row, place - 1, theme)
        for place, row in enumerate(rows)
    }
    paired = [(row, looks[row.label, row.matched]) for row in rows]
    _measures(found, paired, theme)
    takes = taker(found, paired)
    wide = len(rows) > overlays.BELOW
    parts = st.columns(2, gap="medium") if not wide else (st.container(),) * 2
    left, right = parts[0], parts[1]
    with left:
        errors(found, paired, theme, takes)
    with right:
        costs(found, paired, theme, takes)
    searches(found, paired, theme)
    map_panel(found, paired, theme)


def _shown(found: Found) -> list[Row]:
    """Return the rows on the figures, the original first; at most 12 beside it."""
    there = [row for row in found.rows if (row.label, row.matched) in found.members]
    first = [row for row in there if row.label == ORIGINAL]
    rest = {row_title(row): row for row in there if row.label != ORIGINAL}
    if len(rest) > MOST:
        chosen = st.multiselect(
            f"On the figures, at most {MOST}",
            list(rest),
            default=list(rest)[:MOST],
            max_selections=MOST,
            key=f"{KEY}_shown",
        )
        rest = {name: rest[name] for name in rest if name in chosen}
    return first + list(rest.values())


def _measures(found: Found, paired: Paired, theme: Theme) -> None:
    """Draw the main measures with their intervals."""
    names = [n for n in CHART if any(n in row.estimates for row, _ in paired[1:])]
    if "mean_true" not in names:
        names = [n for n in UNTRUE if any(n in row.estimates for row, _ in paired[1:])]
    panels = []
    for name in names:
        measure = MEASURES[name]
        percent = measure.format == "percent"
        title = measure.title + (", %" if percent else "") + ARROWS[measure.better]
        panels.append(Panel(title, 100.0 if percent else 1.0))
    bars = []
    for row, style in paired[1:]:
        values = [_bounded(row, name) for name in names]
        bars.append(Bar(row_title(row), style, values))
    if not bars:
        return
    st.subheader("The main measures", anchor=False)
    st.plotly_chart(
        measures.measures_figure(panels, bars, theme),
        theme=None,
        key=f"{KEY}_measures",
        config={"displayModeBar": False},
        alt=FIGURES["measures.measures"].alt,
    )
    under(
        measures.ABOUT,
        lambda: measures.measures_columns(panels, bars),
        f"measures-{found.choice.key}",
        code_of(found, "measures"),
    )


def _bounded(row: Row, name: str) -> tuple[float, float, float] | None:
    """Return a mean and its interval, cut to what is possible."""
    one = row.estimates.get(name)
    if one is None:
        return None
    least = -1.0 if name == "shrink_index" else 0.0
    shares = MEASURES[name].format in ("percent", "number") and name != "dispersion"
    most = 1.0 if shares else np.inf
    return one.mean, max(one.low, least), min(one.high, most)
