"""Benchmark tables as tasks of their space, from the user's folders and the package.

`tasks` lists, `load` reads, `problems` tells which files are refused and why. The
schema of a table is described in ``assets/docs/tables.md``.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lissnas.arrays import Archs, Keys, Oracle, Scores, readonly
from lissnas.home import data_dirs
from lissnas.oracles import reader
from lissnas.oracles.catalogue import all_parts, missing, named_entries
from lissnas.oracles.counted import find_sorted
from lissnas.oracles.files import Stamp
from lissnas.oracles.reader import Part
from lissnas.oracles.schema import Column, normal
from lissnas.oracles.shipped import SHIPPED
from lissnas.spaces import Space

MAX_DIRECT = 1 << 24


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """What can be said of a task without reading its architectures.

    `rows` counts the rows of the table, `known` those that have an accuracy, and
    `architectures` the distinct architectures of these; of tables so large that their
    architectures are not read when listed, it equals `known` or the space's size.
    """

    space: str
    task: str
    column: str
    title: str
    source: str
    licence: str
    caveats: str
    description: str
    path: Path
    rows: int
    known: int
    architectures: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The known accuracies of a task, read-only and sorted by the space's identity.

    `archs` ``(n, d)`` are canonical and distinct, `keys` ``(n,)`` their identities,
    `accuracy` ``(n,)`` fractions without NaN. `checksum` is the file's SHA-256.
    """

    space: str
    task: str
    archs: Archs
    keys: Keys
    accuracy: Scores
    column: str
    title: str
    source: str
    licence: str
    caveats: str
    description: str
    checksum: str
    path: Path

    def lookup(self, space: Space) -> Oracle:
        """Return the accuracies as an oracle that gives NaN where they are unknown."""
        if space.name != self.space:
            raise ValueError(f"space must be {self.space}, got {space.name}")
        direct = self._direct(space)

        def oracle(archs: Archs) -> Scores:
            keys = space.identity(archs)
            if direct is not None and keys.dtype == np.int64:
                inside = (keys >= 0) & (keys < len(direct))
                return np.where(inside, direct[np.where(inside, keys, 0)], np.nan)
            place, known = find_sorted(self.keys, keys)
            scores = np.full(len(keys), np.nan)
            scores[known] = self.accuracy[place[known]]
            return scores

        return oracle

    def _direct(self, space: Space) -> Scores | None:
        """Return the accuracy of each key 0, 1, ..., if the keys are that dense."""
        if self.keys.dtype != np.int64 or not 0 < space.size <= MAX_DIRECT:
            return None
        if not (self.keys[0] >= 0 and self.keys[-1] < space.size):
            return None
        direct = np.full(space.size, np.nan)
        direct[self.keys] = self.accuracy
        return direct


def tasks(space: str) -> dict[str, TaskInfo]:
    """Return the tasks of a space by name; files that are refused are left out."""
    return {
        name: TaskInfo(
            space,
            name,
            entry.column.name,
            entry.part.title,
            entry.part.source,
            entry.part.licence,
            entry.part.caveats,
            entry.column.description,
            entry.part.stamp.path,
            entry.part.rows,
            entry.known,
            entry.distinct,
        )
        for name, entry in named_entries(space).items()
    }


def load(space: str, task: str) -> Table:
    """Return the table of a task, from memory if the file is unchanged.

    Raises
    ------
    ValueError
        If there is no such task, or its table is refused.
    """
    found = named_entries(space)
    if task not in found:
        listed = ", ".join(found) or "none, for want of a table"
        refused = [sentence for path, sentence in problems() if _concerns(path, space)]
        raise ValueError(
            f"task must be one of those of {space} ({listed}), got {task!r}"
            + "".join(f"; refused: {sentence}" for sentence in refused)
            + "".join(f"; {sentence}" for name, sentence in missing() if name == space)
        )
    return _load(task, found[task].part, found[task].column)


def problems(thorough: bool = False) -> list[tuple[Path, str]]:
    """Return each table file or folder that cannot be used, and why in a sentence.

    Only a `thorough` look reads the architectures of tables beyond
    `reader.CHECKED_AT_ONCE` rows, as `load` does.
    """
    parts, found = all_parts()
    missing = [path for path in data_dirs() if not path.is_dir()]
    found += [(path, f"{path}: LISSNAS_DATA names no folder") for path in missing]
    for part in parts if thorough else []:
        try:
            reader.check(part)
        except ValueError as error:
            found.append((part.stamp.path, str(error)))
    return found


def _concerns(path: Path, space: str) -> bool:
    """Return whether a refused file might have been one of the space."""
    packages = [Path(source.package) for source in SHIPPED if source.space == space]
    return path in packages or normal(path.name).startswith(normal(space))


@lru_cache(maxsize=8)
def _load(task: str, part: Part, column: Column) -> Table:
    """Return the table of a task; the part holds the version of the file."""
    found, accuracy = reader.accuracies(part, column)
    known = ~np.isnan(accuracy)
    merged = len(found.number) - len(found.keys) - found.repeated
    notes = [part.caveats] if part.caveats else []
    if merged:
        note = "rows were merged with isomorphic ones of the same accuracy."
        notes.append(f"{merged:,} {note}")
    if found.repeated:
        note = "rows repeat an architecture; its accuracy is their mean."
        notes.append(f"{found.repeated:,} {note}")
    return Table(
        part.space,
        task,
        readonly(found.archs[known]),
        readonly(found.keys[known]),
        readonly(accuracy[known]),
        column.name,
        part.title,
        part.source,
        part.licence,
        " ".join(notes),
        column.description,
        _checksum(part.stamp),
        part.stamp.path,
    )


@lru_cache(maxsize=64)
def _checksum(version: Stamp) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with version.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
