"""The figures of the Compare page: measures, errors, costs, maps, and the paper."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lissnas.comparison import ENTRIES, GRID, MEASURES, Members, Row
from lissnas.comparison.entries import ORIGINAL, RANDOM
from lissnas.figures import measures, overlays, search
from lissnas.figures.measures import Bar, Panel
from lissnas.figures.overlays import Series
from lissnas.figures.theme import Style, Theme, styles
from lissnas.ui import address
from lissnas.ui.compare_choice import KEY
from lissnas.ui.compare_maps import map_panel
from lissnas.ui.compare_results import Found
from lissnas.ui.compare_table import row_title
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme

MOST = 12
CHART = (
    *("mean_true", "max_true", "p_good", "shrink_index"),
    *("auc", "dispersion", "flop_coverage", "queries"),
)
UNTRUE = ("mean_predicted", "ks", "auc", "dispersion", "coverage", "flop_coverage")
ARROWS = {1: " \N{RIGHTWARDS ARROW}", -1: " \N{LEFTWARDS ARROW}", 0: ""}
TRUE, PREDICTED = "True", "Predicted"
SEARCHED = """
Each space of each seed is searched once, by the evolution of SPOS with 300 queries.
Where every true accuracy is known the search sees those: a query then stands for a
network that is trained. Elsewhere it sees the predictor. A shrunk space starts ahead
because of what shrinking has cost before: the queries in the table, and the pairs that
trained the predictor.
"""


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
    wide = len(rows) > overlays.BELOW
    parts = st.columns(2, gap="medium") if not wide else (st.container(),) * 2
    left, right = parts[0], parts[1]
    with left:
        _errors(found, paired, theme)
    with right:
        _costs(found, paired, theme)
    _searches(found, paired, theme)
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


Paired = Sequence[tuple[Row, Style]]


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
        alt="Means and intervals of the main measures for every method",
    )
    under(
        measures.ABOUT,
        lambda: measures.measures_columns(panels, bars),
        f"measures-{found.choice.key}",
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


def _errors(found: Found, paired: Paired, theme: Theme) -> None:
    """Draw the error distributions over each other."""
    st.subheader("Errors of what is left", anchor=False)
    known = [not np.isnan(_all(found, row).true).all() for row, _ in paired]
    kind = TRUE if known[0] and any(known[1:]) else PREDICTED
    if kind == TRUE:
        kind = address.choose(
            st.segmented_control,
            "Errors",
            f"{KEY}_errors",
            (TRUE, PREDICTED),
            TRUE,
            required=True,
            label_visibility="collapsed",
        )
    series = []
    for row, style in paired:
        some = _all(found, row)
        values = some.true if kind == TRUE else some.predicted
        series.append(Series(row_title(row), style, 1 - values))
    good = 1 - found.good if kind == TRUE else np.nan
    st.plotly_chart(
        overlays.errors_figure(series, theme, kind.lower(), good),
        theme=None,
        key=f"{KEY}_edf",
        config=CONFIG,
        alt="Error distributions of all compared spaces",
    )
    pairs = zip(paired, known, strict=True)
    lacking = [row_title(row) for (row, _), own in pairs if not own]
    if kind == TRUE and lacking:
        st.caption(f"No true errors are known of members of: {', '.join(lacking)}.")
    under(
        overlays.ERRORS_ABOUT,
        lambda: overlays.errors_columns(series),
        f"errors-{found.choice.key}",
    )


def _costs(found: Found, paired: Paired, theme: Theme) -> None:
    """Draw the histograms of multiply-adds over each other."""
    st.subheader("Cheap and expensive networks", anchor=False)
    series = [
        Series(row_title(row), style, _all(found, row).macs.astype(np.float64))
        for row, style in paired
    ]
    st.plotly_chart(
        overlays.costs_figure(series, theme),
        theme=None,
        key=f"{KEY}_costs",
        config=CONFIG,
        alt="Multiply-adds of all compared spaces",
    )
    under(
        overlays.COSTS_ABOUT,
        lambda: overlays.costs_columns(series),
        f"costs-{found.choice.key}",
    )


def _searches(found: Found, paired: Paired, theme: Theme) -> None:
    """Draw what a search of each space finds."""
    series = []
    for row, style in paired:
        values = _all(found, row).found
        if len(values) and not np.isnan(values).all():
            values = values[~np.isnan(values).any(axis=1)]
            series.append(search.Found(row_title(row), style, GRID, values))
    if len(series) < 2:
        return
    st.subheader("Does it make search better?", anchor=False)
    st.plotly_chart(
        search.found_figure(series, theme),
        theme=None,
        key=f"{KEY}_searches",
        config=CONFIG,
        alt="True accuracy of the best found after so many queries, for every space",
    )
    under(
        f"{search.ABOUT}\n{SEARCHED}",
        lambda: search.found_columns(series),
        f"searches-{found.choice.key}",
    )


def _all(found: Found, row: Row) -> Members:
    """Return a row's members of all seeds."""
    return found.members[row.label, row.matched][0]
