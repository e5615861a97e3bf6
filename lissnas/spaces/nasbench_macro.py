"""NAS-Bench-Macro [1]_: 8 layers in stages of 2, 3 and 3, three operations each.

A 32-channel stem on 32x32 pixels; each stage begins with stride 2 and twice the
channels (64, 128, 256), where Identity is a 1x1 convolution; a 1x1 convolution to 1,280
channels and a classifier of 10 classes. Any other Identity does nothing, so within a
stage those after the first layer can stand anywhere: of the 6,561 strings 3,969 are
distinct networks. The canonical one has its identities at the end of each stage.

.. [1] Su et al., "Prioritized Architecture Sampling with Monto-Carlo Tree Search",
   CVPR 2021, arXiv:2103.11922.
"""

from collections.abc import Sequence

import numpy as np

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces.base import Cost, Decision, Graph
from lissnas.spaces.tabled import TabledSpace

OPERATIONS = ("Identity", "MB3_K3", "MB6_K5")
FORMS = ((3, 3), (6, 5))  # expansion, kernel of the two inverted bottlenecks
STAGES = ((32, 64, 2), (64, 128, 3), (128, 256, 3))  # in, out channels, layers
PIXELS, STEM, HEAD, CLASSES = 32, 32, 1280, 10
FIRST = (0, 2, 5)  # the first layer of each stage
LAYERS = 8


def _bottleneck(
    c_in: int, c_out: int, pixels: int, stride: int, form: tuple[int, int]
) -> tuple[int, int]:
    """Return parameters and multiply-adds of an inverted bottleneck."""
    expansion, kernel = form
    inner, after = c_in * expansion, pixels // stride
    weights = (c_in * inner, kernel * kernel * inner, inner * c_out)
    params = sum(weights) + 2 * (inner + inner + c_out)
    return params, weights[0] * pixels**2 + (weights[1] + weights[2]) * after**2


def _tables() -> tuple[Ints, Ints]:
    """Return fixed costs ``(2,)`` and costs by layer and operation ``(8, 3, 2)``."""
    layers = np.zeros((LAYERS, len(OPERATIONS), 2), dtype=np.int64)
    layer, pixels = 0, PIXELS
    for c_in, c_out, count in STAGES:
        area = (pixels // 2) ** 2
        layers[layer, 0] = c_in * c_out + 2 * c_out, c_in * c_out * area
        for place in range(count):
            first = place == 0
            shape = (c_in, c_out, pixels, 2) if first else (c_out, c_out, pixels, 1)
            for operation, form in enumerate(FORMS, start=1):
                layers[layer, operation] = _bottleneck(*shape, form)
            pixels = pixels // 2 if first else pixels
            layer += 1
    stem, last = 27 * STEM, STAGES[-1][1] * HEAD
    params = stem + 2 * STEM + last + 2 * HEAD + HEAD * CLASSES + CLASSES
    macs = stem * PIXELS**2 + last * pixels**2 + HEAD * CLASSES
    return np.array([params, macs]), layers


FIXED, COSTS = _tables()


class NASBenchMacro(TabledSpace):
    """The 3,969 distinct networks of NAS-Bench-Macro."""

    name = "nasbench-macro"
    title = "NAS-Bench-Macro"
    citation = "Su et al., CVPR 2021, arXiv:2103.11922"
    decisions = tuple(Decision(f"layer {i + 1}", OPERATIONS) for i in range(LAYERS))
    datasets = ("cifar10",)
    edit_kinds = ("operation",)
    total_edit_distance = LAYERS

    def _rows(self) -> Archs:
        shape = (len(OPERATIONS),) * LAYERS
        columns = np.unravel_index(np.arange(len(OPERATIONS) ** LAYERS), shape)
        return np.stack(columns, axis=1).astype(np.int8)

    def _representative(self, rows: Archs) -> Archs:
        sorted_rows = rows.copy()
        for start, (_, _, count) in zip(FIRST, STAGES, strict=True):
            part = rows[:, start + 1 : start + count]
            order = np.argsort(part == 0, axis=1, kind="stable")
            sorted_rows[:, start + 1 : start + count] = np.take_along_axis(
                part, order, axis=1
            )
        return sorted_rows

    def _edited(self, rows: Archs) -> list[tuple[Archs, Bools, int]]:
        found = []
        for layer in range(LAYERS):
            for step in range(1, len(OPERATIONS)):
                changed = rows.copy()
                changed[:, layer] = (rows[:, layer] + step) % len(OPERATIONS)
                found.append((changed, np.ones(len(rows), dtype=bool), 0))
        return found

    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds at 32x32, ``(n,)`` each."""
        total = FIXED + COSTS[np.arange(LAYERS), self.canonical(archs)].sum(axis=1)
        return Cost(total[:, 0], total[:, 1])

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of strings of eight digits 0..2, as they stand."""
        for text in texts:
            if len(text) != LAYERS or set(text) - set("012"):
                raise ValueError(
                    f"arch must be {LAYERS} digits 0, 1 or 2, got {text!r}"
                )
        rows = np.array([list(text) for text in texts]).reshape(len(texts), LAYERS)
        return rows.astype(np.int8)

    def format(self, archs: Archs) -> list[str]:
        """Return each canonical network as eight digits."""
        return ["".join(map(str, row)) for row in self.canonical(archs).tolist()]

    def short(self, archs: Archs) -> list[str]:
        """Return the same eight digits."""
        return self.format(archs)

    def graph(self, arch: Archs) -> Graph:
        """Return the chain of layers of one network."""
        row = self.canonical(arch[None])[0].tolist()
        nodes = ("input", *(OPERATIONS[op] for op in row), "output")
        return Graph(nodes, tuple((i, i + 1, "") for i in range(len(nodes) - 1)))
