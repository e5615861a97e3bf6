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


class Norm(nn.BatchNorm2d):
    """Batch normalisation of the leading channels, as many as the input has.

    As `BatchNorm2d` with running statistics: with `momentum` None these are averages
    over all batches since they were reset, for recalibration.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def forward(self, x: Tensor) -> Tensor:
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


class ConvNorm(nn.Module):
    """A padded convolution without bias, batch normalisation and an activation.

    `act` is a key of `ACTIVATIONS`. `part` uses the leading slice of the kernel.
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
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False
        )
        self.norm = Norm(c_out, affine=affine)
        self.act = ACTIVATIONS[act]

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(x))
        return out if self.act is None else self.act(out)

    def part(self, x: Tensor, c_out: int) -> Tensor:
        """Return the leading `c_out` channels of the output, of any leading inputs."""
        conv = self.conv
        pad, weight = conv.kernel_size[0] // 2, conv.weight[:c_out, : x.shape[1]]
        out: Tensor = self.norm(F.conv2d(x, weight, None, conv.stride, pad))
        return out if self.act is None else self.act(out)


def averaged(x: Tensor) -> Tensor:
    """Return the mean of each channel, ``(b, c)``."""
    return x.mean((2, 3))


def initialise(net: nn.Module) -> None:
    """Initialise convolutions as He et al. do for ReLU, by their outputs.

    Randomness comes from torch's global generator: seed it with `torch.manual_seed`,
    inside of `torch.random.fork_rng` to leave others alone.
    """
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


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
