"""How large a network is built: from the publications' sizes down to a CPU's budget.

A space says which layers stand where; a scale says how wide they are, how often a cell
is repeated, on what images they work and where resolution is halved. It is recorded
with every result, since accuracies of different scales cannot be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from lissnas.spaces import SPACES

PRESETS = ("paper", "tiny")
LEAST_PIXELS = 2  # of the last feature maps, where that can be had


@dataclass(frozen=True, slots=True)
class Scale:
    """Everything that shrinks a network to a budget.

    Parameters
    ----------
    resolution
        Side of the square images in pixels; 0 if the network reads a graph.
    width
        Factor on all numbers of channels inside of the network.
    classes
        Number of classes, the length of the output.
    channels
        Channels of an image, or features of a node of a graph.
    cells
        How often the space's unit is repeated: cells a stack (NAS-Bench-101), a stage
        (NAS-Bench-201) or a module (TransNAS micro), cells in all (DARTS), residual
        blocks a module (TransNAS macro). Spaces that decide on each layer have 1.
    skip_halvings
        How many of the network's reductions of resolution are left out, the first ones
        first; their layers stay, with stride 1. So an 8x8 image survives.
    stem_stride
        A factor on the stride of the first convolution, which many small networks need
        to be fast: 2 quarters all feature maps.
    affine
        Whether batch normalisations have a trainable scale and shift.
    nodes, edges
        Size of the graph that the network reads, edges in both directions; 0 for
        images.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    resolution: int
    width: float = 1.0
    classes: int = 10
    channels: int = 3
    cells: int = 1
    skip_halvings: int = 0
    stem_stride: int = 1
    affine: bool = True
    nodes: int = 0
    edges: int = 0

    def __post_init__(self) -> None:
        least = {"classes": 1, "channels": 1, "cells": 1, "stem_stride": 1}
        least["resolution"] = 0 if self.nodes else 1
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type is int and value < least.get(field.name, 0):
                raise ValueError(
                    f"{field.name} must be at least {least.get(field.name, 0)}, "
                    f"got {value}"
                )
        if not 1 / 16 <= self.width <= 16:
            raise ValueError(f"width must be in 1/16..16, got {self.width}")

    def wide(self, channels: int, multiple: int = 1) -> int:
        """Return the channels that stand for `channels` of the publication.

        A multiple of `multiple` and not 0; at width 1 just `channels`.
        """
        return multiple * max(1, round(channels * self.width / multiple))

    def strides(self, planned: Sequence[int]) -> list[int]:
        """Return the strides of the network's layers, the stem's first.

        They are as planned but for the skipped halvings and the factor of the stem.
        """
        skipped, found = 0, []
        for stride in planned:
            skips = stride > 1 and skipped < self.skip_halvings
            skipped += skips
            found.append(1 if skips else stride)
        return [found[0] * self.stem_stride, *found[1:]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The published scale of a space, and what the preset `tiny` makes of it.

    `halvings` are the network's reductions of resolution, `free` those of them that no
    decision concerns, which are the first.
    """

    paper: Scale
    halvings: int
    width: float
    cells: int = 1
    free: int = 99


_CIFAR = Scale(32, classes=10)
_IMAGENET = Scale(224, classes=1000)
_TASKONOMY = Scale(256, classes=47, cells=2)  # class_scene, the benchmark's first task
_CORA = Scale(0, classes=7, channels=1_433, nodes=2_708, edges=10_556)
_SHAPES = {
    "nasbench101": _Shape(replace(_CIFAR, cells=3), 2, 1 / 8),
    "nasbench201": _Shape(replace(_CIFAR, cells=5), 2, 1 / 2),
    "transnasbench101-macro": _Shape(_TASKONOMY, 6, 1 / 8, free=2),
    "transnasbench101-micro": _Shape(_TASKONOMY, 5, 1 / 8),
    "nasbench-macro": _Shape(_CIFAR, 3, 1 / 8),
    "nasbench301": _Shape(replace(_CIFAR, cells=8), 2, 1 / 8, cells=3),
    "shufflenetv2": _Shape(replace(_IMAGENET, affine=False), 5, 1 / 8),
    "mobilenet-fairnas": _Shape(_IMAGENET, 5, 1 / 8),
    "mobilenet-21": _Shape(_IMAGENET, 5, 1 / 8),
    "mobilenet-21-se": _Shape(_IMAGENET, 5, 1 / 8),
    "mnasnet": _Shape(_IMAGENET, 5, 1 / 8),
    "nasbench-graph": _Shape(_CORA, 0, 1 / 8),
    "anynetx": _Shape(_IMAGENET, 5, 1 / 16),
}


def scale_of(
    space: str,
    preset: str,
    *,
    resolution: int | None = None,
    channels: int | None = None,
    classes: int | None = None,
) -> Scale:
    """Return the scale of a preset for a space, fit to given images.

    `paper` is the publication's: ImageNet at 224 pixels, CIFAR-10 at 32, Taskonomy at
    256, the graph Cora. `tiny` trains on a CPU and expects 8x8 images of one channel
    unless told otherwise. On smaller images than the publication's, reductions of
    resolution are left out until the last feature maps have 2 pixels or more (1 with
    `tiny`, whose stem has stride 2), as far as the space's decisions allow.

    Raises
    ------
    ValueError
        If the space or the preset is unknown, or a number is out of range.
    """
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {space!r}")
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}")
    shape = _SHAPES[space]
    scale = shape.paper if preset == "paper" else _tiny(shape)
    scale = replace(
        scale,
        resolution=scale.resolution if resolution is None else resolution,
        channels=scale.channels if channels is None else channels,
        classes=scale.classes if classes is None else classes,
    )
    kept = max((scale.resolution // LEAST_PIXELS).bit_length() - 1, 0)
    skipped = min(max(shape.halvings - kept, 0), shape.free)
    return replace(scale, skip_halvings=skipped)


def _tiny(shape: _Shape) -> Scale:
    """Return the preset for a CPU."""
    if shape.paper.nodes:
        small = replace(shape.paper, width=shape.width, channels=16)
        return replace(small, nodes=128, edges=512)
    return replace(
        shape.paper,
        resolution=8,
        width=shape.width,
        classes=10,
        channels=1,
        cells=shape.cells,
        stem_stride=2,
    )
