"""Networks in torch: supernets trained and measured, networks trained alone.

Each task keeps all in its folder and goes on there; its ``result.json`` is the job's
result. torch is imported by the process that works, and by nobody else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lissnas.jobs.folders import read_json
from lissnas.jobs.kinds.base import Kind
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    TrainSettings,
)
from lissnas.work import Report, Stop

RESULT = "result.json"


def _result(folder: Path) -> Mapping[str, Any]:
    """Return what a task has written as its result."""
    return read_json(folder / RESULT) or {}


def run_train(
    settings: TrainSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Train a supernet."""
    from lissnas.supernet.tasks.train import train

    train(settings, folder, report, stop)
    return _result(folder)


def run_measure(
    settings: MeasureSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Measure paths of a trained supernet."""
    from lissnas.supernet.tasks.measure import measure

    measure(settings, folder, report, stop)
    return _result(folder)


def run_alone(
    settings: AloneSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Train networks, each from scratch."""
    from lissnas.supernet.tasks.alone import alone

    alone(settings, folder, report, stop)
    return _result(folder)


def run_retrain(
    settings: RetrainSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Train the best networks from scratch and test the best of them."""
    from lissnas.supernet.tasks.alone import retrain

    retrain(settings, folder, report, stop)
    return _result(folder)


def run_pipeline(
    settings: PipelineSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Train, measure, shrink, train again, rank, search and retrain."""
    from lissnas.supernet.tasks.pipeline import pipeline

    pipeline(settings, folder, report, stop)
    return _result(folder)


def run_speed(
    settings: TrainSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Measure for some seconds how fast a training would be."""
    from lissnas.supernet.tasks.speed import speed

    speed(settings, folder, report, stop)
    return _result(folder)


def _train_title(settings: TrainSettings) -> str:
    where = f" of {settings.subset}" if settings.subset else ""
    return f"Train a supernet of {settings.space}{where} on {settings.data}"


def _speed_title(settings: TrainSettings) -> str:
    return f"Speed of training {settings.space} on {settings.data}"


def _measure_title(settings: MeasureSettings) -> str:
    return f"Measure paths ({settings.archs}) of the supernet in {settings.supernet}"


def _alone_title(settings: AloneSettings) -> str:
    return f"Train networks of {settings.space} alone on {settings.data}"


def _retrain_title(settings: RetrainSettings) -> str:
    return f"Retrain the best of {settings.space} on {settings.data}"


def _pipeline_title(settings: PipelineSettings) -> str:
    return f"Shrink {settings.space} by a supernet trained on {settings.data}"


TRAIN = Kind(
    "Supernet training",
    TrainSettings,
    run_train,
    _train_title,
    gpu=True,
    distributed=True,
)
MEASURE = Kind(
    "Measuring paths", MeasureSettings, run_measure, _measure_title, gpu=True
)
ALONE = Kind("Stand-alone training", AloneSettings, run_alone, _alone_title, gpu=True)
RETRAIN = Kind("Retraining", RetrainSettings, run_retrain, _retrain_title, gpu=True)
PIPELINE = Kind("Pipeline", PipelineSettings, run_pipeline, _pipeline_title, gpu=True)
SPEED = Kind("Speed of training", TrainSettings, run_speed, _speed_title, gpu=True)
