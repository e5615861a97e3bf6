"""UBJSON as XGBoost writes it [1]_, read within bounds: no length is believed.

.. [1] Universal Binary JSON, draft 12, ubjson.org.
"""

import struct
from typing import Any

import numpy as np

DEPTH = 32
NUMBERS = {  # marker: numpy's name, big-endian
    "i": ">i1",
    "U": ">u1",
    "I": ">i2",
    "l": ">i4",
    "L": ">i8",
    "d": ">f4",
    "D": ">f8",
}
CONSTANTS = {"T": True, "F": False, "Z": None}


def read_ubjson(content: bytes) -> dict[str, Any]:
    """Return the object in `content`, typed arrays as numpy's; ValueError if damaged.

    Every entry takes at least a byte, so the result is at most as long as its source.
    """
    reader = _Reader(content)
    try:
        found = reader.value(reader.marker(), 0)
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError) as error:
        raise ValueError(f"it ends or breaks off within a value: {error}") from None
    if not isinstance(found, dict) or reader.at != len(content):
        raise ValueError("it must be one object")
    return found


class _Reader:
    """A place in UBJSON."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, count: int) -> bytes:
        """Return the next bytes, all of them there."""
        if not 0 <= count <= len(self.content) - self.at:
            raise ValueError(f"a length of {count:,} goes beyond its end")
        self.at += count
        return self.content[self.at - count : self.at]

    def marker(self) -> str:
        """Return the next marker."""
        return chr(self.take(1)[0])

    def length(self) -> int:
        """Return a length: a marked integer."""
        found = self.value(self.marker(), DEPTH)
        if not isinstance(found, int) or isinstance(found, bool):
            raise ValueError("a length must be an integer")
        return found

    def text(self) -> str:
        """Return text behind its length."""
        return self.take(self.length()).decode()

    def value(self, marker: str, depth: int) -> Any:
        """Return the value of a kind."""
        if marker in NUMBERS:
            dtype = np.dtype(NUMBERS[marker])
            return np.frombuffer(self.take(dtype.itemsize), dtype)[0].item()
        if marker in CONSTANTS:
            return CONSTANTS[marker]
        if marker == "S":
            return self.text()
        if depth >= DEPTH:
            raise ValueError(f"it must be at most {DEPTH} levels deep")
        if marker == "{":
            return self.object(depth)
        if marker == "[":
            return self.array(depth)
        raise ValueError(f"a value must have a known marker, got {marker!r}")

    def object(self, depth: int) -> dict[str, Any]:
        """Return an object, up to its closing brace."""
        found: dict[str, Any] = {}
        while self.content[self.at : self.at + 1] != b"}":
            name = self.text()
            if name in found:
                raise ValueError(f"an object must have each name once, got {name!r}")
            found[name] = self.value(self.marker(), depth + 1)
        self.at += 1
        return found

    def array(self, depth: int) -> Any:
        """Return an array: typed, counted, or up to its closing bracket."""
        after = self.content[self.at : self.at + 1]
        if after == b"$":
            self.at += 1
            kind, hash_sign = self.marker(), self.marker()
            if kind not in NUMBERS or hash_sign != "#":
                raise ValueError(f"a typed array must hold numbers, got {kind!r}")
            dtype, count = np.dtype(NUMBERS[kind]), self.length()
            return np.frombuffer(self.take(count * dtype.itemsize), dtype)
        found = []
        if after == b"#":
            self.at += 1
            count = self.length()
            if not 0 <= count <= len(self.content) - self.at:
                raise ValueError(f"an array of {count:,} goes beyond its end")
            for _ in range(count):
                found.append(self.value(self.marker(), depth + 1))
            return found
        while self.content[self.at : self.at + 1] != b"]":
            found.append(self.value(self.marker(), depth + 1))
        self.at += 1
        return found
