"""What came out of a job, and where to go on with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from lissnas import jobs
from lissnas.figures.theme import percent
from lissnas.jobs import Job
from lissnas.spaces import SPACES
from lissnas.ui.supernet import pipeline
from lissnas.ui.supernet.read import retrained_in
from lissnas.ui.supernet.words import KEY


def draw(job: Job, folder: Path) -> None:
    """Draw the results of a job, those of a pipeline as soon as they are there."""
    if job.kind == "pipeline":
        pipeline.draw(job, folder)
    if job.state != "done":
        return
    if job.kind == "retrain":
        pipeline.best_table(retrained_in(job.kind, folder), f"best-{job.id}")
    elif job.kind == "train":
        trained(job, folder)
    elif job.kind in ("measure", "alone"):
        table(job)
    elif job.kind == "speed":
        speed(jobs.result(job.id))
    elif job.kind != "pipeline":
        other(job)


def trained(job: Job, folder: Path) -> None:
    """Draw what a supernet is, and the button that measures its paths."""
    result = jobs.result(job.id)
    size, steps = result.get("parameters"), result.get("steps")
    if size and steps:
        st.caption(f"{size:,} weights, trained for {steps:,} steps. In `{folder}`.")
    st.button(
        "Measure its paths",
        icon=":material/speed:",
        on_click=measure_next,
        args=(str(folder),),
        key=f"{KEY}_measure_next",
        help="Fills the form on the left.",
    )


def measure_next(folder: str) -> None:
    """Fill the form so that it measures paths of a supernet."""
    st.session_state[f"{KEY}_kind"] = "measure"
    st.session_state[f"{KEY}_supernet"] = folder


def table(job: Job) -> None:
    """Draw what a table of accuracies holds, and where it can be looked at."""
    result = jobs.result(job.id)
    count = result.get("paths") or result.get("networks")
    if count is None:
        return
    st.success(
        f"{count:,} architectures, {percent(result.get('mean_valid'))} in the mean; "
        f"the best, `{result.get('best')}`, reaches "
        f"{percent(result.get('best_valid'))}. They are now a task of their space: "
        f"`{result.get('table')}`.",
        icon=":material/table:",
    )
    space = job.settings.get("space")
    link = {"space": str(space)} if space in SPACES else None
    st.page_link(
        "pages/explore.py",
        label="Look at the space",
        icon=":material/explore:",
        query_params=link,
    )


def speed(result: Mapping[str, Any]) -> None:
    """Draw what was measured of a training's speed."""
    if not result:
        return
    row = st.container(horizontal=True, gap="large")
    shown = {
        "A step": f"{1000 * result['step_seconds']:,.0f} ms",
        "Images a second": f"{result['images_per_second']:,.0f}",
        "Measuring a path": f"{1000 * result['path_seconds']:,.0f} ms",
        "Memory": f"{result['memory_mib']:,.0f} MiB",
        "Weights": f"{result['parameters']:,}",
    }
    for title, text in shown.items():
        row.metric(title, text, width="content")
    st.caption(f"Measured on the {result['device']}; the form's estimate uses it.")


def other(job: Job) -> None:
    """Draw the result of a job of another page, and the way there."""
    result = dict(jobs.result(job.id))
    if job.kind == "shrink" and result.get("run"):
        st.page_link(
            "pages/shrink.py",
            label="Open the run",
            icon=":material/filter_alt:",
            query_params={"run": str(result["run"])},
        )
    elif job.kind == "compare":
        st.page_link(
            "pages/compare.py",
            label="Open the comparison",
            icon=":material/compare_arrows:",
            query_params=_comparison(job.settings.get("comparison", {})),
        )
    if result:
        texts = [str(value) for value in result.values()]
        st.dataframe(
            {"result": list(result), "value": texts},
            hide_index=True,
            key=f"{KEY}_result_{job.id}",
        )


def _comparison(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the address of a comparison."""
    names = ("space", "task", "methods", "size", "queries", "seeds", "sizes")
    found = {}
    for name in names:
        value = values.get(name)
        if value not in (None, ""):
            text = ",".join(value) if isinstance(value, list) else str(value)
            found[f"compare_{name}"] = text
    return found
