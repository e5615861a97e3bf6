"""One job: how far it is, its buttons, its curves, its log and what came out."""

from collections.abc import Callable

import streamlit as st

from lissnas import jobs
from lissnas.jobs import Job
from lissnas.jobs.logs import duration
from lissnas.ui import address
from lissnas.ui.demo import is_demo, refuse_in_demo
from lissnas.ui.supernet import curves, outcome
from lissnas.ui.supernet.words import (
    COLOURS,
    ICONS,
    KEY,
    left,
    numbers,
    place,
    plain_settings,
    steps,
)

HEAD, FIGURES = 1.0, 3.0  # seconds between two looks
TAIL_BYTES = 8_000


def job_panel(job: Job) -> None:
    """Draw all that is known of a job."""
    st.subheader(f"Job {job.id} · {job.title}", anchor=False, divider="gray")
    live = bool(st.session_state.get(f"{KEY}_live", True)) and job.active
    _buttons(job)
    st.fragment(_head, run_every=HEAD if live else None)(job.id)
    st.fragment(_body, run_every=FIGURES if live else None)(job.id)
    with st.expander("Settings", icon=":material/tune:"):
        values = plain_settings(job.settings)
        st.dataframe(
            {"setting": list(values), "value": list(values.values())},
            hide_index=True,
            key=f"{KEY}_settings_{job.id}",
        )


def _buttons(job: Job) -> None:
    """Draw the buttons of a job that fit its state."""
    demo = is_demo()
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    line.button(
        "Cancel",
        icon=":material/stop:",
        disabled=demo or not job.active or job.state == "cancelling",
        on_click=_cancel,
        args=(job.id,),
        key=f"{KEY}_cancel",
        help="Stop at the next checkpoint; what is done is kept.",
    )
    line.button(
        "Resume",
        icon=":material/restart_alt:",
        disabled=demo or not job.resumable,
        on_click=_resume,
        args=(job.id,),
        key=f"{KEY}_resume",
        help="Go on from the last checkpoint, as a new job.",
    )
    with line.popover("Remove", icon=":material/delete:", disabled=demo or job.active):
        st.write("Its folder goes too, with weights and results; tables and runs stay.")
        st.button(
            f"Remove job {job.id}",
            on_click=_remove,
            args=(job.id,),
            disabled=demo or job.active,
            key=f"{KEY}_remove",
            type="primary",
        )


def _act(order: Callable[[int], object], job: int) -> bool:
    """Give an order and return whether it was taken; if not, the page says why."""
    try:
        refuse_in_demo("A change of jobs")
        order(job)
    except (ValueError, OSError) as error:
        st.session_state[f"{KEY}_refused"] = str(error)
        return False
    return True


def _cancel(job: int) -> None:
    """Ask a job to stop."""
    _act(jobs.cancel, job)


def _resume(job: int) -> None:
    """Go on with a job and show the one that does."""

    def order(number: int) -> None:
        address.put({"job": str(jobs.resume(number).id)})

    _act(order, job)


def _remove(job: int) -> None:
    """Remove a job and show another."""
    if _act(jobs.remove, job):
        address.put({"job": None})


def _head(number: int) -> None:
    """Draw a job's state, message, progress and numbers."""
    try:
        job, progress = jobs.show(number), jobs.read_progress(number)
    except (ValueError, OSError) as error:
        st.error(f"{error}.", icon=":material/broken_image:")
        return
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    line.badge(job.state, icon=ICONS[job.state], color=COLOURS[job.state])  # type: ignore[arg-type]
    parts = [place(job), duration(job.seconds) if job.started else ""]
    parts += [left(job, progress)]
    if job.resumed_from is not None:
        parts.append(f"goes on with job {job.resumed_from}")
    line.caption(" · ".join(part for part in parts if part))
    message = {"failed": st.error, "lost": st.warning}.get(job.state, st.caption)
    message(job.message)
    if progress.total or progress.step:
        share = min(progress.step / progress.total, 1.0) if progress.total else 0.0
        st.progress(1.0 if job.state == "done" else share, steps(progress))
    told = numbers(progress)
    used = jobs.memory(number) if job.active else None
    if used is not None:
        told["Memory"] = f"{used / 2**20:,.0f} MiB"
    if told:
        row = st.container(horizontal=True, gap="large")
        for title, text in told.items():
            row.metric(title, text, width="content")


def _body(number: int) -> None:
    """Draw curves, results and the end of the log."""
    try:
        job, folder = jobs.show(number), jobs.work_folder(number)
        for part in (outcome, curves) if job.state == "done" else (curves, outcome):
            part.draw(job, folder)
        log = jobs.tail(number, TAIL_BYTES)
    except (ValueError, OSError, KeyError, TypeError) as error:
        st.error(
            f"What job {number} has written cannot be shown: {error}.",
            icon=":material/broken_image:",
        )
        return
    ended = job.state in ("failed", "lost")
    with st.expander("End of the log", icon=":material/article:", expanded=ended):
        st.code(log or "Nothing was printed.", language=None, height=240)
        st.caption(f"All of it: `lissnas jobs logs {number} --follow`")
