"""What can be asked of a listed job: to stop, to go on, to be forgotten."""

import contextlib
import shutil
import time
from typing import Any

from lissnas.jobs import folders, queue, store
from lissnas.jobs.folders import folder_of, jobs_dir
from lissnas.jobs.processes import end_all, host
from lissnas.jobs.records import Job


def cancel(job: int) -> Job:
    """Ask a job to stop and return it; it is ended by force if it takes too long.

    Raises
    ------
    ValueError
        If there is no such job, or it has ended.
    """
    now = time.time()
    with store.writing() as db:
        one = store.one(db, job)
        if not one.active:
            raise ValueError(f"job {job} must be queued or running, it is {one.state}")
        if one.state == "queued" and not one.slurm_id:
            about = {"state": "cancelled", "message": "Cancelled before it began."}
            store.change(db, job, about | {"cancel_asked": now, "ended": now})
        elif one.state != "cancelling":
            about = {"state": "cancelling", "message": "Asked to stop."}
            store.change(db, job, about | {"cancel_asked": now})
        found = store.one(db, job)
    if found.state == "cancelling":
        folders.ask_to_stop(folder_of(job), "cancel")
    return found


def go_on(job: int, device: str | None = None) -> Job:
    """Put a job into the list that goes on with one that ended too early.

    Raises
    ------
    ValueError
        If there is no such job, it is done or active, or another goes on with it.
    """
    one = queue.show(job)
    if not one.resumable:
        raise ValueError(
            f"job {job} must be cancelled, failed or lost to be resumed, "
            f"it is {one.state}"
        )
    if one.state == "lost" and one.host == host():
        end_all(one.token)
    values: dict[str, Any] = {
        "kind": one.kind,
        "title": one.title,
        "device": device or one.device,
    }
    values |= {"parent": one.parent, "engine": one.engine, "resumed_from": job}
    return queue.insert(values, one.settings, one.work)


def remove(job: int) -> None:
    """Forget a job that has ended, and remove its folder.

    Its working folder stays for as long as another job is listed that works in it.

    Raises
    ------
    ValueError
        If there is no such job, or it is active.
    """
    with store.writing() as db:
        one = store.one(db, job)
        if one.active:
            raise ValueError(f"job {job} must have ended to be removed, cancel it")
        db.execute("DELETE FROM job WHERE id = ?", (job,))
        users = store.select(db, "work = ?", (one.work,))
        owner = int(one.work.partition("/")[0] or job)
        kept = bool(store.select(db, "id = ?", (owner,)))
    if one.state == "lost" and one.host == host():
        end_all(one.token)
    if not users and owner != job:
        shutil.rmtree(jobs_dir() / one.work, ignore_errors=True)
        if not kept:
            shutil.rmtree(folder_of(owner), ignore_errors=True)
    _clear(job, keep_work=bool(users) and owner == job)


def _clear(job: int, keep_work: bool) -> None:
    """Remove a job's folder, or all in it but its working folder."""
    folder = folder_of(job)
    if not keep_work:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.name != "work":
            with contextlib.suppress(OSError):
                path.unlink()
