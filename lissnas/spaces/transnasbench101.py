"""TransNAS-Bench-101 [1]_: its macro and its micro level.

At the macro level an architecture is 4 to 6 modules, one digit each: 1 keeps width and
resolution, 2 doubles the channels, 3 halves the resolution, 4 does both; 1 to 4 modules
halve and 1 to 3 double. A module is two residual basic blocks of 3x3 convolutions, the
first of which changes the shape, with a 1x1 convolution as its shortcut then. At the
micro level the modules are fixed, 4-1-4-1-4, each of two cells of 4 nodes with an
operation on each of the 6 edges. Costs are those of the backbone on 256x256 pixels
without the head, which differs between the tasks.

.. [1] Duan et al., "TransNAS-Bench-101: Improving Transferability and Generalizability
   of Cross-Task Neural Architecture Search", CVPR 2021, arXiv:2105.11871.
"""

import re
from collections.abc import Sequence
from itertools import product

import numpy as np

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces.base import Cost, Decision, Graph
from lissnas.spaces.categorical import CategoricalSpace
from lissnas.spaces.tabled import TabledSpace

SLOTS, LEAST, ABSENT = 6, 4, 0
OPTIONS = ("absent", "1", "2", "3", "4")
HALVES, DOUBLES = (3, 4), (2, 4)
MOST_HALVINGS, MOST_DOUBLINGS = 4, 3
WIDTH, PIXELS = 64, 64  # after a stem of two convolutions of stride 2 on 256x256
TASKS = ("class_scene", "class_object", "jigsaw", "segmentsemantic")
FORM = re.compile(rf"64-([1-4]{{{LEAST},{SLOTS}}})-basic")
STEM_WEIGHTS = (27 * WIDTH // 2, 9 * WIDTH * WIDTH // 2)
STEM = (
    sum(STEM_WEIGHTS) + 2 * (WIDTH // 2 + WIDTH),
    STEM_WEIGHTS[0] * (2 * PIXELS) ** 2 + STEM_WEIGHTS[1] * PIXELS**2,
)
CELL_FORM = re.compile(r"64-41414-([0-3])_([0-3]{2})_([0-3]{3})")
CELL_OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3")
CELL_EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
MODULES = ((64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2))
NAMES = ("", "normal", "channels x2", "resolution /2", "both")


class TransNASBench101Macro(TabledSpace):
    """The 3,256 macro architectures of TransNAS-Bench-101."""

    name = "transnasbench101-macro"
    title = "TransNAS-Bench-101 (macro)"
    citation = "Duan et al., CVPR 2021, arXiv:2105.11871"
    decisions = tuple(Decision(f"module {i + 1}", OPTIONS) for i in range(SLOTS))
    datasets = TASKS
    edit_kinds = ("substitute", "insert", "delete")
    total_edit_distance = SLOTS

    def _rows(self) -> Archs:
        rows = [
            [*modules, *[ABSENT] * (SLOTS - length)]
            for length in range(LEAST, SLOTS + 1)
            for modules in product(range(1, len(OPTIONS)), repeat=length)
        ]
        found = np.array(rows, dtype=np.int8)
        return found[self._is_valid(found)]

    def _is_valid(self, archs: Archs) -> Bools:
        present = archs != ABSENT
        dense = (present[:, 1:] <= present[:, :-1]).all(axis=1)
        halvings = np.isin(archs, HALVES).sum(axis=1)
        doublings = np.isin(archs, DOUBLES).sum(axis=1)
        valid: Bools = dense & (present.sum(axis=1) >= LEAST)
        valid &= (halvings >= 1) & (halvings <= MOST_HALVINGS)
        valid &= (doublings >= 1) & (doublings <= MOST_DOUBLINGS)
        return valid

    def _edited(self, rows: Archs) -> list[tuple[Archs, Bools, int]]:
        found = []
        length = (rows != ABSENT).sum(axis=1)
        padding = np.zeros((len(rows), 1), dtype=np.int8)
        for place in range(SLOTS):
            for digit in range(1, len(OPTIONS)):
                changed = rows.copy()
                changed[:, place] = digit
                found.append((changed, place < length, 0))
                new = np.full_like(padding, digit)
                parts = [rows[:, :place], new, rows[:, place:-1]]
                room = (place <= length) & (length < SLOTS)
                found.append((np.concatenate(parts, axis=1), room, 1))
            parts = [rows[:, :place], rows[:, place + 1 :], padding]
            found.append((np.concatenate(parts, axis=1), place < length, 2))
        return found

    def cost(self, archs: Archs) -> Cost:
        """Return parameters and multiply-adds of the backbone, ``(n,)`` each."""
        rows = self.canonical(archs)
        width = np.full(len(rows), WIDTH, dtype=np.int64)
        pixels = np.full(len(rows), PIXELS, dtype=np.int64)
        params = np.full(len(rows), STEM[0])
        macs = np.full(len(rows), STEM[1])
        for digit in rows.T:
            present = digit != ABSENT
            wider = np.where(np.isin(digit, DOUBLES), 2 * width, width)
            smaller = np.where(np.isin(digit, HALVES), pixels // 2, pixels)
            reshaped = digit > 1
            weights = 9 * width * wider + 3 * 9 * wider * wider
            weights += np.where(reshaped, width * wider, 0)
            params += np.where(present, weights + (8 + 2 * reshaped) * wider, 0)
            macs += np.where(present, weights * smaller**2, 0)
            width, pixels = wider, smaller
        return Cost(params, macs)

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of strings such as ``64-1234-basic``."""
        rows = np.zeros((len(texts), SLOTS), dtype=np.int8)
        for row, text in zip(rows, texts, strict=True):
            form = FORM.fullmatch(text)
            if form is None:
                raise ValueError(f"arch must look like '64-1234-basic', got {text!r}")
            row[: len(form[1])] = [int(digit) for digit in form[1]]
        return self.check(rows)

    def format(self, archs: Archs) -> list[str]:
        """Return the official strings."""
        rows = self.canonical(archs).tolist()
        return [f"64-{''.join(str(d) for d in row if d)}-basic" for row in rows]

    def short(self, archs: Archs) -> list[str]:
        """Return the official strings, which are short."""
        return self.format(archs)

    def graph(self, arch: Archs) -> Graph:
        """Return the chain of modules of one architecture."""
        row = [digit for digit in self.canonical(arch[None])[0].tolist() if digit]
        nodes = ("input", *(NAMES[digit] for digit in row), "output")
        return Graph(nodes, tuple((i, i + 1, "") for i in range(len(nodes) - 1)))


def _cell_costs() -> Ints:
    """Return parameters and multiply-adds by edge and operation, ``(6, 4, 2)``."""
    costs = np.zeros((len(CELL_EDGES), len(CELL_OPERATIONS), 2), dtype=np.int64)
    pixels = PIXELS
    for c_in, c_out, stride in MODULES:
        pixels //= stride
        for first in (True, False):
            for edge, (source, _) in enumerate(CELL_EDGES):
                width = c_in if first and source == 0 else c_out
                reshapes = first and source == 0 and stride > 1
                for operation, kernel in ((1, 1), (2, 1), (3, 3)):
                    if operation > 1 or reshapes:  # a skip that reshapes is 1x1
                        weights = kernel * kernel * width * c_out
                        added = (weights + 2 * c_out, weights * pixels**2)
                        costs[edge, operation] += added
    return costs


CELL_COSTS = _cell_costs()


class TransNASBench101Micro(CategoricalSpace):
    """The 4,096 cells of TransNAS-Bench-101."""

    name = "transnasbench101-micro"
    title = "TransNAS-Bench-101 (micro)"
    citation = TransNASBench101Macro.citation
    decisions = tuple(Decision(f"edge {a}-{b}", CELL_OPERATIONS) for a, b in CELL_EDGES)
    datasets = TASKS

    def cost(self, archs: Archs) -> Cost:
        """Return parameters and multiply-adds of the backbone, ``(n,)`` each."""
        rows = self.canonical(archs)
        total = STEM + CELL_COSTS[np.arange(len(CELL_EDGES)), rows].sum(axis=1)
        return Cost(total[:, 0], total[:, 1])

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of strings such as ``64-41414-1_23_301``, or of six digits."""
        rows = np.zeros((len(texts), len(CELL_EDGES)), dtype=np.int8)
        for row, text in zip(rows, texts, strict=True):
            form = CELL_FORM.fullmatch(text)
            if form is None and not text.isdecimal():
                raise ValueError(
                    f"arch must look like '64-41414-1_23_301' or 123301, got {text!r}"
                )
            row[:] = self.parse_digits(["".join(form.groups()) if form else text])
        return rows

    def format(self, archs: Archs) -> list[str]:
        """Return the official strings."""
        digits = self.short(archs)
        return [f"64-41414-{d[0]}_{d[1:3]}_{d[3:]}" for d in digits]

    def graph(self, arch: Archs) -> Graph:
        """Return the cell's four nodes and the operations on its edges."""
        row = self.check(arch[None])[0].tolist()
        edges = [
            (a, b, CELL_OPERATIONS[operation])
            for (a, b), operation in zip(CELL_EDGES, row, strict=True)
            if operation
        ]
        return Graph(("input", "1", "2", "output"), tuple(edges))
