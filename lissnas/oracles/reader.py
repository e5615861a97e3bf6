"""Read benchmark tables from Parquet files and refuse what is wrong with them.

`scan` is for listing: of large tables it reads the schema and the accuracies, but not
the architectures. `accuracies` is for use; what is read is kept in memory, since
several tasks share it. Every refusal is a ValueError of one sentence that begins with
the file's name; rows are counted from 0.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lissnas.arrays import Archs, Ints, Keys, Scores, readonly, row_keys
from lissnas.oracles import schema
from lissnas.oracles.files import (
    RawColumns,
    Stamp,
    described,
    raw_columns,
    refusing,
    row_numbers,
)
from lissnas.oracles.schema import ARCH, SPACE, Column, ColumnSpace, metadata
from lissnas.spaces import SPACES, Space

CHECKED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a file that belong to one space.

    `space_value` is their value in the `space` column, if that decides. For each of
    `columns`, `known` counts the rows that have an accuracy and `distinct` the distinct
    architectures; of tables whose architectures are not read when listed, the rows.
    """

    stamp: Stamp
    space: str
    space_value: str | None
    columns: tuple[Column, ...]
    known: tuple[int, ...]
    distinct: tuple[int, ...]
    rows: int
    title: str
    source: str
    licence: str
    caveats: str


@dataclass(frozen=True, slots=True, eq=False)
class Architectures:
    """The distinct architectures of a part, sorted by key.

    `archs` ``(k, d)`` are canonical, `keys` ``(k,)`` their identities, `member`
    ``(rows,)`` says which of them each row of the part is, `first` ``(k,)`` is the
    first such row and `number` ``(rows,)`` the row's number in the file. `written`
    ``(rows,)`` is the first row that says the same, letter by letter but for spaces.
    """

    archs: Archs
    keys: Keys
    member: Ints
    first: Ints
    number: Ints
    written: Ints

    @property
    def repeated(self) -> int:
        """Return how many rows repeat what an earlier one says."""
        return int(np.sum(self.written != np.arange(len(self.written))))


@lru_cache(maxsize=256)
def scan(version: Stamp) -> tuple[Part, ...]:
    """Return the parts of a table file, one a space, with its accuracies checked."""
    path = version.path
    with refusing(path):
        layout = pq.read_schema(path)
        if len(set(layout.names)) < len(layout.names):
            raise ValueError("two columns have the same name")
        stem = schema.normal(path.stem)
        whole = schema.stated_space(layout, stem)
        values: dict[str | None, str] = {}
        if whole is None:
            if not schema.is_text(layout.field(SPACE).type):
                raise ValueError(
                    f"column 'space' must hold strings, got {layout.field(SPACE).type}"
                )
            found = set(raw_columns(path, (SPACE,), None)[SPACE].tolist())
            values.update(schema.spaces_of_values({str(v) for v in found}, stem))
        else:
            values[None] = whole
        parts = tuple(_part(version, layout, key, v) for v, key in values.items())
    return tuple(
        replace(part, distinct=check(part)) if part.rows <= CHECKED_AT_ONCE else part
        for part in parts
    )


def _part(version: Stamp, layout: pa.Schema, space: str, value: str | None) -> Part:
    """Return one part of a table file."""
    columns = schema.accuracy_columns(layout, SPACES[space], version.path.stem)
    scores = [_scores(version.path, column, value) for column in columns]
    if not any(np.isfinite(s).any() for s in scores):
        raise ValueError(f"all accuracies of {space} are unknown")
    known = tuple(int(np.isfinite(s).sum()) for s in scores)
    return Part(
        version,
        space,
        value,
        columns,
        known,
        tuple(min(count, SPACES[space].size) for count in known),
        len(scores[0]),
        metadata(layout, "title") or version.path.stem,
        metadata(layout, "source") or "not stated",
        metadata(layout, "licence") or "not stated",
        metadata(layout, "caveats"),
    )


