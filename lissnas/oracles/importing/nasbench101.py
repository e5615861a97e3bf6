"""NAS-Bench-101 from its published TFRecord files [1]_.

Each record is JSON: the cell's hash, the epochs of training, its matrix as a string of
0 and 1, its operations, and as base64 a protocol buffer with the parameters and, for
each moment at which the network was evaluated, epoch, time and accuracies. A cell has
three records for each number of epochs. Hashes and parameters are checked.

.. [1] Ying et al., "NAS-Bench-101: Towards Reproducible Neural Architecture Search",
   ICML 2019; format: github.com/google-research/nasbench, model_metrics.proto.
"""

import base64
import json
import math
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lissnas.arrays import Ints, Scores
from lissnas.oracles.importing.base import Columns, Imported, Tick
from lissnas.oracles.importing.tfrecord import records
from lissnas.spaces import SPACES

SPACE = "nasbench101"
OPERATIONS = {"conv3x3-bn-relu": 0, "conv1x1-bn-relu": 1, "maxpool3x3": 2}
EPOCHS, REPEATS, FULL = (4, 12, 36, 108), 3, 108
RUNS = 2 * REPEATS  # numbers kept a cell: validation and test accuracy of each run
EVALUATION, PARAMETERS, VALIDATION, TEST = 1, 2, 4, 5  # fields of the protocol buffer
VARINT, DOUBLE, BYTES, FLOAT = 0, 1, 2, 5  # its wire types
HASHES_CHECKED = 2_000
TITLE = "NAS-Bench-101: {:,} cells"


