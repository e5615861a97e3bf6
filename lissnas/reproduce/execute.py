"""Compute the units of a study that are not in its cache, in one or several processes.

Every unit is one file, written whole when it is done; so a study that was interrupted
goes on after the last file, and its numbers are those of one that was not.
"""

import json
from collections.abc import Generator, Sequence
from concurrent.futures import wait
from dataclasses import asdict
from pathlib import Path
from time import process_time
from typing import Any

from lissnas.home import write_atomic
from lissnas.reproduce.searches import searched
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.units import Unit, file_name, groups, search_queries
from lissnas.reproduce.work import Progress, Record, opened, shrunk, surveyed
from lissnas.runs import json_bytes
from lissnas.workers import workers

POLL = 0.5  # seconds between two looks for files that other processes wrote


def stored(unit: Unit, settings: StudySettings, cache: Path) -> Record | None:
    """Return a unit's record, None where it is missing or damaged."""
    try:
        record: Record = json.loads((cache / file_name(unit, settings)).read_bytes())
        assert isinstance(record["unit"], dict)
    except (OSError, ValueError, KeyError, TypeError, AssertionError):
        return None
    return record


def missing(found: Sequence[Unit], settings: StudySettings, cache: Path) -> list[Unit]:
    """Return the units that have no file yet, in order."""
    return [unit for unit in found if stored(unit, settings, cache) is None]


def execute(
    todo: Sequence[Unit],
    settings: StudySettings,
    cache: Path,
    processes: int = 1,
    progress: Progress = lambda _: None,
) -> Generator[Unit, None, None]:
    """Yield each unit as soon as its file is there.

    The caller may stop at any time, or raise in `progress`. With several processes
    the order differs, the numbers do not, and `progress` is called without words.

    Raises
    ------
    ValueError
        If `processes` is less than 1.
    """
    if processes < 1:
        raise ValueError(f"processes must be at least 1, got {processes}")
    parts = groups(todo)
    if processes > 1 and len(parts) > 1:
        yield from _in_processes(parts, settings, cache, processes, progress)
        return
    for part in parts:
        yield from compute(part, settings, cache, progress)


def compute(
    part: Sequence[Unit], settings: StudySettings, cache: Path, progress: Progress
) -> Generator[Unit, None, None]:
    """Yield the units of a group after writing each; they share one predictor."""
    at = None
    for unit in part:
        start = process_time()
        progress(f"{unit.space} {unit.task} {unit.label or unit.part} {unit.seed}")
        if unit.part == "locality":
            record = surveyed(unit, settings, progress)
        else:
            at = at or opened(unit, settings)  # its time is that of the first unit
            if unit.part == "search":
                queries = search_queries(at.bench.space, settings)
                record = {"unit": asdict(unit), "about": at.about}
                made = at.made.get((unit.label, unit.size, unit.queries))
                record["search"] = searched(unit, at.bench, queries, progress, made)
            else:
                record = shrunk(unit, at, progress)
        record["cpu_seconds"] = process_time() - start
        write_atomic(cache / file_name(unit, settings), json_bytes(record))
        yield unit


def _in_processes(
    parts: list[list[Unit]],
    settings: StudySettings,
    cache: Path,
    processes: int,
    progress: Progress,
) -> Generator[Unit, None, None]:
    """Yield units as processes write their files."""
    units = [unit for part in parts for unit in part]
    left = {cache / file_name(unit, settings): unit for unit in units}
    with workers(processes) as pool:
        pending: set[Any] = {
            pool.submit(_group, part, settings, cache) for part in parts
        }
        while pending:
            done, pending = wait(pending, timeout=POLL)
            progress("")
            yield from [left.pop(path) for path in list(left) if path.is_file()]
            for future in done:
                future.result()


def _group(part: list[Unit], settings: StudySettings, cache: Path) -> None:
    """Compute a group of units in a process of its own."""
    for _ in compute(part, settings, cache, lambda _: None):
        pass
