"""The locality of one task, as `lissnas locality` measures it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lissnas.home import write_atomic
from lissnas.jobs.kinds.base import Kind
from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.runs import json_bytes
from lissnas.spaces import SPACES
from lissnas.survey import survey, survey_dict
from lissnas.survey.work import SOURCES, Source
from lissnas.work import Report, Stop, Stopped


@dataclass(frozen=True, slots=True)
class SurveySettings:
    """A survey of locality as a job.

    Parameters
    ----------
    space, task
        Names of a space and of one of its tasks, or ``multiply-adds``.
    pairs, walks
        How locality is measured.
    seed
        Non-negative integer.
    source
        What the scores are: auto, measured, predicted or costs.
    """

    space: str
    task: str
    pairs: LocalitySettings = field(default_factory=LocalitySettings)
    walks: WalkSettings = field(default_factory=WalkSettings)
    seed: int = 0
    source: Source = "auto"

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            raise ValueError(f"space must be one of {list(SPACES)}, got {self.space!r}")
        if self.source not in SOURCES:
            raise ValueError(f"source must be one of {SOURCES}, got {self.source!r}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")


def run(
    settings: SurveySettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Measure the locality of a task and write ``survey.json``."""

    def check(sentence: str) -> None:
        print(sentence, flush=True)
        if stop():
            raise Stopped

    one = settings
    names = (one.space, one.task, one.pairs, one.walks, one.seed, one.source)
    found = survey(*names, progress=check)
    write_atomic(folder / "survey.json", json_bytes(survey_dict(found)))
    report(1, 1, {})
    return {"survey": str(folder / "survey.json"), "verdict": found.verdict}


def _describe(settings: SurveySettings) -> str:
    return f"Locality of {settings.space} {settings.task}, seed {settings.seed}"


LOCALITY = Kind("Locality", SurveySettings, run, _describe)
