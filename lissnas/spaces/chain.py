"""Spaces of chains: networks of layers in a row, each chosen freely.

Every layer's cost depends on its own decisions only, so costs are looked up and added.
"""

import re
from collections.abc import Sequence

import numpy as np

from lissnas.arrays import Archs, Features, Ints
from lissnas.spaces.base import Cost, Decision, Graph, one_hot, one_hot_names
from lissnas.spaces.categorical import CategoricalSpace

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def chain_graph(layers: Sequence[str]) -> Graph:
    """Return a drawing of layers in a row between input and output."""
    nodes = ("input", *layers, "output")
    return Graph(nodes, tuple((i, i + 1, "") for i in range(len(nodes) - 1)))


def cost_features(cost: Cost) -> Features:
    """Return the logarithms of parameters and multiply-adds, ``(n, 2)`` float32."""
    return np.log(np.stack(cost, axis=1)).astype(np.float32)


def digits(archs: Archs) -> list[str]:
    """Return rows as digits, and letters beyond 9."""
    return ["".join(DIGITS[option] for option in row) for row in archs.tolist()]


def undigits(
    text: str, decisions: tuple[Decision, ...], instead: str = ""
) -> list[int]:
    """Return the options that digits stand for; brackets and separators may be there.

    `instead` says what else an architecture may be, for the sentence that refuses it.

    Raises
    ------
    ValueError
        If there are too few or many, or one stands for no option.
    """
    found = [DIGITS.find(digit) for digit in re.sub(r"[\s,()\[\]]", "", text.lower())]
    wanted = f"{instead}{' or ' if instead else ''}{len(decisions)} digits"
    if len(found) != len(decisions):
        raise ValueError(f"arch must be {wanted}, got {text!r}")
    for decision, option in zip(decisions, found, strict=True):
        if not 0 <= option < len(decision.options):
            last = DIGITS[len(decision.options) - 1]
            span = f"0..{last}" if len(decision.options) > 1 else "0"
            raise ValueError(
                f"arch must be {wanted} with {span} for {decision.name}, got {text!r}"
            )
    return found


class ChainSpace(CategoricalSpace):
    """A categorical space of chains.

    A subclass sets, besides the names, `fixed` ``(2,)``, the cost outside all layers,
    and `layers`, one table ``(options, 2)`` a layer. A layer of several decisions has
    a row for each combination, the last decision running fastest; `width` is the
    number of decisions a layer has.
    """

    fixed: Ints
    layers: tuple[Ints, ...]
    width: int = 1

    @property
    def feature_names(self) -> tuple[str, ...]:
        return (*one_hot_names(self.decisions), "log params", "log macs")

    def cost(self, archs: Archs) -> Cost:
        """Return trainable parameters and multiply-adds, ``(n,)`` each."""
        archs = self.check(archs)
        params = np.full(len(archs), self.fixed[0])
        macs = np.full(len(archs), self.fixed[1])
        limits, width = self.limits, self.width
        for layer, table in enumerate(self.layers):
            option = archs[:, layer * width].astype(np.intp)
            for column in range(layer * width + 1, (layer + 1) * width):
                option = option * limits[column] + archs[:, column]
            params += np.take(table[:, 0], option)
            macs += np.take(table[:, 1], option)
        return Cost(params, macs)

    def encode(self, archs: Archs) -> Features:
        """Return the one-hot decisions and the logarithms of the costs, ``(n, p)``."""
        archs = self.check(archs)
        parts = [one_hot(archs, self.decisions), cost_features(self.cost(archs))]
        return np.concatenate(parts, axis=1)

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of one digit a layer, with or without commas and brackets."""
        rows = [undigits(text, self.decisions) for text in texts]
        return np.array(rows, dtype=np.int8).reshape(len(rows), len(self.decisions))

    def format(self, archs: Archs) -> list[str]:
        """Return one digit a layer."""
        return digits(self.check(archs))

    def short(self, archs: Archs) -> list[str]:
        """Return one digit a decision."""
        return digits(self.check(archs))

    def graph(self, arch: Archs) -> Graph:
        """Return the chain of layers of one network."""
        row = self.check(arch[None])[0].tolist()
        return chain_graph(
            [d.options[option] for d, option in zip(self.decisions, row, strict=True)]
        )
