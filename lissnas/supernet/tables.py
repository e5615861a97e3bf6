"""Measured accuracies as benchmark tables, which become tasks of their space."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.home import tables_dir
from lissnas.oracles.importing.base import store
from lissnas.oracles.schema import normal
from lissnas.oracles.shipped.base import accuracy_field, as_parquet, text_field
from lissnas.spaces import SPACES


@dataclass(frozen=True, slots=True)
class Column:
    """Accuracies ``(n,)`` with a name such as ``val_1`` and what they are."""

    name: str
    values: Scores
    description: str


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """Accuracies of architectures ``(n, d)``, a row each, and where they come from.

    `about` has the texts of the schema, and in `provenance` all that is needed to make
    the table again.
    """

    archs: Archs
    columns: list[Column]
    about: Mapping[str, Any]

    def in_order(self, space: str) -> "Content":
        """Return the same with its rows in the order of the space's identities."""
        order = np.argsort(SPACES[space].identity(self.archs), kind="stable")
        columns = [replace(one, values=one.values[order]) for one in self.columns]
        return Content(self.archs[order], columns, self.about)


def table_name(space: str, data: str, kind: str, given: str = "") -> str:
    """Return the name of a table's file."""
    stem = given or f"{space}-{data}-{kind}"
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")
    if not normal(stem).startswith(normal(space)):
        stem = f"{space}-{stem}"
    return f"{stem}.parquet"


def write_table(name: str, space: str, data: str, content: Content) -> Path:
    """Write accuracies into the folder of tables.

    An earlier table of the name stays until the new one is whole.
    """
    path, _ = store(table_bytes(space, data, content), name, space)
    return path


def table_bytes(space: str, data: str, content: Content) -> bytes:
    """Return accuracies as a table's file."""
    about = content.about
    fields: dict[Any, Any] = {text_field("arch"): SPACES[space].format(content.archs)}
    for column in content.columns:
        field = accuracy_field(column.name, normal(data), column.description)
        fields[field] = np.asarray(column.values, dtype=np.float64)
    texts = {key: text for key, text in about.items() if key != "provenance"}
    texts |= {"space": space, "provenance": json.dumps(about["provenance"])}
    return as_parquet(fields, texts)


def where(name: str) -> Path:
    """Return where a table of that name is written."""
    return tables_dir() / name
