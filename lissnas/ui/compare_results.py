"""The Compare page's results: read from disk, and computed live."""

from time import monotonic

import numpy as np
import streamlit as st

from lissnas import runs
from lissnas.comparison import (
    Cell,
    Comparison,
    Members,
    Outcome,
    cells,
    compare_runs,
    execute,
    finished,
    members_of,
    pooled,
    problems,
    summarise,
)
from lissnas.metrics.shrinkage import good_threshold
from lissnas.oracles import load
from lissnas.spaces import SPACES
from lissnas.ui.compare_choice import KEY, Choice, running, start, stop
from lissnas.ui.compare_found import Found, Name, code_of, universe
from lissnas.ui.compare_table import ABOUT, draw_table, live_table, table_columns
from lissnas.ui.demo import is_demo
from lissnas.ui.frames import under
from lissnas.ui.selection_bar import bar
from lissnas.ui.store import study_of

REFRESH = 12.0  # seconds after which the figures follow the table


def results(chosen: Choice) -> Found | None:
    """Draw the buttons and the table, and return what is known so far."""
    try:
        found = _stored(chosen) if chosen.comparison else _saved(chosen.runs)
    except (ValueError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return None
    if chosen.comparison is not None:
        _toolbar(found, chosen.comparison)
    if found.members:
        bar(universe(found))
    slot = st.empty()
    st.session_state[f"{KEY}_slot"] = slot
    draw_table(slot, found)
    for sentence in problems(found.rows):
        st.caption(f":material/block: {sentence}")
    if found.outcomes:
        under(
            ABOUT,
            lambda: table_columns(found.outcomes),
            f"comparison-{chosen.key}",
            code_of(found, "table"),
            pictures=False,
        )
    return found


def _stored(chosen: Choice) -> Found:
    """Return what is stored of a comparison."""
    comparison = chosen.comparison
    assert comparison is not None
    there = finished(comparison)
    outcomes = list(there.values())
    members: dict[Name, list[Members]] = {}
    for cell, outcome in there.items():
        if not outcome.problem:
            found = _members(comparison, cell, repr(outcome))
            if found is not None:
                members.setdefault((cell.label, cell.matched), []).append(found)
    known = load(comparison.space, comparison.task).accuracy
    return Found(
        chosen,
        SPACES[comparison.space],
        comparison.task,
        outcomes,
        summarise(outcomes),
        {name: (pooled(parts), parts[0]) for name, parts in members.items()},
        good_threshold(known),
    )


@st.cache_resource(max_entries=256, show_spinner=False)
def _members(comparison: Comparison, cell: Cell, version: str) -> Members | None:
    """Return the members of a cell; `version` tells one computation from another."""
    return members_of(comparison, cell)


def _saved(names: tuple[str, ...]) -> Found:
    """Return what saved runs hold."""
    loaded = [runs.load(name) for name in names]
    steps = tuple((str(run.path), run.steps) for run in loaded)
    with st.spinner("Measuring the runs"):
        measured = _measured(steps, names)
    study = study_of(loaded[0])
    value = loaded[0].config.get("original", {}).get("threshold")
    outcomes = [outcome for outcome, _ in measured]
    return Found(
        Choice(runs=names),
        SPACES[study.space],
        study.task,
        outcomes,
        summarise(outcomes),
        {(one.label, one.matched): (some, some) for one, some in measured},
        np.nan if value is None else float(value),
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _measured(
    steps: tuple[tuple[str, int], ...], names: tuple[str, ...]
) -> list[tuple[Outcome, Members]]:
    """Return the outcomes of saved runs that hold so many iterations."""
    return compare_runs(names)


def _toolbar(found: Found, comparison: Comparison) -> None:
    """Draw the buttons that start, stop and go on."""
    done, total = len(found.outcomes), len(cells(comparison))
    busy = done < total and running(found.choice)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    if row.button(  # no callback: it would get the choice of the run before
        "Continue" if 0 < done < total else "Compute",
        icon=":material/play_arrow:",
        type="primary",
        disabled=busy or done == total or is_demo(),
        key=f"{KEY}_start",
        help="Compute what is missing, method by method and seed by seed.",
    ):
        start(found.choice)
        st.rerun()
    row.button(
        "Stop",
        icon=":material/stop:",
        disabled=not busy,
        on_click=stop,
        key=f"{KEY}_stop",
        help="Stop here. The rows that are there stay.",
    )
    text = f"{done} of {total} results" if done < total else f"All {total} results"
    about = f"{SPACES[comparison.space].title} · {comparison.task}"
    size = f"{comparison.target:,} architectures" if comparison.sizes != "own" else ""
    most = f"{comparison.budget:,} queries at most"
    parts = [about, size, most, "" if busy else text]
    row.caption(" · ".join(part for part in parts if part))
    st.session_state[f"{KEY}_progress"] = st.empty()


def go_on(found: Found) -> None:
    """Compute what is missing, if asked for, and show every row as it comes.

    Comes last on the page: the figures above are those of what was known before, and
    are drawn anew when all is done, or every few seconds.
    """
    comparison = found.choice.comparison
    if comparison is None or not running(found.choice):
        return
    total, outcomes = len(cells(comparison)), list(found.outcomes)
    if len(outcomes) >= total:
        stop()
        return
    bar, began = st.session_state[f"{KEY}_progress"], monotonic()

    def say(sentence: str) -> None:
        done = f"{len(outcomes)} of {total} results"
        bar.progress(len(outcomes) / total, f"{done} · {sentence}")

    try:
        for _, outcome in execute(comparison, progress=say):
            outcomes.append(outcome)
            live_table(st.session_state[f"{KEY}_slot"], summarise(outcomes))
            say(f"{outcome.title}, seed {outcome.seed}: done")
            if monotonic() - began > REFRESH:
                st.rerun()
    except (ValueError, OSError) as error:
        stop()
        st.error(str(error), icon=":material/error:")
        return
    stop()
    st.rerun()
