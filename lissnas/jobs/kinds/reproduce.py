"""The reproduction study: unit by unit, then its report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lissnas.jobs.kinds.base import Kind
from lissnas.reproduce import (
    StudySettings,
    execute,
    missing,
    stored,
    units,
    write,
)
from lissnas.work import Report, Stop, Stopped


@dataclass(frozen=True, slots=True)
class ReproduceSettings:
    """The reproduction study as a job.

    Parameters
    ----------
    study
        How much is computed.
    out
        The report's folder; empty means the job's own.
    processes
        Processes to use.
    command
        The command that gives the same numbers, for the report.
    """

    study: StudySettings = field(default_factory=StudySettings)
    out: str = ""
    processes: int = 1
    command: str = "lissnas reproduce"

    def __post_init__(self) -> None:
        if self.processes < 1:
            raise ValueError(f"processes must be at least 1, got {self.processes}")


def run(
    settings: ReproduceSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Compute the units that are missing, and write the report."""

    def check(sentence: str = "") -> None:
        if sentence:
            print(sentence, flush=True)
        if stop():
            raise Stopped

    out = Path(settings.out) if settings.out else folder
    study, cache = settings.study, out / "cache"
    everything = units(study)
    todo = missing(everything, study, cache)
    done, total = len(everything) - len(todo), len(everything)
    report(done, total, {})
    steps = execute(todo, study, cache, settings.processes, check)
    for now, _ in enumerate(steps, start=done + 1):
        report(now, total, {})
        if stop() and now < total:
            steps.close()
            raise Stopped
    found = [stored(unit, study, cache) for unit in everything]
    records = [record for record in found if record is not None]
    return {"page": str(write(records, study, out, settings.command))}


def _describe(settings: ReproduceSettings) -> str:
    study = settings.study
    where = ", ".join(study.spaces) or "all spaces"
    return f"Reproduction study of {where}, {study.seeds} seeds"


REPRODUCE = Kind("Reproduction study", ReproduceSettings, run, _describe)
