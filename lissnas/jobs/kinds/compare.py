"""Comparisons of methods: every cell is stored, so a stop loses one at most."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lissnas.comparison import (
    Comparison,
    cells,
    execute,
    missing,
    remember,
)
from lissnas.jobs.kinds.base import Kind
from lissnas.work import Report, Stop, Stopped


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """A comparison as a job.

    Parameters
    ----------
    comparison
        What is compared.
    processes
        Processes to use.
    """

    comparison: Comparison
    processes: int = 1

    def __post_init__(self) -> None:
        if self.processes < 1:
            raise ValueError(f"processes must be at least 1, got {self.processes}")


def run(
    settings: CompareSettings, _folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Compute the cells that a comparison lacks."""

    def check(sentence: str = "") -> None:
        if sentence:
            print(sentence, flush=True)
        if stop():
            raise Stopped

    comparison = settings.comparison
    total, left = len(cells(comparison)), len(missing(comparison))
    report(total - left, total, {})
    steps = execute(comparison, settings.processes, check)
    for done, (_cell, one) in enumerate(steps, start=total - left + 1):
        print(f"{one.title}, seed {one.seed}: {one.reason or one.problem}", flush=True)
        report(done, total, {} if one.mean_true is None else {"mean": one.mean_true})
        if stop() and done < total:
            steps.close()
            raise Stopped
    sys.stdout.flush()
    return {"comparison": remember(comparison)}


def _describe(settings: CompareSettings) -> str:
    one = settings.comparison
    return (
        f"Compare {len(one.methods)} methods on {one.space} {one.task}, "
        f"{one.seeds} seeds"
    )


COMPARE = Kind("Comparison", CompareSettings, run, _describe)