def _scores(path: Path, column: Column, value: str | None) -> Scores:
    """Return the accuracies of a column, ``(rows,)``, NaN where unknown."""
    raw = raw_columns(path, column.members, value)
    repeats = np.array([raw[name] for name in column.members], dtype=np.float64)
    bad = ~np.isnan(repeats) & ~((repeats >= 0) & (repeats <= 1))
    if bad.any():
        member, row = np.argwhere(bad)[0]
        raise ValueError(
            f"accuracies must be fractions in [0, 1] or NaN, got "
            f"{repeats[member, row]:g} in column {column.members[member]!r}, row "
            f"{row_numbers(path, value)[row]}"
        )
    known = ~np.isnan(repeats)
    count = known.sum(axis=0)
    total = np.where(known, repeats, 0).sum(axis=0)
    mean: Scores = np.full(len(count), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean


@lru_cache(maxsize=16)
def architectures(version: Stamp, space: str, value: str | None) -> Architectures:
    """Return the architectures of a part, checked and sorted by key."""
    path, key_space = version.path, SPACES[space]
    with refusing(path):
        names = schema.arch_columns(pq.read_schema(path), key_space)
        raw, number = raw_columns(path, names, value), row_numbers(path, value)
        written = _parse(raw, number, key_space)
        keys, first, member = np.unique(
            key_space.identity(written), return_index=True, return_inverse=True
        )
        alike = np.arange(len(written))
        if len(keys) < len(written):
            alike = _first_alike(raw, written)
        archs = readonly(key_space.canonical(written[first]))
        return Architectures(archs, readonly(keys), member, first, number, alike)


def _first_alike(raw: RawColumns, written: Archs) -> Ints:
    """Return the first row that names the architecture in the same way, ``(rows,)``."""
    columns = [written] if ARCH in raw else [column[:, None] for column in raw.values()]
    texts = row_keys(np.concatenate(columns, axis=1))
    _, first, text = np.unique(texts, return_index=True, return_inverse=True)
    return np.asarray(first[text])


def _parse(raw: RawColumns, number: Ints, space: Space) -> Archs:
    """Return the architectures as written, ``(n, d)``; name the first that is none."""

    def parse(start: int, stop: int) -> Archs:
        part = {name: column[start:stop] for name, column in raw.items()}
        if ARCH in part:
            return space.parse([str(text) for text in part[ARCH].tolist()])
        assert isinstance(space, ColumnSpace)
        return space.from_columns(part)

    for name, column in raw.items():
        if name != ARCH and not np.issubdtype(column.dtype, np.integer):
            row = number[int(np.argmax(np.isnan(column)))]
            raise ValueError(f"column {name!r} is empty in row {row}")
    start, stop = 0, len(number)
    try:
        return parse(start, stop)
    except ValueError:
        while stop - start > 1:  # the first bad row is in start..stop-1
            middle = (start + stop) // 2
            try:
                parse(start, middle)
                start = middle
            except ValueError:
                stop = middle
    raise ValueError(
        f"row {number[start]} is no architecture of {space.name}: "
        f"{described(raw, start)}"
    )


def check(part: Part) -> tuple[int, ...]:
    """Return how many distinct architectures each column knows.

    Raises
    ------
    ValueError
        If an architecture of the part is wrong, or its accuracies are.
    """
    return tuple(
        int(np.sum(~np.isnan(accuracies(part, column)[1]))) if known else 0
        for column, known in zip(part.columns, part.known, strict=True)
    )


def accuracies(part: Part, column: Column) -> tuple[Architectures, Scores]:
    """Return a part's architectures and the accuracy of each, NaN where unknown.

    Rows that are written alike are repeated measurements, of which the mean is taken;
    isomorphic rows must agree.
    """
    found = architectures(part.stamp, part.space, part.space_value)
    with refusing(part.stamp.path):
        scores = _scores(part.stamp.path, column, part.space_value)
        if found.repeated:
            scores = _means(scores, found.written)
        kept = scores[found.first]
        other = kept[found.member]
        differ = (scores != other) & ~(np.isnan(scores) & np.isnan(other))
        if differ.any():
            row = int(np.argmax(differ))
            before = found.first[found.member[row]]
            raise ValueError(
                f"rows {found.number[before]} and {found.number[row]} are isomorphic, "
                f"but {column.name!r} is {scores[before]:g} and {scores[row]:g}"
            )
    return found, kept


def _means(scores: Scores, written: Ints) -> Scores:
    """Return each row's mean over the known scores of the rows written alike."""
    known = ~np.isnan(scores)
    size = len(scores)
    count = np.bincount(written[known], minlength=size)
    total = np.bincount(written[known], scores[known], minlength=size)
    means: Scores = np.full(size, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return np.asarray(means[written])
