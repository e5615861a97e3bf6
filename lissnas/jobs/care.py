"""Look after jobs: workers that vanished, fell silent, or do not end."""

import time

from lissnas.jobs import folders, store
from lissnas.jobs.folders import folder_of
from lissnas.jobs.processes import end_all, host, is_alive
from lissnas.jobs.records import Job
from lissnas.jobs.words import KEPT

STALE_SECONDS = 60.0
FORCE_SECONDS = 90.0  # after the supervisor should have ended it
RUNS = "engine = 'local' AND state IN ('running', 'cancelling')"


def look_after() -> None:
    """Find out about each running job whether it still runs."""
    with store.reading() as db:
        jobs = store.select(db, RUNS)
    for job in jobs:
        if job.host == host() and not is_alive(job.pid, job.born):
            end_all(job.token)
            _give_up(job, "Its process vanished")
        elif _silent(job) > STALE_SECONDS:
            _give_up(job, f"Nothing was heard of it for {_silent(job):.0f} seconds")
        elif job.host == host() and _overdue(job):
            end_all(job.token)


def _silent(job: Job) -> float:
    """Return for how many seconds nothing was heard of a job."""
    return time.time() - (job.heartbeat or job.started or job.submitted)


def _overdue(job: Job) -> bool:
    """Return whether even its supervisor did not end a cancelled job."""
    asked = job.cancel_asked
    return asked is not None and time.time() - asked > FORCE_SECONDS


def _give_up(job: Job, reason: str) -> None:
    """Close a job without a worker: by its own last words if it has left any."""
    end = folders.read_end(folder_of(job.id), job.token)
    state, message = "lost", f"{reason}; {KEPT}."
    if end is not None and end.state in ("done", "failed", "lost"):
        state, message = end.state, end.message
    elif job.state == "cancelling":
        state, message = "cancelled", f"Cancelled; {KEPT}."
    progress = folders.read_progress_file(folder_of(job.id))
    values: dict[str, object] = {"state": state, "message": message}
    values["ended"] = time.time()
    if progress is not None:
        values |= {"step": progress.step, "total": progress.total}
    with store.writing() as db:
        where = f"token = ? AND heartbeat IS ? AND {RUNS}"
        store.change(db, job.id, values, where, (job.token, job.heartbeat))
