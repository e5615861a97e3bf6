"""Comparisons on disk: whatever was computed once is never computed again.

A bench folder belongs to a space, a table and the settings of the predictor; it holds
each seed's predictor, and for each cell its numbers (``json``) and members to draw
(``npz``), the numbers last. So a comparison that was interrupted, or to which methods
or seeds are added, goes on at the first missing cell. Beside the folders,
``comparisons/NAME.json`` says what was asked for.
"""

import json
import zipfile
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from lissnas import __version__
from lissnas.comparison.bench import Bench, Remembered
from lissnas.comparison.entries import ORIGINAL
from lissnas.comparison.outcome import Members, Outcome
from lissnas.comparison.request import (
    Cell,
    Comparison,
    cell_name,
    cells,
    comparison_dict,
    comparison_from_dict,
    digest,
)
from lissnas.evaluation import original
from lissnas.home import home, write_atomic
from lissnas.oracles import Table, load
from lissnas.predictor import as_oracle, from_bytes, to_bytes
from lissnas.runs import json_bytes, npz_bytes, read_npz
from lissnas.session import (
    PAIRS,
    SAMPLE,
    Progress,
    Study,
    fit_predictor,
    generator,
)
from lissnas.spaces import SPACES

FORMAT = 2
Finished = dict[Cell, Outcome]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cells of a comparison are, and the table that they need."""

    path: Path
    table: Table


def comparisons_dir() -> Path:
    """Return the folder of comparisons."""
    return home() / "comparisons"


def place(comparison: Comparison) -> Place:
    """Return where a comparison's cells are; ValueError if the task has no table."""
    table = load(comparison.space, comparison.task)
    predictor = asdict(comparison.predictor)
    facts = [FORMAT, __version__, table.checksum, table.column, predictor]
    name = f"{comparison.space}-{comparison.task}-{digest(facts)}"
    return Place(comparisons_dir() / name, table)


def remember(comparison: Comparison) -> str:
    """Store what was asked for, now, and return its name."""
    values = comparison_dict(comparison)
    name = f"{comparison.space}-{digest(values)}"
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    content = {"format": FORMAT, "asked": now, "comparison": values}
    write_atomic(comparisons_dir() / f"{name}.json", json_bytes(content))
    return name


def stored_comparisons() -> list[Comparison]:
    """Return what was asked for, latest first; what cannot be read is left out."""
    found = []
    for path in comparisons_dir().glob("*.json"):
        try:
            content = json.loads(path.read_bytes())
            asked = str(content["asked"])
            found.append((asked, comparison_from_dict(content["comparison"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


def opened(
    comparison: Comparison, seed: int, progress: Progress = lambda _: None
) -> Bench:
    """Return the bench of a seed; its predictor is fitted the first time only."""
    where, space = place(comparison), SPACES[comparison.space]
    study = Study(
        comparison.space, comparison.task, predictor=comparison.predictor, seed=seed
    )
    path = where.path / f"predictor-{seed}.ubj"
    try:
        predictor = from_bytes(path.read_bytes())
    except (OSError, ValueError):
        progress(f"Training the predictor of seed {seed}")
        rng = generator(study, PAIRS)
        predictor = fit_predictor(space, where.table, study.predictor, rng)
        write_atomic(path, to_bytes(predictor))
    predict = Remembered(as_oracle(predictor, space.encode), space)
    progress(f"Sampling the original space of seed {seed}")
    start = original(space, where.table, predict, generator(study, SAMPLE))
    return Bench(space, where.table, predict, start, seed)


def finished(comparison: Comparison) -> Finished:
    """Return the outcomes that are stored, in the order of the cells."""
    where = place(comparison).path
    found = {}
    for cell in cells(comparison):
        outcome = _read(where, comparison, cell)
        if outcome is not None:
            found[cell] = outcome
    return found


def keep(
    comparison: Comparison, cell: Cell, outcome: Outcome, members: Members | None
) -> None:
    """Store the outcome of a cell and members of its space."""
    path = place(comparison).path / cell_name(comparison, cell)
    if members is not None:
        arrays = {f.name: getattr(members, f.name) for f in fields(Members)}
        write_atomic(path.with_name(f"{path.name}.npz"), npz_bytes(arrays))
    write_atomic(path.with_name(f"{path.name}.json"), json_bytes(asdict(outcome)))


def members_of(comparison: Comparison, cell: Cell) -> Members | None:
    """Return the stored members of a cell's space, None where there are none."""
    path = place(comparison).path / f"{cell_name(comparison, cell)}.npz"
    try:
        return Members(**read_npz(path))
    except (ValueError, TypeError, zipfile.BadZipFile):
        return None


def forget(comparison: Comparison) -> None:
    """Remove the stored outcomes of a comparison's cells."""
    where = place(comparison).path
    for cell in cells(comparison):
        for end in ("json", "npz"):
            path = where / f"{cell_name(comparison, cell)}.{end}"
            path.unlink(missing_ok=True)


def _read(where: Path, comparison: Comparison, cell: Cell) -> Outcome | None:
    """Return a stored outcome, None where it is missing or damaged."""
    path = where / f"{cell_name(comparison, cell)}.json"
    try:
        values: dict[str, Any] = json.loads(path.read_bytes())
        return Outcome(**(values | {"label": cell.label}))
    except (OSError, ValueError, TypeError):
        return None


def original_members(comparison: Comparison, seed: int = 0) -> Members | None:
    """Return members of the original space, None before they are computed."""
    return members_of(comparison, Cell(ORIGINAL, False, seed))


def pooled(parts: list[Members]) -> Members:
    """Return the members of several spaces as one, searches below each other."""
    return Members(
        **{
            f.name: np.concatenate([getattr(one, f.name) for one in parts])
            for f in fields(Members)
        }
    )
