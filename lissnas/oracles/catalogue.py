"""Which benchmark tables there are, and the name each of their accuracies has."""

import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from lissnas.home import cache_dir, data_dirs, home, tables_dir
from lissnas.oracles import reader
from lissnas.oracles.files import stamp
from lissnas.oracles.reader import Part
from lissnas.oracles.schema import Column, normal
from lissnas.oracles.shipped import SHIPPED, NotInstalled, Shipped
from lissnas.oracles.shipped.measured import own
from lissnas.spaces import SPACES


@dataclass(frozen=True, slots=True)
class Entry:
    """One accuracy of one part of a file, not yet named."""

    part: Part
    column: Column
    known: int
    distinct: int

    @property
    def whole(self) -> bool:
        """Whether every row has an accuracy."""
        return self.known == self.part.rows

    @property
    def shipped(self) -> bool:
        """Whether the table comes with lissnas or another package."""
        path = self.part.stamp.path
        return path.parent == cache_dir() or own(path)


def all_parts(
    space: str | None = None,
) -> tuple[list[Part], list[tuple[Path, str]]]:
    """Return what all table files hold, the package's first, and those refused.

    With a `space`, other spaces' packages are left alone: to convert their tables for
    the first time takes seconds. A file hides files of the same name in later folders:
    the user's folder of tables comes first, then the home folder, then those of
    ``LISSNAS_DATA``.
    """
    parts: list[Part] = []
    refused: list[tuple[Path, str]] = []
    for source in SHIPPED:
        if space not in (None, source.space):
            continue
        try:
            parts += _shipped_parts(source)
        except ValueError as error:
            if not (source.optional and isinstance(error, NotInstalled)):
                refused.append((Path(source.package), str(error)))
    seen = set()
    for folder in dict.fromkeys([tables_dir(), home(), *data_dirs()]):
        for path in sorted(folder.glob("*.parquet")):
            if path.name in seen:
                continue
            try:
                parts += reader.scan(stamp(path))
                seen.add(path.name)
            except ValueError as error:
                refused.append((path, str(error)))
    return parts, refused


def missing() -> list[tuple[str, str]]:
    """Return the spaces whose tables an optional package would add, and how."""
    found = []
    for source in SHIPPED:
        try:
            source.paths()
        except NotInstalled as error:
            if source.optional:
                found.append((source.space, str(error)))
        except ValueError:
            continue  # it is installed, and `all_parts` says what is wrong with it
    return found


def _shipped_parts(source: Shipped) -> list[Part]:
    """Return what the tables of a package hold."""
    return [part for path in source.paths() for part in reader.scan(stamp(path))]


def named_entries(space: str) -> dict[str, Entry]:
    """Return the accuracies of a space by task name.

    The gapless column that knows most architectures of a data set has the data set's
    bare name, the package's table before all others.
    """
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {space!r}")
    found = [
        Entry(part, column, known, distinct)
        for part in all_parts(space)[0]
        for column, known, distinct in zip(
            part.columns, part.known, part.distinct, strict=True
        )
        if part.space == space and known
    ]
    bare: dict[str, Entry] = {}
    for entry in sorted(found, key=lambda e: (not e.shipped, -e.known)):
        if entry.whole:
            bare.setdefault(entry.column.dataset, entry)
    order = {dataset: i for i, dataset in enumerate(SPACES[space].datasets)}
    ranked = sorted(bare, key=lambda dataset: order.get(dataset, len(order)))
    named = {dataset: bare[dataset] for dataset in ranked}
    for entry in found:
        if bare.get(entry.column.dataset) is not entry:
            named[_free_name(entry, named)] = entry
    return named


def _free_name(entry: Entry, taken: dict[str, Entry]) -> str:
    """Return data set and measure, with the file's name if that is taken."""
    name = f"{entry.column.dataset}-{entry.column.measure}"
    if name not in taken:
        return name
    stem = re.sub(r"[^a-z0-9]+", "-", normal(entry.part.stamp.path.stem)).strip("-")
    numbered = (f"{name}-{stem}-{i}" if i > 1 else f"{name}-{stem}" for i in count(1))
    return next(free for free in numbered if free not in taken)
