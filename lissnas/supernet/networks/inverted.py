"""The inverted residual block [1]_ with optional squeeze-excite.

.. [1] Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
   CVPR 2018, arXiv:1801.04381.
"""

from torch import Tensor, nn

from lissnas.supernet.networks.layers import ConvNorm, averaged


class Squeeze(nn.Module):
    """Channels weighted by two linear layers on their means."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.down = nn.Linear(channels, hidden)
        self.up = nn.Linear(hidden, channels)

    def forward(self, x: Tensor) -> Tensor:
        gate: Tensor = self.up(self.down(averaged(x)).relu()).sigmoid()
        return x * gate[:, :, None, None]


class Inverted(nn.Module):
    """Expansion, depthwise convolution, projection; the input added if `residual`.

    `squeeze` is the number of hidden channels of squeeze-excite, 0 for none.
    """

    def __init__(
        self,
        c_in: int,
        c_out: int,
        kernel: int,
        stride: int,
        expansion: int,
        *,
        squeeze: int = 0,
        residual: bool = False,
        act: str = "relu",
        affine: bool = True,
    ) -> None:
        super().__init__()
        inner = c_in * expansion
        layers: list[nn.Module] = []
        if expansion > 1:
            layers.append(ConvNorm(c_in, inner, 1, act=act, affine=affine))
        layers.append(
            ConvNorm(inner, inner, kernel, stride, inner, act=act, affine=affine)
        )
        if squeeze:
            layers.append(Squeeze(inner, squeeze))
        layers.append(
            ConvNorm(inner, c_out, 1, act="none", affine=affine, quiet=residual)
        )
        self.layers = nn.Sequential(*layers)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return x + out if self.residual else out
