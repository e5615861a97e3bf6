"""Parameters, multiply-adds and activations of AnyNetX networks from numbers alone.

The network [1]_: a 3x3 stem of 32 channels and stride 2 on 224x224 pixels, then stages
whose first block has stride 2, average pooling and a classifier of 1,000 classes. A
block is x + f(x) with f a 1x1 convolution to the inner width v, a 3x3 convolution in
groups of g channels and a 1x1 convolution to the width w, each with batch
normalisation; the first block of a stage has a 1x1 projection of x besides.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678.
"""

import numpy as np

from lissnas.arrays import Ints

PIXELS, STEM, CLASSES = 224, 32, 1000


def complexity(
    depths: Ints, widths: Ints, inner: Ints, groups: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return parameters, multiply-adds and activations, ``(n,)`` each.

    `depths`, `widths`, `inner` (channels of the 3x3 convolution) and `groups`
    (channels of a group) are ``(n, stages)``. Activations are the outputs of all
    convolutions and of the classifier; biases are no multiply-adds.
    """
    pixels = PIXELS // 2
    read = np.full(len(widths), STEM)
    params = np.full(len(widths), 27 * STEM + 2 * STEM)
    macs = np.full(len(widths), 27 * STEM * pixels**2)
    acts = np.full(len(widths), STEM * pixels**2)
    for d, w, v, g in zip(depths.T, widths.T, inner.T, groups.T, strict=True):
        pixels //= 2
        area = pixels**2
        spatial = 9 * v * g
        entering = read * v  # of the first block, at the pixels of the stage before
        projection = read * w
        later = (d - 1) * w * v
        inside = d * (spatial + v * w) + later + projection
        params += inside + entering + d * (4 * v + 2 * w) + 2 * w
        macs += inside * area + entering * 4 * area
        acts += (d * (2 * v + w) + w + 3 * v) * area
        read = w
    params += read * CLASSES + CLASSES
    return params, macs + read * CLASSES, acts + CLASSES
