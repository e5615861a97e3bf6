"""Waiting for jobs, and what they have written."""

import time

from lissnas import jobs


def until(reached, seconds=90, what="it"):
    """Wait until something holds, and return it."""
    end = time.monotonic() + seconds
    while not (found := reached()):
        assert time.monotonic() < end, f"{what} did not happen in {seconds} seconds"
        time.sleep(0.05)
    return found


def numbers(job):
    """Return what a counting job has written."""
    return [int(n) for n in (jobs.work_folder(job) / "numbers").read_text().split()]
