"""The curves of the Compare page: errors, multiply-adds, and what a search finds."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import streamlit as st

from lissnas.arrays import Archs, Bools
from lissnas.comparison import GRID, Row
from lissnas.figures import overlays, search
from lissnas.figures.catalogue import FIGURES
from lissnas.figures.edf import STEPS, error_grid
from lissnas.figures.overlays import Series
from lissnas.figures.theme import Style, Theme
from lissnas.ui import address
from lissnas.ui.compare_choice import KEY
from lissnas.ui.compare_found import Found, code_of, lit_rows
from lissnas.ui.compare_table import row_title
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG
from lissnas.ui.panels import EDF_CELLS as CELLS
from lissnas.ui.selected import mode, on_stretch, part
from lissnas.ui.view import Cells, Stretch, draw

TRUE, PREDICTED = "True", "Predicted"
EVERY = "all spaces"
Paired: TypeAlias = Sequence[tuple[Row, Style]]
Taker: TypeAlias = Callable[[Sequence[Series], float], Callable[[Stretch], Archs]]
SEARCHED = """
Each space of each seed is searched once, by the evolution of SPOS with 300 queries.
Where every true accuracy is known the search sees those: a query then stands for a
network that is trained. Elsewhere it sees the predictor. A shrunk space starts ahead
because of what shrinking has cost before: the queries in the table, and the pairs that
trained the predictor.
"""


def errors(found: Found, paired: Paired, theme: Theme, takes: Taker) -> None:
    """Draw the error distributions over each other."""
    st.subheader("Errors of what is left", anchor=False)
    known = [not np.isnan(found.all_of(row).true).all() for row, _ in paired]
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
        some = found.all_of(row)
        values = some.true if kind == TRUE else some.predicted
        series.append(Series(row_title(row), style, 1 - values))
    good = 1 - found.good if kind == TRUE else np.nan
    grid = error_grid({one.title: one.values for one in series})[:: STEPS // CELLS]
    cells = (Cells("xaxis", f"{kind.lower()} error, %", tuple((100 * grid).tolist())),)
    lit = _lit(found, paired)
    draw(
        overlays.errors_figure(series, theme, kind.lower(), good),
        f"{KEY}_edf",
        FIGURES["overlays.errors"].alt,
        on_stretch(found.space, cells, takes(series, 100.0)),
        overlay=None if lit is None else overlays.errors_overlay(series, lit),
        cells=cells,
        mode=mode(),
        keep=f"{found.choice.key} {kind}",
    )
    pairs = zip(paired, known, strict=True)
    lacking = [row_title(row) for (row, _), own in pairs if not own]
    if kind == TRUE and lacking:
        st.caption(f"No true errors are known of members of: {', '.join(lacking)}.")
    under(
        overlays.ERRORS_ABOUT,
        lambda: overlays.errors_columns(series),
        f"errors-{found.choice.key}",
        code_of(found, "errors", kind.lower()),
    )


def costs(found: Found, paired: Paired, theme: Theme, takes: Taker) -> None:
    """Draw the histograms of multiply-adds over each other."""
    st.subheader("Cheap and expensive networks", anchor=False)
    series = [
        Series(row_title(row), style, found.all_of(row).macs.astype(np.float64))
        for row, style in paired
    ]
    edges = overlays.costs_edges(series) / 1e6
    cells = (Cells("xaxis", "multiply-adds in millions", tuple(edges.tolist())),)
    lit = _lit(found, paired)
    draw(
        overlays.costs_figure(series, theme),
        f"{KEY}_costs",
        FIGURES["overlays.costs"].alt,
        on_stretch(found.space, cells, takes(series, 1e-6)),
        overlay=None if lit is None else overlays.costs_overlay(series, lit),
        cells=cells,
        mode=mode(),
        keep=found.choice.key,
    )
    under(
        overlays.COSTS_ABOUT,
        lambda: overlays.costs_columns(series),
        f"costs-{found.choice.key}",
        code_of(found, "costs"),
    )


def _lit(found: Found, paired: Paired) -> list[Bools] | None:
    """Return which members of each space are selected, None if nothing is."""
    lit = lit_rows(found)
    if lit is None:
        return None
    return [lit[row.label, row.matched] for row, _ in paired]


def taker(found: Found, paired: Paired) -> Taker:
    """Draw whose members a pick along a curve takes, and return what takes them."""
    titles = [row_title(row) for row, _ in paired]
    name = st.selectbox(
        "A pick along a curve takes the members of",
        (EVERY, *titles),
        key=f"{KEY}_takes",
        width=320,
    )

    def takes(series: Sequence[Series], factor: float) -> Callable[[Stretch], Archs]:
        def members(at: Stretch) -> Archs:
            parts = [
                part(found.all_of(row).archs, factor * one.values, at.low, at.high)
                for (row, _), one in zip(paired, series, strict=True)
                if name in (EVERY, one.title)
            ]
            return np.concatenate(parts)

        return members

    return takes


def searches(found: Found, paired: Paired, theme: Theme) -> None:
    """Draw what a search of each space finds."""
    series = []
    for row, style in paired:
        values = found.all_of(row).found
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
        alt=FIGURES["search.found"].alt,
    )
    under(
        f"{search.ABOUT}\n{SEARCHED}",
        lambda: search.found_columns(series),
        f"searches-{found.choice.key}",
        code_of(found, "searches"),
    )
