"""Long work on networks, each ``task(settings, folder, report, stop)``.

All of it is stored in the folder: a task that was stopped or killed and is called
again with the same settings and folder ends with the same result.
"""

from typing import Any

from lissnas.supernet.tasks.alone import alone, retrain
from lissnas.supernet.tasks.measure import measure
from lissnas.supernet.tasks.pipeline import pipeline
from lissnas.supernet.tasks.shipped import ship
from lissnas.supernet.tasks.speed import speed
from lissnas.supernet.tasks.train import train

TASKS = {
    "alone": alone,
    "train": train,
    "measure": measure,
    "retrain": retrain,
    "pipeline": pipeline,
    "ship": ship,
    "speed": speed,
}


def task(name: str) -> Any:
    """Return a task by its name; ValueError if there is none."""
    if name not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {name!r}")
    return TASKS[name]


__all__ = [
    "TASKS",
    "alone",
    "measure",
    "pipeline",
    "retrain",
    "ship",
    "speed",
    "task",
    "train",
]
