"""Interchange with google-research/nasbench: ModelSpec JSON, hash, short form."""

import json
import re
from collections.abc import Sequence
from hashlib import md5

import numpy as np

from lissnas.arrays import Bools, Ints
from lissnas.spaces.nasbench101.cells import INTERIOR, VERTICES

OPERATIONS = ("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3")
INPUT, OUTPUT = "input", "output"
LETTERS = "31m"
SHORT = re.compile(rf"([{LETTERS}]{{0,{INTERIOR}}}):(\d\d(?:,\d\d)*)")
EXAMPLE = (
    '{"matrix": [[0, 1, 0], [0, 0, 1], [0, 0, 0]], '
    '"ops": ["input", "maxpool3x3", "output"]}'
)


def matrices(layout: Bools, operations: Sequence[int]) -> tuple[Bools, list[int]]:
    """Return a layout's adjacency without absent vertices, and its operations."""
    kept = [op for op in operations if op < len(OPERATIONS)]
    places = [0, *range(1, len(kept) + 1), VERTICES - 1]
    return layout[np.ix_(places, places)], kept


def module_hash(matrix: Bools, operations: Sequence[int]) -> str:
    """Return the official hash of one pruned cell, a hexadecimal string.

    References
    ----------
    google-research/nasbench, `graph_util.hash_module`.
    """
    vertices = range(len(matrix))
    labels = [-1, *operations, -2]
    degrees = zip(matrix.sum(1).tolist(), matrix.sum(0).tolist(), labels, strict=True)
    hashes = [_md5(str((int(out), int(into), label))) for out, into, label in degrees]
    for _ in vertices:
        hashes = [
            _md5(
                "".join(sorted(hashes[w] for w in vertices if matrix[w, v]))
                + "|"
                + "".join(sorted(hashes[w] for w in vertices if matrix[v, w]))
                + "|"
                + hashes[v]
            )
            for v in vertices
        ]
    return _md5(str(sorted(hashes)))


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def spec_json(matrix: Bools, operations: Sequence[int]) -> str:
    """Return one cell as the JSON of a ModelSpec."""
    ops = [INPUT, *(OPERATIONS[op] for op in operations), OUTPUT]
    return json.dumps({"matrix": matrix.astype(int).tolist(), "ops": ops})


def short_form(matrix: Bools, operations: Sequence[int]) -> str:
    """Return one cell as "31m:01,02,13,23,34": operations, then edges."""
    edges = ",".join(f"{x}{y}" for x, y in np.argwhere(matrix))
    return "".join(LETTERS[op] for op in operations) + ":" + edges


def read_spec(text: str) -> tuple[Ints, list[int]]:
    """Return adjacency ``(v, v)`` and operations of a ModelSpec or a short form.

    Raises
    ------
    ValueError
        Naming what is wrong with the text.
    """
    short = SHORT.fullmatch(text.strip())
    if short:
        operations = [LETTERS.index(letter) for letter in short[1]]
        vertices = len(operations) + 2
        matrix = np.zeros((vertices, vertices), dtype=np.int64)
        for edge in short[2].split(","):
            x, y = int(edge[0]), int(edge[1])
            if not x < y < vertices:
                raise ValueError(
                    f"arch edges must go from a lower to a higher vertex below "
                    f"{vertices}, got {edge!r} in {text!r}"
                )
            matrix[x, y] = 1
        return matrix, operations
    return _read_json(text)


def _read_json(text: str) -> tuple[Ints, list[int]]:
    """Return adjacency and operations of a ModelSpec in JSON."""
    try:
        spec = json.loads(text)
        matrix, names = spec["matrix"], spec["ops"]
        adjacency = np.array(matrix)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(
            f"arch must look like {EXAMPLE}, or 3m:01,02,13,23, got {text[:200]!r}"
        ) from None
    if not isinstance(names, list) or not 2 <= len(names) <= VERTICES:
        raise ValueError(f"arch ops must be 2 to {VERTICES} names, got {names!r:.200}")
    expected = (len(names), len(names))
    if adjacency.shape != expected or not np.isin(adjacency, (0, 1)).all():
        raise ValueError(
            f"arch matrix must be {expected[0]} rows of {expected[1]} zeros and ones, "
            f"one for each of its ops, got {matrix!r:.200}"
        )
    if np.tril(adjacency).any():
        raise ValueError(f"arch matrix must be upper triangular, got {matrix!r:.200}")
    unknown = [name for name in names[1:-1] if name not in OPERATIONS]
    if names[0] != INPUT or names[-1] != OUTPUT or unknown:
        raise ValueError(
            f"arch ops must be {INPUT!r}, operations of {OPERATIONS}, {OUTPUT!r}, "
            f"got {names!r:.200}"
        )
    return adjacency.astype(np.int64), [OPERATIONS.index(name) for name in names[1:-1]]
