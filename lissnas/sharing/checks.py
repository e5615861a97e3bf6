"""Runs of strangers: every file is read and held against the space and the others.

Types and bounds are checked here, by the fields of the records themselves; archives in
`unpack`, array files in `arrays`, the predictor in `model`.
"""

from dataclasses import fields
from typing import Any

import numpy as np

from lissnas import archive, runs
from lissnas.evaluation import Original
from lissnas.pins import read_pins
from lissnas.predictor import PredictorSettings, Quality
from lissnas.records import Decision, Iteration
from lissnas.runs import OPTIONAL, TRUTHS, Arrays, Run
from lissnas.session import Study, study_from_dict
from lissnas.sharing.about import FILE, about_from
from lissnas.sharing.arrays import checked_npz, column, rows
from lissnas.sharing.model import checked_predictor
from lissnas.sharing.values import (
    flat_numbers,
    json_object,
    of_settings,
    texts,
    typed,
)
from lissnas.shrink.constraints import Steering
from lissnas.spaces import SPACES, Space
from lissnas.subsets import restore

PARTS = {  # architectures: what belongs to each row, and its bounds
    "sample": {"sample_predicted": 1, "true_sample": 1},
    "seeds": {"seed_predicted": 1, "true_seed": 1},
    "neighbours": {"neighbour_predicted": 1, "true_neighbour": 1, "distance": 10**6},
    "space": {"space_predicted": 1, "space_expected": 1, "true_space": 1},
    "queried": {"queried_predicted": 1},
}
ARRAYS = {*PARTS, *(name for part in PARTS.values() for name in part), "parent"}
SCALARS = {one.name for one in fields(Iteration)} - ARRAYS
WHOLE = ("step", "size", "previous_size", "queries")
REAL = ("mean_predicted", "standard_error", "p_good_predicted", "seconds")
TABLE = {
    *("title", "source", "licence", "caveats", "description", "column", "checksum")
}
HELD = ("held_true", "held_predicted")


def check_run(run: Run, trial: bool = True) -> None:
    """Raise ValueError, in one sentence, unless a run is what this version writes.

    With `trial` a process of its own loads the predictor first.
    """
    study = _check_config(run.config)
    space = SPACES[study.space]
    _check_original(run, space)
    for step in range(run.steps):
        _check_iteration(run, step, space)
    if (run.path / "final.json").exists():
        flat_numbers("final.json", json_object(run.path / "final.json"))
    if (run.path / FILE).exists():
        about_from(json_object(run.path / FILE))
    read_pins(run.path, space)
    checked_predictor((run.path / "predictor.ubj").read_bytes(), space, trial)


def _check_config(config: dict[str, Any]) -> Study:
    """Return the study in run.json, whose every entry is of its kind."""
    known = {"format", "name", "created", "study", "tags", "quality", "table"}
    texts("run.json", config)
    known |= {"original", "versions", "parent"}
    if set(config) - known:
        odd = sorted(set(config) - known)[0]
        raise ValueError(f"run.json must hold what a run has, got {odd[:40]!r}")
    typed("created", config.get("created"), str)
    if "parent" in config:
        origin = typed("parent", config["parent"], dict)
        typed("run", origin.get("run"), str)
        typed("iteration", origin.get("iteration"), int)
    study = _check_study(typed("study", config.get("study"), dict))
    for tag in typed("tags", config.get("tags", []), list):
        typed("tags", tag, str)
    quality = flat_numbers("quality", typed("quality", config.get("quality"), dict))
    if set(quality) != {one.name for one in fields(Quality)}:
        raise ValueError(f"quality must be that of a predictor, got {sorted(quality)}")
    table = config.get("table")
    if table is not None:
        typed("table", table, dict)
        typed("rows", table.get("rows"), int)
        for name in set(table) - {"rows"}:
            if name not in TABLE:
                raise ValueError(f"table must have known entries, got {name[:40]!r}")
            typed(name, table[name] if table[name] is not None else "", str)
    flat_numbers("original", typed("original", config.get("original"), dict))
    for name, value in typed("versions", config.get("versions", {}), dict).items():
        typed(name, value, str)
    return study


