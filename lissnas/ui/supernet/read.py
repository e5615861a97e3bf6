"""What tasks on networks have written into a working folder, without torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lissnas.arrays import Scores
from lissnas.figures.training import Log, Visits
from lissnas.supernet.folders import LOG, VISITS, lines, result_in

TRAINED = {
    "train": {"supernet": "."},
    "pipeline": {"full space": "full", "shrunk space": "shrunk"},
}
MEASURED = {
    "measure": {"paths of the supernet": "."},
    "alone": {"networks trained alone": "."},
    "retrain": {"networks trained from scratch": "."},
    "pipeline": {
        "paths of the full supernet": "paths",
        "networks trained alone": "alone",
    },
}
RESULTS = "results.jsonl"


def logs_in(kind: str, folder: Path) -> dict[str, Log]:
    """Return the logs of the trainings of a job that have begun, by their names."""
    found: dict[str, Log] = {}
    for name, part in TRAINED.get(kind, {}).items():
        log = [line for line in lines(folder / part / LOG) if "step" in line]
        if log:
            found[name] = log
    return found


def visits_in(kind: str, folder: Path) -> dict[str, Visits]:
    """Return how often options were trained, of each training of a job.

    Raises
    ------
    ValueError
        If a file is damaged.
    """
    found = {}
    for name, part in TRAINED.get(kind, {}).items():
        values = result_in(folder / part, VISITS)
        if values is not None:
            found[name] = _visits(values)
    return found


def _visits(values: Mapping[str, Any]) -> Visits:
    """Return counts as they are stored; ValueError if they are damaged."""
    try:
        parts: list[Sequence[Any]] = [
            values[name] for name in ("decisions", "options", "visits")
        ]
        sizes = {len(part) for part in parts}
        fits = all(len(o) == len(v) for o, v in zip(parts[1], parts[2], strict=False))
    except (KeyError, TypeError):
        sizes, fits = set(), False
    if len(sizes) != 1 or not fits:
        raise ValueError(f"{VISITS} must hold counts of each option, it is damaged")
    return Visits(*parts)


def scores_in(kind: str, folder: Path) -> dict[str, Scores]:
    """Return validation accuracies ``(n,)`` measured so far, by what they are of."""
    found = {}
    for name, part in MEASURED.get(kind, {}).items():
        known = [line.get("valid") for line in lines(folder / part / RESULTS)]
        scores = np.array([value for value in known if isinstance(value, float)])
        if len(scores):
            found[name] = scores
    return found


def held_out_in(folder: Path) -> tuple[Scores, Scores] | None:
    """Return true and predicted accuracies ``(h,)`` of a pipeline's predictor."""
    values = result_in(folder, "shrink.json") or {}
    if "held_out" not in values:
        return None
    true, predicted = (np.array(part, dtype=float) for part in values["held_out"])
    return true, predicted


def search_in(folder: Path) -> Scores | None:
    """Return the accuracies ``(q,)`` of a pipeline's search, in order."""
    values = result_in(folder / "search", "trace.json")
    return None if values is None else np.array(values["valid"], dtype=float)


def retrained_in(kind: str, folder: Path) -> dict[str, Any] | None:
    """Return what the best reached that were trained from scratch."""
    return result_in(folder / "retrain" if kind == "pipeline" else folder)
