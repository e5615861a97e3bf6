"""The graph of single edits between the members of a space, and distances in it."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Bools, Ints, chunks

UNREACHED = 127

Distances: TypeAlias = npt.NDArray[np.int8]
Words: TypeAlias = npt.NDArray[np.uint64]


class Edits(NamedTuple):
    """All single edits ``(e,)``: member numbers, and the kind of each."""

    source: Ints
    target: Ints
    kind: Ints


class Steps(NamedTuple):
    """Edits by what they lead to: distinct targets ``(t,)`` and all sources ``(e,)``.

    The sources of ``target[i]`` begin at ``start[i]`` and end before ``start[i + 1]``.
    """

    source: Ints
    start: Ints
    target: Ints


def steps_to(edits: Edits, kind: int | None) -> Steps:
    """Return the edits of one kind, or of all, by the member they lead to."""
    rows = np.arange(len(edits.kind))
    if kind is not None:
        rows = np.flatnonzero(edits.kind == kind)
    rows = rows[np.argsort(edits.target[rows], kind="stable")]
    target, start = np.unique(edits.target[rows], return_index=True)
    return Steps(edits.source[rows], start, target)


def breadth_first(steps: Steps, keys: Ints, size: int, depth: int) -> Distances:
    """Return the distances from `keys` ``(n,)`` to all members, ``(n, size)``.

    A member that takes more than `depth` steps is `UNREACHED`. Each member holds one
    bit a key, whether that key has reached it; a step takes all keys at once.
    """
    distances = np.empty((len(keys), size), dtype=np.int8)
    for rows in chunks(len(keys), 64):
        number = np.arange(len(keys[rows]), dtype=np.uint64)
        seen: Words = np.zeros(size, dtype="<u8")
        np.bitwise_or.at(seen, keys[rows], np.uint64(1) << number)
        shell: Words = seen
        found = np.full((size, 64), UNREACHED, dtype=np.int8)  # by member, then by key
        np.copyto(found, 0, where=_bits(seen))
        for step in range(1, depth + 1 if len(steps.source) else 1):
            reached = np.zeros_like(seen)
            sources = shell[steps.source]
            reached[steps.target] = np.bitwise_or.reduceat(sources, steps.start)
            shell = reached & ~seen
            if not shell.any():
                break
            seen |= shell
            np.copyto(found, step, where=_bits(shell))
        distances[rows] = found.T[: len(number)]
    return distances


def _bits(words: Words) -> Bools:
    """Return the bits of little-endian words ``(n,)``, lowest first, ``(n, 64)``."""
    octets = words.view(np.uint8).reshape(len(words), 8)
    return np.unpackbits(octets, axis=1, bitorder="little").view(np.bool_)
