"""Background jobs that survive the server, the browser and the terminal.

A job is a row in a list (SQLite under the home folder) and a folder of its own. `tick`
starts what fits on the devices at hand; the worker is a detached process that needs
nobody, and whose work can be cancelled, and resumed from its last checkpoint. The same
jobs can be sent to Slurm. This module is cheap to import; `kinds.KINDS` says what can
run as a job.
"""

from lissnas.jobs.api import (
    cancel,
    folder,
    listed,
    log_path,
    memory,
    read_progress,
    remove,
    result,
    resume,
    show,
    submit,
    sweep,
    tail,
    tick,
    wait,
    work_folder,
)
from lissnas.jobs.devices import slots
from lissnas.jobs.records import ACTIVE, RESUMABLE, STATES, End, Job, Progress, State
from lissnas.jobs.store import StoreError

__all__ = [
    "ACTIVE",
    "RESUMABLE",
    "STATES",
    "End",
    "Job",
    "Progress",
    "State",
    "StoreError",
    "cancel",
    "folder",
    "listed",
    "log_path",
    "memory",
    "read_progress",
    "remove",
    "result",
    "resume",
    "show",
    "slots",
    "submit",
    "sweep",
    "tail",
    "tick",
    "wait",
    "work_folder",
]
