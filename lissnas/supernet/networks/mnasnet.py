"""Networks of the MnasNet-like space of Accel-NASBench [1]_.

The shared network holds, for each layer that a block may have, one inverted residual
block for each expansion, kernel and squeeze-excite.

.. [1] Ahmad et al., "Accel-NASBench: Sustainable Benchmarking for Accelerator-Aware
   NAS", DAC 2024, arXiv:2404.08005.
"""

from functools import partial
from itertools import product

from lissnas.spaces.mnasnet import (
    CHANNELS,
    DEEP,
    DEEPEST,
    EXPANSIONS,
    HEAD,
    KERNELS,
    LAYERS,
    SQUEEZE,
    STEM,
    STRIDES,
)
from lissnas.supernet.networks.base import Row
from lissnas.supernet.networks.chains import Chain, Head, chain_family
from lissnas.supernet.networks.inverted import Inverted
from lissnas.supernet.networks.layers import ConvNorm
from lissnas.supernet.scale import Scale

FORMS = tuple(product(EXPANSIONS, KERNELS, SQUEEZE))
MOST = tuple(max(DEEPEST if i == DEEP else LAYERS) for i in range(len(CHANNELS)))


def parts(scale: Scale) -> Chain:
    """Return the stem, the layers that there may be by form, and the head."""
    affine = scale.affine
    stem_stride, *strides = scale.strides([2, *STRIDES])
    stem = before = scale.wide(STEM)
    places = []
    for channels, first_stride, most in zip(CHANNELS, strides, MOST, strict=True):
        c_out = scale.wide(channels)
        for place in range(most):
            first = place == 0
            hidden = max(1, before // 4)
            places.append(
                [
                    partial(
                        Inverted,
                        *(before, c_out, kernel),
                        *(first_stride if first else 1, expansion),
                        squeeze=squeeze * hidden,
                        residual=not first,
                        affine=affine,
                    )
                    for expansion, kernel, squeeze in FORMS
                ]
            )
            before = c_out
    return Chain(
        partial(ConvNorm, scale.channels, stem, 3, stem_stride, affine=affine),
        places,
        partial(Head, before, scale.wide(HEAD), scale.classes, affine=affine),
    )


def chosen(row: Row) -> list[int]:
    """Return the form of each layer, -1 for those that the row has not."""
    found: list[int] = []
    for block, most in enumerate(MOST):
        expansion, kernel, layers, squeeze = row[4 * block : 4 * block + 4]
        form = (expansion * len(KERNELS) + kernel) * len(SQUEEZE) + squeeze
        count = LAYERS[0] + layers
        found += [form] * count + [-1] * (most - count)
    return found


FAMILY = chain_family("mnasnet", parts, chosen)
