"""The supervisor on a node: ``python -m lissnas.jobs.slurm.node FOLDER``.

It knows no list of jobs, only the folder. Slurm's warning makes it ask the work for a
checkpoint and put itself back into the queue, from where it goes on.
"""

import contextlib
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from lissnas.jobs import folders
from lissnas.jobs.processes import TOKEN
from lissnas.jobs.records import End, Progress
from lissnas.jobs.slurm import commands
from lissnas.jobs.slurm.settings import SlurmSettings
from lissnas.jobs.slurm.submission import NODE
from lissnas.jobs.supervise import Supervisor, Wish
from lissnas.jobs.words import KEPT

ALIVE_SECONDS, END_SECONDS = 2.0, 60.0
FIRST_PORT, PORTS = 20_000, 20_000


class Shared:
    """A supervisor's post on a shared disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._next = 0.0

    def beat(self, progress: Progress | None) -> Wish:
        """Show that the job lives; return whether it is to be cancelled."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + ALIVE_SECONDS
            about = {"time": time.time(), "host": socket.gethostname()}
            about |= {"pid": os.getpid(), "slurm": os.environ.get("SLURM_JOB_ID", "")}
            with contextlib.suppress(OSError):
                folders.write_json(self.folder / folders.ALIVE, about)
        return "cancel" if folders.stop_reason(self.folder) == "cancel" else None

    def ended(self, end: End) -> None:
        """Do nothing: the supervisor has written the end into the folder."""


def command_of(settings: SlurmSettings) -> list[str]:
    """Return the command of the work: one process, or `torchrun`, on all nodes."""
    one, work = settings, "lissnas.jobs.work"
    python = [one.python, "-P", "-m"]
    if one.processes == 1:
        return [*python, work]
    each = f"--nproc_per_node={max(one.gpus, 1)}"
    if one.nodes == 1:
        return [*python, "torch.distributed.run", "--standalone", each, "-m", work]
    number = int(os.environ.get("SLURM_JOB_ID", "0"))
    return [
        *("srun", f"--nodes={one.nodes}", "--ntasks-per-node=1"),
        *("--kill-on-bad-exit=1", *python, "torch.distributed.run"),
        *(f"--nnodes={one.nodes}", each, "--rdzv_backend=c10d"),
        f"--rdzv_endpoint={socket.gethostname()}:{FIRST_PORT + number % PORTS}",
        *(f"--rdzv_id={number}", "-m", work),
    ]


def main() -> int:
    """Run the job in the folder that the command line names."""
    folder = Path(sys.argv[1])
    about = folders.read_json(folder / NODE)
    params = folders.read_json(folder / folders.PARAMS)
    if about is None or params is None:
        print(f"{folder} must hold {NODE} and {folders.PARAMS}", flush=True)
        return 1
    token, settings = about["token"], _settings(about["settings"])
    end = folders.read_end(folder, token)
    if end is not None and end.state == "done":
        return 0
    if folders.stop_reason(folder) == "cancel":
        folders.write_end(folder, token, End("cancelled", f"Cancelled; {KEPT}."))
        return 0
    (folder / folders.STOP).unlink(missing_ok=True)
    stated = {str(k): str(v) for k, v in (params.get("environment") or {}).items()}
    environment = {**os.environ, **stated, TOKEN: token}
    post, command = Shared(folder), command_of(settings)
    supervisor = Supervisor(folder, token, command, environment, post, settings.grace)
    supervisor.on_user_signal = "requeue"
    end = supervisor.run()
    if supervisor.wish == "requeue" and end.state == "lost":
        return _requeue(folder, token, settings)
    return 0 if end.state in ("done", "cancelled") else 1


def _settings(values: dict[str, Any]) -> SlurmSettings:
    """Return the settings that were sent along."""
    lists = {name: tuple(values[name]) for name in ("setup", "options")}
    return SlurmSettings(**(values | lists))


def _requeue(folder: Path, token: str, settings: SlurmSettings) -> int:
    """Put this job back into Slurm's queue, which ends this process."""
    number = os.environ.get("SLURM_JOB_ID", "")
    why = "requeue is off"
    if settings.requeue:
        try:
            (folder / folders.END).unlink(missing_ok=True)
            commands.requeue(number)
            time.sleep(END_SECONDS)
            return 1
        except (OSError, commands.SlurmError) as error:
            why = str(error)
    sentence = f"Its time in Slurm was up and it was not requeued ({why}); {KEPT}."
    folders.write_end(folder, token, End("lost", sentence))
    return 1


if __name__ == "__main__":
    sys.exit(main())
