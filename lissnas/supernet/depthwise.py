"""Depthwise convolutions of small maps as matrix products, on a processor.

On maps of a few pixels the gradients of depthwise convolutions take most of a step on
a processor: their loops have next to nothing to do at a time. There the convolution of
a channel is a product with a matrix of pixels by pixels, whose entries are the weights
of the kernel; products of many small matrices are fast. The numbers are those of the
convolution but for rounding.
"""

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

MOST_PAIRS = 64 * 64  # pixels in times pixels out, of kernels of 5 and more
FEW_PAIRS = 16 * 16  # ... of all kernels, and where no gradients are needed
LARGE = 5


class QuickDepthwise(nn.Conv2d):
    """A depthwise convolution without bias that is quick on small maps too."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution."""
        height, width = input.shape[2:]
        stride, kernel = self.stride[0], self.kernel_size[0]
        pad, dilation = int(self.padding[0]), self.dilation[0]
        tall, wide = (
            (size + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1
            for size in (height, width)
        )
        large = kernel >= LARGE and torch.is_grad_enabled()
        most = MOST_PAIRS if large else FEW_PAIRS
        pairs = height * width * tall * wide
        if input.device.type != "cpu" or pairs > most or torch.is_autocast_enabled():
            return super().forward(input)
        place = _places(height, width, tall, wide, kernel, stride, pad, dilation)
        channels = input.shape[1]
        weight = functional.pad(self.weight.view(channels, kernel * kernel), (0, 1))
        matrix = weight.index_select(1, place).view(
            channels, height * width, tall * wide
        )
        pixels = input.reshape(-1, channels, height * width).transpose(0, 1)
        found = torch.bmm(pixels, matrix).transpose(0, 1)
        return found.reshape(-1, channels, tall, wide)


@lru_cache(maxsize=64)
def _places(
    height: int,
    width: int,
    tall: int,
    wide: int,
    kernel: int,
    stride: int,
    pad: int,
    dilation: int,
) -> Tensor:
    """Return the kernel's weight of each pair of pixels, in and out, flat.

    Pairs that the kernel does not join have the number beyond the last weight.
    """
    down, right = (
        (torch.arange(size)[:, None] - torch.arange(out)[None, :] * stride + pad)
        for size, out in ((height, tall), (width, wide))
    )
    rows, columns = (
        torch.where(
            (shift >= 0) & (shift % dilation == 0) & (shift < kernel * dilation),
            torch.div(shift, dilation, rounding_mode="floor"),
            -1,
        )
        for shift in (down, right)
    )
    rows = rows[:, None, :, None]  # pixel in (row, column), pixel out (row, column)
    columns = columns[None, :, None, :]
    joined = (rows >= 0) & (columns >= 0)
    places = torch.where(joined, rows * kernel + columns, kernel * kernel)
    return places.reshape(-1)


def use_quick(net: nn.Module) -> nn.Module:
    """Turn the depthwise convolutions of a network into quick ones, in place."""
    for module in net.modules():
        if type(module) is nn.Conv2d and _is_depthwise(module):
            module.__class__ = QuickDepthwise
    return net


def _is_depthwise(module: nn.Conv2d) -> bool:
    """Return whether a convolution is depthwise, square, padded by zeros, unbiased."""
    return (
        module.groups == module.in_channels == module.out_channels
        and module.groups > 1
        and module.bias is None
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
        and len({*module.kernel_size}) == len({*module.stride}) == 1
        and len({*module.padding}) == len({*module.dilation}) == 1
    )
