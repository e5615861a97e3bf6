"""NAS-Bench-201 [1]_: one cell of 4 nodes, an operation on each of its 6 edges.

Every one of the 5^6 strings is an architecture of its own here, as in the benchmark,
which trained each separately, even though some compute the same function once their
`none` and `skip_connect` edges are simplified.

Costs are those of the CIFAR-10 network: a 16-channel stem, three stages of five cells
with 16, 32 and 64 channels at 32, 16 and 8 pixels, a residual block before the second
and third, and a linear classifier of 10 classes. The benchmark's "FLOPs" are the same
multiply-adds plus the classifier's 10 bias additions.

.. [1] Dong and Yang, "NAS-Bench-201: Extending the Scope of Reproducible Neural
   Architecture Search", ICLR 2020, arXiv:2001.00326.
"""

import re
from collections.abc import Sequence

import numpy as np

from lissnas.arrays import Archs
from lissnas.spaces.base import Cost, Decision, Graph
from lissnas.spaces.categorical import CategoricalSpace

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
CELLS, CHANNELS, PIXELS, CLASSES = 5, (16, 32, 64), (32, 16, 8), 10


def _conv(kernel: int, c_in: int, c_out: int, pixels: int) -> tuple[int, int]:
    """Return parameters and multiply-adds of a convolution with batch norm."""
    weights = kernel * kernel * c_in * c_out
    return weights + 2 * c_out, weights * pixels * pixels


def _fixed_cost() -> tuple[int, int]:
    """Return parameters and multiply-adds of all that is outside the cells."""
    parts = [_conv(3, 3, CHANNELS[0], PIXELS[0])]
    for i in (1, 2):
        c_in, c_out, pixels = CHANNELS[i - 1], CHANNELS[i], PIXELS[i]
        parts += [_conv(3, c_in, c_out, pixels), _conv(3, c_out, c_out, pixels)]
        parts.append((c_in * c_out, c_in * c_out * pixels * pixels))  # shortcut, no BN
    head = (2 * CHANNELS[2] + (CHANNELS[2] + 1) * CLASSES, CHANNELS[2] * CLASSES)
    return sum(p for p, _ in parts) + head[0], sum(m for _, m in parts) + head[1]


def _operation_cost(kernel: int) -> tuple[int, int]:
    """Return what one edge with a convolution costs in all cells together."""
    parts = [_conv(kernel, c, c, p) for c, p in zip(CHANNELS, PIXELS, strict=True)]
    return CELLS * sum(p for p, _ in parts), CELLS * sum(m for _, m in parts)


FREE = (0, 0)
COSTS = np.array([FREE, FREE, _operation_cost(1), _operation_cost(3), FREE])


class NASBench201(CategoricalSpace):
    """The 15,625 cells of NAS-Bench-201."""

    name = "nasbench201"
    title = "NAS-Bench-201"
    citation = "Dong and Yang, ICLR 2020, arXiv:2001.00326"
    decisions = tuple(Decision(f"edge {a}-{b}", OPERATIONS) for a, b in EDGES)
    datasets = ("cifar10", "cifar100", "imagenet16-120")

    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds, ``(n,)`` each."""
        total = COSTS[self.canonical(archs)].sum(axis=1) + _fixed_cost()
        return Cost(total[:, 0], total[:, 1])

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of official strings ``|op~0|+|op~0|...`` or of six digits."""
        rows = np.zeros((len(texts), len(EDGES)), dtype=np.int8)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self.parse_digits([text]) if text.isdecimal() else _parse(text)
        return rows

    def format(self, archs: Archs) -> list[str]:
        """Return the official strings."""
        form = "|{}~0|+|{}~0|{}~1|+|{}~0|{}~1|{}~2|"
        rows = self.check(archs).tolist()
        return [form.format(*(OPERATIONS[op] for op in row)) for row in rows]

    def graph(self, arch: Archs) -> Graph:
        """Return the cell's four nodes and the operations on its edges."""
        edges = [
            (a, b, OPERATIONS[op])
            for (a, b), op in zip(EDGES, self.check(arch[None])[0], strict=True)
            if OPERATIONS[op] != "none"
        ]
        return Graph(("input", "1", "2", "output"), tuple(edges))


def _parse(text: str) -> list[int]:
    """Return the six operations of one official string."""
    operation = "(" + "|".join(OPERATIONS) + ")"
    nodes = [
        "".join(rf"\|{operation}~{source}" for source, end in EDGES if end == node)
        for node in (1, 2, 3)
    ]
    found = re.fullmatch(r"\|\+".join(nodes) + r"\|", text)
    if found is None:
        example = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|none~2|"
        raise ValueError(f"arch must look like {example!r} or 421211, got {text!r}")
    return [OPERATIONS.index(name) for name in found.groups()]
