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


def why_snippet(run: str, step: int, arch: str) -> str:
    """Return code that says why an architecture is in the space of an iteration."""
    return f"""\
from lissnas.fate import why
from lissnas.sharing import read

run = read({run!r})
arch = run.space.canonical(run.space.parse([{arch!r}]))[0]
found = why(run.space, [one.iteration for one in run.stored[:{step + 1}]], arch)
print(found.sentence)
"""


def study_snippet(study: Study, parent: tuple[str, int] | None = None) -> str:
    """Return code that makes a run again, on a machine that has the task's table.

    A branch needs its `parent`, a run's name and the iteration it left at.
    """
    begins, past, names = "archive.begin(study)", "[]", "archive"
    if parent is not None:
        begins = f"archive.branch(runs.load({parent[0]!r}), {parent[1]}, study)"
        past, names = "runs.read_iterations(run)", "archive, runs"
    method, predictor = changed(study.settings), changed(study.predictor)
    steering = changed(study.steering)
    steers = f"\n    steering=Steering({steering})," if steering else ""
    needs = "\nfrom lissnas.shrink.constraints import Steering" if steering else ""
    return f"""\
from lissnas import {names}
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink import SHRINKERS{needs}

study = Study(
    space={study.space!r},
    task={study.task!r},
    method={study.method!r},
    settings=SHRINKERS[{study.method!r}]({method}),
    predictor=PredictorSettings({predictor}),
    seed={study.seed},{steers}
)
session, run = {begins}
for stored in archive.advance(session, run, {past}):
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
