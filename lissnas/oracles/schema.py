"""What the columns of a benchmark table mean: its space, data sets and measures.

``assets/docs/tables.md`` is this module for readers. Nothing here reads a value of
the table; all of it works on the Arrow schema.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy.typing as npt
import pyarrow as pa

from lissnas.arrays import Archs
from lissnas.spaces import SPACES, Space

ARCH, SPACE = "arch", "space"
FRACTION = "fraction"
ACCURACY_WORDS = ("acc", "val", "test")
NO_ACCURACY = re.compile("loss|time|seconds|hours|ms|err|error|std|latency|energy")
MEASURE = re.compile(
    "acc|accuracy|val|valid|validation|test|train|best|last|final|max|min|mean|median|"
    "top1|top5|supernet|oneshot|proxy"
)


@runtime_checkable
class ColumnSpace(Protocol):
    """A space whose tables may name architectures in several columns, not in `arch`.

    Attributes
    ----------
    table_columns
        Names of those columns.
    """

    table_columns: tuple[str, ...]

    def from_columns(self, columns: Mapping[str, npt.NDArray[Any]]) -> Archs:
        """Return the architectures of columns ``(n,)`` each, ``(n, d)``."""
        ...


@runtime_checkable
class PublishedTables(Protocol):
    """A space whose published tables go by other names than its own.

    Attributes
    ----------
    table_names
        What their files' names begin with, in lower case with underscores.
    """

    table_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """An accuracy: one column of a table, or several repeats to be averaged."""

    name: str
    members: tuple[str, ...]
    dataset: str
    measure: str
    description: str


def normal(name: str) -> str:
    """Return `name` in lower case with underscores for hyphens."""
    return name.lower().replace("-", "_")


def metadata(source: pa.Schema | pa.Field, key: str) -> str:
    """Return a text of a schema's or field's metadata, empty if it is not there."""
    found: bytes = (source.metadata or {}).get(key.encode(), b"")
    return found.decode("utf-8", "replace")


def stated_space(schema: pa.Schema, stem: str) -> str | None:
    """Return the space of a whole table; None if its `space` column must tell.

    Raises
    ------
    ValueError
        If neither the metadata nor the file's name names a space that is known.
    """
    keys = {normal(key): key for key in SPACES}
    stated = metadata(schema, SPACE)
    if stated:
        if normal(stated) not in keys:
            raise ValueError(
                f"the metadata name the space {stated!r}, expected one of "
                f"{', '.join(SPACES)}"
            )
        return keys[normal(stated)]
    if SPACE in schema.names:
        return None
    for key, space in SPACES.items():
        if isinstance(space, PublishedTables):
            keys.update(dict.fromkeys(space.table_names, key))
    found = [key for key in keys if re.match(rf"{re.escape(key)}(?![a-z0-9])", stem)]
    if not found:
        raise ValueError(
            "the table belongs to no known space: its file name must begin with one of "
            f"{', '.join(SPACES)}, or its metadata name one as 'space'"
        )
    return keys[max(found, key=len)]


def spaces_of_values(values: Iterable[str], stem: str) -> dict[str, str]:
    """Return {value of the `space` column: space} for the values that are known.

    A value is a space's name, or its end when the file's name begins with the rest.
    """
    found: dict[str, str] = {}
    for value in values:
        for key in SPACES:
            rest = normal(key).removesuffix("_" + normal(value))
            named = rest != normal(key) and stem.startswith(rest)
            if normal(key) == normal(value) or named:
                found[value] = key
    if not found:
        raise ValueError(
            f"column 'space' must name one of {', '.join(SPACES)}, "
            f"got {', '.join(map(repr, sorted(values)[:3])) or 'nothing'}"
        )
    return found


def arch_columns(schema: pa.Schema, space: Space) -> tuple[str, ...]:
    """Return the columns that name architectures; ValueError if missing or mistyped."""
    names = space.table_columns if isinstance(space, ColumnSpace) else (ARCH,)
    if ARCH in schema.names:
        names = (ARCH,)
    missing = [name for name in names if name not in schema.names]
    if missing:
        listed = ", ".join(map(repr, missing))
        raise ValueError(f"the architecture column {listed} of {space.name} is missing")
    for name in names:
        kind = schema.field(name).type
        if name == ARCH and not is_text(kind):
            raise ValueError(f"column 'arch' must hold strings, got {kind}")
        if name != ARCH and not pa.types.is_integer(kind):
            raise ValueError(f"column {name!r} must hold integers, got {kind}")
    return names


def is_text(kind: pa.DataType) -> bool:
    """Return whether an Arrow type holds strings, dictionary-encoded or not."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def accuracy_columns(
    schema: pa.Schema, space: Space, stem: str = ""
) -> tuple[Column, ...]:
    """Return the accuracies of a table in column order; ValueError if there is none.

    `stem` is the file's name, which may end with the data set of its columns.
    """
    usual = next((d for d in space.datasets if _ends(stem, d)), space.datasets[0])
    taken = {SPACE, *arch_columns(schema, space)}
    fields = [f for f in schema if f.name not in taken and _is_accuracy(f)]
    if not fields:
        raise ValueError(
            "no accuracy column found: expected floating-point columns with 'acc', "
            "'val' or 'test' in the name, or the field metadata unit=fraction"
        )
    names = [field.name for field in fields]
    columns: list[Column] = []
    for field in fields:
        name, members = _repeats(field.name, names)
        if members[0] == field.name:
            columns.append(_column(name, members, field, space, usual))
    return tuple(columns)


