"""The table of the Compare page: one row a method, means with intervals."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.arrays import Archs
from lissnas.comparison import (
    ENTRIES,
    INTERVAL,
    MEASURES,
    Outcome,
    Row,
    estimate_text,
)
from lissnas.comparison.summary import Format
from lissnas.figures.theme import Columns
from lissnas.ui.compare_choice import KEY
from lissnas.ui.compare_found import Found, members_once, selected_of
from lissnas.ui.selected import current, pick

LINE = 35  # pixels of a row
WIDTHS: dict[Format, int] = {  # pixels that hold a mean with its interval
    "count": 104,
    "percent": 118,
    "number": 108,
    "factor": 90,
    "seconds": 95,
    "share": 100,
}
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

**Mark a row** to add the space's members to the selection, and unmark it to take them
out again; a row is marked while all of its members are selected. Where a space is too
large to be drawn whole, its members are at most 2,000 uniform draws a seed.

*In the paper:* section 5.2, Tables 1 and 4 to 7.
"""


def table_columns(outcomes: list[Outcome]) -> Columns:
    """Return one row for each method and seed, as columns."""
    names = ("label", "title", "role", "seed", "matched", "errors", *MEASURES)
    return {name: [getattr(one, name) for one in outcomes] for name in names}


def draw_table(where: DeltaGenerator, found: Found) -> None:
    """Draw the summary of all rows that have numbers; marked rows are selected."""
    rows = [row for row in found.rows if row.estimates]
    if not rows:
        where.info(
            "Nothing is computed yet: **Compute** does it, one row after the other. "
            "What is computed stays stored.",
            icon=":material/play_arrow:",
        )
        return
    columns, config = _summary(rows)
    held = [selected_of(found, (row.label, row.matched)) for row in rows]
    if len(current(found.space)):
        texts = [f"{some:,} of {total:,}" if total else "" for some, total in held]
        first = {"method": columns.pop("method"), "selected": texts}
        columns = first | columns
    marked = [i for i, (some, total) in enumerate(held) if 0 < some == total]
    # Another selection is another table, which opens with its rows marked.
    key = f"{KEY}_table_{found.version}_{'-'.join(map(str, marked))}"
    where.dataframe(
        columns,
        hide_index=True,
        key=key,
        on_select=lambda: _marked(found, rows, set(marked), key),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": marked}},
        column_config=config,
        height=LINE * (len(rows) + 1) + 3,
        row_height=LINE,
    )


def live_table(where: DeltaGenerator, rows: list[Row]) -> None:
    """Draw the summary while rows are still being computed; none can be marked."""
    columns, config = _summary([row for row in rows if row.estimates])
    where.dataframe(
        columns,
        hide_index=True,
        column_config=config,
        height=LINE * (len(columns["method"]) + 1) + 3,
        row_height=LINE,
    )


def _marked(found: Found, rows: list[Row], before: set[int], key: str) -> None:
    """Select the members of rows that were marked, and let go of those unmarked."""
    now = set(st.session_state[key]["selection"]["rows"])
    for changed, how in ((now - before, "add"), (before - now, "remove")):
        some = [rows[i] for i in sorted(changed) if i < len(rows)]
        parts = [_members(found, row) for row in some]
        if some:
            named = " and ".join(row_title(row) for row in some)
            source = f"the members of {named}"
            pick(found.space, np.concatenate(parts), source, how)


def _members(found: Found, row: Row) -> Archs:
    """Return the members of a row ``(k, d)``, none where none are drawn."""
    name = (row.label, row.matched)
    if name not in found.members:
        return np.zeros((0, len(found.space.decisions)), dtype=np.int8)
    return members_once(found, name)


def _summary(rows: list[Row]) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return the columns of a summary, and how they are drawn."""
    there = [name for name in TABLE if any(name in row.estimates for row in rows)]
    columns: dict[str, list[Any]] = {
        "method": [row_title(row) for row in rows],
        "seeds": [row.seeds for row in rows],
        "known": [known_text(row) for row in rows],
    }
    for name in there:
        columns[MEASURES[name].title] = [estimate_text(row, name) for row in rows]
    config = {
        MEASURES[name].title: st.column_config.TextColumn(
            help=MEASURES[name].help, width=WIDTHS[MEASURES[name].format]
        )
        for name in there
    }
    config["method"] = st.column_config.TextColumn(pinned=True, width="medium")
    config["selected"] = st.column_config.TextColumn(
        help="Of the members that are drawn, of all seeds."
    )
    config["known"] = st.column_config.TextColumn(
        help="Members whose true accuracy is known, the least of the seeds."
    )
    return columns, config


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
