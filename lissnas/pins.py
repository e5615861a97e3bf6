"""Pinned architectures of a run, stored beside it as the space's own strings."""

import json
from pathlib import Path

import numpy as np

from lissnas.arrays import Archs, first_occurrences
from lissnas.home import write_atomic
from lissnas.spaces import Space

FILE = "pins.json"
MOST = 30
LARGEST = 1_000_000  # bytes


def read_pins(path: Path, space: Space) -> Archs:
    """Return the architectures ``(p, d)`` pinned in a run's folder, none without.

    Raises
    ------
    ValueError
        If the file is not what `write_pins` writes for this space.
    """
    file = path / FILE
    if not file.exists():
        return _none(space)
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} bytes")
        texts = json.loads(file.read_bytes())["architectures"]
        if not (isinstance(texts, list) and all(isinstance(one, str) for one in texts)):
            raise ValueError("architectures must be a list of strings")
        return checked(space, space.parse(texts)) if texts else _none(space)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"{FILE} of run {path.name} cannot be used: {error}") from None


def write_pins(path: Path, space: Space, archs: Archs) -> None:
    """Store the architectures ``(p, d)`` pinned in a run's folder."""
    texts = space.format(archs) if len(archs) else []
    content = json.dumps({"architectures": texts}, indent=1)
    write_atomic(path / FILE, f"{content}\n".encode())


def pinned(space: Space, before: Archs, more: Archs) -> Archs:
    """Return `before` and further architectures, each once."""
    return checked(space, np.concatenate([before, more]))


def unpinned(space: Space, before: Archs, fewer: Archs) -> Archs:
    """Return `before` without some architectures."""
    gone = set(space.identity(fewer).tolist())
    kept = [key not in gone for key in space.identity(before).tolist()]
    rows: Archs = before[np.array(kept, dtype=bool)]
    return rows


def checked(space: Space, archs: Archs) -> Archs:
    """Return distinct canonical rows; ValueError if they are too many to follow."""
    archs = space.canonical(archs)
    archs = archs[first_occurrences(space.identity(archs))]
    if len(archs) > MOST:
        raise ValueError(f"pins must be at most {MOST}, got {len(archs):,}")
    return archs


def _none(space: Space) -> Archs:
    """Return no architectures, ``(0, d)``."""
    return np.zeros((0, len(space.decisions)), dtype=np.int8)