def _is_accuracy(field: pa.Field) -> bool:
    """Return whether `field` is an accuracy; ValueError if it says so but cannot be."""
    words = _words(field.name)
    unit = metadata(field, "unit")
    named = any(w.startswith(ACCURACY_WORDS) for w in words)
    named = named and not any(NO_ACCURACY.fullmatch(w) for w in words)
    certain = unit == FRACTION or (
        named and any(word.startswith("acc") for word in words)
    )
    if certain and not pa.types.is_floating(field.type):
        raise ValueError(
            f"column {field.name!r} must hold floating-point numbers, got {field.type}"
        )
    if certain and unit not in ("", FRACTION):
        raise ValueError(
            f"column {field.name!r} must have the unit 'fraction', got {unit!r}"
        )
    if unit:
        return unit == FRACTION
    return named and bool(pa.types.is_floating(field.type))


def _repeats(name: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the stem of repeats ``stem_1``, ``stem_2``, ... and their names.

    A column without repeats is its own stem.
    """
    match = re.fullmatch(r"(.+)_(\d+)", name)
    if match and match[1] not in names:
        members = [n for n in names if re.fullmatch(rf"{re.escape(match[1])}_\d+", n)]
        numbers = sorted(int(n.rsplit("_", 1)[1]) for n in members)
        if len(members) > 1 and numbers == list(range(1, len(members) + 1)):
            return match[1], tuple(members)
    return name, (name,)


def _ends(stem: str, dataset: str) -> bool:
    """Return whether a file's name ends with the name of a data set."""
    return normal(stem).endswith(f"_{normal(dataset)}")


def _column(
    name: str, members: tuple[str, ...], field: pa.Field, space: Space, usual: str
) -> Column:
    """Return the column with its data set and what is left of the name as measure."""
    known = {normal(dataset): dataset for dataset in space.datasets}
    starts = [d for d in known if f"{normal(name)}_".startswith(f"{d}_")]
    if starts:
        dataset = max(starts, key=len)
        words = _words(normal(name)[len(dataset) :])
    else:
        words = _words(name)
        first = next((i for i, w in enumerate(words) if MEASURE.fullmatch(w)), 0)
        dataset, words = "_".join(words[:first]), words[first:]
    stated = metadata(field, "dataset") or dataset or usual
    measure = "-".join(w for w in words if w not in ("acc", "accuracy"))
    return Column(
        name,
        members,
        known.get(normal(stated), normal(stated).replace("_", "-")),
        measure or "accuracy",
        metadata(field, "description"),
    )


def _words(name: str) -> list[str]:
    """Return the lower-case words of a column's name."""
    return [word for word in re.split(r"[\W_]+", name.lower()) if word]
