"""The DARTS space, as in NAS-Bench-301 [1]_: a normal and a reduction cell.

Each cell has four nodes. A node adds up two different ones of the cell's two inputs and
the earlier nodes, each through one of seven operations; all four nodes are the output.
The two inputs of a node have no order, which leaves 49, 147, 294 and 490 forms of the
nodes and (1 3 6 10 7^8)^2 = 1.0767e18 architectures; the canonical row has inputs in
order. As in the benchmark, cells that differ only in the numbering of nodes count as
different.

Costs are those of the benchmark's network on CIFAR-10: a stem of three times 32
channels, 8 cells of 32, 64 and 128 channels, of which the third and the sixth are
reduction cells, and a linear classifier; the auxiliary head of training is left out.
`network_cost` has other sizes, such as the 20 cells of 36 channels of DARTS [2]_.

.. [1] Zela et al., "Surrogate NAS Benchmarks: Going Beyond the Limited Search Spaces of
   Tabular NAS Benchmarks", ICLR 2022, arXiv:2008.09777.
.. [2] Liu et al., "DARTS: Differentiable Architecture Search", ICLR 2019,
   arXiv:1806.09055.
"""

import ast
import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np

from lissnas.arrays import Archs, Bools, Features, Ints
from lissnas.spaces.base import Cost, Decision, Graph
from lissnas.spaces.chain import cost_features, digits, undigits
from lissnas.spaces.factored import FactoredSpace
from lissnas.spaces.layers import NOTHING, convolution, depthwise, linear
from lissnas.spaces.parts import Part

OPERATIONS = (
    *("max_pool_3x3", "avg_pool_3x3", "skip_connect"),
    *("sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"),
)
NODES, CELLS, PIXELS, CLASSES = 4, ("normal", "reduction"), 32, 10
STEM_WIDTH, LAYERS, CHANNELS = 3, 8, 32
PAIRS = tuple(tuple(combinations(range(node + 2), 2)) for node in range(NODES))
EXAMPLE = "Genotype(normal=[('sep_conv_3x3', 0), ...], ..., reduce=[...], ...)"


def _operation(name: str, channels: int, pixels: int, stride: int) -> Ints:
    """Return what an operation costs; pooling is free."""
    after, kernel = pixels // stride, int(name[-1]) if name[-1].isdigit() else 1
    point = convolution(1, channels, channels, after)
    if name.startswith("sep_conv"):
        once = depthwise(kernel, channels, after, norm=False)
        return np.asarray(2 * (once + point))
    if name.startswith("dil_conv"):
        return np.asarray(depthwise(kernel, channels, after, norm=False) + point)
    if name == "skip_connect" and stride == 2:
        return _factorized_reduce(channels, channels, pixels)
    return NOTHING


