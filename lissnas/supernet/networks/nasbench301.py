"""Networks of DARTS as in NAS-Bench-301 [1]_, alone and shared.

A stem of three times the first width, cells of which two halve the resolution and
double the width, the mean of the pixels, a classifier. A cell reads the two cells
before it, each through a 1x1 convolution; its four nodes are its output. The auxiliary
head of the benchmark's training is left out.

The shared network holds all operations on all 14 edges of each cell; their batch norms
have no scale and shift, as in DARTS [2]_.

.. [1] Zela et al., "Surrogate NAS Benchmarks: Going Beyond the Limited Search Spaces of
   Tabular NAS Benchmarks", ICLR 2022, arXiv:2008.09777.
.. [2] Liu et al., "DARTS: Differentiable Architecture Search", ICLR 2019,
   arXiv:1806.09055.
"""

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn

from lissnas.spaces.nasbench301 import (
    CHANNELS,
    NODES,
    OPERATIONS,
    PAIRS,
    STEM_WIDTH,
)
from lissnas.supernet.networks.base import Family, Row, Shared
from lissnas.supernet.networks.cells import (
    Edge,
    Pool,
    Reduce,
    ReluConvNorm,
    Separable,
    along_ways,
    kernels,
)
from lissnas.supernet.networks.layers import ConvNorm, averaged
from lissnas.supernet.scale import Scale

INPUTS = 2
ALL_EDGES = tuple(
    (start, end + INPUTS) for end in range(NODES) for start in range(end + INPUTS)
)


def operation(name: str, width: int, stride: int, affine: bool) -> nn.Module:
    """Return the operation of a name."""
    if name == "skip_connect":
        return nn.Identity() if stride == 1 else Reduce(width, width, stride, affine)
    kind, _, size = name.partition("_conv_")
    if not size:
        return Pool(name.partition("_")[0].replace("avg", "average"), stride)
    kernel = int(size[0])
    if kind == "dil":
        return Separable(width, kernel, stride, 2, affine)
    return nn.Sequential(
        Separable(width, kernel, stride, 1, affine),
        Separable(width, kernel, 1, 1, affine),
    )


@lru_cache(maxsize=1 << 14)
def cells_of(row: Row) -> tuple[tuple[tuple[Edge, int], ...], ...]:
    """Return edge and operation of both inputs of each node, by kind of cell."""
    half = len(row) // 2
    return tuple(
        tuple(
            (
                (PAIRS[node][cell[3 * node]][side], node + INPUTS),
                cell[3 * node + 1 + side],
            )
            for node in range(NODES)
            for side in (0, 1)
        )
        for cell in (row[:half], row[half:])
    )


def run_cell(states: list[Tensor], edges: Sequence[tuple[Edge, nn.Module]]) -> Tensor:
    """Return the nodes of a cell side by side, from its two inputs."""
    for (start, end), layer in edges:
        value = layer(states[start])
        if end == len(states):
            states.append(value)
        else:
            states[end] = states[end] + value
    return torch.cat(states[INPUTS:], 1)


class Entry(nn.Module):
    """The two inputs of a cell, brought to its width and resolution."""

    def __init__(
        self, c_before: int, c_last: int, width: int, stride: int | None, affine: bool
    ) -> None:
        super().__init__()
        self.first = (
            ReluConvNorm(c_before, width, 1, affine=affine)
            if stride is None
            else Reduce(c_before, width, stride, affine)
        )
        self.second = ReluConvNorm(c_last, width, 1, affine=affine)

    def forward(self, before: Tensor, last: Tensor) -> list[Tensor]:
        return [self.first(before), self.second(last)]


Shape = tuple[int, int, int, int | None, int, bool]
"""Channels of both inputs, width, stride of the cell before if it reduced, own stride,
and whether it is a reduction cell."""


