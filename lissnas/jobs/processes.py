"""Processes: told apart by number *and* creation time, started detached, ended whole.

A process number is used again by the system, a number with a creation time is not. All
processes of a job carry its token in their environment, so that nothing else is ever
ended in its place.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import psutil

TOKEN = "LISSNAS_JOB"
SAME_SECONDS = 2.0  # clocks are set, processes are not born again so fast
PACKAGE = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def host() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def born(pid: int) -> float | None:
    """Return when a living process was created, None where there is none."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.Error:
        return None


def is_alive(pid: int | None, created: float | None) -> bool:
    """Return whether the process of that number and creation time lives."""
    if pid is None or created is None:
        return False
    found = born(pid)
    return found is not None and abs(found - created) < SAME_SECONDS


def memory(pid: int | None, created: float | None) -> int:
    """Return the bytes in memory of a process and its children, 0 if it is gone."""
    if pid is None or not is_alive(pid, created):
        return 0
    total = 0
    with contextlib.suppress(psutil.Error):
        worker = psutil.Process(pid)
        for process in (worker, *worker.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += int(process.memory_info().rss)
    return total


def carrying(token: str) -> list[psutil.Process]:
    """Return the processes of this user that carry a token."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(TOKEN) == token:
                found.append(process)
    return found


def end_all(token: str, number: int = signal.SIGKILL) -> int:
    """Send a signal to all processes that carry a token; return to how many."""
    if not token:
        return 0
    found = [process for process in carrying(token) if process.pid != os.getpid()]
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)
    return len(found)


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of ours.

    ``-P`` keeps modules in the working directory from hiding those of Python.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def with_package(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which this package can be imported."""
    paths = [str(PACKAGE), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def detach(
    command: Sequence[str], environment: Mapping[str, str], log: Path, cwd: Path
) -> int:
    """Start a process that survives this one, its terminal and its session."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            env=with_package(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # leave no zombie
    return process.pid
