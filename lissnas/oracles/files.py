"""Read columns of Parquet files as arrays, and say in a sentence what is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lissnas.arrays import Ints
from lissnas.oracles.schema import ARCH, SPACE

RawColumns = dict[str, npt.NDArray[Any]]
SHOWN = 200  # characters of a row that is refused


@dataclass(frozen=True, slots=True)
class Stamp:
    """One version of a file: what it was when it was last looked at."""

    path: Path
    modified_ns: int
    size: int


def stamp(path: Path) -> Stamp:
    """Return the present version of a file."""
    with refusing(path):
        status = path.stat()
    return Stamp(path, status.st_mtime_ns, status.st_size)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what goes wrong inside into a ValueError that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise ValueError(
            f"{path.name}: the file is truncated, damaged or no Parquet ({reason})"
        ) from error
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def raw_columns(path: Path, names: tuple[str, ...], value: str | None) -> RawColumns:
    """Return columns as NumPy arrays, of the rows whose `space` is `value` if given."""
    wanted = [*names, SPACE] if value is not None and SPACE not in names else [*names]
    table = pq.read_table(path, columns=wanted, page_checksum_verification=True)
    if value is not None:
        table = table.filter(pc.equal(table[SPACE], value))
    return {name: table[name].to_numpy() for name in names}


def row_numbers(path: Path, value: str | None) -> Ints:
    """Return the numbers in the file of the rows of a part."""
    if value is None:
        return np.arange(pq.read_metadata(path).num_rows)
    return np.flatnonzero(raw_columns(path, (SPACE,), None)[SPACE] == value)


def described(raw: RawColumns, row: int) -> str:
    """Return what the architecture columns say in a row, cut off where it is long."""
    if ARCH in raw:
        text = repr(raw[ARCH][row])
    else:
        text = ", ".join(f"{name} {column[row]}" for name, column in raw.items())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