def _check_study(stated: dict[str, Any]) -> Study:
    """Return the study, whose settings are of the kinds that their classes have."""
    study = study_from_dict(stated)
    for name in ("space", "task", "method"):
        typed(name, stated.get(name, ""), str)
    typed("seed", stated.get("seed", 0), int)
    of_settings("settings", stated["settings"], type(study.settings))
    of_settings("predictor", stated["predictor"], PredictorSettings)
    of_settings("steering", stated.get("steering", {}), Steering)
    return study


def _check_original(run: Run, space: Space) -> None:
    """Raise ValueError unless the original's sample fits the space and itself."""
    names = {one.name for one in fields(Original)} - set(archive.SUMMARY)
    content = (run.path / "original.npz").read_bytes()
    arrays = checked_npz("original.npz", content, names - set(HELD), HELD)
    try:
        count = rows("archs", arrays, space)
        for name in ("predicted", "true"):
            column(name, arrays, count, 0, 1)
        for name in ("params", "macs"):
            column(name, arrays, count, 0, 2**62)
        held = len(arrays.get("held_true", ()))
        for name in HELD:
            if name in arrays:
                column(name, arrays, held, 0, 1)
        if arrays["top"].ndim != 1 or len(arrays["top"]) > 1000:
            raise ValueError("top must have shape (n,)")
    except ValueError as error:
        raise ValueError(f"original.npz cannot be used: {error}") from None
    archive.original(run)


def _check_iteration(run: Run, step: int, space: Space) -> None:
    """Raise ValueError unless an iteration's numbers and arrays belong together."""
    stem = run.path / f"{step:03d}"
    numbers = json_object(stem.with_suffix(".json"))
    file = stem.with_suffix(".npz")
    needed = {n for n in ARRAYS if not n.startswith("true_")}
    needed |= {f"true_{part}" for part in TRUTHS}
    arrays = checked_npz(file.name, file.read_bytes(), needed)
    try:
        if set(numbers) != {"iteration", "measures"}:
            raise ValueError("it must hold an iteration and its measures")
        texts(file.name, numbers)
        scalars = typed("iteration", numbers["iteration"], dict)
        _check_scalars(scalars, step)
        flat_numbers("measures", typed("measures", numbers["measures"], dict))
        _check_arrays(arrays, space)
        if len(arrays["space"]) > scalars["size"]:
            raise ValueError("size must count at least the rows of space")
        if scalars.get("subset") is not None:
            members = restore(space, scalars["subset"], arrays["space"])
            members.contains(arrays["space"][:16])
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"iteration {step} cannot be used: {error}") from None
    runs.read_iteration(run, step)


def _check_scalars(scalars: dict[str, Any], step: int) -> None:
    """Raise ValueError unless the fields of an iteration are of their kinds."""
    if (set(scalars) ^ SCALARS) - OPTIONAL - {"accepted"}:
        raise ValueError(f"it must have the fields {sorted(SCALARS)}")
    for name in WHOLE:
        if typed(name, scalars[name], int) < 0:
            raise ValueError(f"{name} must be 0 or more, got {scalars[name]}")
    if scalars["step"] != step:
        raise ValueError(f"step must be {step}, got {scalars['step']}")
    flat_numbers("iteration", {name: scalars[name] for name in REAL})
    Decision(scalars["decision"])
    typed("reason", scalars["reason"], str)
    typed("accepted", scalars.get("accepted", True), bool)
    if scalars.get("subset") is not None:
        typed("subset", scalars["subset"], dict)


def _check_arrays(arrays: Arrays, space: Space) -> None:
    """Raise ValueError unless all rows are architectures with a value each."""
    for part, beside in PARTS.items():
        count = rows(part, arrays, space)
        for name, high in beside.items():
            column(name, arrays, count, 0, high)
    seeds, neighbours = len(arrays["seeds"]), len(arrays["neighbours"])
    column("parent", arrays, neighbours, 0, max(seeds - 1, 0))
    for name in ("parent", "distance"):
        if not np.issubdtype(arrays[name].dtype, np.integer):
            raise ValueError(f"{name} must hold integers, got {arrays[name].dtype}")
