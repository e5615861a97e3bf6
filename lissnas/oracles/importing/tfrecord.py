"""TFRecord files, read without TensorFlow, and the checksums of their records.

A record is its length (8 bytes, little endian), the masked CRC-32C of these bytes, its
content, and the masked CRC-32C of that.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Bools, Ints

Words = npt.NDArray[np.uint32]
HEADER = struct.Struct("<QI")
FOOTER = struct.Struct("<I")
MAX_RECORD = 1 << 16
BATCH, BATCH_BYTES = 20_000, 1 << 24
PADDED = 1 << 24  # bytes of which checksums are computed at once
POLYNOMIAL, MASK = 0x82F63B78, 0xA282EAD8


def _table() -> Words:
    """Return the remainder of each byte, ``(256,)``."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ POLYNOMIAL, table >> 1)
    return table.astype(np.uint32)


TABLE = _table()


def masked_checksums(contents: Sequence[bytes]) -> Words:
    """Return the masked CRC-32C of each content, ``(n,)``, many at once.

    Contents of like lengths are padded together, so that a few long ones among many
    short ones need no more memory than all of them short.
    """
    length = np.array([len(content) for content in contents], dtype=np.int64)
    order, start = np.argsort(-length, kind="stable"), 0
    found = np.zeros(len(contents), dtype=np.uint32)
    while start < len(order):
        most = max(1, PADDED // max(1, int(length[order[start]])))
        rows = order[start : start + most]
        found[rows] = _masked([contents[i] for i in rows], length[rows])
        start += most
    return found


def _masked(contents: Sequence[bytes], length: Ints) -> Words:
    """Return the masked CRC-32C of contents ``(n,)``, the longest first."""
    rest = np.full(len(contents), 0xFFFFFFFF, dtype=np.uint32)
    width = int(length[0])
    joined = b"".join(content.ljust(width, b"\0") for content in contents)
    columns = np.frombuffer(joined, np.uint8).reshape(len(contents), width).T
    longer = np.searchsorted(-length, -np.arange(width), side="left")
    for byte, count in zip(np.ascontiguousarray(columns), longer, strict=True):
        part = rest[:count]
        rest[:count] = TABLE[(part ^ byte[:count]) & 0xFF] ^ (part >> 8)
    rest = ~rest
    return np.asarray((rest >> 15 | rest << 17) + np.uint32(MASK), dtype=np.uint32)


def records(path: Path) -> Iterator[list[bytes]]:
    """Yield the records of a file in batches, each checked.

    Raises
    ------
    ValueError
        If the file ends within a record or a checksum is wrong; the record's number,
        counted from 0, is named.
    """
    done = 0
    with path.open("rb") as file:
        while True:
            batch = list(_batch(file, done))
            if not batch:
                return
            for which, name in ((0, "length"), (1, "content")):
                wrong = _wrong([record[which] for record in batch], name)
                if wrong.any():
                    raise ValueError(
                        f"record {done + int(np.argmax(wrong))} is damaged: the "
                        f"checksum of its {name} is wrong"
                    )
            done += len(batch)
            yield [content for _, (content, _) in batch]


def _wrong(parts: list[tuple[bytes, int]], name: str) -> Bools:
    """Return which contents do not have their checksum."""
    stated = np.array([checksum for _, checksum in parts], dtype=np.uint32)
    return np.asarray(masked_checksums([content for content, _ in parts]) != stated)


def _batch(
    file: BinaryIO, done: int
) -> Iterator[tuple[tuple[bytes, int], tuple[bytes, int]]]:
    """Yield length and content of the next records, each with its stated checksum."""
    held = 0
    for number in range(done, done + BATCH):
        if held > BATCH_BYTES:
            return
        header = file.read(HEADER.size)
        if not header:
            return
        if len(header) < HEADER.size:
            raise ValueError(f"the file ends within record {number}")
        size, length_checksum = HEADER.unpack(header)
        body = file.read(size + FOOTER.size) if size <= MAX_RECORD else b""
        if len(body) < size + FOOTER.size:
            if int(masked_checksums([header[:8]])[0]) != length_checksum:
                raise ValueError(
                    f"record {number} is damaged or this is no TFRecord: the checksum "
                    "of its length is wrong"
                )
            if size > MAX_RECORD:
                raise ValueError(
                    f"record {number} must have at most {MAX_RECORD:,} bytes, "
                    f"got {size:,}"
                )
            raise ValueError(f"the file ends within record {number}")
        held += size
        (checksum,) = FOOTER.unpack(body[size:])
        yield (header[:8], length_checksum), (body[:size], checksum)
