"""Chains of inverted residual blocks of MobileNetV2 form.

`mobilenet-fairnas` is the space of FairNAS [1]_: 19 layers, kernel 3, 5 or 7 and
expansion 3 or 6 each, 6^19 networks. `mobilenet-21` has the form of ABS, GreedyNAS and
K-shot NAS, with the widths of GreedyNAS: 21 layers in stages of 4, 4, 4, 4, 4 and 1,
where every layer but the first of a stage may also vanish. `mobilenet-21-se` doubles
the operations by squeeze-excite with a quarter of the block's inner channels, as in
GreedyNASv2: 13 operations.

The layers of a stage after its first have equal shapes, so it does not matter which of
them vanish: a stage with one layer less is one network however it is written. The
strings of `mobilenet-21` are 7^15 6^6 = 2.2e17, its networks
(6 (1 + 6 + 36 + 216))^5 6 = 5.4e16. The canonical row has its identities at the end of
each stage, and one edit changes, inserts or removes a layer.

.. [1] Chu et al., "FairNAS: Rethinking Evaluation Fairness of Weight Sharing Neural
   Architecture Search", ICCV 2021, arXiv:1907.01845.
"""

import re
from collections.abc import Sequence

import numpy as np

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces.base import Decision, Graph
from lissnas.spaces.chain import ChainSpace, chain_graph, digits, undigits
from lissnas.spaces.factored import FactoredSpace
from lissnas.spaces.layers import (
    NOTHING,
    convolution,
    depthwise,
    inverted_bottleneck,
    linear,
)
from lissnas.spaces.parts import Part

PIXELS, STEM, FIRST, HEAD, CLASSES = 224, 32, 16, 1280, 1000
FORMS = tuple((kernel, expansion) for kernel in (3, 5, 7) for expansion in (3, 6))
PLAIN = tuple(f"k{kernel}e{expansion}" for kernel, expansion in FORMS)
SQUEEZED = (*PLAIN, *(f"{name}s" for name in PLAIN))
IDENTITY = "id"
FAIRNAS = ((2, 32, 2), (4, 40, 2), (4, 80, 2), (4, 96, 1), (4, 192, 2), (1, 320, 1))
STAGES = ((4, 32, 2), (4, 40, 2), (4, 80, 2), (4, 96, 1), (4, 192, 2), (1, 320, 1))


def _operation(name: str, c_in: int, c_out: int, pixels: int, stride: int) -> Ints:
    """Return what a layer costs."""
    if name == IDENTITY:
        return NOTHING
    kernel, expansion = FORMS[PLAIN.index(name.rstrip("s"))]
    squeeze = c_in * expansion // 4 if name.endswith("s") else 0
    return inverted_bottleneck(c_in, c_out, pixels, stride, expansion, kernel, squeeze)


