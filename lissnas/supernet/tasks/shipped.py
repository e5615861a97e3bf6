"""The tables of measured accuracies that ship in ``assets/tables``, trained again.

Each plan says which networks of a space are trained alone, and, where weight sharing is
usual, the supernet whose paths are measured. All of it is on `digits`, on a processor.
The work is resumable: a plan's folder holds what was trained so far.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.home import write_atomic
from lissnas.spaces import SPACES
from lissnas.subsets import draw_distinct
from lissnas.supernet import seeds
from lissnas.supernet.alone import Accuracies, train_alone
from lissnas.supernet.folders import claim, write_result
from lissnas.supernet.optimise import device_of
from lissnas.supernet.recipes import RECIPES, Recipe, check_least
from lissnas.supernet.setting import quiet_torch
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    TrainSettings,
)
from lissnas.supernet.subset import Everything
from lissnas.supernet.tables import Content, table_bytes, table_name
from lissnas.supernet.tasks.alone import alone_content
from lissnas.supernet.tasks.measure import measure_paths, measured, paths_content
from lissnas.supernet.tasks.train import opened, train
from lissnas.work import Report, Stop

TABLES = "tables"
SMALL = 2_532  # cells of up to 5 vertices, the first of NAS-Bench-101
LICENCE = "CC BY 4.0 (UCI, Optical Recognition of Handwritten Digits)"
ALONE = replace(RECIPES["tiny"], batch=128, rate=0.2)
SHARED = RECIPES["tiny-supernet"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained for a space.

    Parameters
    ----------
    recipe
        How networks are trained alone.
    alone
        How many, drawn uniformly; with a supernet, the first of the measured paths.
    shared
        How the supernet is trained, None for none.
    paths
        Measured paths of the supernet.
    small
        Trainings of each cell of up to 5 vertices, 0 where there are no cells.
    """

    recipe: Recipe
    alone: int
    shared: Recipe | None = None
    paths: int = 0
    small: int = 0


PLANS = {
    "nasbench101": Plan(replace(ALONE, epochs=6), 2000, small=2),
    "transnasbench101-macro": Plan(replace(ALONE, epochs=3), 2000),
    "shufflenetv2": Plan(
        replace(ALONE, epochs=10, batch=64, rate=0.3),
        *(100, SHARED, 2000),
    ),
    "mobilenet-fairnas": Plan(replace(ALONE, epochs=12), 100, SHARED, 2000),
    "nasbench301": Plan(replace(ALONE, epochs=12), 100, SHARED, 2000),
    "anynetx": Plan(replace(ALONE, epochs=4, rate=0.4), 500),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Networks ``(n, d)`` trained alone so many times each."""

    archs: Archs
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipSettings:
    """Whose tables are made.

    Parameters
    ----------
    space
        A space with a plan.
    processes
        How many networks to train at a time.

    Raises
    ------
    ValueError
        If there is no plan for the space.
    """

    space: str = "nasbench101"
    processes: int = 1

    def __post_init__(self) -> None:
        if self.space not in PLANS:
            names = ", ".join(PLANS)
            raise ValueError(f"space must be one of {names}, got {self.space!r}")
        check_least(self, processes=1)


def ship(how: ShipSettings, folder: Path, report: Report, stop: Stop) -> None:
    """Train what the plan of a space says, and write its tables to ``tables``."""
    claim(folder, "ship", how)
    space = how.space
    plan, settings = PLANS[space], alone_settings(space)
    if plan.shared is not None:
        _ship_supernet(space, plan.shared, folder, report, stop)
    claim(folder / "alone", "alone", settings)
    parts, found = list(_parts(space, plan)), []
    for part in parts:
        found.append(
            train_alone(
                *(settings, part.archs, folder / "alone", report, stop),
                repeats=part.repeats,
                processes=how.processes,
            )
        )
    most = max(part.repeats for part in parts)
    every = Accuracies(
        archs=np.concatenate([one.archs for one in found]),
        valid=_stacked([one.valid for one in found], most),
        test=_stacked([one.test for one in found], most),
    )
    told = [{"networks": len(part.archs), "repeats": part.repeats} for part in parts]
    content = alone_content(settings, every, trained=told)
    _write(folder, space, "alone", content.in_order(space))
    tables = sorted(str(path) for path in (folder / TABLES).glob("*.parquet"))
    write_result(folder, {"tables": tables})


def alone_settings(space: str) -> AloneSettings:
    """Return how networks of a space are trained alone."""
    return AloneSettings(space=space, recipe=PLANS[space].recipe)


def paths_of(space: str, count: int) -> Archs:
    """Return distinct uniform draws ``(count, d)``; fewer are the first of more."""
    rng = seeds.generator(0, seeds.ARCHS)
    found = draw_distinct(SPACES[space], Everything(SPACES[space]), count, rng)
    return found[rng.permutation(len(found))]


def _parts(space: str, plan: Plan) -> Iterator[Part]:
    """Yield the networks that are trained alone."""
    if plan.small:
        everything = SPACES[space].enumerate()
        yield Part(everything[:SMALL], plan.small)
        larger, rng = everything[SMALL:], seeds.generator(0, seeds.ARCHS)
        taken = rng.choice(len(larger), plan.alone, replace=False)
        yield Part(larger[taken], 1)
    else:
        yield Part(paths_of(space, max(plan.alone, plan.paths))[: plan.alone], 1)


def _stacked(parts: list[Scores], columns: int) -> Scores:
    """Return accuracies ``(n, r)`` under each other, NaN for repeats not made."""
    rows = sum(len(part) for part in parts)
    found, start = np.full((rows, columns), np.nan), 0
    for part in parts:
        found[start : start + len(part), : part.shape[1]] = part
        start += len(part)
    return found


def _ship_supernet(
    space: str, recipe: Recipe, folder: Path, report: Report, stop: Stop
) -> None:
    """Train the supernet of a space and write what its paths reach."""
    settings = TrainSettings(space=space, recipe=recipe, sampling="fair")
    train(settings, folder / "supernet", report, stop)
    how = MeasureSettings(supernet=str(folder / "supernet"))
    with quiet_torch(how.threads):
        at = opened(folder / "supernet", device_of(how.device))
        archs = paths_of(space, PLANS[space].paths)
        measure_paths(at, archs, how, folder / "paths", report, stop)
    every, scores = measured(folder / "paths", archs.shape[1])
    _write(folder, space, "supernet", paths_content(settings, how, every, scores))


def _commit() -> str:
    """Return the commit of the checkout that this module lies in, if it does."""
    root = Path(__file__).parents[3]
    if not (root / ".git").exists():
        return ""
    asked = ["git", "-C", str(root), "rev-parse", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def _write(folder: Path, space: str, kind: str, content: Content) -> None:
    """Write a table that tells its licence, and the command that makes it again."""
    origin = content.about["provenance"]
    for name in ("archs", "repeats", "processes", "table"):
        origin["settings"].pop(name, None)
    origin |= {"command": f"lissnas supernet ship {space}", "commit": _commit()}
    told = replace(content, about={**content.about, "licence": LICENCE})
    name = table_name(space, "digits", kind)
    write_atomic(folder / TABLES / name, table_bytes(space, "digits", told))
