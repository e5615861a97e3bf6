"""Logs with a bound: two files, of which the older is dropped; read from the end."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lissnas.jobs.folders import LOG

LOG_BYTES = 2**20  # of each of the two files
TAIL_BYTES = 2**16
POLL_SECONDS = 0.5


class BoundedLog:
    """A log file of at most twice `limit` bytes, whatever is written to it.

    A full disk loses lines, never the job.
    """

    def __init__(self, folder: Path, limit: int = LOG_BYTES) -> None:
        self.path = folder / LOG
        self.limit = limit

    def write(self, content: bytes) -> None:
        """Append to the log, turning it over when it is full."""
        with contextlib.suppress(OSError):
            for start in range(0, len(content), self.limit):
                self._append(content[start : start + self.limit])

    def say(self, sentence: str) -> None:
        """Append a line with the time."""
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        self.write(f"[{now}] {sentence}\n".encode())

    def _append(self, content: bytes) -> None:
        """Append at most `limit` bytes."""
        with contextlib.suppress(FileNotFoundError):
            if self.path.stat().st_size + len(content) > self.limit:
                os.replace(self.path, older(self.path))
        with self.path.open("ab") as file:
            file.write(content)


def older(path: Path) -> Path:
    """Return the path of the log before."""
    return path.with_name(f"{path.name}.1")


def tail(folder: Path, most: int = TAIL_BYTES) -> str:
    """Return the last bytes of a log as text, from the beginning of a line on."""
    if most < 1:
        raise ValueError(f"bytes must be 1 or more, got {most}")
    newer, before = _last(folder / LOG, most + 1), b""
    if len(newer) <= most:
        before = _last(older(folder / LOG), most + 1 - len(newer))
    content = before + newer
    if len(content) > most:
        content = content[-most:]
        start = content.find(b"\n") + 1
        content = content[start:]
    return content.decode("utf-8", errors="replace")


def _last(path: Path, most: int) -> bytes:
    """Return at most so many bytes from the end of a file, none where there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - most, 0))
            return file.read(most)
    except FileNotFoundError:
        return b""


def follow(
    folder: Path, ended: Callable[[], bool], most: int = TAIL_BYTES
) -> Iterator[str]:
    """Yield the end of a log, then what is added to it until the job has ended."""
    path = folder / LOG
    size, number = _about(path)
    place = max(size - most, 0)
    while True:
        last = ended()
        size, now = _about(path)
        if now != number and number:
            yield _from(older(path), place).decode("utf-8", errors="replace")
        place, number = (place if now == number or not number else 0), now
        added = _from(path, place)
        place += len(added)
        if added:
            yield added.decode("utf-8", errors="replace")
        if last:
            return
        time.sleep(POLL_SECONDS)


def _about(path: Path) -> tuple[int, int]:
    """Return a file's size and its number on the disk, zeros where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_size, found.st_ino


def _from(path: Path, place: int) -> bytes:
    """Return what a file holds from a place on."""
    try:
        with path.open("rb") as file:
            file.seek(place)
            return file.read()
    except FileNotFoundError:
        return b""


def duration(seconds: float) -> str:
    """Return a duration for readers, such as ``40 s``, ``12 min`` or ``3.5 h``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
