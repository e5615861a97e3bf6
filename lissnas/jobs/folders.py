"""The folder of a job: what is asked, how far it is, how it ended, its log.

``params.json`` is written once, by whoever submits; ``progress.json`` and ``end.json``
by the process that works; ``alive.json`` by its supervisor where the list of jobs is
out of reach; ``stop`` by whoever wants it to stop. All are written whole or not at
all. ``work/`` belongs to the work: checkpoints and results.
"""

import contextlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from lissnas.home import home, write_atomic
from lissnas.jobs.records import End, Progress

Reason = Literal["cancel", "requeue", "interrupted"]
PARAMS, PROGRESS, END = "params.json", "progress.json", "end.json"
ALIVE, STOP, LOG = "alive.json", "stop", "log"


def jobs_dir() -> Path:
    """Return the folder of all jobs."""
    return home() / "jobs"


def folder_of(job: int) -> Path:
    """Return the folder of a job."""
    return jobs_dir() / str(job)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON object whole or not at all, numbers that JSON lacks as null."""
    write_atomic(path, (json.dumps(plain(values), indent=1) + "\n").encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file, None where there is none."""
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def plain(value: Any) -> Any:
    """Return a value as what JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    return value


def write_progress(folder: Path, progress: Progress) -> None:
    """Write how far a job is, often and without waiting for the disk."""
    values = {"step": progress.step, "total": progress.total}
    text = json.dumps(values | {"numbers": plain(progress.numbers)})
    part = folder / f".{PROGRESS}"
    part.write_text(text, encoding="utf-8")
    os.replace(part, folder / PROGRESS)


def read_progress_file(folder: Path) -> Progress | None:
    """Return how far a job says it is, None where it says nothing."""
    values = read_json(folder / PROGRESS)
    try:
        return Progress(**values) if values is not None else None
    except TypeError:
        return None


def write_end(folder: Path, token: str, end: End) -> None:
    """Write how the start with this token ended."""
    values = {"token": token, "state": end.state, "message": end.message}
    write_json(folder / END, values | {"result": dict(end.result)})


def read_end(folder: Path, token: str) -> End | None:
    """Return how the start with this token ended, None where it did not say."""
    values = read_json(folder / END)
    if values is None or values.get("token") != token:
        return None
    try:
        return End(values["state"], values["message"], values["result"])
    except KeyError:
        return None


def ask_to_stop(folder: Path, reason: Reason) -> None:
    """Ask the work in a folder to stop; a wish to cancel outlives other reasons."""
    if reason == "cancel" or not (folder / STOP).exists():
        with contextlib.suppress(FileNotFoundError):
            (folder / STOP).write_text(reason, encoding="utf-8")


def stop_reason(folder: Path) -> str:
    """Return why the work was asked to stop, nothing where it was not."""
    try:
        return (folder / STOP).read_text(encoding="utf-8") or "cancel"
    except OSError:
        return ""
