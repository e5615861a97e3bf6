"""Networks of NAS-Bench-Macro [1]_: 8 layers, alone and shared.

.. [1] Su et al., "Prioritized Architecture Sampling with Monto-Carlo Tree Search",
   CVPR 2021, arXiv:2103.11922; code of xiusu/NAS-Bench-Macro.
"""

from functools import partial

from lissnas.spaces.nasbench_macro import FORMS, HEAD, STAGES, STEM
from lissnas.supernet.networks.chains import Chain, Head, Make, chain_family
from lissnas.supernet.networks.inverted import Inverted
from lissnas.supernet.networks.layers import ConvNorm
from lissnas.supernet.scale import Scale


def parts(scale: Scale) -> Chain:
    """Return the stem, the three operations of 8 layers, and the head."""
    affine = scale.affine
    stem_stride, *strides = scale.strides([1] + [2] * len(STAGES))
    stem = before = scale.wide(STEM)
    places = list[list[Make | None]]()
    for (_, channels, count), first_stride in zip(STAGES, strides, strict=True):
        c_out = scale.wide(channels)
        for place in range(count):
            first = place == 0
            stride = first_stride if first else 1
            short = partial(
                ConvNorm, before, c_out, 1, stride, act="none", affine=affine
            )
            blocks = [
                partial(
                    Inverted,
                    *(before, c_out, kernel, stride, expansion),
                    residual=not first,
                    affine=affine,
                )
                for expansion, kernel in FORMS
            ]
            places.append([short if first else None, *blocks])
            before = c_out
    return Chain(
        partial(ConvNorm, scale.channels, stem, 3, stem_stride, affine=affine),
        places,
        partial(Head, before, scale.wide(HEAD), scale.classes, affine=affine),
    )


FAMILY = chain_family("nasbench-macro", parts)
