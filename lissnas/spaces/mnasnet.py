"""The MnasNet-like space of Accel-NASBench [1]_: 7 blocks, four decisions each.

A block is one to three (the sixth: to four) inverted residual layers of one expansion
(1, 4 or 6), kernel (3 or 5) and optional squeeze-excite, which has a quarter of the
layer's input channels hidden; the first layer of a block changes width and resolution.
On ImageNet at 224 pixels: a 32-channel stem of stride 2, a head of 1,280 channels.

The benchmark's parameters are ours. Its "macs" are ours and more: four for each element
that a batch norm normalises, one for each element averaged and one for each average.

.. [1] Ahmad et al., "Accel-NASBench: Sustainable Benchmarking for Accelerator-Aware
   NAS", DAC 2024, arXiv:2404.08005.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Ints
from lissnas.spaces.base import Decision, Graph
from lissnas.spaces.chain import ChainSpace, chain_graph, undigits
from lissnas.spaces.layers import NOTHING, convolution, inverted_bottleneck, linear

PIXELS, STEM, HEAD, CLASSES = 224, 32, 1280, 1000
CHANNELS = (16, 24, 40, 80, 112, 192, 320)
STRIDES = (1, 2, 2, 2, 1, 2, 1)
EXPANSIONS, KERNELS, LAYERS, SQUEEZE = (1, 4, 6), (3, 5), (1, 2, 3), (0, 1)
DEEP, DEEPEST = 5, (1, 2, 3, 4)  # the sixth block may have four layers
LETTERS = ("e", "k", "l", "se")
BLOCKS = "7 blocks such as 'e6k5l2' or 'e6k5l2s', joined by '-'"
BLOCK = re.compile(r"e([146])k([35])l([1-4])(s?)")


def _options(block: int) -> tuple[tuple[int, ...], ...]:
    """Return the values of the four decisions of a block."""
    return EXPANSIONS, KERNELS, DEEPEST if block == DEEP else LAYERS, SQUEEZE


def _tables() -> tuple[Ints, tuple[Ints, ...]]:
    """Return the cost outside the blocks, and of each form of each block."""
    tables, pixels, before = [], PIXELS // 2, STEM
    for block, (channels, stride) in enumerate(zip(CHANNELS, STRIDES, strict=True)):
        rows = []
        for expansion, kernel, layers, squeeze in product(*_options(block)):
            shape = (before, channels, pixels, stride, expansion, kernel)
            cost = NOTHING + inverted_bottleneck(*shape, squeeze * (before // 4))
            shape = (channels, channels, pixels // stride, 1, expansion, kernel)
            more = inverted_bottleneck(*shape, squeeze * (channels // 4))
            rows.append(cost + (layers - 1) * more)
        tables.append(np.array(rows))
        pixels, before = pixels // stride, channels
    fixed = convolution(3, 3, STEM, PIXELS, 2) + convolution(1, before, HEAD, pixels)
    return fixed + linear(HEAD, CLASSES), tuple(tables)


class MnasNet(ChainSpace):
    """The 36^6 48 = 1.04e11 networks of Accel-NASBench."""

    name = "mnasnet"
    title = "MnasNet (Accel-NASBench)"
    citation = "Ahmad et al., DAC 2024, arXiv:2404.08005"
    decisions = tuple(
        Decision(f"block {block + 1} {name}", tuple(map(str, values)))
        for block in range(7)
        for name, values in zip(
            ("expansion", "kernel", "layers", "squeeze-excite"),
            _options(block),
            strict=True,
        )
    )
    datasets = ("imagenet",)
    edit_kinds = ("operation",)
    width = len(LETTERS)
    fixed, layers = _tables()
    table_names = ("accel_nasbench",)
    table_columns = tuple(f"{letter}{i + 1}" for letter in LETTERS for i in range(7))

    def from_columns(self, columns: Mapping[str, npt.NDArray[Any]]) -> Archs:
        """Return the rows of columns ``e1 .. e7, k1 .., l1 .., se1 ..``, ``(n, 28)``.

        Raises
        ------
        ValueError
            If a value is none that its block may have.
        """
        found = []
        for block in range(7):
            for letter, values in zip(LETTERS, _options(block), strict=True):
                column = np.asarray(columns[f"{letter}{block + 1}"])
                place = np.minimum(np.searchsorted(values, column), len(values) - 1)
                bad = np.array(values)[place] != column
                if bad.any():
                    raise ValueError(
                        f"column {letter}{block + 1} must hold one of {values}, "
                        f"got {column[bad][0]}"
                    )
                found.append(place)
        return np.stack(found, axis=1).astype(np.int8)

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of strings such as ``e1k3l1s-e6k5l2-...`` or of 28 digits."""
        rows = [
            self._read(text) if "e" in text else undigits(text, self.decisions, BLOCKS)
            for text in texts
        ]
        return np.array(rows, dtype=np.int8).reshape(len(rows), len(self.decisions))

    def _read(self, text: str) -> list[int]:
        """Return the row of one string."""
        blocks = [BLOCK.fullmatch(part) for part in text.split("-")]
        values = [
            int(value == "s") if value in ("", "s") else int(value)
            for block in blocks
            for value in (block.groups() if block else ())
        ]
        options = [option for block in range(7) for option in _options(block)]
        if len(values) != len(options) or any(
            value not in option for value, option in zip(values, options, strict=True)
        ):
            raise ValueError(
                f"arch must be {BLOCKS}, with at most 3 layers (4 in the sixth), "
                f"got {text!r}"
            )
        return [o.index(v) for o, v in zip(options, values, strict=True)]

    def _blocks(self, archs: Archs) -> list[list[str]]:
        """Return the strings of the blocks of each network."""
        rows = self.check(archs).tolist()
        names = []
        for row in rows:
            options = [d.options[o] for d, o in zip(self.decisions, row, strict=True)]
            names.append(
                [
                    f"e{e}k{k}l{layers}" + ("s" if squeeze == "1" else "")
                    for e, k, layers, squeeze in zip(
                        *[options[i::4] for i in range(4)], strict=True
                    )
                ]
            )
        return names

    def format(self, archs: Archs) -> list[str]:
        """Return expansion, kernel, layers and squeeze-excite of each block."""
        return ["-".join(blocks) for blocks in self._blocks(archs)]

    def graph(self, arch: Archs) -> Graph:
        """Return the chain of blocks of one network."""
        return chain_graph(self._blocks(arch[None])[0])
