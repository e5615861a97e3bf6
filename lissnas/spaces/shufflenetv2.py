"""ShuffleNetV2 blocks as in Single Path One-Shot [1]_: 20 blocks, four choices each.

Stages of 4, 4, 8 and 4 blocks with 64, 160, 320 and 640 channels on ImageNet at 224
pixels; the first block of each has stride 2. A shuffle unit of kernel 3, 5 or 7, or an
Xception-like one of three depthwise convolutions, works on half of the channels while
the other half passes; with stride 2 on all, beside a projection of them.

As in the published supernet, batch norms have no trainable parameters; with them a
network has 22,432 (shuffle units only) to 40,416 (Xception-like only) more.

.. [1] Guo et al., "Single Path One-Shot Neural Architecture Search with Uniform
   Sampling", ECCV 2020, arXiv:1904.00420.
"""

import numpy as np

from lissnas.arrays import Ints
from lissnas.spaces.base import Decision
from lissnas.spaces.chain import ChainSpace
from lissnas.spaces.layers import convolution, depthwise, linear

BLOCKS = ("shuffle 3x3", "shuffle 5x5", "shuffle 7x7", "xception")
KERNELS = (3, 5, 7)
STAGES = ((4, 64), (4, 160), (8, 320), (4, 640))  # blocks, output channels
PIXELS, STEM, HEAD, CLASSES = 224, 16, 1024, 1000


def _block(choice: int, c_in: int, c_out: int, pixels: int, stride: int) -> Ints:
    """Return what a block costs; `c_in` are the channels its main branch works on."""
    middle, after = c_out // 2, pixels // stride
    c_main = c_out - c_in
    kernel = 3 if choice == len(KERNELS) else KERNELS[choice]
    if choice == len(KERNELS):
        cost = depthwise(3, c_in, pixels, stride, norm=False)
        cost = cost + convolution(1, c_in, middle, after, norm=False)
        cost += 2 * depthwise(3, middle, after, norm=False)
        cost += convolution(1, middle, middle, after, norm=False)
    else:
        cost = convolution(1, c_in, middle, pixels, norm=False)
        cost = cost + depthwise(kernel, middle, pixels, stride, norm=False)
    cost += convolution(1, middle, c_main, after, norm=False)
    if stride == 2:
        cost += depthwise(kernel, c_in, pixels, stride, norm=False)
        cost += convolution(1, c_in, c_in, after, norm=False)
    return cost


def _tables() -> tuple[Ints, tuple[Ints, ...]]:
    """Return the cost outside the blocks, and of each choice of each block."""
    tables, pixels, before = [], PIXELS // 2, STEM
    for count, channels in STAGES:
        for place in range(count):
            stride = 2 if place == 0 else 1
            c_in = before if place == 0 else channels // 2
            rows = [_block(b, c_in, channels, pixels, stride) for b in range(4)]
            tables.append(np.array(rows))
            pixels //= stride
        before = channels
    fixed = convolution(3, 3, STEM, PIXELS, 2, norm=False)
    fixed = fixed + convolution(1, before, HEAD, pixels, norm=False)
    return fixed + linear(HEAD, CLASSES, bias=False), tuple(tables)


class ShuffleNetV2(ChainSpace):
    """The 4^20 networks of Single Path One-Shot; strings of 20 digits 0..3."""

    name = "shufflenetv2"
    title = "ShuffleNetV2 (SPOS)"
    citation = "Guo et al., ECCV 2020, arXiv:1904.00420"
    decisions = tuple(Decision(f"block {i + 1}", BLOCKS) for i in range(20))
    datasets = ("imagenet", "cifar10")
    table_names = ("spos_shufflenetv2",)
    fixed, layers = _tables()