def shapes(scale: Scale) -> list[Shape]:
    """Return the shapes of all cells."""
    planned = [
        1 + (i in (scale.cells // 3, 2 * scale.cells // 3)) for i in range(scale.cells)
    ]
    width = scale.wide(CHANNELS, 2)
    before = last = STEM_WIDTH * width
    reduced, found = None, list[Shape]()
    _, *strides = scale.strides([1, *planned])
    for plan, stride in zip(planned, strides, strict=True):
        width *= plan
        found.append((before, last, width, reduced, stride, plan > 1))
        before, last, reduced = last, NODES * width, stride if plan > 1 else None
    return found


class Cell(nn.Module):
    """A cell with the operations it needs."""

    def __init__(self, row: Row, shape: Shape, affine: bool) -> None:
        super().__init__()
        stride, reduction = shape[4:]
        self.entry = Entry(*shape[:4], affine)
        chosen = cells_of(row)[reduction]
        self.edges = tuple(edge for edge, _ in chosen)
        self.operations = nn.ModuleList(
            operation(
                *(OPERATIONS[option], shape[2]),
                stride if start < INPUTS else 1,
                affine,
            )
            for (start, _), option in chosen
        )

    def forward(self, before: Tensor, last: Tensor) -> Tensor:
        edges = list(zip(self.edges, self.operations, strict=True))
        return run_cell(self.entry(before, last), edges)


class SharedCell(nn.Module):
    """A cell with all operations on all edges."""

    def __init__(self, shape: Shape, affine: bool) -> None:
        super().__init__()
        self.width, stride, self.reduction = shape[2], *shape[4:]
        self.entry = Entry(*shape[:4], affine)
        self.operations = nn.ModuleList(
            nn.ModuleList(
                operation(name, self.width, stride if start < INPUTS else 1, False)
                for name in OPERATIONS
            )
            for start, _ in ALL_EDGES
        )

    def chosen(self, row: Row) -> list[tuple[Edge, nn.Module]]:
        """Return edges and operations of a row."""
        return [
            (edge, self.operations[ALL_EDGES.index(edge)][option])  # type: ignore[index]
            for edge, option in cells_of(row)[self.reduction]
        ]

    def forward(self, before: Tensor, last: Tensor, row: Row) -> Tensor:
        return run_cell(self.entry(before, last), self.chosen(row))

    def weights(self, row: Row) -> list[Tensor]:
        """Return the weights along all ways, after those of the entry."""
        like = next(self.parameters())
        edges = {
            edge: kernels(layer, self.width, like) for edge, layer in self.chosen(row)
        }
        sinks = range(INPUTS, INPUTS + NODES)
        ways = along_ways(edges, range(INPUTS), sinks)
        return [*(kernels(self.entry, self.width, like) or []), *ways]


def _ends(scale: Scale) -> tuple[ConvNorm, nn.Linear]:
    """Return stem and classifier."""
    stem, stride = STEM_WIDTH * scale.wide(CHANNELS, 2), scale.strides([1])[0]
    last = NODES * shapes(scale)[-1][2]
    return (
        ConvNorm(scale.channels, stem, 3, stride, act="none", affine=scale.affine),
        nn.Linear(last, scale.classes),
    )


def _run(net: "AloneDarts | SharedDarts", images: Tensor, *row: Row) -> Tensor:
    """Return the logits; `row` only for shared cells."""
    before = last = net.stem(images)
    for cell in net.cells:
        before, last = last, cell(before, last, *row)
    logits: Tensor = net.head(averaged(last))
    return logits


class AloneDarts(nn.Module):
    """The network of one pair of cells."""

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()
        self.stem, head = _ends(scale)  # the head last, as it runs
        self.cells = nn.ModuleList(
            Cell(row, shape, scale.affine) for shape in shapes(scale)
        )
        self.head = head

    def forward(self, images: Tensor) -> Tensor:
        return _run(self, images)


class SharedDarts(Shared):
    """The network that holds the weights of all pairs of cells."""

    space = "nasbench301"

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self.stem, head = _ends(scale)  # the head last, as it runs
        self.cells = nn.ModuleList(
            SharedCell(shape, scale.affine) for shape in shapes(scale)
        )
        self.head = head

    def run(self, images: Tensor, row: Row) -> Tensor:
        return _run(self, images, row)

    def path(self, row: Row) -> list[nn.Module]:
        found: list[nn.Module] = [self.stem]
        for cell in self.cells:
            assert isinstance(cell, SharedCell)
            found += [cell.entry, *(layer for _, layer in cell.chosen(row))]
        return [*found, self.head]

    def weights(self, row: Row) -> list[Tensor]:
        inner = [
            weight
            for cell in self.cells
            for weight in cell.weights(row)  # type: ignore[operator]
        ]
        return [self.stem.conv.weight, *inner, self.head.weight]


FAMILY = Family(AloneDarts, SharedDarts)
