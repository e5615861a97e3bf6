"""Tables inside other packages: found, read as plain data, converted once."""

import importlib.util
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from lissnas.home import write_atomic
from lissnas.oracles.files import Stamp, stamp


class NotInstalled(ValueError):
    """The package with a table is not there; the sentence says how to add it."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """Tables of a space inside a package; `paths` converts them if need be.

    An `optional` package is no part of the installation unless it is asked for, so
    its absence is nothing wrong.
    """

    space: str
    package: str
    paths: Callable[[], list[Path]]
    optional: bool = False


def package_folder(space: str, package: str, module: str, command: str) -> Path:
    """Return the folder of an installed package, without importing the package.

    Raises
    ------
    NotInstalled
        If it is not there; the sentence tells the `command` that adds it.
    """
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise NotInstalled(
            f"the {space} table ships with the package {package}, which is not "
            f"installed; '{command}' adds it"
        )
    return Path(found.submodule_search_locations[0])


def package_version(package: str) -> str:
    """Return the version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise ValueError(f"the package {package} has no version") from error


def kept(path: Path, rows: int, convert: Callable[[], bytes]) -> Path:
    """Return `path`, converting the table anew if it is not there or damaged.

    Raises
    ------
    ValueError
        If the conversion refuses the source, or the folder cannot be written.
    """
    if not (path.is_file() and _is_sound(stamp(path), rows)):
        try:
            write_atomic(path, convert())
        except OSError as error:
            raise ValueError(
                f"the cache folder {path.parent} cannot be written "
                f"({error.strerror}); LISSNAS_HOME names another"
            ) from error
    return path


@lru_cache(maxsize=16)
def _is_sound(converted: Stamp, rows: int) -> bool:
    """Return whether a version of a converted table is undamaged."""
    try:
        table = pq.read_table(converted.path, page_checksum_verification=True)
    except (pa.ArrowException, OSError):
        return False
    return bool(table.num_rows == rows)


def as_parquet(columns: dict[pa.Field, Any], about: dict[str, str]) -> bytes:
    """Return columns as a Parquet file with checksums, `about` as its metadata."""
    schema = pa.schema(list(columns), metadata=about)
    arrays = [pa.array(values, field.type) for field, values in columns.items()]
    buffer = io.BytesIO()
    table = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def text_field(name: str) -> pa.Field:
    """Return a column of strings."""
    return pa.field(name, pa.string())


def accuracy_field(name: str, dataset: str, description: str) -> pa.Field:
    """Return a column of fractions that says what it is."""
    about = {"unit": "fraction", "dataset": dataset, "description": description}
    return pa.field(name, pa.float64(), metadata=about)


class Plain(pickle.Unpickler):
    """An unpickler of plain containers, strings and numbers only."""

    def find_class(self, module: str, name: str) -> Any:
        return self.refuse(module, name)

    @staticmethod
    def refuse(module: str, name: str) -> NoReturn:
        """Raise, since a pickled object may do anything when it is made."""
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def read_plain(
    content: bytes, unpickler: type[Plain] = Plain
) -> dict[Any, dict[str, Any]]:
    """Return a pickled dictionary of dictionaries; ValueError if it holds more."""
    try:
        found = unpickler(io.BytesIO(content)).load()
    except Exception as error:  # unpickling damaged bytes may raise anything
        raise ValueError(f"not readable as plain data ({error})") from error
    if not isinstance(found, dict) or not all(
        isinstance(value, dict) for value in found.values()
    ):
        raise ValueError("not a dictionary of dictionaries")
    return found
