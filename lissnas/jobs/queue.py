"""The queue: add a job, start what fits, close what ended.

Nobody has to be there for the queue to go on: `tick` is called by the dashboard, by
the command line, and by every worker from time to time and at its end. Whoever calls
it, a job is given its slots in one transaction, to be claimed by one worker.
"""

import json
import os
import secrets
import time
from collections.abc import Iterable, Mapping
from typing import Any

from lissnas.home import home
from lissnas.jobs import devices, folders, store
from lissnas.jobs.care import look_after
from lissnas.jobs.folders import PARAMS, folder_of
from lissnas.jobs.processes import TOKEN, detach, host, module_command
from lissnas.jobs.records import End, Engine, Job

START_SECONDS = 60.0  # for a worker to claim what was reserved for it
KEPT_VARIABLES = (
    *("LISSNAS_DATA", "LISSNAS_KINDS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
)
ACTIVE_SQL = "state IN ('queued', 'running', 'cancelling')"


def add(
    kind: str,
    settings: Any,
    *,
    device: str = devices.AUTO,
    parent: int | None = None,
    title: str = "",
    engine: Engine = "local",
) -> Job:
    """Put a job into the list, without starting anything, and return it.

    Raises
    ------
    ValueError
        If there is no such kind, device or parent, or the settings are not its own.
    """
    from lissnas.jobs.kinds import encoded, kind_of

    about = kind_of(kind)
    if type(settings) is not about.settings:
        raise ValueError(
            f"settings must be {about.settings.__name__} for kind {kind}, "
            f"got {type(settings).__name__}"
        )
    if engine == "local":
        device = devices.checked(device, about.gpu, about.distributed)
    values = {
        "kind": kind,
        "title": title or about.title_of(settings),
        "device": device,
        "parent": parent,
        "engine": engine,
    }
    return insert(values, encoded(settings), "")


def insert(values: Mapping[str, Any], settings: Mapping[str, Any], work: str) -> Job:
    """Add a job with its folder and return it; `work` is empty for one of its own.

    Raises
    ------
    ValueError
        If another job works in that folder, or there is no such parent.
    """
    fixed = {"state": "queued", "message": "Queued.", "submitted": time.time()}
    text = {"settings": json.dumps(folders.plain(settings))}
    with store.writing() as db:
        if values.get("parent") is not None:
            store.one(db, values["parent"])
        others = store.select(db, f"work = ? AND {ACTIVE_SQL}", (work,))
        if others:
            raise ValueError(f"job {others[0].id} goes on with that work already")
        number = store.add(db, {**values, **fixed, **text})
        work = work or f"{number}/work"
        store.change(db, number, {"work": work})
        about = {"format": 1, "id": number, "kind": values["kind"], "work": work}
        about |= {"title": values["title"], "settings": settings}
        about |= {"environment": _environment(), "cwd": os.getcwd()}
        folders.write_json(folder_of(number) / PARAMS, about)
        return store.one(db, number)


def _environment() -> dict[str, str]:
    """Return the variables that the work needs as they are now, paths made absolute."""
    found = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    if "LISSNAS_DATA" in found:
        parts = found["LISSNAS_DATA"].split(os.pathsep)
        found["LISSNAS_DATA"] = os.pathsep.join(
            os.path.abspath(os.path.expanduser(part)) for part in parts if part
        )
    return found


def listed(states: Iterable[str] = ()) -> list[Job]:
    """Return the jobs, newest first, of all states or of some."""
    wanted = set(states)
    with store.reading() as db:
        found = store.select(db)
    return [job for job in reversed(found) if not wanted or job.state in wanted]


def show(job: int) -> Job:
    """Return a job; ValueError if there is none of that number."""
    with store.reading() as db:
        return store.one(db, job)


def tick() -> list[int]:
    """Look after all jobs once, start what fits, and return what was started."""
    look_after()
    started = []
    for job in _reserved():
        _spawn(job)
        started.append(job.id)
    return started


def reserve(job: int) -> str:
    """Return the token with which a job may be claimed now, empty if it may not."""
    found = [one.token for one in _reserved(job)]
    return found[0] if found else ""


def _reserved(only: int | None = None) -> list[Job]:
    """Give slots to the jobs whose turn it is, in the order of submission.

    A job that does not fit keeps its slots from those behind it.
    """
    with store.reading() as db:
        if not store.select(db, "engine = 'local' AND state = 'queued'"):
            return []
    found, there = [], devices.slots()
    with store.writing() as db:
        jobs = store.select(db, f"engine = 'local' AND {ACTIVE_SQL}")
        busy = {slot for job in jobs if _holds(job) for slot in job.slot.split(",")}
        for job in jobs:
            if job.state != "queued" or _holds(job):
                continue
            wanted = devices.candidates(job.device, there)
            free = [slot for slot in wanted if slot not in busy]
            count = devices.count_of(job.device)
            if len(free) < count or only not in (None, job.id):
                busy |= set(wanted) if only is None else set()
                continue
            busy |= set(free[:count])
            about: dict[str, Any] = {
                "token": secrets.token_hex(8),
                "slot": ",".join(free[:count]),
            }
            about |= {"reserved": time.time(), "host": host()}
            store.change(db, job.id, about)
            found.append(store.one(db, job.id))
    return found


def _holds(job: Job) -> bool:
    """Return whether slots of this machine are a job's, or kept for it to begin."""
    if job.host != host():
        return False
    if job.state != "queued":
        return True
    return job.reserved is not None and time.time() - job.reserved < START_SECONDS


def _spawn(job: Job) -> None:
    """Start a worker for a job whose slots are reserved."""
    folder = folder_of(job.id)
    command = module_command("lissnas.jobs.worker", str(job.id), job.token)
    about = {"LISSNAS_HOME": str(home().resolve()), TOKEN: job.token}
    try:
        detach(command, {**os.environ, **about}, folder / folders.LOG, folder)
    except OSError as error:
        end = End("failed", f"Its worker could not be started: {error}.")
        with store.writing() as db:
            values = {"state": end.state, "message": end.message, "ended": time.time()}
            store.change(
                db, job.id, values, "state = 'queued' AND token = ?", (job.token,)
            )


def close(job: Job, end: End) -> bool:
    """Write how a start of a job ended; return False where it is no longer the one."""
    values: dict[str, Any] = {"state": end.state, "message": end.message}
    progress = folders.read_progress_file(folder_of(job.id))
    if progress is not None:
        values |= {"step": progress.step, "total": progress.total}
        numbers = folders.plain(progress.numbers)
        values |= {"numbers": json.dumps(numbers)}
    with store.writing() as db:
        where = "token = ? AND state IN ('running', 'cancelling', 'lost')"
        values["ended"] = time.time()
        return store.change(db, job.id, values, where, (job.token,))
