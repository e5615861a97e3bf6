"""Submit jobs to Slurm: one as it is, several as one array."""

import os
import secrets
import shlex
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from lissnas.home import home
from lissnas.jobs import folders, store
from lissnas.jobs.folders import folder_of, jobs_dir
from lissnas.jobs.records import Job
from lissnas.jobs.slurm import commands
from lissnas.jobs.slurm.settings import SlurmSettings

NODE, TASKS = "slurm.json", "slurm-tasks.txt"
PREFIX = "lissnas-"


def send(jobs: Sequence[Job], settings: SlurmSettings) -> None:
    """Submit listed jobs of one kind; several become the tasks of one array.

    Raises
    ------
    ValueError
        If Slurm is not there or refuses; the jobs are then listed as failed.
    """
    secret = secrets.token_hex(8)
    fitting = _fitting(jobs[0].kind, settings)
    _name(jobs, secret)
    for task, job in enumerate(jobs):
        about = {"token": f"{secret}.{task}", "settings": asdict(fitting)}
        folders.write_json(folder_of(job.id) / NODE, about)
    try:
        number = commands.submit(
            script(jobs, fitting), options(secret, len(jobs), fitting)
        )
    except commands.SlurmError as error:
        _refused(jobs, str(error))
        raise
    with store.writing() as db:
        for task, job in enumerate(jobs):
            name = f"{number}_{task}" if len(jobs) > 1 else number
            about = {"slurm_id": name, "message": "Queued in Slurm."}
            store.change(db, job.id, about)


def _fitting(kind: str, settings: SlurmSettings) -> SlurmSettings:
    """Return what a kind can use: no GPU where it needs none, one node but for many."""
    from lissnas.jobs.kinds import kind_of

    about = kind_of(kind)
    gpus = settings.gpus if about.gpu else 0
    if not about.distributed:
        return replace(settings, gpus=min(gpus, 1), nodes=1)
    return replace(settings, gpus=gpus)


def _name(jobs: Sequence[Job], secret: str) -> None:
    """Store under which name jobs are about to be submitted, before they are."""
    with store.writing() as db:
        for task, job in enumerate(jobs):
            about = {"token": f"{secret}.{task}", "reserved": time.time()}
            about |= {"slot": "slurm", "message": "Being submitted to Slurm."}
            store.change(db, job.id, about)


def _refused(jobs: Sequence[Job], sentence: str) -> None:
    """Store that Slurm did not take jobs."""
    with store.writing() as db:
        for job in jobs:
            about = {"state": "failed", "message": f"{sentence}.", "ended": time.time()}
            store.change(db, job.id, about)


def options(secret: str, count: int, settings: SlurmSettings) -> list[str]:
    """Return the options of `sbatch`."""
    one = settings
    stated = {
        "job-name": f"{PREFIX}{secret}",
        "output": "/dev/null",  # the script sends its output into the job's log
        "chdir": _path(jobs_dir()),
        "nodes": one.nodes,
        "ntasks-per-node": 1,
        "cpus-per-task": one.cpus,
        "gres": f"gpu:{one.gpus}" if one.gpus else "",
        "mem": one.memory,
        "time": one.time,
        "partition": one.partition,
        "account": one.account,
        "qos": one.qos,
        "signal": f"B:USR1@{one.warn}" if one.warn else "",
    }
    found = [f"--{name}={value}" for name, value in stated.items() if value]
    found.append("--requeue" if one.requeue else "--no-requeue")
    if count > 1:
        most = f"%{one.parallel}" if one.parallel else ""
        found.append(f"--array=0-{count - 1}{most}")
    return [*found, *one.options]


def script(jobs: Sequence[Job], settings: SlurmSettings) -> str:
    """Return the script that runs on the first node; it becomes the supervisor.

    The lines of `setup` and the supervisor write into the log of the job.
    """
    folder = shlex.quote(_path(folder_of(jobs[0].id)))
    if len(jobs) > 1:
        tasks = folder_of(jobs[0].id) / TASKS
        tasks.write_text("".join(f"{_path(folder_of(j.id))}\n" for j in jobs))
        line = '"$((SLURM_ARRAY_TASK_ID + 1))p"'
        folder = f'"$(sed -n {line} {shlex.quote(_path(tasks))})"'
    lines = [
        "#!/bin/bash",
        f"folder={folder}",
        'exec >>"$folder/log" 2>&1',
        f"export LISSNAS_HOME={shlex.quote(_path(home()))}",
        *settings.setup,
        f'exec {shlex.quote(settings.python)} -P -m lissnas.jobs.slurm.node "$folder"',
    ]
    return "\n".join(lines) + "\n"


def _path(path: Path) -> str:
    """Return an absolute path, without resolving links that nodes see differently."""
    return os.path.abspath(path)
