"""What the work on the form will take, from a job that measured the speed."""

from typing import Any, NamedTuple

import streamlit as st

from lissnas import jobs
from lissnas.jobs.logs import duration
from lissnas.supernet.estimate import (
    Speed,
    alone_seconds,
    measuring_seconds,
    pipeline_seconds,
    same_speed,
    speed_of,
    training_seconds,
)
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    Trained,
    TrainSettings,
)

UNKNOWN = (
    "Not measured yet for this space, data, scale and batch. **Measure the speed** "
    "takes some seconds: it trains real steps and measures real paths."
)


class Measured(NamedTuple):
    """A speed and the job that measured it."""

    speed: Speed
    job: int


def known_speed(settings: Trained) -> Measured | None:
    """Return the newest measurement that holds for these settings, None without."""
    for job in jobs.listed(["done"]):
        if job.kind == "speed" and same_speed(settings, job.settings):
            found = speed_of(jobs.result(job.id))
            if found is not None:
                return Measured(found, job.id)
    return None


def seconds_of(settings: Any, shared: Trained, found: Speed) -> float | None:
    """Return the seconds that work takes, None where its amount is not known yet.

    `shared` says how the networks are trained; of a measurement, those of its supernet.
    """
    if isinstance(settings, PipelineSettings):
        return pipeline_seconds(settings, found)
    if isinstance(settings, MeasureSettings):
        if not settings.archs.isdigit():
            return None
        return measuring_seconds(int(settings.archs), settings.calibration, found)
    if isinstance(settings, TrainSettings):
        return training_seconds(settings, found)
    count = _networks(settings)
    if count is None:
        return None
    networks, epochs = count * settings.repeats, settings.recipe.epochs
    return alone_seconds(networks, epochs, settings.processes, found)


def _networks(settings: AloneSettings | RetrainSettings) -> int | None:
    """Return how many architectures are trained alone, None where only a file says."""
    if isinstance(settings, RetrainSettings):
        return len([text for text in settings.archs.split(";") if text.strip()]) or None
    return int(settings.archs) if settings.archs.isdigit() else None


def draw(settings: Any, shared: Trained) -> None:
    """Draw the estimate, or how to get one."""
    known = known_speed(shared)
    if known is None:
        st.caption(f":material/timer: {UNKNOWN}")
        return
    found, seconds = known.speed, seconds_of(settings, shared, known.speed)
    amount = "As long as it takes" if seconds is None else f"About {duration(seconds)}"
    st.caption(
        f":material/timer: **{amount}** and **{found.memory_mib:,.0f} MiB** on the "
        f"{found.device}, if nothing else runs there; the start takes some seconds "
        f"more. Measured by job {known.job}: {1000 * found.step_seconds:,.0f} ms a "
        f"step, {found.steps_per_epoch:,} steps an epoch, "
        f"{1000 * found.path_seconds:,.0f} ms a path."
    )
