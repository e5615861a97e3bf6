"""Layers that all networks are made of.

Batch normalisation may see fewer channels than it has, the leading ones; so networks
that share weights slice kernels and statistics alike. Every network's batch norms are
of the class `Norm`.
"""

from collections.abc import Callable, Iterable
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _relu6(x: Tensor) -> Tensor:
    return F.relu6(x, inplace=True)


ACTIVATIONS = MappingProxyType[str, Callable[[Tensor], Tensor] | None](
    {"relu": torch.relu_, "relu6": _relu6, "none": None}
)


SMALL = 64  # pixels of a map up to which overhead matters


class Norm(nn.BatchNorm2d):
    """Batch normalisation of the leading channels, as many as the input has.

    As `BatchNorm2d` with running statistics: with `momentum` None these are averages
    over all batches since they were reset, for recalibration.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def forward(self, x: Tensor) -> Tensor:
        if x.is_meta:
            return x  # without data there is only a shape, and that stays
        factor = 0.0
        if self.training:
            self.num_batches_tracked.add_(1)
            factor = (
                1.0 / float(self.num_batches_tracked)
                if self.momentum is None
                else self.momentum
            )
        channels = x.shape[1]
        whole = channels == self.num_features
        parts = (self.running_mean, self.running_var, self.weight, self.bias)
        mean, var, weight, bias = (
            part if whole or part is None else part[:channels] for part in parts
        )
        return F.batch_norm(x, mean, var, weight, bias, self.training, factor, self.eps)


class Conv(nn.Conv2d):
    """A convolution without bias, padded so that only its stride changes the size.

    Weights that would meet nothing but padding are left out of the work: on a map of
    one pixel a 7x7 kernel is its centre. The result is the same, up to four times as
    fast on a CPU, where small maps also meet 1x1 kernels as matrices. Kernels are
    initialised as He et al. do for ReLU, by their outputs.
    """

    def __init__(
        self,
        c_in: int,
        c_out: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        dilation: int = 1,
    ) -> None:
        self.spacing, self.side = dilation, kernel // 2
        pad = dilation * self.side
        super().__init__(
            *(c_in, c_out, kernel, stride, pad, dilation), groups=groups, bias=False
        )

    def reset_parameters(self) -> None:
        if not self.weight.is_meta:
            nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        return self.applied(x, self.weight)

    def part(self, x: Tensor, c_out: int) -> Tensor:
        """Return the leading `c_out` channels of the output, of any leading inputs."""
        return self.applied(x, self.weight[:c_out, : x.shape[1]])

    def applied(self, x: Tensor, weight: Tensor) -> Tensor:
        """Return the convolution of `x` with a kernel of this size."""
        _, _, high, wide = x.shape
        taps = (max(high, wide) - 1) // self.spacing
        if taps < self.side:
            kept = slice(self.side - taps, self.side + taps + 1)
            weight = weight[:, :, kept, kept]
        taps = min(taps, self.side)
        small = high * wide <= SMALL and x.device.type == "cpu"
        if small and not taps and (self.stride == (1, 1) or high == wide == 1):
            if self.groups == 1:  # a matrix product, with half of the overhead
                out = F.linear(x.permute(0, 2, 3, 1), weight.flatten(1))
                return out.permute(0, 3, 1, 2)
            if self.groups == len(weight) == x.shape[1]:
                return x * weight[:, 0]
        pad = self.spacing * taps
        return F.conv2d(x, weight, None, self.stride, pad, self.dilation, self.groups)


class ConvNorm(nn.Module):
    """A padded convolution without bias, batch normalisation and an activation.

    `act` is a key of `ACTIVATIONS`. `part` uses the leading slice of the kernel. With
    `quiet` the trainable scale begins at 0, so a residual block that ends with it
    begins as its shortcut and deep networks learn from the first step on [1]_.

    .. [1] Goyal et al., "Accurate, Large Minibatch SGD", arXiv:1706.02677, section 5.1.
    """

    def __init__(
        self,
        c_in: int,
        c_out: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        *,
        act: str = "relu",
        affine: bool = True,
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self.conv = Conv(c_in, c_out, kernel, stride, groups)
        self.norm = Norm(c_out, affine=affine)
        if quiet and affine:
            nn.init.zeros_(self.norm.weight)
        self.act = ACTIVATIONS[act]

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(x))
        return out if self.act is None or out.is_meta else self.act(out)

    def part(self, x: Tensor, c_out: int) -> Tensor:
        """Return the leading `c_out` channels of the output, of any leading inputs."""
        out: Tensor = self.norm(self.conv.part(x, c_out))
        return out if self.act is None or out.is_meta else self.act(out)


def averaged(x: Tensor) -> Tensor:
    """Return the mean of each channel, ``(b, c)``."""
    return x.mean((2, 3))


def leaves(modules: Iterable[nn.Module]) -> list[nn.Module]:
    """Return the modules within that hold parameters or buffers of their own."""
    return [
        leaf
        for module in modules
        for leaf in module.modules()
        if leaf._parameters or leaf._buffers
    ]


def copy_leading(source: nn.Module, target: nn.Module) -> None:
    """Copy what `target` holds from the leading part of what `source` holds.

    A batch norm without scale and shift is one of scale 1 and shift 0.
    """
    with torch.no_grad():
        for name, tensor in [*target.named_parameters(), *target.named_buffers()]:
            given = getattr(source, name)
            if given is None:
                tensor.fill_(1.0 if name == "weight" else 0.0)
            else:
                tensor.copy_(given[tuple(slice(size) for size in tensor.shape)])
