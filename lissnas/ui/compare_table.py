"""The table of the Compare page: one row a method, means with intervals."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.comparison import (
    ENTRIES,
    INTERVAL,
    MEASURES,
    Outcome,
    Row,
    estimate_text,
)
from lissnas.figures.theme import Columns
from lissnas.ui.compare_choice import KEY

LINE = 35  # pixels of a row
TABLE = (
    *("size", "mean_true", "max_true", "p_good", "shrink_index", "ks", "auc"),
    *("dispersion", "flop_coverage", "queries", "seconds", "mean_predicted"),
    *("coverage", "own_size", "reduction", "contains_best", "top100_recall"),
)
ABOUT = f"""
One row a method: means over the seeds with half the width of their interval
({INTERVAL}). All methods of a seed share one predictor, and no method asks it more than
the budget allows, but for the controls that score the whole space. **Sizes are the
same**: a method's last space that holds as many architectures as wanted is cut to that
size by uniform draws, so its numbers stay those of a space the method made; *own size*
is what it returned. *True* numbers come from a benchmark table that no method sees,
for the members whose accuracy is known.
"""


def table_columns(outcomes: list[Outcome]) -> Columns:
    """Return one row for each method and seed, as columns."""
    names = ("label", "title", "role", "seed", "matched", "errors", *MEASURES)
    return {name: [getattr(one, name) for one in outcomes] for name in names}


def draw_table(where: DeltaGenerator, rows: list[Row]) -> None:
    """Draw the summary of all rows that have numbers."""
    shown = [row for row in rows if row.estimates]
    if not shown:
        where.info(
            "Nothing is computed yet: **Compute** does it, one row after the other. "
            "What is computed stays stored.",
            icon=":material/play_arrow:",
        )
        return
    there = [name for name in TABLE if any(name in row.estimates for row in shown)]
    columns: dict[str, list[str | int | None]] = {
        "method": [row_title(row) for row in shown],
        "seeds": [row.seeds for row in shown],
        "known": [known_text(row) for row in shown],
    }
    for name in there:
        columns[MEASURES[name].title] = [estimate_text(row, name) for row in shown]
    config = {
        MEASURES[name].title: st.column_config.TextColumn(help=MEASURES[name].help)
        for name in there
    }
    config["method"] = st.column_config.TextColumn(pinned=True)
    config["known"] = st.column_config.TextColumn(
        help="Members whose true accuracy is known, the least of the seeds."
    )
    where.dataframe(
        columns,
        hide_index=True,
        key=f"{KEY}_table",
        column_config=config,
        height=LINE * (len(shown) + 1) + 3,
        row_height=LINE,
    )


def row_title(row: Row) -> str:
    """Return a row's name, saying so where it has its own size among matched ones."""
    method = row.label.split(":")[0] in ENTRIES and row.role != "control"
    return f"{row.title} (own size)" if method and not row.matched else row.title


def known_text(row: Row) -> str:
    """Return how many members' true accuracies are known."""
    size = row.estimates["size"].mean if "size" in row.estimates else 0
    if size and row.known >= size:
        return "all"
    return f"{row.known:,} of {size:,.0f}"
