"""Networks of NAS-Bench-101 [1]_, alone and shared.

A stem, three stacks of cells with twice the channels and half the resolution each, the
mean of the pixels, a classifier. Vertices of a cell read sums of the leading channels
of others, and the cell's input through a projection of their own; those that feed the
output are concatenated.

The shared network holds, for each cell and vertex, one kernel of full width for either
convolution and one for the projection; a cell uses their leading slices [2]_.

.. [1] Ying et al., "NAS-Bench-101: Towards Reproducible Neural Architecture Search",
   ICML 2019.
.. [2] Yu et al., "Evaluating the Search Phase of Neural Architecture Search",
   ICLR 2020, arXiv:1902.08142.
"""

from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lissnas.spaces.nasbench101.cells import EDGES, INTERIOR, VERTICES
from lissnas.spaces.nasbench101.costs import KERNELS, STACKS, STEM
from lissnas.supernet.networks.base import Family, Row, Shared
from lissnas.supernet.networks.layers import ConvNorm, averaged
from lissnas.supernet.scale import Scale

POOL = KERNELS.index(0)
ABSENT = len(KERNELS)
POOL_KERNEL = 3


class Vertex(NamedTuple):
    """An interior vertex: what it reads, whether the input too, its operation."""

    sources: tuple[int, ...]
    reads_input: bool
    operation: int


class Wiring(NamedTuple):
    """A cell: its interior vertices, those that feed the output, and a short cut."""

    vertices: tuple[Vertex, ...]
    outputs: tuple[int, ...]
    direct: bool


@lru_cache(maxsize=1 << 14)
def wiring(row: Row) -> Wiring:
    """Return the wiring of a canonical row; interior vertices count from 0."""
    edges = {edge for edge, bit in zip(EDGES, row, strict=False) if bit}
    kept = [op for op in row[len(EDGES) :] if op != ABSENT]
    vertices = tuple(
        Vertex(
            tuple(source for source in range(i) if (source + 1, i + 1) in edges),
            (0, i + 1) in edges,
            operation,
        )
        for i, operation in enumerate(kept)
    )
    last = VERTICES - 1
    outputs = tuple(i for i in range(len(kept)) if (i + 1, last) in edges)
    return Wiring(vertices, outputs, (0, last) in edges)


@lru_cache(maxsize=1 << 14)
def vertex_channels(cell: Wiring, c_out: int) -> tuple[int, ...]:
    """Return the channels of the interior vertices of a cell of `c_out` channels."""
    share, rest = divmod(c_out, max(len(cell.outputs), 1))
    found = [0] * len(cell.vertices)
    for place, vertex in enumerate(cell.outputs):
        found[vertex] = share + (place < rest)
    for vertex in reversed(range(len(found))):
        if vertex not in cell.outputs:
            readers = (
                found[i] for i, v in enumerate(cell.vertices) if vertex in v.sources
            )
            found[vertex] = max(readers)
    return tuple(found)


def summed(states: list[Tensor], channels: int) -> Tensor | None:
    """Return the sum of the states' leading channels, None if there are no states."""
    total: Tensor | None = None
    for state in states:
        part = state if state.shape[1] == channels else state[:, :channels]
        total = part if total is None else total + part
    return total


def stem(scale: Scale) -> ConvNorm:
    """Return the first layer."""
    stride = scale.strides([1])[0]
    width = scale.wide(STEM, 8)
    return ConvNorm(scale.channels, width, 3, stride, affine=scale.affine)


