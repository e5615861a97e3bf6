"""The table of jobs: drawn every second, and the choice of one of them."""

from typing import Any

import streamlit as st

from lissnas import jobs
from lissnas.jobs import Job
from lissnas.ui import address
from lissnas.ui.demo import SENTENCE, is_demo
from lissnas.ui.supernet.words import KEY, devices_line, row, states_of
from lissnas.ui.text import quoted

SECOND, IDLE = 1.0, 5.0  # between two looks, with and without active jobs
EMPTY = """
**There are no jobs yet.** Choose on the left what to train and press **Start**: on
`digits` with the scale *tiny*, a supernet takes about a minute on a processor. Jobs
survive this page, the browser and the server, and those of the command line
(`--background`) are listed here too.
"""


def jobs_table() -> Job | None:
    """Draw the list of all jobs and return the chosen one, None if there is none.

    What cannot be read is answered in words.
    """
    _notes()
    try:
        found = _looked_after()
    except (ValueError, OSError) as error:
        st.error(f"Jobs cannot be shown: {error}.", icon=":material/broken_image:")
        return None
    chosen = _chosen(found)
    if not found:
        st.info(EMPTY, icon=":material/inbox:")
    live = st.toggle(
        "Live",
        value=True,
        key=f"{KEY}_live",
        help="Look every second at how far jobs are. Off, the page stands still until "
        "you press anything; the jobs go on.",
    )
    busy = any(job.active for job in found)
    every = (SECOND if busy else IDLE) if live else None
    states = states_of(found)
    st.fragment(_draw, run_every=every)(None if chosen is None else chosen.id, states)
    return chosen


def _notes() -> None:
    """Say on what jobs run, that a demo starts none, and what was refused."""
    try:
        st.caption(f":material/memory: {devices_line(jobs.slots())}")
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
    if is_demo():
        st.info(SENTENCE, icon=":material/lock:")
    refused = st.session_state.pop(f"{KEY}_refused", "")
    if refused:
        st.error(refused, icon=":material/error:")


def _looked_after() -> list[Job]:
    """Return all jobs; where anything may be started, after a look at the queue."""
    if not is_demo():
        jobs.tick()
    return jobs.listed()


def _chosen(found: list[Job]) -> Job | None:
    """Return the job in the address, without one the newest."""
    asked = address.part("job")
    if asked is None:
        return found[0] if found else None
    known = {str(job.id): job for job in found}
    if asked not in known:
        st.error(
            f"Job must be one of the list, got {quoted(asked)}: it was removed, or it "
            "is of another home.",
            icon=":material/link_off:",
        )
        return None
    return known[asked]


def _draw(chosen: int | None, states: tuple[tuple[int, str], ...]) -> None:
    """Draw the table; when a job begins or ends, the whole page is drawn anew."""
    try:
        found = _looked_after()
    except (ValueError, OSError) as error:
        st.error(f"Jobs cannot be shown: {error}.", icon=":material/broken_image:")
        return
    if states_of(found) != states:
        st.rerun()
    if not found:
        return
    rows = [row(job, _progress(job), job.id == chosen) for job in found]
    key = f"{KEY}_table_{len(found)}_{found[0].id}"
    event: Any = st.dataframe(
        rows,
        hide_index=True,
        key=key,
        height="content" if len(rows) < 9 else 340,
        on_select="rerun",
        selection_mode="single-row",
        column_config=COLUMNS,
    )
    _follow([job.id for job in found], event["selection"]["rows"], key)


def _progress(job: Job) -> jobs.Progress:
    """Return how far a job is, fresh for one that runs."""
    return jobs.read_progress(job.id) if job.active else job.progress


def _follow(ids: list[int], rows: list[int], key: str) -> None:
    """Put a job into the address that was just marked in the table."""
    seen = f"{KEY}_marked"
    if st.session_state.get(seen) == (key, rows):
        return
    st.session_state[seen] = (key, rows)
    if rows and rows[0] < len(ids):
        address.put({"job": str(ids[rows[0]])})
        st.rerun()


COLUMNS = {
    "": st.column_config.TextColumn(width=30),
    "job": st.column_config.NumberColumn(width=50),
    "progress": st.column_config.ProgressColumn(
        min_value=0, max_value=1, format="percent", width="small"
    ),
    "state": st.column_config.TextColumn(width="small"),
    "title": st.column_config.TextColumn(width="large"),
    "kind": st.column_config.TextColumn(width="small"),
    "device": st.column_config.TextColumn(width="small"),
    "time": st.column_config.TextColumn(width="small"),
    "message": st.column_config.TextColumn(width="large"),
}
