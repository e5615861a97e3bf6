"""Networks of TransNAS-Bench-101's macro level [1]_.

A stem of two convolutions of stride 2, modules of residual basic blocks with the
activation first, the mean of the pixels and a linear head, which is no part of the
space's costs since it differs between the tasks. Sharing weights is not usual here:
the shape of a module depends on all modules before it.

.. [1] Duan et al., "TransNAS-Bench-101: Improving Transferability and Generalizability
   of Cross-Task Neural Architecture Search", CVPR 2021, arXiv:2105.11871.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from lissnas.spaces.transnasbench101 import ABSENT, DOUBLES, HALVES, WIDTH
from lissnas.supernet.networks.base import Family, Row
from lissnas.supernet.networks.layers import ConvNorm, averaged
from lissnas.supernet.scale import Scale

STEM_STRIDES = (2, 2)


class Stem(nn.Module):
    """Two convolutions, ReLU between them, none after."""

    def __init__(self, scale: Scale, strides: list[int]) -> None:
        super().__init__()
        width, first, second = scale.wide(WIDTH, 2), *strides
        self.first = ConvNorm(scale.channels, width // 2, 3, first, affine=scale.affine)
        self.second = ConvNorm(
            width // 2, width, 3, second, act="none", affine=scale.affine
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.second(self.first(x))
        return out


class Basic(nn.Module):
    """Two 3x3 convolutions, each after ReLU, beside the input or its projection."""

    def __init__(
        self, c_in: int, c_out: int, stride: int, project: bool, affine: bool
    ) -> None:
        super().__init__()
        self.first = ConvNorm(c_in, c_out, 3, stride, affine=affine)
        self.second = ConvNorm(c_out, c_out, 3, act="none", affine=affine)
        self.short = (
            ConvNorm(c_in, c_out, 1, stride, act="none", affine=affine)
            if project
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.second(self.first(F.relu(x)))
        return out + (x if self.short is None else self.short(x))


class Macro(nn.Module):
    """The network of one row of modules; `uncounted` is no part of its costs."""

    uncounted = ("head",)

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()
        digits = [digit for digit in row if digit != ABSENT]
        planned = [*STEM_STRIDES, *(1 + (digit in HALVES) for digit in digits)]
        strides = scale.strides(planned)
        self.stem = Stem(scale, strides[:2])
        width, blocks = scale.wide(WIDTH, 2), list[nn.Module]()
        for digit, stride in zip(digits, strides[2:], strict=True):
            wider = 2 * width if digit in DOUBLES else width
            blocks.append(Basic(width, wider, stride, digit > 1, scale.affine))
            blocks += [
                Basic(wider, wider, 1, False, scale.affine)
                for _ in range(scale.cells - 1)
            ]
            width = wider
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Linear(width, scale.classes)

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(averaged(x))
        return logits


FAMILY = Family(Macro)
