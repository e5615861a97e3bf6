"""Kinds of jobs for the tests; workers find them through LISSNAS_KINDS."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from lissnas.home import write_atomic
from lissnas.jobs.kinds.base import Kind
from lissnas.work import Stopped


@dataclass(frozen=True, slots=True)
class Steps:
    """Count to a number, a checkpoint each step.

    Parameters
    ----------
    steps
        To which number.
    seconds
        Of each step.
    deaf
        Whether it never asks whether to stop.
    trouble
        What happens at half of the steps.
    """

    steps: int = 20
    seconds: float = 0.02
    deaf: bool = False
    trouble: str = ""


def count(settings, folder, report, stop):
    """Append each number once to a file, with a checkpoint that can lag behind it."""
    folder.mkdir(exist_ok=True)
    path, checkpoint = folder / "numbers", folder / "checkpoint"
    done = int(checkpoint.read_text()) if checkpoint.exists() else 0
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    write_atomic(path, "".join(lines[:done]).encode())  # what no checkpoint knows
    print(f"Going on at {done}", flush=True)
    while done < settings.steps:
        if not settings.deaf and stop():
            raise Stopped
        if settings.trouble and done == settings.steps // 2:
            trouble(settings.trouble, folder)
        with path.open("a") as file:
            file.write(f"{done}\n")
        done += 1
        write_atomic(checkpoint, str(done).encode())
        report(done, settings.steps, {"half": done / 2, "nothing": float("nan")})
        time.sleep(settings.seconds)
    if settings.trouble == "where":
        return {"where": os.getcwd()}
    return {"counted": done, "device": os.environ.get("CUDA_VISIBLE_DEVICES")}


def meet(settings, folder, report, stop):
    """Wait until all processes of `torchrun` are there, and tell who they are."""
    rank, size = os.environ["RANK"], int(os.environ["WORLD_SIZE"])
    write_atomic(folder / f"rank-{rank}", os.environ["SLURMD_NODENAME"].encode())
    while len(found := sorted(folder.glob("rank-*"))) < size:
        if stop():
            raise Stopped
        time.sleep(0.1)
    report(size, size, {})
    return {"nodes": sorted(path.read_text() for path in found)}


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def trouble(what, folder):
    """Get into trouble."""
    if what == "value":
        raise ValueError("steps must be even, got 7")
    if what == "bug":
        raise KeyError("nowhere")
    if what == "disk":
        raise OSError(errno.ENOSPC, "No space left on device", str(folder / "big"))
    if what == "write":
        with (folder / "big").open("wb") as file:
            while True:
                file.write(b"x" * 2**20)
    if what == "memory":
        raise MemoryError
    if what == "cuda":
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
    if what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "talk":
        for number in range(60_000):
            print(f"line {number} " + "x" * 60)
    if what == "child":
        code = "import time; time.sleep(600)"
        child = subprocess.Popen([sys.executable, "-c", code])
        (folder / "child").write_text(str(child.pid))


KINDS = {
    "steps": Kind("Count", Steps, count, gpu=True),
    "meet": Kind("Meet", Steps, meet, gpu=True, distributed=True),
    "many": Kind("Count together", Steps, count, gpu=True, distributed=True),
}
