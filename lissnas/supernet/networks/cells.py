"""What networks of cells with an operation on each edge have in common."""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lissnas.supernet.networks.layers import Conv, Norm

Edge = tuple[int, int]


class ReluConvNorm(nn.Module):
    """ReLU, a padded convolution without bias, batch normalisation."""

    def __init__(
        self, c_in: int, c_out: int, kernel: int, stride: int = 1, affine: bool = True
    ) -> None:
        super().__init__()
        self.conv = Conv(c_in, c_out, kernel, stride)
        self.norm = Norm(c_out, affine=affine)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(F.relu(x)))
        return out


class Separable(nn.Module):
    """ReLU, a depthwise and a 1x1 convolution, batch normalisation."""

    def __init__(
        self, width: int, kernel: int, stride: int, dilation: int, affine: bool
    ) -> None:
        super().__init__()
        self.deep = Conv(width, width, kernel, stride, width, dilation)
        self.point = Conv(width, width, 1)
        self.norm = Norm(width, affine=affine)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.point(self.deep(F.relu(x))))
        return out


class Reduce(nn.Module):
    """ReLU, two 1x1 convolutions of half the width and a batch normalisation.

    With stride 2 one of them reads the pixels that the other leaves out; with stride 1
    (where a scale skips the halving) both read all.
    """

    def __init__(self, c_in: int, c_out: int, stride: int, affine: bool = True) -> None:
        super().__init__()
        half = c_out // 2
        self.even = Conv(c_in, half, 1, stride)
        self.odd = Conv(c_in, c_out - half, 1, stride)
        self.norm = Norm(c_out, affine=affine)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(x)
        shifted = F.pad(x, (0, 1, 0, 1))[:, :, 1:, 1:] if self.stride > 1 else x
        out: Tensor = self.norm(torch.cat([self.even(x), self.odd(shifted)], 1))
        return out


class Pool(nn.Module):
    """Pooling over 3x3 pixels; the average is over those inside of the image."""

    def __init__(self, kind: str, stride: int = 1) -> None:
        super().__init__()
        self.kind, self.stride = kind, stride

    def forward(self, x: Tensor) -> Tensor:
        if self.kind == "max":
            return F.max_pool2d(x, 3, self.stride, 1)
        return F.avg_pool2d(x, 3, self.stride, 1, count_include_pad=False)


class Zero(nn.Module):
    """The operation `none`: zeros in the shape that the others of its edge return."""

    def __init__(self, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.c_out, self.stride = c_out, stride

    def forward(self, x: Tensor) -> Tensor:
        high, wide = (-(-size // self.stride) for size in x.shape[2:])
        return x.new_zeros((x.shape[0], self.c_out, high, wide))


def pool_kernel(channels: int, like: Tensor) -> Tensor:
    """Return the constant kernel that stands for a 3x3 pooling, ``(c, 3, 3)``."""
    return like.new_full((channels, 3, 3), 1 / 9)


def kernels(module: nn.Module, channels: int, like: Tensor) -> list[Tensor] | None:
    """Return the weights of an edge's operation; None if it cuts its ways."""
    if isinstance(module, Zero):
        return None
    if isinstance(module, Pool):
        return [pool_kernel(channels, like)]
    return [m.weight for m in module.modules() if isinstance(m, nn.Conv2d)]


def along_ways(
    edges: Mapping[Edge, Sequence[Tensor] | None],
    sources: Sequence[int],
    sinks: Sequence[int],
) -> list[Tensor]:
    """Return the weights of every way from a source to a sink, one after the other.

    An edge of several ways occurs in each; ways over an edge of None are left out.
    """
    into: dict[int, list[tuple[int, Sequence[Tensor]]]] = {}
    for (start, end), weights in edges.items():
        if weights is not None:
            into.setdefault(end, []).append((start, weights))

    def ways(node: int) -> list[list[Tensor]]:
        found: list[list[Tensor]] = [[]] if node in sources else []
        for start, weights in into.get(node, []):
            found += [[*way, *weights] for way in ways(start)]
        return found

    return [weight for sink in sinks for way in ways(sink) for weight in way]
