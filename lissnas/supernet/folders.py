"""Folders of long work: what they hold is told by ``settings.json``."""

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lissnas import __version__
from lissnas.home import write_atomic
from lissnas.runs import json_bytes
from lissnas.supernet.settings import settings_dict

SETTINGS, RESULT, LOG = "settings.json", "result.json", "log.jsonl"
VISITS = "visits.json"
FREE = {"processes", "threads", "device", "every", "table"}  # may differ when resumed


def claim(folder: Path, kind: str, settings: Any, free: set[str] | None = None) -> None:
    """Begin work in a folder, or go on with the same work.

    Raises
    ------
    ValueError
        If the folder holds work of another kind, or with other settings.
    """
    values = settings_dict(settings)
    known = _read(folder / SETTINGS)
    if known is None:
        about = {"kind": kind, "settings": values, "versions": versions()}
        write_atomic(folder / SETTINGS, json_bytes(about))
        return
    if known.get("kind") != kind:
        raise ValueError(
            f"folder {folder} must be new or hold work of the kind {kind}, got "
            f"{known.get('kind')}"
        )
    told, free = known.get("settings", {}), FREE | (free or set())
    for name, value in values.items():
        if name in free or _same(told.get(name), json.loads(json.dumps(value))):
            continue
        raise ValueError(
            f"{name} must be {told.get(name)!r} to go on in {folder}, got {value!r}"
        )


def _same(told: Any, value: Any) -> bool:
    """Return whether a setting is as it was told, but for what is newer than that."""
    if isinstance(told, dict) and isinstance(value, dict):
        return all(value.get(name) == old for name, old in told.items())
    return bool(told == value)


def settings_in(folder: Path, kind: str) -> dict[str, Any]:
    """Return the settings of work in a folder; ValueError if there is none such."""
    known = _read(folder / SETTINGS)
    if known is None or known.get("kind") != kind:
        raise ValueError(
            f"{folder} must be the folder of work of the kind {kind}, got "
            f"{'nothing' if known is None else known.get('kind')}"
        )
    found: dict[str, Any] = known["settings"]
    return found


def result_in(folder: Path, name: str = RESULT) -> dict[str, Any] | None:
    """Return what finished work wrote, None if it is not finished."""
    return _read(folder / name)


def write_result(folder: Path, values: Mapping[str, Any]) -> None:
    """Write what work came to, which says that it is finished."""
    write_atomic(folder / RESULT, json_bytes(values))


def versions() -> dict[str, str]:
    """Return the versions that numbers may depend on."""
    found = {"lissnas": __version__, "python": platform.python_version()}
    return found | {name: version(name) for name in ("numpy", "torch")}


def append(path: Path, values: Mapping[str, Any]) -> None:
    """Add a line of JSON to a file, on a new line if the last was cut off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(dict(values)).encode() + b"\n"
    try:
        with path.open("ab+") as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
    except OSError as error:
        raise ValueError(f"{path} cannot be written ({error.strerror})") from error


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON objects of a file, without lines that were cut off."""
    found = []
    for line in path.read_text().splitlines() if path.is_file() else []:
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict):
            found.append(values)
    return found


def _read(path: Path) -> dict[str, Any] | None:
    """Return a JSON object, None if there is no file."""
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} must hold JSON, got: {error}") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path} must hold a JSON object, got {type(values)}")
    return values
