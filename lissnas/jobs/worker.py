"""The supervisor of a job on this machine: ``python -m lissnas.jobs.worker ID``."""

import json
import os
import sys
import time

from lissnas.home import home
from lissnas.jobs import queue, store
from lissnas.jobs.devices import visible
from lissnas.jobs.folders import PARAMS, folder_of, jobs_dir, plain, read_json
from lissnas.jobs.processes import TOKEN, born, host, module_command
from lissnas.jobs.records import End, Job, Progress
from lissnas.jobs.supervise import GRACE_SECONDS, Supervisor, Wish

TICK_SECONDS = 10.0
TELL_SECONDS = 600.0


class Listed:
    """A supervisor's post in the list of jobs."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._ticked = time.monotonic()

    def beat(self, progress: Progress | None) -> Wish:
        """Write the heartbeat and progress; return why to stop, if so."""
        try:
            wish = _beat(self.job, progress)
            if time.monotonic() - self._ticked > TICK_SECONDS:
                self._ticked = time.monotonic()
                queue.tick()
        except ValueError:
            return None  # the list is out of reach; the work goes on
        return wish

    def ended(self, end: End) -> None:
        """Write how it ended, as soon as the list can be written, and tick."""
        last = time.monotonic() + TELL_SECONDS
        while time.monotonic() < last:
            try:
                queue.close(self.job, end)
                queue.tick()
                return
            except ValueError as error:
                print(error, file=sys.stderr, flush=True)
                time.sleep(1.0)


def _beat(job: Job, progress: Progress | None) -> Wish:
    """Write a heartbeat; one that was given up takes its place again if it can."""
    values: dict[str, object] = {"heartbeat": time.time()}
    if progress is not None:
        values |= {"step": progress.step, "total": progress.total}
        values |= {"numbers": json.dumps(plain(progress.numbers))}
    with store.writing() as db:
        mine = "token = ? AND state IN ('running', 'cancelling')"
        if not store.change(db, job.id, values, mine, (job.token,)):
            values |= {"state": "running", "message": "Running again.", "ended": None}
            free = (
                "token = ? AND state = 'lost' AND NOT EXISTS (SELECT 1 FROM job o "
                "WHERE o.work = job.work AND o.id > job.id)"
            )
            if not store.change(db, job.id, values, free, (job.token,)):
                return "cancel"  # it was removed, or another job goes on with it
        state = store.one(db, job.id).state
    return "cancel" if state == "cancelling" else None


def claim(number: int, token: str) -> Job | None:
    """Return the job, now this process's; None if it is not to be started by it."""
    about = {
        "state": "running",
        "message": "Running.",
        "host": host(),
        "pid": os.getpid(),
        "born": born(os.getpid()),
        "started": time.time(),
        "heartbeat": time.time(),
    }
    with store.writing() as db:
        if not store.change(
            db, number, about, "state = 'queued' AND token = ?", (token,)
        ):
            return None
        return store.one(db, number)


def command_of(job: Job) -> list[str]:
    """Return the command of a job's work: several processes on several GPUs."""
    count = len(job.slot.split(","))
    if count == 1:
        return module_command("lissnas.jobs.work")
    return [
        *module_command("torch.distributed.run", "--standalone"),
        *(f"--nproc_per_node={count}", "-m", "lissnas.jobs.work"),
    ]


def environment_of(job: Job) -> dict[str, str]:
    """Return the environment of a job's work: that of who submitted, and its slot."""
    params = read_json(folder_of(job.id) / PARAMS) or {}
    stated = {str(k): str(v) for k, v in (params.get("environment") or {}).items()}
    own = {"CUDA_VISIBLE_DEVICES": visible(job.slot), TOKEN: job.token}
    return {**os.environ, **stated, **own}


def main() -> int:
    """Run the job that the command line names, if it is to be started."""
    number = int(sys.argv[1])
    os.environ["LISSNAS_HOME"] = str(home().resolve())
    os.chdir(jobs_dir())
    token = sys.argv[2] if len(sys.argv) > 2 else queue.reserve(number)
    job = claim(number, token) if token else None
    if job is None:
        print(f"Job {number} is not to be started, or its device is busy.", flush=True)
        return 1
    os.environ[TOKEN] = job.token
    grace = float(os.environ.get("LISSNAS_GRACE", GRACE_SECONDS))
    folder = folder_of(job.id)
    Supervisor(
        folder, job.token, command_of(job), environment_of(job), Listed(job), grace
    ).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
