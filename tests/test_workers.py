"""Processes that compute end with the one that asked, and with the block."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lissnas.workers import workers

ASKER = """
import os, time
from lissnas.workers import workers

if __name__ == "__main__":
    with workers(2) as pool:
        print(*{pool.submit(os.getpid).result()}, flush=True)
        print(*pool._processes, flush=True)
        pool.submit(time.sleep, 600).result()
"""
LONGEST = 60  # seconds until the test gives up


def gone(pid):
    """Return whether a process ended; one that nobody waited for has."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_when_their_asker_is_killed(sent, tmp_path):
    """A killed command leaves nothing behind that computes what nobody will read."""
    script = tmp_path / "asker.py"
    script.write_text(ASKER)
    command = [sys.executable, script]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as asker:
        asker.stdout.readline()
        pids = [int(pid) for pid in asker.stdout.readline().split()]
        assert pids and not any(map(gone, pids))
        asker.send_signal(sent)
    end = time.monotonic() + LONGEST
    while not all(map(gone, pids)):
        assert time.monotonic() < end, "workers outlived the process that asked"
        time.sleep(0.05)


def test_workers_end_with_the_block_whatever_they_do():
    """Leaving the block stops work that would take long; nothing is waited for."""
    with workers(1) as pool:
        pool.submit(os.getpid).result()
        pool.submit(time.sleep, 600)
        (pid,) = pool._processes
    assert gone(pid)
