"""Find out how jobs in Slurm are, and write it into the list of jobs."""

import json
import time
from collections.abc import Mapping
from typing import Any

from lissnas.jobs import folders, store
from lissnas.jobs.folders import folder_of, jobs_dir
from lissnas.jobs.records import End, Job
from lissnas.jobs.slurm import commands
from lissnas.jobs.slurm.commands import Seen
from lissnas.jobs.slurm.settings import SlurmSettings, load
from lissnas.jobs.slurm.submission import PREFIX
from lissnas.jobs.words import KEPT

WAITING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED"}
WAITING |= {"SPECIAL_EXIT", "RESV_DEL_HOLD", "SUSPENDED", "STOPPED"}
RUNNING = {"RUNNING", "COMPLETING", "STAGE_OUT", "SIGNALING", "RESIZING"}
ENDS: dict[str, End] = {
    "CANCELLED": End("cancelled", f"Cancelled in Slurm; {KEPT}."),
    "TIMEOUT": End("lost", f"Its time in Slurm was up; {KEPT}."),
    "OUT_OF_MEMORY": End("failed", f"There was not enough memory; {KEPT}."),
    "NODE_FAIL": End("lost", f"Its node failed; {KEPT}."),
    "BOOT_FAIL": End("lost", "Its node did not start; the job can be resumed."),
    "PREEMPTED": End("lost", f"Another job took its place in Slurm; {KEPT}."),
    "DEADLINE": End("lost", f"Its deadline in Slurm was reached; {KEPT}."),
}
STALE_SECONDS, LAG_SECONDS, SUBMIT_SECONDS = 120.0, 10.0, 120.0
ACTIVE = "engine = 'slurm' AND state IN ('queued', 'running', 'cancelling')"


def watch(at_once: bool = False) -> None:
    """Bring all listed jobs that are in Slurm up to date, every few seconds at most."""
    with store.reading() as db:
        jobs = store.select(db, ACTIVE)
    if not jobs:
        return
    try:
        settings = load()
    except ValueError:
        settings = SlurmSettings()
    if not at_once and not _due(settings.poll):
        return
    try:
        seen = {one.id: one for one in commands.queue()}
    except commands.SlurmError:
        seen = {}
    for job in jobs:
        if not job.slurm_id:
            _adopt(job, seen)
            continue
        found = seen.get(job.slurm_id) or commands.details(job.slurm_id)
        if job.state == "cancelling":
            _press(job, found, settings.grace)
        _fold(job, found)


def _due(poll: float) -> bool:
    """Return whether Slurm was not asked for a while, by any process."""
    path = jobs_dir() / ".slurm-asked"
    try:
        if 0 <= time.time() - path.stat().st_mtime < poll:
            return False
    except FileNotFoundError:
        pass
    path.touch()
    return True


def _adopt(job: Job, seen: Mapping[str, Seen]) -> None:
    """Find a job whose submitter was ended before it could write its number."""
    secret, _, task = job.token.partition(".")
    names = [one.id for one in seen.values() if one.name == f"{PREFIX}{secret}"]
    mine = [name for name in names if name.partition("_")[2] in ("", task)]
    with store.writing() as db:
        if mine:
            store.change(db, job.id, {"slurm_id": mine[0]}, "slurm_id = ''")
        elif time.time() - (job.reserved or job.submitted) > SUBMIT_SECONDS:
            about = {"state": "failed", "message": "It was not submitted to Slurm."}
            about |= {"ended": str(time.time())}
            store.change(db, job.id, about, "slurm_id = '' AND state = 'queued'")


def _press(job: Job, found: Seen | None, grace: float) -> None:
    """End a cancelled job that waits, or does not stop by itself."""
    late = time.time() - (job.cancel_asked or 0) > grace + 2 * LAG_SECONDS
    waits = found is not None and found.state in WAITING
    if waits or late:
        try:
            commands.cancel(job.slurm_id)
        except commands.SlurmError:
            return  # it has ended, or Slurm does not answer; the next look tells


def _fold(job: Job, found: Seen | None) -> None:
    """Write what is known of a job into the list."""
    folder = folder_of(job.id)
    end, alive = folders.read_end(folder, job.token), _alive(job)
    state = found.state if found is not None else ""
    progress = folders.read_progress_file(folder)
    values: dict[str, Any] = {}
    if progress is not None:
        values |= {"step": progress.step, "total": progress.total}
        values |= {"numbers": json.dumps(folders.plain(progress.numbers))}
    if alive:
        values |= {"heartbeat": alive["time"], "host": str(alive["host"])}
        values |= {"started": job.started or alive["time"]}
    if end is not None and end.state != "lost":
        values |= _closed(job, end)
    elif state in WAITING:
        reason = f" ({found.reason})" if found and found.reason != "None" else ""
        values |= _now(job, "queued", f"Queued in Slurm{reason}.")
    elif state in RUNNING or (not state and _fresh(alive, STALE_SECONDS)):
        values |= {"started": job.started or time.time()}
        values |= _now(job, "running", "Running in Slurm.")
    elif end is not None:
        values |= _closed(job, ENDS.get(state, end))
    elif not _fresh(alive, LAG_SECONDS):
        values |= _closed(job, _unsaid(state))
    if values:
        with store.writing() as db:
            where = f"token = ? AND {ACTIVE}"
            store.change(db, job.id, values, where, (job.token,))


def _now(job: Job, state: str, message: str) -> dict[str, Any]:
    """Return the columns of a job that goes on; one being cancelled stays so."""
    return {} if job.state == "cancelling" else {"state": state, "message": message}


def _closed(job: Job, end: End) -> dict[str, Any]:
    """Return the columns of a job that has ended."""
    state, message = end.state, end.message
    if job.state == "cancelling" and state in ("lost", "failed"):
        state, message = "cancelled", f"Cancelled; {KEPT}."
    return {"state": state, "message": message, "ended": time.time()}


def _unsaid(state: str) -> End:
    """Return how a job ended that did not say so itself."""
    if state in ENDS:
        return ENDS[state]
    if state:
        return End("failed", f"Slurm says {state} and it left no result; see the log.")
    return End("lost", f"Slurm does not know it any more; {KEPT}.")


def _alive(job: Job) -> dict[str, Any]:
    """Return when and where a job was last alive, nothing before it ran."""
    values = folders.read_json(folder_of(job.id) / folders.ALIVE) or {}
    there = isinstance(values.get("time"), float) and "host" in values
    return values if there else {}


def _fresh(alive: Mapping[str, Any], seconds: float) -> bool:
    """Return whether a job was alive a short while ago."""
    return bool(alive) and time.time() - alive["time"] < seconds
