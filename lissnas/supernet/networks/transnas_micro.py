"""Networks of TransNAS-Bench-101's micro level [1]_, alone and shared.

The stem of the macro level, five modules of cells of which three halve the resolution
and double the width, the mean of the pixels, and a head that is no part of the space's
costs. In the first cell of such a module the edges from its input change the shape; a
skip there is a pair of 1x1 convolutions.

.. [1] Duan et al., "TransNAS-Bench-101", CVPR 2021, arXiv:2105.11871.
"""

from collections.abc import Callable

from torch import Tensor, nn

from lissnas.spaces.transnasbench101 import (
    CELL_EDGES,
    CELL_OPERATIONS,
    MODULES,
    WIDTH,
)
from lissnas.supernet.networks.base import Family, Row, Shared
from lissnas.supernet.networks.cells import Reduce, ReluConvNorm, Zero
from lissnas.supernet.networks.layers import averaged
from lissnas.supernet.networks.nasbench201 import Cell, SharedCell, cell_weights
from lissnas.supernet.networks.transnas_macro import STEM_STRIDES, Stem
from lissnas.supernet.scale import Scale

Make = Callable[[str, int, int, int], nn.Module]


def operation(name: str, c_in: int, c_out: int, stride: int, affine: bool) -> nn.Module:
    """Return the operation of a name, which may change the shape."""
    if name == "none":
        return Zero(c_out, stride)
    if name == "skip_connect":
        same = c_in == c_out and stride == 1
        return nn.Identity() if same else Reduce(c_in, c_out, stride, affine)
    return ReluConvNorm(c_in, c_out, int(name[-1]), stride, affine)


def shapes(scale: Scale) -> list[tuple[int, int, int]]:
    """Return channels in and out of each cell, and its stride."""
    planned = [*STEM_STRIDES, *(stride for _, _, stride in MODULES)]
    strides = scale.strides(planned)[len(STEM_STRIDES) :]
    before, found = scale.wide(WIDTH, 2), []
    for (_, c_out, _), stride in zip(MODULES, strides, strict=True):
        width = scale.wide(WIDTH, 2) * (c_out // WIDTH)
        for place in range(scale.cells):
            found.append((before, width, 1 if place else stride))
            before = width
    return found


def edge_shapes(c_in: int, c_out: int, stride: int) -> list[tuple[int, int, int]]:
    """Return the shape of each edge of a cell; those from its input may change it."""
    return [
        (c_out, c_out, 1) if start else (c_in, c_out, stride) for start, _ in CELL_EDGES
    ]


class AloneMicro(nn.Module):
    """The network of one cell."""

    uncounted = ("head",)

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()
        names = [CELL_OPERATIONS[option] for option in row]
        strides = scale.strides(STEM_STRIDES)
        self.stem = Stem(scale, strides)
        self.cells = nn.Sequential(
            *(
                Cell(
                    [
                        operation(name, *edge, scale.affine)
                        for name, edge in zip(names, edge_shapes(*shape), strict=True)
                    ]
                )
                for shape in shapes(scale)
            )
        )
        self.head = nn.Linear(shapes(scale)[-1][1], scale.classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(averaged(self.cells(self.stem(images))))
        return logits


class SharedMicro(Shared):
    """The network that holds the weights of all cells."""

    space = "transnasbench101-micro"

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self.stem = Stem(scale, scale.strides(STEM_STRIDES))
        self.cells = nn.ModuleList(
            SharedCell(
                [
                    [operation(name, *edge, False) for name in CELL_OPERATIONS]
                    for edge in edge_shapes(*shape)
                ]
            )
            for shape in shapes(scale)
        )
        self.head = nn.Linear(shapes(scale)[-1][1], scale.classes)

    def run(self, images: Tensor, row: Row) -> Tensor:
        x = self.stem(images)
        for cell in self.cells:
            x = cell(x, row)
        logits: Tensor = self.head(averaged(x))
        return logits

    def path(self, row: Row) -> list[nn.Module]:
        inner = [
            layer
            for cell in self.cells
            for layer in cell.chosen(row)  # type: ignore[operator]
        ]
        return [self.stem, *inner, self.head]

    def weights(self, row: Row) -> list[Tensor]:
        return cell_weights([self.stem, *self.cells, self.head], row, CELL_EDGES)


FAMILY = Family(AloneMicro, SharedMicro)
