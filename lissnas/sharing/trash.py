"""Deleted runs, which can be taken back until the trash is emptied.

Deleting and restoring rename a folder, so a run is in one place, whole, at any time.
"""

import os
import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lissnas import runs
from lissnas.home import home, runs_dir

DAYS = 30
STAMP = "%Y%m%d%H%M%S"
FOLDER = re.compile(r"(\d{14})-[0-9a-f]{6}-([a-z0-9][a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Trashed:
    """A deleted run: its name, when it was deleted, and its folder in the trash."""

    name: str
    deleted: datetime
    path: Path


def trash_dir() -> Path:
    """Return the folder of deleted runs."""
    return home() / "trash"


def delete(name: str) -> Trashed:
    """Move a run to the trash, also a damaged one; what lay there too long is removed.

    Raises
    ------
    ValueError
        If there is no folder of that name.
    """
    path = runs_dir() / name
    if not runs.NAME.fullmatch(name) or not path.is_dir() or path.is_symlink():
        raise ValueError(f"run must be one that `lissnas runs` lists, got {name!r}")
    now = datetime.now(UTC).replace(microsecond=0)
    folder = f"{now.strftime(STAMP)}-{secrets.token_hex(3)}-{name}"
    trash_dir().mkdir(parents=True, exist_ok=True)
    os.rename(path, trash_dir() / folder)
    empty(DAYS)
    return Trashed(name, now, trash_dir() / folder)


def trashed() -> list[Trashed]:
    """Return the deleted runs, the last deleted first."""
    found = []
    for path in trash_dir().glob("*"):
        match = FOLDER.fullmatch(path.name)
        if match and path.is_dir():
            deleted = datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)
            found.append(Trashed(match[2], deleted, path))
    return sorted(found, key=lambda one: (one.deleted, one.path.name), reverse=True)


def restore(name: str) -> str:
    """Take the last deleted run of that name back, and return its name now.

    Raises
    ------
    ValueError
        If the trash holds none of that name.
    """
    known = [one for one in trashed() if one.name == name]
    if not known:
        raise ValueError(f"run must be one that is in the trash, got {name!r}")
    return move_in(known[0].path, name)


def empty(days: float = 0) -> int:
    """Remove for good what was deleted `days` ago or earlier; return how many."""
    limit = datetime.now(UTC) - timedelta(days=days)
    old = [one for one in trashed() if one.deleted <= limit]
    for one in old:
        shutil.rmtree(one.path)
    return len(old)


def move_in(path: Path, name: str) -> str:
    """Make the folder `path` a run of that name, or of a new one if that is taken."""
    runs_dir().mkdir(parents=True, exist_ok=True)
    wanted = free_name(name)
    os.rename(path, runs_dir() / wanted)
    return wanted


def free_name(name: str) -> str:
    """Return `name`, or with the first number behind it that no run has."""
    wanted, count = name, 1
    while os.path.lexists(runs_dir() / wanted):
        count += 1
        tail = f"-{count}"
        wanted = name[: 100 - len(tail)] + tail
    return wanted
