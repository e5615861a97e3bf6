"""Networks of Single Path One-Shot [1]_: units of ShuffleNetV2 and Xception.

With stride 1 a unit works on every other channel and passes the rest; the first unit of
a stage works on all, beside a projection of them.

.. [1] Guo et al., "Single Path One-Shot Neural Architecture Search with Uniform
   Sampling", ECCV 2020, arXiv:1904.00420.
"""

from functools import partial

import torch
from torch import Tensor, nn

from lissnas.spaces.shufflenetv2 import BLOCKS, HEAD, KERNELS, STAGES, STEM
from lissnas.supernet.networks.chains import Chain, Head, chain_family
from lissnas.supernet.networks.layers import ConvNorm
from lissnas.supernet.scale import Scale


class Unit(nn.Module):
    """A shuffle unit, or an Xception-like one for the last choice.

    `first` tells whether it is the first of its stage; otherwise half of the `c_in`
    channels pass.
    """

    def __init__(
        self,
        choice: int,
        c_in: int,
        c_out: int,
        stride: int,
        first: bool,
        affine: bool,
    ) -> None:
        super().__init__()
        read, middle = c_in if first else c_in // 2, c_out // 2
        xception = choice == len(KERNELS)
        kernel = 3 if xception else KERNELS[choice]

        def deep(width: int, kernel: int, stride: int = 1) -> ConvNorm:
            return ConvNorm(
                *(width, width, kernel, stride, width), act="none", affine=affine
            )

        def point(c_in: int, c_out: int) -> ConvNorm:
            return ConvNorm(c_in, c_out, 1, affine=affine)

        main: tuple[nn.Module, ...]
        if xception:
            main = (
                *(deep(read, 3, stride), point(read, middle)),
                *(deep(middle, 3), point(middle, middle)),
                *(deep(middle, 3), point(middle, c_out - read)),
            )
        else:
            main = (
                *(point(read, middle), deep(middle, kernel, stride)),
                point(middle, c_out - read),
            )
        self.main = nn.Sequential(*main)
        side = [deep(read, kernel, stride), point(read, read)] if first else []
        self.side = nn.Sequential(*side)
        self.first = first

    def forward(self, x: Tensor) -> Tensor:
        if self.first:
            return torch.cat([self.side(x), self.main(x)], 1)
        return torch.cat([x[:, ::2], self.main(x[:, 1::2])], 1)


def parts(scale: Scale) -> Chain:
    """Return the stem, the four choices of the 20 units, and the head."""
    stem_stride, *strides = scale.strides([2] * (1 + len(STAGES)))
    stem = before = scale.wide(STEM)
    places = []
    for (count, channels), first_stride in zip(STAGES, strides, strict=True):
        c_out = scale.wide(channels, 2)
        for place in range(count):
            first = place == 0
            stride = first_stride if first else 1
            shape = (before, c_out, stride, first, scale.affine)
            places.append([partial(Unit, i, *shape) for i in range(len(BLOCKS))])
            before = c_out
    affine = scale.affine
    return Chain(
        partial(ConvNorm, scale.channels, stem, 3, stem_stride, affine=affine),
        places,
        partial(
            Head, before, scale.wide(HEAD), scale.classes, bias=False, affine=affine
        ),
    )


FAMILY = chain_family("shufflenetv2", parts)
