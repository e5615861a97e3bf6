"""What an importer returns, and how it becomes a table of the user's."""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from lissnas.home import tables_dir, write_atomic
from lissnas.oracles import reader
from lissnas.oracles.files import stamp

Columns = dict[str, npt.NDArray[Any]]
Tick = Callable[[int, int], None]
"""Called with work done since the last call, and all there is, in the same unit."""
FOLDER = ".import-"


@dataclass(frozen=True, slots=True)
class Imported:
    """Columns of a table, with what each accuracy is.

    `title` is completed with the number of rows; `records` counts what was read;
    `caveats` is what to know of the values.
    """

    columns: Columns
    about: dict[str, str]
    title: str
    records: int
    caveats: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did.

    Parameters
    ----------
    path
        The table that was written.
    records, rows, architectures
        Records of the source, rows of the table, distinct architectures.
    columns
        Names of the accuracies.
    checksum
        SHA-256 of the source file; of a folder, that of its files' checksums.
    """

    space: str
    path: Path
    records: int
    rows: int
    architectures: int
    columns: tuple[str, ...]
    checksum: str


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, or of the sorted SHA-256s of a folder's files."""
    if path.is_dir():
        parts = sorted(checksum(file) for file in path.glob("*.json"))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_parquet(found: Imported, about: dict[str, str]) -> bytes:
    """Return imported columns as a Parquet file with page checksums."""
    schema_fields = []
    for name, values in found.columns.items():
        described = found.about.get(name)
        extra = {"unit": "fraction", "description": described} if described else None
        schema_fields.append(pa.field(name, pa.array(values[:1]).type, metadata=extra))
    table = pa.Table.from_arrays(
        [pa.array(values) for values in found.columns.values()],
        schema=pa.schema(schema_fields, metadata=about),
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def store(content: bytes, name: str, space: str) -> tuple[Path, list[reader.Part]]:
    """Write a table into the user's folder, once the reader has accepted it.

    Whatever happens, the folder holds the old table or the new one.

    Raises
    ------
    ValueError
        If the reader refuses the table, or the folder cannot be written.
    """
    folder, target = tables_dir(), tables_dir() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{FOLDER}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=FOLDER) as trial:
            draft = Path(trial) / name
            draft.write_bytes(content)
            parts = [p for p in reader.scan(stamp(draft)) if p.space == space]
            if not parts:
                raise ValueError(f"{name}: the table has no rows of {space}")
            for part in parts:
                reader.check(part)
        write_atomic(target, content)
    except OSError as error:
        raise ValueError(
            f"the folder {folder} cannot be written ({error.strerror}); LISSNAS_HOME "
            "names another"
        ) from error
    return target, parts


def distinct(parts: list[reader.Part]) -> int:
    """Return how many architectures the parts of a table hold."""
    found = (
        reader.architectures(part.stamp, part.space, part.space_value) for part in parts
    )
    return int(np.sum([len(archs.keys) for archs in found]))