def skeleton(scale: Scale) -> list[tuple[int, int, bool]]:
    """Return channels in and out of each cell, and whether it halves resolution."""
    found, before = [], scale.wide(STEM, 8)
    _, *halves = scale.strides([1, 1, 2, 2])
    for (_, c_out, _), stride in zip(STACKS, halves, strict=True):
        out = scale.wide(STEM, 8) * (c_out // STEM)
        for place in range(scale.cells):
            found.append((before, out, place == 0 and stride == 2))
            before = out
    return found


class Cell(nn.Module):
    """One cell with the layers it needs."""

    def __init__(self, cell: Wiring, c_in: int, c_out: int, affine: bool) -> None:
        super().__init__()
        self.cell, self.c_out = cell, c_out
        self.widths = vertex_channels(cell, c_out)
        widths = [
            width
            for vertex, width in zip(cell.vertices, self.widths, strict=True)
            if vertex.reads_input
        ]
        self.projections = nn.ModuleList(
            ConvNorm(c_in, width, 1, affine=affine)
            for width in (*widths, *[c_out] * cell.direct)
        )
        self.operations = nn.ModuleList(
            ConvNorm(width, width, KERNELS[vertex.operation], affine=affine)
            for vertex, width in zip(cell.vertices, self.widths, strict=True)
            if vertex.operation != POOL
        )

    def forward(self, x: Tensor) -> Tensor:
        projected = [projection(x) for projection in self.projections]
        states: list[Tensor] = []
        inputs, convolutions = iter(projected), iter(self.operations)
        for vertex, width in zip(self.cell.vertices, self.widths, strict=True):
            read = [states[i] for i in vertex.sources]
            if vertex.reads_input:
                read.append(next(inputs))
            total = summed(read, width)
            assert total is not None, "a canonical vertex reads something"
            if vertex.operation == POOL:
                states.append(F.max_pool2d(total, POOL_KERNEL, 1, POOL_KERNEL // 2))
            else:
                states.append(next(convolutions)(total))
        return joined(self.cell, states, projected)


def joined(cell: Wiring, states: list[Tensor], projected: list[Tensor]) -> Tensor:
    """Return the output of a cell; the last projection is the short cut, if any."""
    if not cell.outputs:
        return projected[-1]
    outputs = [states[i] for i in cell.outputs]
    out = outputs[0] if len(outputs) == 1 else torch.cat(outputs, 1)
    return out + projected[-1] if cell.direct else out


class Alone101(nn.Module):
    """The network of one cell."""

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()
        cells = skeleton(scale)
        self.halves = tuple(half for _, _, half in cells)
        self.stem = stem(scale)
        self.cells = nn.ModuleList(
            Cell(wiring(row), c_in, c_out, scale.affine) for c_in, c_out, _ in cells
        )
        self.head = nn.Linear(cells[-1][1], scale.classes)

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)
        for cell, half in zip(self.cells, self.halves, strict=True):
            x = cell(F.max_pool2d(x, 2, ceil_mode=True) if half else x)
        logits: Tensor = self.head(averaged(x))
        return logits


class SharedCell(nn.Module):
    """All vertices of a cell at full width: projections, then convolutions."""

    def __init__(self, c_in: int, c_out: int, affine: bool) -> None:
        super().__init__()
        self.c_out = c_out
        self.projections = nn.ModuleList(
            ConvNorm(c_in, c_out, 1, affine=affine) for _ in range(INTERIOR + 1)
        )
        self.operations = nn.ModuleList(
            nn.ModuleList(
                ConvNorm(c_out, c_out, kernel, affine=affine)
                for kernel in KERNELS
                if kernel
            )
            for _ in range(INTERIOR)
        )

    def forward(self, x: Tensor, cell: Wiring) -> Tensor:
        widths = vertex_channels(cell, self.c_out)
        states: list[Tensor] = []
        for i, (vertex, width) in enumerate(zip(cell.vertices, widths, strict=True)):
            read = [states[source] for source in vertex.sources]
            if vertex.reads_input:
                read.append(self.projections[i].part(x, width))  # type: ignore[operator]
            total = summed(read, width)
            assert total is not None, "a canonical vertex reads something"
            if vertex.operation == POOL:
                states.append(F.max_pool2d(total, POOL_KERNEL, 1, POOL_KERNEL // 2))
            else:
                layer = self.operations[i][vertex.operation]  # type: ignore[index]
                states.append(layer.part(total, width))
        short = [self.projections[-1](x)] if cell.direct else []
        return joined(cell, states, short)

    def path(self, cell: Wiring) -> list[nn.Module]:
        """Return the modules that a cell uses, in the order of `Cell`."""
        numbered = list(enumerate(cell.vertices))
        found = [self.projections[i] for i, vertex in numbered if vertex.reads_input]
        found += [self.projections[-1]] * cell.direct
        return found + [
            self.operations[i][vertex.operation]  # type: ignore[index]
            for i, vertex in numbered
            if vertex.operation != POOL
        ]


class Shared101(Shared):
    """The network that holds the weights of all cells."""

    space = "nasbench101"

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        cells = skeleton(scale)
        self.halves = tuple(half for _, _, half in cells)
        self.stem = stem(scale)
        self.cells = nn.ModuleList(
            SharedCell(c_in, c_out, scale.affine) for c_in, c_out, _ in cells
        )
        self.head = nn.Linear(cells[-1][1], scale.classes)

    def run(self, images: Tensor, row: Row) -> Tensor:
        cell = wiring(row)
        x = self.stem(images)
        for layer, half in zip(self.cells, self.halves, strict=True):
            x = layer(F.max_pool2d(x, 2, ceil_mode=True) if half else x, cell)
        logits: Tensor = self.head(averaged(x))
        return logits

    def path(self, row: Row) -> list[nn.Module]:
        cell = wiring(row)
        inner = [
            part
            for layer in self.cells
            for part in layer.path(cell)  # type: ignore[operator]
        ]
        return [self.stem, *inner, self.head]


FAMILY = Family(Alone101, Shared101)