def _factorized_reduce(c_in: int, c_out: int, pixels: int) -> Ints:
    """Return what two 1x1 convolutions of stride 2 and half the width each cost."""
    return convolution(1, c_in, c_out, pixels // 2)


def _node_edits(rows: Archs, limits: Ints) -> list[tuple[Archs, Bools, int]]:
    """Return other operations (kind 0), and one input replaced (kind 1).

    `rows` ``(r, 3)`` hold a pair of inputs, in order, and the operation of each; an
    operation stays with its input.
    """
    found = []
    for column in (1, 2):
        for step in range(1, len(OPERATIONS)):
            changed = rows.copy()
            changed[:, column] = (rows[:, column] + step) % len(OPERATIONS)
            found.append((changed, np.ones(len(rows), dtype=bool), 0))
    pairs = next(p for p in PAIRS if len(p) == limits[0])
    for old, inputs in enumerate(pairs):
        for new, others in enumerate(pairs):
            kept = set(inputs) & set(others)
            if len(kept) != 1:
                continue
            stays = kept.pop()
            swapped = inputs.index(stays) != others.index(stays)
            order = [2, 1] if swapped else [1, 2]
            changed = np.column_stack([np.full(len(rows), new), rows[:, order]])
            found.append((changed.astype(np.int8), rows[:, 0] == old, 1))
    return found


def _decisions() -> tuple[Decision, ...]:
    """Return pair of inputs, first and second operation of each node of both cells."""
    return tuple(
        Decision(f"{cell} node {node + 1} {what}", options)
        for cell in CELLS
        for node in range(NODES)
        for what, options in (
            ("inputs", tuple(f"{a} and {b}" for a, b in PAIRS[node])),
            ("first operation", OPERATIONS),
            ("second operation", OPERATIONS),
        )
    )


NODE_PARTS = tuple(Part((len(pairs), 7, 7), _node_edits) for pairs in PAIRS)


def _edge_costs(layers: int, channels: int) -> tuple[Ints, Ints]:
    """Return the cost outside the nodes, and of operations by cell and kind of input.

    The second is ``(2, 2, 7, 2)``: normal or reduction cells, from an input of the cell
    or from a node, operation, and parameters or multiply-adds.
    """
    stem, width, pixels, reduced = STEM_WIDTH * channels, channels, PIXELS, False
    fixed = NOTHING + convolution(3, 3, stem, PIXELS)
    edges = np.zeros((len(CELLS), 2, len(OPERATIONS), 2), dtype=np.int64)
    before = last = stem
    for layer in range(layers):
        reduction = layer in (layers // 3, 2 * layers // 3)
        width, stride = (2 * width, 2) if reduction else (width, 1)
        if reduced:
            fixed += _factorized_reduce(before, width, 2 * pixels)
        else:
            fixed += convolution(1, before, width, pixels)
        fixed += convolution(1, last, width, pixels)
        for number, name in enumerate(OPERATIONS):
            outer = _operation(name, width, pixels, stride)
            inner = _operation(name, width, pixels // stride, 1)
            edges[int(reduction), :, number] += np.stack([outer, inner])
        pixels, before, last, reduced = (
            *(pixels // stride, last, NODES * width),
            reduction,
        )
    return fixed + linear(last, CLASSES), edges


@cache
def _network(layers: int, channels: int) -> tuple[Ints, tuple[Ints, ...]]:
    """Return the cost outside the nodes, and of each state of each node."""
    fixed, edges = _edge_costs(layers, channels)
    tables = []
    for cell in edges:
        for pairs, part in zip(PAIRS, NODE_PARTS, strict=True):
            pair, first, second = part.states.T
            inner = (np.array(pairs) >= 2).astype(np.intp)[pair]
            tables.append(cell[inner[:, 0], first] + cell[inner[:, 1], second])
    return fixed, tuple(tables)


class NASBench301(FactoredSpace):
    """The 1.0767e18 pairs of DARTS cells."""

    name = "nasbench301"
    title = "NAS-Bench-301 (DARTS)"
    citation = "Zela et al., ICLR 2022, arXiv:2008.09777"
    decisions = _decisions()
    datasets = ("cifar10",)
    edit_kinds = ("operation", "input")
    total_edit_distance = 26  # 16 operations, and inputs replaced 1, 2 and 2 times
    parts = NODE_PARTS * len(CELLS)
    fixed = _network(LAYERS, CHANNELS)[0]

    def part_costs(self) -> list[Ints]:
        """Return the cost of each state of each node, ``(states, 2)``."""
        return list(_network(LAYERS, CHANNELS)[1])

    def network_cost(self, archs: Archs, layers: int, channels: int) -> Cost:
        """Return the costs of a network of `layers` cells, `channels` wide at first."""
        fixed, tables = _network(layers, channels)
        states = zip(tables, self._states(archs), strict=True)
        total = fixed + np.sum([table[s] for table, s in states], axis=0)
        return Cost(total[:, 0], total[:, 1])

    @property
    def feature_names(self) -> tuple[str, ...]:
        names = [
            f"{cell} {start}-{node + 2} {operation}"
            for cell in CELLS
            for node in range(NODES)
            for start in range(node + 2)
            for operation in OPERATIONS
        ]
        return (*names, "log params", "log macs")

    def encode(self, archs: Archs) -> Features:
        """Return the operation of each possible edge and log costs, ``(n, p)``."""
        rows = self.canonical(archs)
        n, found = len(rows), []
        for column in range(0, rows.shape[1], 3):
            node = column // 3 % NODES
            edges = np.zeros((n, node + 2, len(OPERATIONS)), dtype=np.float32)
            inputs = np.array(PAIRS[node])[rows[:, column]]
            for side in (0, 1):
                edges[np.arange(n), inputs[:, side], rows[:, column + 1 + side]] = 1
            found.append(edges.reshape(n, (node + 2) * len(OPERATIONS)))
        return np.concatenate([*found, cost_features(self.cost(rows))], axis=1)

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of genotypes in DARTS' notation, or of 24 digits, ``(n, 24)``."""
        rows = [
            _parse(text) if "=" in text else undigits(text, self.decisions, EXAMPLE)
            for text in texts
        ]
        return np.array(rows, dtype=np.int8).reshape(len(rows), len(self.decisions))

    def format(self, archs: Archs) -> list[str]:
        """Return genotypes in DARTS' notation, inputs in order."""
        form = "Genotype(normal={}, normal_concat={}, reduce={}, reduce_concat={})"
        concat = list(range(2, NODES + 2))
        texts = []
        for row in self.canonical(archs).tolist():
            normal, reduction = (
                [(OPERATIONS[op], source) for source, _, op in _edges(cell)]
                for cell in (row[: 3 * NODES], row[3 * NODES :])
            )
            texts.append(form.format(normal, concat, reduction, concat))
        return texts

    def short(self, archs: Archs) -> list[str]:
        """Return inputs and operations of all nodes as 24 digits."""
        return digits(self.canonical(archs))

    def graph(self, arch: Archs) -> Graph:
        """Return both cells, the normal one first."""
        row = self.canonical(arch[None])[0].tolist()
        nodes: list[str] = []
        edges: list[tuple[int, int, str]] = []
        for cell, name in enumerate(CELLS):
            shift, half = len(nodes), row[3 * NODES * cell : 3 * NODES * (cell + 1)]
            nodes += [f"{name} k-2", "k-1", *map(str, range(1, NODES + 1)), "output"]
            found = [(a, b, OPERATIONS[op]) for a, b, op in _edges(half)]
            found += [(node + 2, NODES + 2, "") for node in range(NODES)]
            edges += [(shift + a, shift + b, label) for a, b, label in found]
        return Graph(tuple(nodes), tuple(edges))


def _edges(cell: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the edges of a cell as input, node and operation, in genotype order."""
    return [
        (PAIRS[node][cell[3 * node]][side], node + 2, cell[3 * node + 1 + side])
        for node in range(NODES)
        for side in (0, 1)
    ]


def _parse(text: str) -> list[int]:
    """Return the row of one genotype."""
    body = r"\s*=\s*(\[[^\[\]]*\])"
    cells = [re.search(rf"\b{name}{body}", text) for name in ("normal", "reduce")]
    concats = re.findall(r"_concat\s*=\s*(\[[^\[\]]*\]|range\([^()]*\))", text)
    plain = {re.sub(r"\s", "", concat) for concat in concats}
    try:
        if plain - {"[2,3,4,5]", "range(2,6)"}:
            raise ValueError("all four nodes must be the output")
        return [option for cell in cells for option in _cell(cell[1] if cell else "")]
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"arch must be like {EXAMPLE}, got {text!r} ({reason})"
        ) from None


def _cell(text: str) -> list[int]:
    """Return the columns of one cell from its list of (operation, input)."""
    edges = ast.literal_eval(text)
    if len(edges) != 2 * NODES:
        raise ValueError(f"a cell must have {2 * NODES} edges, got {len(edges)}")
    found = []
    for node in range(NODES):
        (first, a), (second, b) = edges[2 * node : 2 * node + 2]
        if (b, a) in PAIRS[node]:
            first, a, second, b = second, b, first, a
        if (a, b) not in PAIRS[node]:
            raise ValueError(f"node {node + 1} must have two inputs of 0..{node + 1}")
        found += [
            PAIRS[node].index((a, b)),
            OPERATIONS.index(first),
            OPERATIONS.index(second),
        ]
    return found
