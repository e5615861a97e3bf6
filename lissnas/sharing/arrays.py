"""Arrays of strangers: npz files whose headers are believed only within bounds."""

import io
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.runs import Arrays
from lissnas.spaces import Space

MAX_BYTES = 512 * 2**20
MAX_MEMBERS = 64
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, SyntaxError),
    *(OverflowError, NotImplementedError, RuntimeError, MemoryError, KeyError),
    *(TypeError, tokenize.TokenError, RecursionError),
)


def checked_npz(
    name: str, content: bytes, needed: Collection[str], optional: Collection[str] = ()
) -> Arrays:
    """Return the arrays of an npz file that has just these and nothing unpickled.

    Numbers and raw bytes only, at most two dimensions; what a header declares must be
    what is there, and less than `MAX_BYTES` in all.

    Raises
    ------
    ValueError
        In one sentence that names the file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            total = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or total > MAX_BYTES:
                raise ValueError(
                    f"it must unfold to at most {MAX_BYTES:,} bytes, got {total:,}"
                )
            names = [member.filename.removesuffix(".npy") for member in members]
            odd = set(needed) ^ set(names) - set(optional)
            if odd or len(set(names)) != len(names):
                raise ValueError(f"its arrays must be those of a run, not so: {odd}")
            return {
                one: _array(one, archive.read(member))
                for one, member in zip(names, members, strict=True)
            }
    except (ValueError, *DAMAGED) as error:
        raise ValueError(f"{name} cannot be used: {error}") from None


def _array(name: str, content: bytes) -> npt.NDArray[Any]:
    """Return the array in an npy file, of exactly the size that its header declares."""
    file = io.BytesIO(content)
    major = np.lib.format.read_magic(file)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if major not in readers:
        raise ValueError(f"{name} must have a known header, got version {major}")
    shape, fortran, dtype = readers[major](file)
    plain = dtype.kind in "biuf" or (dtype.kind == "V" and dtype.fields is None)
    if not plain or dtype.hasobject or dtype.itemsize > 256 or len(shape) > 2:
        raise ValueError(f"{name} must hold numbers, got {dtype} of shape {shape}")
    if math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(f"{name} must hold what its header declares, {shape}")
    found = np.frombuffer(content, dtype, offset=file.tell())
    return found.reshape(shape, order="F" if fortran else "C")


def rows(name: str, arrays: Arrays, space: Space) -> int:
    """Return how many architectures an array holds; ValueError unless all are one."""
    archs = arrays[name]
    if archs.dtype != np.int8:
        raise ValueError(f"{name} must hold int8, got {archs.dtype}")
    checked = space.check(archs)
    if not np.array_equal(space.canonical(checked), checked):
        raise ValueError(f"{name} must hold canonical architectures")
    return len(checked)


def column(name: str, arrays: Arrays, length: int, low: float, high: float) -> None:
    """Raise ValueError unless an array is ``(length,)`` within bounds, or NaN."""
    values = arrays[name]
    if values.shape != (length,) or values.dtype.kind not in "if":
        raise ValueError(f"{name} must have shape ({length},), got {values.shape}")
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    if len(known) and not (low <= known.min() and known.max() <= high):
        raise ValueError(
            f"{name} must be in [{low}, {high}], got {known.min()} to {known.max()}"
        )
