"""Networks of AnyNetX [1]_: stages of X blocks, residual bottlenecks in groups.

Sharing weights is not usual here. At other widths than the publication's, group widths
shrink with the channels, so a block keeps its number of groups where that can be.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678.
"""

import torch
from torch import Tensor, nn

from lissnas.spaces.anynetx.costs import STEM
from lissnas.spaces.anynetx.stages import STAGES, VALUES
from lissnas.supernet.networks.base import Family, Row
from lissnas.supernet.networks.layers import ConvNorm, averaged
from lissnas.supernet.scale import Scale


class Block(nn.Module):
    """1x1, grouped 3x3 and 1x1 convolutions beside the input or its projection."""

    def __init__(
        self,
        c_in: int,
        c_out: int,
        inner: int,
        group: int,
        stride: int,
        *,
        project: bool,
        affine: bool,
    ) -> None:
        super().__init__()
        self.main = nn.Sequential(
            ConvNorm(c_in, inner, 1, affine=affine),
            ConvNorm(inner, inner, 3, stride, inner // group, affine=affine),
            ConvNorm(inner, c_out, 1, act="none", affine=affine, quiet=True),
        )
        self.side = (
            ConvNorm(c_in, c_out, 1, stride, act="none", affine=affine)
            if project
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.main(x)
        out = out + (x if self.side is None else self.side(x))
        return torch.relu_(out)


class AnyNet(nn.Module):
    """The network of four stages."""

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()
        stem_stride, *strides = scale.strides([2] * (1 + STAGES))
        before = scale.wide(STEM)
        blocks: list[nn.Module] = [
            ConvNorm(scale.channels, before, 3, stem_stride, affine=scale.affine)
        ]
        for stage, stride in enumerate(strides):
            depth, width, ratio, group = (
                int(values[row[kind * STAGES + stage]])
                for kind, values in enumerate(VALUES)
            )
            narrow = scale.wide(group)
            inner = scale.wide(width // ratio, narrow)
            for place in range(depth):
                blocks.append(
                    Block(
                        *(before, inner * ratio, inner, narrow),
                        1 if place else stride,
                        project=place == 0,
                        affine=scale.affine,
                    )
                )
                before = inner * ratio
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(before, scale.classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(averaged(self.blocks(images)))
        return logits


FAMILY = Family(AnyNet)
