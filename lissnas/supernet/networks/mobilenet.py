"""Networks of MobileNetV2 form: FairNAS [1]_, and 21 layers of which some vanish [2]_.

A stem of stride 2, a separable convolution, inverted residual blocks with ReLU6, a 1x1
convolution and a classifier.

.. [1] Chu et al., "FairNAS", ICCV 2021, arXiv:1907.01845.
.. [2] You et al., "GreedyNAS", CVPR 2020, arXiv:2003.11236.
"""

from collections.abc import Sequence
from functools import partial

from torch import nn

from lissnas.spaces.mobilenet import (
    FAIRNAS,
    FIRST,
    FORMS,
    HEAD,
    IDENTITY,
    PLAIN,
    SQUEEZED,
    STAGES,
    STEM,
)
from lissnas.supernet.networks.chains import Chain, Head, Make, chain_family
from lissnas.supernet.networks.inverted import Inverted
from lissnas.supernet.networks.layers import ConvNorm
from lissnas.supernet.scale import Scale

ACT = "relu6"


def parts(
    stages: Sequence[tuple[int, int, int]], names: Sequence[str], scale: Scale
) -> Chain:
    """Return stem, layers by operation, and head; `names` as the space has them."""
    affine = scale.affine
    planned = [2, *(stride for _, _, stride in stages)]
    stem_stride, *strides = scale.strides(planned)
    stem, before, first_width = scale.wide(STEM), *[scale.wide(FIRST)] * 2
    places = []
    for (count, channels, _), first_stride in zip(stages, strides, strict=True):
        c_out = scale.wide(channels)
        for place in range(count):
            first = place == 0
            shape = (before, c_out, first_stride if first else 1)
            kept = [name for name in names if not (first and name == IDENTITY)]
            places.append([_layer(name, *shape, not first, affine) for name in kept])
            before = c_out

    def start() -> nn.Module:
        return nn.Sequential(
            ConvNorm(scale.channels, stem, 3, stem_stride, act=ACT, affine=affine),
            ConvNorm(stem, stem, 3, 1, stem, act=ACT, affine=affine),
            ConvNorm(stem, first_width, 1, act="none", affine=affine),
        )

    end = partial(Head, before, scale.wide(HEAD), scale.classes, act=ACT, affine=affine)
    return Chain(start, places, end)


def _layer(
    name: str, c_in: int, c_out: int, stride: int, residual: bool, affine: bool
) -> Make | None:
    """Return what makes the operation of a name; None for the identity."""
    if name == IDENTITY:
        return None
    kernel, expansion = FORMS[PLAIN.index(name.rstrip("s"))]
    squeeze = max(1, c_in * expansion // 4) if name.endswith("s") else 0
    return partial(
        Inverted,
        *(c_in, c_out, kernel, stride, expansion),
        squeeze=squeeze,
        residual=residual,
        act=ACT,
        affine=affine,
    )


FAMILY = chain_family("mobilenet-fairnas", partial(parts, FAIRNAS, PLAIN))
FAMILY_21 = chain_family("mobilenet-21", partial(parts, STAGES, (*PLAIN, IDENTITY)))
FAMILY_21_SE = chain_family(
    "mobilenet-21-se", partial(parts, STAGES, (*SQUEEZED, IDENTITY))
)