def _tables(
    stages: Sequence[tuple[int, int, int]], names: Sequence[str]
) -> tuple[Ints, tuple[Ints, ...]]:
    """Return the cost outside the layers, and of each operation of each layer."""
    tables, pixels, before = [], PIXELS // 2, FIRST
    for count, channels, first_stride in stages:
        for place in range(count):
            stride = first_stride if place == 0 else 1
            shape = (before, channels, pixels, stride)
            tables.append(np.array([_operation(name, *shape) for name in names]))
            pixels, before = pixels // stride, channels
    fixed = convolution(3, 3, STEM, PIXELS, 2) + depthwise(3, STEM, PIXELS // 2)
    fixed = fixed + convolution(1, STEM, FIRST, PIXELS // 2)
    fixed += convolution(1, before, HEAD, pixels) + linear(HEAD, CLASSES)
    return fixed, tuple(tables)


def parse_names(text: str, decisions: tuple[Decision, ...]) -> list[int]:
    """Return the options of names joined by hyphens; ValueError if they are none."""
    names = text.split("-")
    if len(names) != len(decisions):
        raise ValueError(
            f"arch must be {len(decisions)} layers such as 'k7e3-k3e6-...', "
            f"got {len(names)} in {text!r}"
        )
    for decision, name in zip(decisions, names, strict=True):
        if name not in decision.options:
            raise ValueError(
                f"arch must have one of {', '.join(decision.options)} as "
                f"{decision.name}, got {name!r} in {text!r}"
            )
    return [d.options.index(n) for d, n in zip(decisions, names, strict=True)]


def parse_layers(texts: Sequence[str], decisions: tuple[Decision, ...]) -> Archs:
    """Return rows of names joined by hyphens, or of one digit a layer, ``(n, d)``."""
    rows = [
        parse_names(text, decisions)
        if re.search("[ke-]", text)
        else undigits(
            text, decisions, f"{len(decisions)} layers such as 'k7e3-k3e6-...'"
        )
        for text in texts
    ]
    return np.array(rows, dtype=np.int8).reshape(len(rows), len(decisions))


def format_layers(archs: Archs, decisions: tuple[Decision, ...]) -> list[str]:
    """Return the names of the layers, joined by hyphens."""
    return [
        "-".join(d.options[o] for d, o in zip(decisions, row, strict=True))
        for row in archs.tolist()
    ]


class MobileNetFairNAS(ChainSpace):
    """The 6^19 networks of FairNAS."""

    name = "mobilenet-fairnas"
    title = "MobileNet (FairNAS)"
    citation = "Chu et al., ICCV 2021, arXiv:1907.01845"
    decisions = tuple(Decision(f"layer {i + 1}", PLAIN) for i in range(19))
    datasets = ("imagenet",)
    fixed, layers = _tables(FAIRNAS, PLAIN)

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of names such as ``k7e3-k3e3-...`` or of 19 digits."""
        return parse_layers(texts, self.decisions)

    def format(self, archs: Archs) -> list[str]:
        """Return kernel and expansion of each layer, joined by hyphens."""
        return format_layers(self.check(archs), self.decisions)


def _is_first() -> list[bool]:
    """Return which of the 21 layers are the first of their stage."""
    return [place == 0 for count, _, _ in STAGES for place in range(count)]


class MobileNet21(FactoredSpace):
    """The networks of 21 layers of which some may vanish."""

    name = "mobilenet-21"
    title = "MobileNet, 21 layers"
    citation = "You et al., GreedyNAS, CVPR 2020, arXiv:2003.11236"
    datasets = ("imagenet",)
    edit_kinds = ("operation", "depth")
    total_edit_distance = 21
    operations: tuple[str, ...] = PLAIN

    def __init__(self) -> None:
        names = self.operations
        self.decisions = tuple(
            Decision(f"layer {i + 1}", names if first else (*names, IDENTITY))
            for i, first in enumerate(_is_first())
        )
        first = Part((len(names),), _substituted)
        rest = Part((len(names) + 1,) * 3, _stage_edits, _identities_last)
        self.parts = (*(first, rest) * (len(STAGES) - 1), first)
        self.fixed, self.tables = _tables(STAGES, (*names, IDENTITY))

    def part_costs(self) -> list[Ints]:
        """Return the cost of each state of each part, ``(states, 2)``."""
        costs, layer = [], 0
        for part in self.parts:
            width = part.states.shape[1]
            tables = self.tables[layer : layer + width]
            columns = zip(tables, part.states.T, strict=True)
            costs.append(np.sum([table[column] for table, column in columns], axis=0))
            layer += width
        return costs

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of names such as ``k7e3-id-...`` or of 21 digits."""
        return parse_layers(texts, self.decisions)

    def format(self, archs: Archs) -> list[str]:
        """Return the canonical layers, joined by hyphens."""
        return format_layers(self.canonical(archs), self.decisions)

    def short(self, archs: Archs) -> list[str]:
        """Return one digit or letter a layer."""
        return digits(self.canonical(archs))

    def graph(self, arch: Archs) -> Graph:
        """Return the chain of layers of one network, without those that vanish."""
        row = self.canonical(arch[None])[0].tolist()
        names = [d.options[o] for d, o in zip(self.decisions, row, strict=True)]
        return chain_graph([name for name in names if name != IDENTITY])


class MobileNet21SE(MobileNet21):
    """The networks of 21 layers with squeeze-excite as a choice."""

    name = "mobilenet-21-se"
    title = "MobileNet, 21 layers, squeeze-excite"
    citation = "Huang et al., GreedyNASv2, CVPR 2022, arXiv:2111.12609"
    operations = SQUEEZED


def _substituted(rows: Archs, limits: Ints) -> list[tuple[Archs, Bools, int]]:
    """Return all changes of one column, as edits of kind 0."""
    found = []
    for column, options in enumerate(limits):
        for step in range(1, options):
            changed = rows.copy()
            changed[:, column] = (rows[:, column] + step) % options
            found.append((changed, np.ones(len(rows), dtype=bool), 0))
    return found


def _stage_edits(rows: Archs, limits: Ints) -> list[tuple[Archs, Bools, int]]:
    """Return changes of one layer; a layer that comes or goes is of kind 1."""
    identity = limits[0] - 1
    found = []
    for changed, made, _ in _substituted(rows, limits):
        depth = ((changed == identity) != (rows == identity)).any(axis=1)
        found += [(changed, made & ~depth, 0), (changed, made & depth, 1)]
    return found


def _identities_last(rows: Archs, limits: Ints) -> Archs:
    """Return rows with their identities moved to the end."""
    order = np.argsort(rows == limits[0] - 1, axis=1, kind="stable")
    return np.take_along_axis(rows, order, axis=1)
