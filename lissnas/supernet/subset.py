"""Where paths and architectures come from: spaces, shrunk spaces, lists, files."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lissnas import runs
from lissnas.arrays import Archs, Bools, first_occurrences
from lissnas.home import write_atomic
from lissnas.records import Iteration, final
from lissnas.runs import json_bytes
from lissnas.spaces import SPACES, Space
from lissnas.subsets import ExplicitSubset, Kind, Subset, draw_distinct, restore

FORMAT = "lissnas subset 1"


@dataclass(frozen=True, slots=True)
class Everything:
    """All architectures of a space, as a subset of it."""

    space: Space
    kind: ClassVar[Kind] = "product"
    exact: ClassVar[bool] = True

    @property
    def size(self) -> int:
        return self.space.size

    @property
    def enumerable(self) -> bool:
        return self.space.enumerable

    def contains(self, archs: Archs) -> Bools:
        return np.ones(len(archs), dtype=bool)

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        return self.space.canonical(self.space.sample(n, rng))

    def enumerate(self) -> Archs:
        return self.space.enumerate()

    def describe(self) -> dict[str, Any]:
        return {"kind": "whole"}


@dataclass(frozen=True, slots=True)
class Searched:
    """A subset as a domain of a search."""

    space: Space
    subset: Subset

    @property
    def size(self) -> int:
        return self.subset.size

    def contains(self, archs: Archs) -> Bools:
        return self.subset.contains(archs)

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        return self.subset.sample(n, rng)


def of_iteration(space: Space, iteration: Iteration) -> Subset:
    """Return the space that an iteration of a shrinker left."""
    if iteration.step == 0:
        return Everything(space)
    return restore(space, iteration.subset, iteration.space)


def find(space: Space, where: str) -> Subset:
    """Return a set of architectures by its name: empty, a run, or a subset's file.

    Raises
    ------
    ValueError
        If there is no such set, or it is one of another space.
    """
    if not where:
        return Everything(space)
    path = Path(where)
    if path.is_file():
        return read(space, path)
    run = runs.load(where)
    if run.config["study"]["space"] != space.name:
        raise ValueError(
            f"run {where} must be of {space.name}, got one of "
            f"{run.config['study']['space']}"
        )
    history = runs.history(runs.read_iterations(run))
    return of_iteration(space, final(history)) if history else Everything(space)


def write(path: Path, space: Space, subset: Subset) -> None:
    """Write a set of architectures to a file that `find` reads."""
    listed = subset.enumerate().tolist() if subset.kind == "explicit" else []
    values = {"format": FORMAT, "space": space.name, "archs": listed}
    values["subset"] = subset.describe()
    write_atomic(path, json_bytes(values))


def read(space: Space, path: Path) -> Subset:
    """Return a set of architectures from its file: ours, or a list of strings.

    Raises
    ------
    ValueError
        If the file is neither.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} must be a readable text file, got: {error}") from None
    if not text.lstrip().startswith("{"):
        return ExplicitSubset(space, listed(space, text.splitlines()))
    try:
        values = json.loads(text)
        if values["format"] != FORMAT or values["space"] != space.name:
            raise ValueError(f"it is of {values['space']}, in {values['format']}")
        if values["subset"] == Everything(space).describe():
            return Everything(space)
        width = len(space.decisions)
        archs = np.array(values["archs"], dtype=np.int8).reshape(-1, width)
        return restore(space, values["subset"], space.check(archs))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ValueError(
            f"{path} must hold a subset of {space.name}, got another or a damaged "
            f"file: {error}"
        ) from None


def listed(space: Space, texts: list[str]) -> Archs:
    """Return the distinct architectures that texts name, canonical ``(n, d)``."""
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        raise ValueError(f"archs must name an architecture of {space.name}, got none")
    archs = space.canonical(space.parse(texts))
    return archs[first_occurrences(space.identity(archs))]


def named(space: Space, archs: str) -> Archs:
    """Return architectures ``(n, d)`` that a file lists, or a text with semicolons."""
    texts = re.split(r"[;\n]", archs)
    if len(texts) == 1 and len(archs) < 4096 and Path(archs).is_file():
        return find(space, archs).enumerate()
    return listed(space, texts)


def chosen(space: Space, archs: str, inside: Subset, rng: np.random.Generator) -> Archs:
    """Return architectures ``(n, d)``: a number of draws, ``all``, a run or a file.

    Draws are distinct and uniform over `inside`.

    Raises
    ------
    ValueError
        If `archs` is none of these, or all are too many.
    """
    if archs.isdigit() and int(archs) > 0:
        return draw_distinct(space, inside, int(archs), rng)
    if not archs:
        raise ValueError("archs must be a number, all, a run or a file, got nothing")
    wanted = inside if archs == "all" else find(space, archs)
    if not wanted.enumerable:
        raise ValueError(
            f"archs must be a number where all are {wanted.size:,}, got {archs!r}"
        )
    return wanted.enumerate()


def space_of(name: str) -> Space:
    """Return a space by its name; ValueError if there is none."""
    if name not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {name!r}")
    return SPACES[name]
