"""Networks of NAS-Bench-201 [1]_, alone and shared.

A stem, three stages of cells with a residual block of stride 2 between them, batch
normalisation, ReLU, the mean of the pixels, a classifier. All operations are run, as in
the benchmark, even on edges that read zeros or that nobody reads. Batch norms of shared
cells have no scale and shift, as in the published supernets.

.. [1] Dong and Yang, "NAS-Bench-201: Extending the Scope of Reproducible Neural
   Architecture Search", ICLR 2020, arXiv:2001.00326.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lissnas.spaces.nasbench201 import CHANNELS, EDGES, OPERATIONS
from lissnas.supernet.networks.base import Family, Row, Shared
from lissnas.supernet.networks.cells import (
    Pool,
    ReluConvNorm,
    Zero,
    along_ways,
    kernels,
)
from lissnas.supernet.networks.layers import Conv, ConvNorm, Norm, averaged
from lissnas.supernet.scale import Scale

NODES = 4


def operation(name: str, width: int, affine: bool) -> nn.Module:
    """Return the operation of a name."""
    if name == "none":
        return Zero(width)
    if name == "skip_connect":
        return nn.Identity()
    if name == "avg_pool_3x3":
        return Pool("average")
    return ReluConvNorm(width, width, int(name[-1]), affine=affine)


def run_cell(x: Tensor, operations: Sequence[nn.Module]) -> Tensor:
    """Return the last node of a cell of which each node sums its six edges."""
    nodes: list[Tensor] = [x]
    for (start, end), layer in zip(EDGES, operations, strict=True):
        value = layer(nodes[start])
        if end == len(nodes):
            nodes.append(value)
        else:
            nodes[end] = nodes[end] + value
    return nodes[-1]


class Cell(nn.Module):
    """A cell with one operation on each edge."""

    def __init__(self, operations: Sequence[nn.Module]) -> None:
        super().__init__()
        self.operations = nn.ModuleList(operations)

    def forward(self, x: Tensor) -> Tensor:
        return run_cell(x, list(self.operations))


class SharedCell(nn.Module):
    """A cell with all operations on each edge."""

    def __init__(self, operations: Sequence[Sequence[nn.Module]]) -> None:
        super().__init__()
        self.operations = nn.ModuleList(map(nn.ModuleList, operations))

    def chosen(self, row: Row) -> list[nn.Module]:
        """Return the operation of each edge."""
        return [
            options[option]  # type: ignore[index]
            for options, option in zip(self.operations, row, strict=True)
        ]

    def forward(self, x: Tensor, row: Row) -> Tensor:
        return run_cell(x, self.chosen(row))


class Residual(nn.Module):
    """Two 3x3 convolutions beside the averaged pixels and a 1x1 convolution."""

    def __init__(self, c_in: int, c_out: int, stride: int, affine: bool) -> None:
        super().__init__()
        self.first = ReluConvNorm(c_in, c_out, 3, stride, affine)
        self.second = ReluConvNorm(c_out, c_out, 3, 1, affine)
        self.short = Conv(c_in, c_out, 1)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        main: Tensor = self.second(self.first(x))
        if self.stride > 1:
            x = F.avg_pool2d(x, 2, self.stride, ceil_mode=True)
        side: Tensor = self.short(x)
        return main + side


def layers(scale: Scale, cell: Callable[[int], nn.Module]) -> list[nn.Module]:
    """Return cells of the widths of the stages, and the blocks between them."""
    widths = [scale.wide(width) for width in CHANNELS]
    found = [cell(widths[0]) for _ in range(scale.cells)]
    _, *strides = scale.strides([1, 2, 2])
    for before, width, stride in zip(widths, widths[1:], strides, strict=False):
        found.append(Residual(before, width, stride, scale.affine))
        found += [cell(width) for _ in range(scale.cells)]
    return found


class Ends(nn.Module):
    """What comes after the last cell."""

    def __init__(self, width: int, scale: Scale) -> None:
        super().__init__()
        self.norm = Norm(width, affine=scale.affine)
        self.classifier = nn.Linear(width, scale.classes)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(averaged(torch.relu_(self.norm(x))))
        return logits


def _stem(scale: Scale) -> nn.Module:
    width, stride = scale.wide(CHANNELS[0]), scale.strides([1])[0]
    return ConvNorm(scale.channels, width, 3, stride, act="none", affine=scale.affine)


class Alone201(nn.Module):
    """The network of one cell."""

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()

        def cell(width: int) -> nn.Module:
            names = [OPERATIONS[option] for option in row]
            return Cell([operation(name, width, scale.affine) for name in names])

        self.stem = _stem(scale)
        self.layers = nn.Sequential(*layers(scale, cell))
        self.ends = Ends(scale.wide(CHANNELS[-1]), scale)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.ends(self.layers(self.stem(images)))
        return logits


class Shared201(Shared):
    """The network that holds the weights of all cells."""

    space = "nasbench201"

    def __init__(self, scale: Scale) -> None:
        super().__init__()

        def cell(width: int) -> nn.Module:
            return SharedCell(
                [[operation(name, width, False) for name in OPERATIONS] for _ in EDGES]
            )

        self.stem = _stem(scale)
        self.layers = nn.ModuleList(layers(scale, cell))
        self.ends = Ends(scale.wide(CHANNELS[-1]), scale)

    def run(self, images: Tensor, row: Row) -> Tensor:
        x = self.stem(images)
        for layer in self.layers:
            x = layer(x, row) if isinstance(layer, SharedCell) else layer(x)
        logits: Tensor = self.ends(x)
        return logits

    def path(self, row: Row) -> list[nn.Module]:
        found: list[nn.Module] = [self.stem]
        for layer in self.layers:
            found += layer.chosen(row) if isinstance(layer, SharedCell) else [layer]
        return [*found, self.ends]

    def weights(self, row: Row) -> list[Tensor]:
        return cell_weights([self.stem, *self.layers, self.ends], row, EDGES)


def cell_weights(
    modules: Sequence[nn.Module], row: Row, edges: Sequence[tuple[int, int]]
) -> list[Tensor]:
    """Return weights in order; those of a shared cell along all its ways."""
    found: list[Tensor] = []
    for module in modules:
        if isinstance(module, SharedCell):
            chosen = module.chosen(row)
            width = next(
                m.out_channels for m in module.modules() if isinstance(m, nn.Conv2d)
            )
            like = next(module.parameters())
            weights = [kernels(layer, width, like) for layer in chosen]
            found += along_ways(
                dict(zip(edges, weights, strict=True)), [0], [NODES - 1]
            )
        else:
            found += [
                m.weight
                for m in module.modules()
                if isinstance(m, nn.Conv2d | nn.Linear)
            ]
    return found


FAMILY = Family(Alone201, Shared201)
