"""What the layers of convolutional networks cost.

Every function returns ``[trainable parameters, multiply-adds]``, int64 ``(2,)``, so
that costs add up. `pixels` is the side of a square feature map before the layer.
"""

import numpy as np

from lissnas.arrays import Ints

NOTHING: Ints = np.zeros(2, dtype=np.int64)


def convolution(
    kernel: int,
    c_in: int,
    c_out: int,
    pixels: int,
    stride: int = 1,
    groups: int = 1,
    norm: bool = True,
) -> Ints:
    """Return what a padded convolution without bias costs, by default with batch norm.

    The batch norm has a trainable scale and shift a channel and no multiply-adds.
    """
    weights = kernel * kernel * c_in * c_out // groups
    after = -(-pixels // stride)
    return np.array([weights + 2 * c_out * norm, weights * after * after])


def depthwise(
    kernel: int, channels: int, pixels: int, stride: int = 1, norm: bool = True
) -> Ints:
    """Return what a convolution of each channel by itself costs."""
    return convolution(kernel, channels, channels, pixels, stride, channels, norm)


def linear(c_in: int, c_out: int, bias: bool = True) -> Ints:
    """Return what a fully connected layer costs; bias additions are not counted."""
    return np.array([c_in * c_out + c_out * bias, c_in * c_out])


def squeeze_excite(channels: int, hidden: int) -> Ints:
    """Return what two fully connected layers on the channels' means cost."""
    return linear(channels, hidden) + linear(hidden, channels)


def inverted_bottleneck(
    c_in: int,
    c_out: int,
    pixels: int,
    stride: int,
    expansion: int,
    kernel: int,
    squeeze: int = 0,
) -> Ints:
    """Return what an inverted residual block [1]_ costs.

    A 1x1 convolution to `expansion` times the channels (none if that is 1), a
    depthwise one with the stride, squeeze-excite with `squeeze` hidden channels if
    not 0, and a 1x1 convolution.

    .. [1] Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
       CVPR 2018, arXiv:1801.04381.
    """
    inner, after = c_in * expansion, -(-pixels // stride)
    wide = convolution(1, c_in, inner, pixels) if expansion > 1 else NOTHING
    gate = squeeze_excite(inner, squeeze) if squeeze else NOTHING
    deep = depthwise(kernel, inner, pixels, stride)
    return np.asarray(wide + deep + gate + convolution(1, inner, c_out, after))
