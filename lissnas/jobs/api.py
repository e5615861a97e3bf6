"""What pages and the command line call, whichever engine runs a job."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lissnas.jobs import devices, folders, logs, orders, processes, queue, slurm
from lissnas.jobs.folders import folder_of, jobs_dir
from lissnas.jobs.records import Engine, Job, Progress

POLL_SECONDS = 0.5
listed, show = queue.listed, queue.show


def submit(
    kind: str,
    settings: Any,
    *,
    device: str = devices.AUTO,
    parent: int | None = None,
    title: str = "",
    engine: Engine = "local",
) -> Job:
    """Submit a job, start it if a device is free, and return it.

    Parameters
    ----------
    kind, settings
        A name in `kinds.KINDS`, and an instance of its settings class.
    device
        ``auto``, ``cpu``, ``gpu``, ``gpu:1`` or ``gpu*2``; with Slurm its file decides.
    parent
        The job it belongs to, for readers.
    title
        Words for readers; empty takes those of the kind.
    engine
        ``local`` for this machine, ``slurm`` as ``slurm.toml`` says.

    Raises
    ------
    ValueError
        If there is no such kind, device, parent or engine, or Slurm refuses.
    """
    about: Mapping[str, Any] = {"device": device, "parent": parent, "title": title}
    return sweep(kind, [settings], engine=engine, **about)[0]


def sweep(
    kind: str,
    settings: Sequence[Any],
    *,
    device: str = devices.AUTO,
    parent: int | None = None,
    title: str = "",
    engine: Engine = "local",
) -> list[Job]:
    """Submit a job for each of several settings, with Slurm as one array."""
    if engine not in ("local", "slurm"):
        raise ValueError(f"engine must be local or slurm, got {engine!r}")
    if not settings:
        raise ValueError("settings must be at least one, got none")
    about: Mapping[str, Any] = {"device": device, "parent": parent, "title": title}
    if engine == "slurm":
        where = slurm.load()
        added = [queue.add(kind, one, engine=engine, **about) for one in settings]
        slurm.send(added, where)
    else:
        added = [queue.add(kind, one, engine=engine, **about) for one in settings]
        queue.tick()
    return [show(job.id) for job in added]


def tick() -> list[int]:
    """Look after all jobs once, start what fits, and return what was started.

    Cheap enough for once a second; safe to call from any number of processes.
    """
    started = queue.tick()
    slurm.watch()
    return started


def cancel(job: int) -> Job:
    """Ask a job to stop and return it.

    It stops at its next step and keeps what it has done; if it takes longer than the
    time of grace it is ended by force.

    Raises
    ------
    ValueError
        If there is no such job, or it has ended.
    """
    found = orders.cancel(job)
    if found.engine == "slurm":
        slurm.watch(at_once=True)
    return show(job)


def resume(job: int, *, device: str | None = None) -> Job:
    """Go on with a job that was cancelled, failed or lost, as a new job; return that.

    It works in the same folder from the last checkpoint on.

    Raises
    ------
    ValueError
        If there is no such job, it is done or active, or another goes on with it.
    """
    added = orders.go_on(job, device)
    if added.engine == "slurm":
        slurm.send([added], slurm.load())
    else:
        queue.tick()
    return show(added.id)


def remove(job: int) -> None:
    """Forget a job that has ended, with its folder; ValueError if it is active.

    Runs, comparisons and reports that it made elsewhere stay.
    """
    orders.remove(job)


def folder(job: int) -> Path:
    """Return the folder of a job: ``params.json``, the log, progress and end."""
    show(job)
    return folder_of(job)


def work_folder(job: int) -> Path:
    """Return the folder in which a job works: checkpoints and results."""
    return jobs_dir() / show(job).work


def log_path(job: int) -> Path:
    """Return the path of a job's log; the part before it, if any, ends in ``.1``."""
    return folder(job) / folders.LOG


def tail(job: int, bytes: int = logs.TAIL_BYTES) -> str:
    """Return the end of a job's log, at most so many bytes."""
    return logs.tail(folder(job), bytes)


def read_progress(job: int) -> Progress:
    """Return how far a job is, fresher than in the list."""
    return folders.read_progress_file(folder_of(job)) or show(job).progress


def memory(job: int) -> int | None:
    """Return the bytes that a job's processes take on this machine, None elsewhere."""
    one = show(job)
    if one.engine != "local" or one.host != processes.host():
        return None
    return processes.memory(one.pid, one.born) or None


def result(job: int) -> Mapping[str, Any]:
    """Return what a job that is done has made, such as the name of a run."""
    one = show(job)
    end = folders.read_end(folder_of(job), one.token)
    return end.result if end is not None and one.state == "done" else {}


def wait(job: int, seconds: float | None = None) -> Job:
    """Wait until a job has ended, ticking on, and return it.

    Raises
    ------
    ValueError
        If it has not ended after so many seconds.
    """
    end = None if seconds is None else time.monotonic() + seconds
    while (found := show(job)).active:
        if end is not None and time.monotonic() > end:
            raise ValueError(f"job {job} is {found.state} after {seconds:g} seconds")
        tick()
        time.sleep(POLL_SECONDS)
    return found
