"""Jobs in words: states with symbols, how far, where, since when."""

from collections.abc import Mapping, Sequence
from typing import Any

from lissnas.figures.theme import percent
from lissnas.jobs import Job, Progress
from lissnas.jobs.logs import duration

KEY = "supernet"
ICONS = {
    "queued": ":material/schedule:",
    "running": ":material/play_circle:",
    "cancelling": ":material/hourglass_bottom:",
    "cancelled": ":material/cancel:",
    "failed": ":material/error:",
    "lost": ":material/signal_disconnected:",
    "done": ":material/check_circle:",
}
SYMBOLS = {
    "queued": "◔",
    "running": "▶",
    "cancelling": "◑",
    "cancelled": "◼",
    "failed": "✖",
    "lost": "？",
    "done": "✔",
}
COLOURS = {
    "queued": "gray",
    "running": "blue",
    "cancelling": "orange",
    "cancelled": "gray",
    "failed": "red",
    "lost": "orange",
    "done": "green",
}
STAGE_STEPS = 100  # of a pipeline's progress, in each of its stages
NUMBERS = {  # of a job's progress: its title, and how it is written
    "loss": ("Loss", "{:.3f}"),
    "accuracy": ("Accuracy", "percent"),
    "images_per_second": ("Images a second", "{:,.0f}"),
    "paths_per_minute": ("Paths a minute", "{:,.0f}"),
    "rate": ("Learning rate", "{:.4g}"),
    "memory_mib": ("GPU memory", "{:,.0f} MiB"),
    "stage": ("Stage", "{:.0f}"),
    "size": ("Size", "{:,.0f}"),
}


def row(job: Job, progress: Progress, chosen: bool) -> dict[str, Any]:
    """Return a job as a row of the table."""
    share = progress.step / progress.total if progress.total else None
    if job.state == "done":
        share = 1.0
    return {
        "": "➤" if chosen else "",
        "job": job.id,
        "state": f"{SYMBOLS[job.state]} {job.state}",
        "progress": None if share is None else min(share, 1.0),
        "title": job.title,
        "kind": job.kind,
        "device": place(job),
        "time": duration(job.seconds) if job.started else "–",
        "message": job.message,
    }


def place(job: Job) -> str:
    """Return where a job runs, or where it is to run."""
    where = job.slot or job.device
    return f"Slurm {job.slurm_id}".strip() if job.engine == "slurm" else where


def steps(progress: Progress) -> str:
    """Return how far a job is."""
    if not progress.total:
        return f"{progress.step:,} steps so far" if progress.step else "not begun"
    return f"{progress.step:,} of {progress.total:,}"


def left(job: Job, progress: Progress) -> str:
    """Return how long a running job will take still, if it goes on as so far.

    A job that was resumed did a part of its steps before it was started.
    """
    fresh = job.state == "running" and job.resumed_from is None
    if not fresh or not progress.total or not progress.step:
        return ""
    rest = job.seconds * (progress.total - progress.step) / progress.step
    return f"about {duration(rest)} left"


def numbers(progress: Progress) -> dict[str, str]:
    """Return the numbers that a job tells of itself, for readers."""
    found = {}
    for name, (title, form) in NUMBERS.items():
        value = progress.numbers.get(name)
        if value is not None:
            text = percent(value) if form == "percent" else form.format(value)
            found[title] = text
    if "Stage" in found and progress.total:
        found["Stage"] += f" of {progress.total // STAGE_STEPS}"
    return found


def devices_line(slots: Sequence[str]) -> str:
    """Return in words on what jobs run here."""
    gpus = [slot for slot in slots if slot.startswith("gpu")]
    cpus = len(slots) - len(gpus)
    on_cpu = {0: "none on the processor", 1: "one on the processor"}
    cpu = on_cpu.get(cpus, f"{cpus} on the processor")
    if not gpus:
        return (
            f"No GPU on this machine: jobs run on the processor, {max(cpus, 1)} at a "
            "time, the others wait. The scale and the recipe *tiny* are made for that."
            if cpus
            else "This machine may run no jobs (`LISSNAS_DEVICES` names no device)."
        )
    return f"Jobs at a time: one on each GPU ({', '.join(gpus)}), {cpu}."


def states_of(found: Sequence[Job]) -> tuple[tuple[int, str], ...]:
    """Return what a page must be drawn anew for when it changes."""
    return tuple((job.id, job.state) for job in found)


def plain_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return settings as names and texts, those of the recipe among them."""
    found: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{k}": v for k, v in plain_settings(value).items()}
        else:
            found[name] = str(value)
    return found
