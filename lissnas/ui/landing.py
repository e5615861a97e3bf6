"""The parts of the landing page: what spaces there are, and the latest runs."""

from typing import Any

import streamlit as st

from lissnas import runs
from lissnas.figures.theme import percent
from lissnas.oracles import problems, tasks
from lissnas.runs import Run
from lissnas.spaces import SPACES
from lissnas.spaces.base import threshold_edit_distance
from lissnas.ui.store import study_of
from lissnas.ui.words import exact_or_about, measured_part, study_line

LATEST = 8


def spaces_table() -> None:
    """Draw every space with its size and the tasks that have real accuracies."""
    rows = []
    for name, space in SPACES.items():
        found = tasks(name)
        accuracies = [
            f"{task} ({info.architectures:,})" for task, info in found.items()
        ]
        rows.append(
            {
                "space": space.title,
                "architectures": exact_or_about(space.size),
                "edit distance": threshold_edit_distance(space),
                "tasks with real accuracies": ", ".join(accuracies)
                or "none yet: add a table",
                "published in": space.citation,
            }
        )
    help_text = "The paper's threshold for neighbours: a third of all edits there are."
    st.dataframe(
        rows,
        hide_index=True,
        key="home_spaces",
        row_height=36,
        height="content",
        column_config={
            "edit distance": st.column_config.NumberColumn(help=help_text),
            "tasks with real accuracies": st.column_config.TextColumn(width="large"),
        },
    )
    refused = [f"- {sentence}" for _, sentence in problems()]
    if refused:
        with st.expander(
            f"{len(refused)} tables not used", icon=":material/database_off:"
        ):
            st.markdown("\n".join(refused))


def latest_runs() -> None:
    """Draw the latest runs, each with a link to the Shrink page."""
    stored = runs.list_runs()[:LATEST]
    if not stored:
        st.info(
            "There are no runs yet. The Shrink page makes a first example by itself.",
            icon=":material/inbox:",
        )
    for run in stored:
        try:
            line, numbers = study_line(study_of(run)), runs.read_final(run)
        except ValueError as error:
            st.warning(str(error), icon=":material/broken_image:")
            continue
        left, right = st.columns([3, 4], vertical_alignment="center")
        left.page_link(
            "pages/shrink.py",
            label=line,
            icon=":material/play_circle:",
            query_params={"run": run.name},
        )
        right.caption(_run_line(run, numbers))


def _run_line(run: Run, numbers: dict[str, Any] | None) -> str:
    """Return how far a run came."""
    when = str(run.config.get("created", ""))[:16].replace("T", " ")
    if numbers is None:
        return f"{when} · {run.steps} iterations so far"
    parts = [
        when,
        f"{numbers['size']:,} architectures",
        f"{numbers['queries']:,} queries",
    ]
    if numbers.get("mean_true") is not None:
        part = f" ({found})" if (found := measured_part(numbers)) else ""
        parts.append(f"mean {percent(numbers['mean_true'])} true{part}")
    if numbers.get("contains_best") is not None:
        parts.append("holds the best" if numbers["contains_best"] else "lost the best")
    return " · ".join(parts)
