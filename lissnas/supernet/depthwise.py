"""Depthwise convolutions of small maps as matrix products, on a processor.

On maps of a few pixels the gradients of depthwise convolutions take most of a step on
a processor: their loops have next to nothing to do at a time. There the convolution of
a channel is a product with a matrix of pixels by pixels, whose entries are the weights
of the kernel; products of many small matrices are fast. The numbers are those of the
convolution but for rounding.
"""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

MOST_PAIRS = 64 * 64  # pixels in times pixels out, of kernels of 5 and more
FEW_PAIRS = 16 * 16  # ... of all kernels
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
        most = MOST_PAIRS if kernel >= LARGE else FEW_PAIRS
        if (
            height * width * tall * wide > most
            or input.device.type != "cpu"
            or not torch.is_grad_enabled()
            or torch.is_autocast_enabled("cpu")
        ):
            return super().forward(input)
        place = _places(height, width, tall, wide, kernel, stride, pad, dilation)
        channels = input.shape[1]
        pixels = input.permute(1, 0, 2, 3).reshape(channels, len(input), -1)
        found: Tensor = _Products.apply(  # type: ignore[no-untyped-call]
            pixels, self.weight.view(channels, -1), place
        )
        found = found.view(channels, len(input), tall, wide).permute(1, 0, 2, 3)
        last = input.is_contiguous(memory_format=torch.channels_last)
        layout = torch.channels_last if last else torch.contiguous_format
        return found.contiguous(memory_format=layout)


class _Products(torch.autograd.Function):
    """Products of pixels ``(c, b, p)`` and the matrices ``(c, p, q)`` of kernels.

    All factors are laid out as they are multiplied, gradients too; else every matrix
    would be multiplied on its own.
    """

    @staticmethod
    def forward(ctx: Any, pixels: Tensor, weight: Tensor, place: Tensor) -> Tensor:
        """Return the products ``(c, b, q)``."""
        pixels = pixels.contiguous()
        padded = functional.pad(weight, (0, 1))
        matrix = padded.index_select(1, place).view(*pixels.shape[::2], -1)
        ctx.save_for_backward(pixels, matrix, place)
        ctx.size = weight.shape[1]
        return torch.bmm(pixels, matrix)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of pixels and weights."""
        pixels, matrix, place = ctx.saved_tensors
        grad = grads[0].contiguous()
        back = None
        if ctx.needs_input_grad[0]:
            back = torch.bmm(grad, matrix.transpose(1, 2))
        pairs = torch.bmm(pixels.transpose(1, 2), grad).view(len(pixels), -1)
        weight = pairs.new_zeros(len(pixels), ctx.size + 1)
        weight.index_add_(1, place, pairs)
        return back, weight[:, :-1], None


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
