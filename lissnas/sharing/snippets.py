"""The same in Python: code that makes what a page shows, and runs as it stands."""

from dataclasses import fields
from typing import Any

from lissnas.session import Study


def figure_snippet(run: str, figure: str, step: int | None = None) -> str:
    """Return code that draws a figure of a stored run at an iteration."""
    at = "" if step is None else f", step={step}"
    return f"""\
from lissnas.sharing import columns, draw, read

run = read({run!r})
figure = draw(run, {figure!r}{at})
figure.show()
numbers = columns(run, {figure!r}{at})
"""


def best_snippet(run: str, step: int, count: int = 10) -> str:
    """Return code that lists the best architectures of an iteration by prediction."""
    part, predicted = ("space", "space_predicted")
    if step == 0:
        part, predicted = ("sample", "sample_predicted")
    return f"""\
import numpy as np

from lissnas.sharing import read

run = read({run!r})
iteration = run.stored[{step}].iteration
order = np.argsort(-np.nan_to_num(iteration.{predicted}, nan=-1), kind="stable")
best = run.space.format(iteration.{part}[order[:{count}]])
"""


def study_snippet(study: Study) -> str:
    """Return code that makes a run again, on a machine that has the task's table."""
    method, predictor = changed(study.settings), changed(study.predictor)
    return f"""\
from lissnas import archive
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink import SHRINKERS

study = Study(
    space={study.space!r},
    task={study.task!r},
    method={study.method!r},
    settings=SHRINKERS[{study.method!r}]({method}),
    predictor=PredictorSettings({predictor}),
    seed={study.seed},
)
session, run = archive.begin(study)
for stored in archive.advance(session, run, []):
    print(stored.iteration.reason)
"""


def changed(settings: Any, without: tuple[str, ...] = ()) -> str:
    """Return the arguments that differ from a settings class's defaults, but some."""
    parts = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name not in without and value != field.default:
            parts.append(f"{field.name}={value!r}")
    return ", ".join(parts)