def fields(buffer: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Yield number and value of each field of a protocol buffer.

    Raises
    ------
    ValueError
        If the buffer ends within a field or has a field of an unknown type.
    """
    place = 0
    while place < len(buffer):
        key, place = _varint(buffer, place)
        kind, size = key & 7, {DOUBLE: 8, FLOAT: 4}.get(key & 7, 0)
        value: int | float | bytes
        if kind == VARINT:
            value, place = _varint(buffer, place)
        elif kind == BYTES:
            size, place = _varint(buffer, place)
            value = buffer[place : place + size]
        elif size:
            if place + size > len(buffer):
                raise ValueError("the metrics end within a number")
            form = "<d" if kind == DOUBLE else "<f"
            value = float(struct.unpack_from(form, buffer, place)[0])
        else:
            raise ValueError(f"the metrics have a field of the unknown type {kind}")
        place += size
        if place > len(buffer):
            raise ValueError("the metrics end within a field")
        yield key >> 3, value


def _varint(buffer: bytes, place: int) -> tuple[int, int]:
    """Return the number of variable length at a place, and the place behind it."""
    value = shift = 0
    while True:
        if place >= len(buffer) or shift > 63:
            raise ValueError("the metrics end within a number")
        byte = buffer[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def metrics(buffer: bytes) -> tuple[int, float, float]:
    """Return parameters, and validation and test accuracy of the last evaluation."""
    params, last = 0, b""
    for number, value in fields(buffer):
        if number == PARAMETERS and isinstance(value, int):
            params = value
        elif number == EVALUATION and isinstance(value, bytes):
            last = value
    found = dict(fields(last))
    accuracies = found.get(VALIDATION), found.get(TEST)
    if not params or not all(
        isinstance(value, float) and 0 <= value <= 1 for value in accuracies
    ):
        raise ValueError("the metrics lack parameters or accuracies")
    return params, float(accuracies[0] or 0), float(accuracies[1] or 0)


@dataclass(slots=True)
class _Cells:
    """What was read so far, by cell in the order of their first records."""

    number: dict[str, int] = field(default_factory=dict)
    vertices: list[int] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)
    ops: list[int] = field(default_factory=list)
    params: list[int] = field(default_factory=list)
    values: "dict[int, array[float]]" = field(default_factory=dict)

    def add(self, content: bytes) -> None:
        """Add one record."""
        found = json.loads(content)
        if not isinstance(found, list) or len(found) != 5:
            raise ValueError("it is not a list of five")
        name, epochs, matrix, operations, encoded = found
        if not isinstance(name, str) or epochs not in EPOCHS:
            raise ValueError(f"epochs must be one of {EPOCHS}, got {epochs!r}")
        params, *accuracies = metrics(base64.b64decode(encoded, validate=True))
        cell = self.number.get(name)
        if cell is None:
            cell = self.number[name] = len(self.number)
            vertices, edges, ops = written(matrix, operations)
            self.vertices.append(vertices)
            self.edges.append(edges)
            self.ops.append(ops)
            self.params.append(params)
        elif params != self.params[cell]:
            raise ValueError(f"cell {name} has {params} parameters, and others before")
        kept = self.values.setdefault(epochs, array("d"))
        kept.extend([math.nan] * ((cell + 1) * RUNS - len(kept)))
        for place in range(cell * RUNS, (cell + 1) * RUNS, 2):
            if math.isnan(kept[place]):
                kept[place : place + 2] = array("d", accuracies)
                return
        raise ValueError(f"cell {name} has more than {REPEATS} runs")


def written(matrix: Any, operations: Any) -> tuple[int, int, int]:
    """Return the table columns vertices, edges and ops of a cell's strings."""
    names = str(operations).split(",")
    size = len(names)
    if len(str(matrix)) != size * size or set(str(matrix)) - {"0", "1"}:
        raise ValueError(f"the matrix must be {size} x {size} digits 0 or 1")
    if not 2 <= size <= 7 or set(names[1:-1]) - set(OPERATIONS):
        raise ValueError(f"the operations are unknown: {operations!r}")
    edges = 0
    for place, digit in enumerate(str(matrix)):
        x, y = divmod(place, size)
        if digit == "1":
            if x >= y:
                raise ValueError("the matrix is not upper triangular")
            edges |= 1 << x + y * (y - 1) // 2
    ops = 0
    for name in names[1:-1]:
        ops = 3 * ops + OPERATIONS[name]
    return size, edges, ops


def read(path: Path, tick: Tick) -> Imported:
    """Return the cells of a TFRecord file with validation and test accuracies.

    Raises
    ------
    ValueError
        If a record is damaged or malformed, or contradicts the space's hashes or
        parameters; nothing is skipped.
    """
    cells, done, total = _Cells(), 0, path.stat().st_size
    for batch in records(path):
        for place, content in enumerate(batch):
            try:
                cells.add(content)
            except (ValueError, TypeError, RecursionError) as error:
                reason = str(error).partition("\n")[0]
                raise ValueError(
                    f"record {done + place} is no record of NAS-Bench-101 ({reason})"
                ) from None
        done += len(batch)
        tick(sum(len(content) + 16 for content in batch), total)
    if not done:
        raise ValueError("the file has no records")
    columns: Columns = {
        "vertices": np.array(cells.vertices, dtype=np.uint8),
        "edges": np.array(cells.edges, dtype=np.uint32),
        "ops": np.array(cells.ops, dtype=np.uint8),
    }
    _check(cells, columns)
    about = {}
    for epochs in sorted(cells.values, reverse=True):
        runs = _runs(cells.values[epochs], len(cells.number))
        suffix = "" if epochs == FULL else f"_{epochs}epochs"
        for which, name in enumerate(("val", "test")):
            for repeat in range(REPEATS):
                column = f"cifar10_{name}{suffix}_{repeat + 1}"
                columns[column] = runs[:, 2 * repeat + which]
                about[column] = f"{name} accuracy after {epochs} epochs, one run"
    return Imported(columns, about, TITLE, records=done)


def _runs(values: "array[float]", cells: int) -> Scores:
    """Return validation and test accuracy of each run, ``(cells, 6)``, else NaN."""
    found: Scores = np.full(cells * RUNS, math.nan)
    found[: len(values)] = values
    return found.reshape(cells, RUNS)


def _check(cells: _Cells, columns: Columns) -> None:
    """Raise ValueError if the space knows other parameters or hashes."""
    space = SPACES[SPACE]
    archs = space.from_columns(columns)  # type: ignore[attr-defined]
    params: Ints = space.cost(archs).params
    wrong = params != np.array(cells.params)
    names = list(cells.number)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"cell {names[row]} has {cells.params[row]:,} parameters in the file, "
            f"{params[row]:,} by its matrix"
        )
    rows = np.unique(np.linspace(0, len(names) - 1, HASHES_CHECKED).astype(int))
    for row, found in zip(rows, space.hashes(archs[rows]) or [], strict=True):
        if names[row] != found:
            raise ValueError(f"cell {names[row]} has the hash {found} by its matrix")
