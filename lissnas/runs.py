"""A run is a folder that anyone can read in ten years.

``run.json`` holds settings and provenance, ``predictor.ubj`` the predictor in
XGBoost's own format, ``original.npz`` a sample of the original space, and each
iteration t has its arrays in ``t.npz`` and its numbers in ``t.json``. Every file is
written whole or not at all, an iteration's ``json`` last; so a run can be read while
it is being written, and continued after its writer was killed.
"""

import io
import json
import math
import re
import secrets
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Scores
from lissnas.home import runs_dir, write_atomic
from lissnas.records import Decision, Iteration

FORMAT = 1
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
TRUTHS = ("sample", "seed", "neighbour", "space")  # parts with true accuracies
OPTIONAL = {"subset"}  # may be None, and absent where runs are older
Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored iteration, its numbers, and true accuracies of its parts.

    `true` maps "sample", "seed", "neighbour" and "space" to ``(n,)``, NaN if unknown.
    """

    iteration: Iteration
    measures: dict[str, Any]
    true: dict[str, Scores]


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folder and what its ``run.json`` says."""

    name: str
    path: Path
    config: dict[str, Any]

    @property
    def steps(self) -> int:
        """Return how many iterations are stored."""
        count = 0
        while (self.path / f"{count:03d}.json").exists():
            count += 1
        return count


def create(config: Mapping[str, Any], predictor: bytes, original: Arrays) -> Run:
    """Return a new run in the runs folder; `config` gets format, name and time."""
    now = datetime.now(UTC)
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    full = {
        "format": FORMAT,
        "name": name,
        "created": now.isoformat(timespec="seconds"),
        **config,
    }
    path = runs_dir() / name
    write_atomic(path / "predictor.ubj", predictor)
    write_atomic(path / "original.npz", npz_bytes(original))
    write_atomic(path / "run.json", json_bytes(full))
    return Run(name, path, full)


def append(
    run: Run,
    iteration: Iteration,
    measures: Mapping[str, Any],
    true: Mapping[str, Scores],
) -> None:
    """Add an iteration to a run; one that is already there is written anew."""
    arrays, scalars = _split(iteration)
    arrays |= {f"true_{part}": values for part, values in true.items()}
    stem = run.path / f"{iteration.step:03d}"
    write_atomic(stem.with_suffix(".npz"), npz_bytes(arrays))
    numbers = {"iteration": scalars, "measures": dict(measures)}
    write_atomic(stem.with_suffix(".json"), json_bytes(numbers))


def finish(run: Run, final: Mapping[str, Any]) -> None:
    """Store the numbers of the result."""
    write_atomic(run.path / "final.json", json_bytes(dict(final)))


def load(name: str) -> Run:
    """Return the run of that name; ValueError if there is none or it is damaged."""
    run = peek(name)
    if run.config.get("format") != FORMAT:
        raise ValueError(
            f"run {name} must have format {FORMAT}, got {run.config.get('format')!r}"
        )
    return run


def peek(name: str) -> Run:
    """Return the run of that name, whatever its format; ValueError if there is none."""
    if not NAME.fullmatch(name):
        raise ValueError(f"run must be a name that `lissnas runs` lists, got {name!r}")
    path = runs_dir() / name
    if not (path / "run.json").is_file():
        raise ValueError(f"run must be one that `lissnas runs` lists, got {name!r}")
    return Run(name, path, read_json(path / "run.json"))


def list_runs() -> list[Run]:
    """Return all readable runs, newest first."""
    found = []
    for path in sorted(runs_dir().glob("*/run.json"), reverse=True):
        try:
            found.append(load(path.parent.name))
        except ValueError:
            continue  # damaged: `load` says why when it is asked for
    return found


def read_iteration(run: Run, step: int) -> Stored:
    """Return one stored iteration; ValueError if it is missing or damaged."""
    stem = run.path / f"{step:03d}"
    numbers = read_json(stem.with_suffix(".json"))
    arrays = read_npz(stem.with_suffix(".npz"))
    try:
        stated = numbers["iteration"].items()
        scalars: dict[str, Any] = {
            n: math.nan if v is None and n not in OPTIONAL else v for n, v in stated
        }
        scalars["decision"] = Decision(scalars["decision"])
        names = {field.name for field in fields(Iteration)} - set(scalars) - OPTIONAL
        scalars |= {name: arrays[name] for name in names}
        iteration = Iteration(**scalars)
        true = {part: arrays[f"true_{part}"] for part in TRUTHS}
        return Stored(iteration, dict(numbers["measures"]), true)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"run {run.name}: iteration {step} is damaged: {error}"
        ) from None


def read_iterations(run: Run) -> list[Stored]:
    """Return all stored iterations, in order."""
    return [read_iteration(run, step) for step in range(run.steps)]


def read_original(run: Run) -> Arrays:
    """Return the arrays that `create` was given."""
    return read_npz(run.path / "original.npz")


def read_final(run: Run) -> dict[str, Any] | None:
    """Return the numbers of the result, None while the run is not finished."""
    path = run.path / "final.json"
    return read_json(path) if path.exists() else None


def delete(run: Run) -> None:
    """Remove a run's folder and everything in it."""
    shutil.rmtree(run.path)


def json_bytes(values: Mapping[str, Any]) -> bytes:
    """Return `values` as JSON for people, NaN as null, with a final newline."""
    return (json.dumps(_without_nan(values), indent=1, allow_nan=False) + "\n").encode()


def _without_nan(value: Any) -> Any:
    """Return a JSON value in which every NaN is None."""
    if isinstance(value, Mapping):
        return {key: _without_nan(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def npz_bytes(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return arrays as a compressed npz file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def read_npz(path: Path) -> Arrays:
    """Return the arrays of an npz file, never unpickling; ValueError if damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path.name} of run {path.parent.name}: {error}") from None


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; ValueError if there is none."""
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} of run {path.parent.name}: {error}") from None
    if not isinstance(values, dict):
        raise ValueError(
            f"{path.name} of run {path.parent.name} must hold a JSON object"
        )
    return values


def _split(iteration: Iteration) -> tuple[Arrays, dict[str, Any]]:
    """Return an iteration's arrays, and its other fields."""
    values = {field.name: getattr(iteration, field.name) for field in fields(iteration)}
    arrays = {n: v for n, v in values.items() if isinstance(v, np.ndarray)}
    return arrays, {n: v for n, v in values.items() if n not in arrays}


def history(stored: Sequence[Stored]) -> list[Iteration]:
    """Return the iterations alone, to continue a run from."""
    return [one.iteration for one in stored]
