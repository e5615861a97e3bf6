"""NAS-Bench-Graph [1]_: graph networks of four nodes, each reading one node before it.

A node applies one of nine operations to the output of its parent, which is an earlier
node or the input; nodes that nobody reads are joined to the output. The parents form a
tree, of which there are nine shapes, and each node has an operation: 9 x 9^4 rows.

Two rules say which rows are one network; they follow from the keys of the published
benchmark, which they reproduce one to one.

1. The order of the nodes means nothing.
2. A skip that hands on what others read does nothing, and so does one that is its
   parent's only reader. A skip that nobody reads and that reads the raw input (through
   other such skips) does not count as an output. These skips are taken out, the readers
   of each read its parent, and they become a chain between the input and all the rest,
   where they do nothing. Any other skip joins its parent's output to the network's
   output beside that of its siblings, and stays.

The canonical row is the smallest one of a network. Four skips, nine rows in all, are no
network; 26,206 distinct networks remain. One edit gives a node another operation or
another parent, so that no node reads itself; any row of a network may be edited.

.. [1] Qin et al., "NAS-Bench-Graph: Benchmarking Graph Neural Architecture Search",
   NeurIPS 2022 (Datasets and Benchmarks), arXiv:2206.09166.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import permutations, product

import numpy as np

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces.base import Cost, Decision, Graph
from lissnas.spaces.graph_costs import DATASETS, costs, parameters
from lissnas.spaces.tabled import TabledSpace

OPERATIONS = ("gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip")
SKIP = OPERATIONS.index("skip")
NODES = 4
Parents = tuple[int, ...]  # of each node, 0 for the input and i for the i-th node
Order = tuple[int, ...]  # old positions 0..3 of the nodes in their new order
LINKS: tuple[Parents, ...] = (
    (0, 0, 0, 0),
    (0, 0, 0, 1),
    (0, 0, 1, 1),
    (0, 0, 1, 2),
    (0, 0, 1, 3),
    (0, 1, 1, 1),
    (0, 1, 1, 2),
    (0, 1, 2, 2),
    (0, 1, 2, 3),
)
PARENTS = f"parents of nodes 1 to {NODES}"  # 0 is the input
TEXT = re.compile(
    r"\W*(?:Arch)?" + r"\W*(\d)" * NODES + r"\W+([a-z]+)" * NODES + r"\W*"
)
PLACES = len(OPERATIONS) ** np.arange(NODES)[::-1]  # of the operations in a number
BITS = 1 << np.arange(NODES)[::-1]


def arranged(parents: Parents) -> tuple[int, list[Order]]:
    """Return a tree's shape in `LINKS`, and all orders of its nodes that show it."""
    shapes: dict[int, list[Order]] = {}
    for order in permutations(range(NODES)):
        place = {0: 0} | {old + 1: new + 1 for new, old in enumerate(order)}
        moved = tuple(place[parents[old]] for old in order)
        if moved in LINKS:
            shapes.setdefault(LINKS.index(moved), []).append(order)
    ((shape, orders),) = shapes.items()
    return shape, orders


def without_idle(parents: Parents, skips: Sequence[bool]) -> Parents:
    """Return the tree with its idle skips as a chain behind the input, by rule 2."""
    tree = list(parents)
    kept, idle = set(range(NODES)), list[int]()

    def is_idle(node: int) -> bool:
        read = any(tree[other] == node + 1 for other in kept)
        alone = all(tree[other] != tree[node] for other in kept - {node})
        return skips[node] and (read or alone or tree[node] == 0)

    while found := [node for node in sorted(kept) if is_idle(node)]:
        node = found[0]
        kept.remove(node)
        idle.append(node)
        tree = [tree[node] if parent == node + 1 else parent for parent in tree]
    tree = [parent or (idle[-1] + 1 if idle else 0) for parent in tree]
    for before, node in zip([-1, *idle], idle, strict=False):
        tree[node] = before + 1
    return tuple(tree)


def reattached(parents: Parents, node: int, parent: int) -> Parents | None:
    """Return the tree in which `node` reads `parent`; None if it would read itself."""
    above = parent
    while above:
        if above == node + 1:
            return None
        above = parents[above - 1]
    return (*parents[:node], parent, *parents[node + 1 :])


class NASBenchGraph(TabledSpace):
    """The 26,206 distinct networks of NAS-Bench-Graph."""

    name = "nasbench-graph"
    title = "NAS-Bench-Graph"
    citation = "Qin et al., NeurIPS 2022, arXiv:2206.09166"
    decisions = (
        Decision(PARENTS, tuple("".join(map(str, parents)) for parents in LINKS)),
        *(Decision(f"node {i + 1}", OPERATIONS) for i in range(NODES)),
    )
    datasets = tuple(DATASETS)
    edit_kinds = ("operation", "link")
    total_edit_distance = NODES + NODES - 1  # a star turns into a chain by 3 links

    def _rows(self) -> Archs:
        shape = (len(LINKS), *[len(OPERATIONS)] * NODES)
        columns = np.unravel_index(np.arange(np.prod(shape)), shape)
        everything = np.stack(columns, axis=1).astype(np.int8)
        return everything[self._is_valid(everything)]

    def _is_valid(self, archs: Archs) -> Bools:
        return np.asarray((archs[:, 1:] != SKIP).any(axis=1))

    def _representative(self, rows: Archs) -> Archs:
        return np.take(self._canonical_rows, rows @ self._radix, axis=0)

    @cached_property
    def _canonical_rows(self) -> Archs:
        """Return the canonical row of each row number, ``(9^5, 5)``."""
        ops = np.arange(len(OPERATIONS) ** NODES)[:, None] // PLACES % len(OPERATIONS)
        pattern = (ops == SKIP) @ BITS
        found = np.empty((len(LINKS), len(ops), 1 + NODES), dtype=np.int8)
        masks = product([False, True], repeat=NODES)
        for link, skips in product(range(len(LINKS)), masks):
            rows = np.flatnonzero(pattern == np.array(skips) @ BITS)
            shape, orders = arranged(without_idle(LINKS[link], skips))
            moved = ops[rows][:, np.array(orders)]
            best = np.argmin(moved @ PLACES, axis=1)
            found[link, rows, 0] = shape
            found[link, rows, 1:] = moved[np.arange(len(rows)), best]
        return found.reshape(-1, 1 + NODES)

    def _edited(self, rows: Archs) -> list[tuple[Archs, Bools, int]]:
        found = []
        for node, step in product(range(NODES), range(1, len(OPERATIONS))):
            changed = rows.copy()
            changed[:, 1 + node] = (rows[:, 1 + node] + step) % len(OPERATIONS)
            found.append((changed, np.ones(len(rows), dtype=bool), 0))
        for node, parent in product(range(NODES), range(NODES + 1)):
            changed, made = rows.copy(), np.zeros(len(rows), dtype=bool)
            for link, parents in enumerate(LINKS):
                tree = reattached(parents, node, parent)
                if tree is not None:
                    own = np.flatnonzero(rows[:, 0] == link)
                    shape, orders = arranged(tree)
                    made[own], changed[own, 0] = True, shape
                    changed[own, 1:] = rows[own, 1:][:, orders[0]]
            found.append((changed, made, 1))
        return found

    def cost(self, archs: Archs) -> Cost:
        """Return parameters and multiply-adds of the network for Cora, ``(n,)`` each.

        One forward pass is over the whole graph of 2,708 nodes; what counts is said
        in `lissnas.spaces.graph_costs`.
        """
        return Cost(*costs(*self._trees(archs), self.datasets[0]))

    def params_on(self, archs: Archs, dataset: str) -> Ints:
        """Return trainable parameters of the network for one data set, ``(n,)``."""
        if dataset not in DATASETS:
            raise ValueError(
                f"dataset must be one of {', '.join(DATASETS)}, got {dataset!r}"
            )
        return parameters(*self._trees(archs), dataset)

    def _trees(self, archs: Archs) -> tuple[Ints, Ints]:
        """Return parents and operations of the canonical nodes, ``(n, 4)`` each."""
        rows = self.canonical(archs).astype(np.int64)
        return np.array(LINKS)[rows[:, 0]], rows[:, 1:]

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of the benchmark's strings or five-digit keys, as they stand.

        A string names the parent of each of the nodes, one of the nodes before it or 0
        for the input, and then their operations: ``0,1,2,1:gcn,gin,fc,cheb``. What is
        between these words is not looked at, so the published package's
        ``Arch([0, 1, 2, 1], ['gcn', 'gin', 'fc', 'cheb'])`` will do.
        """
        rows = np.array([_parsed(text) for text in texts], dtype=np.int8)
        return rows.reshape(len(texts), 1 + NODES)

    def format(self, archs: Archs) -> list[str]:
        """Return the canonical parents and operations, ``0,1,1,2:gcn,cheb,gin,fc``."""
        return [
            ",".join(map(str, LINKS[link]))
            + ":"
            + ",".join(OPERATIONS[operation] for operation in operations)
            for link, *operations in self.canonical(archs).tolist()
        ]

    def short(self, archs: Archs) -> list[str]:
        """Return the key in the published benchmark, with leading zeros, ``61320``."""
        return ["".join(map(str, row)) for row in self.canonical(archs).tolist()]

    def graph(self, arch: Archs) -> Graph:
        """Return the tree of one network, its leaves joined to the output."""
        link, *operations = self.canonical(arch[None])[0].tolist()
        parents = LINKS[link]
        nodes = ("input", *(OPERATIONS[op] for op in operations), "output")
        edges = [(parent, i + 1, "") for i, parent in enumerate(parents)]
        leaves = [i for i in range(1, NODES + 1) if i not in parents]
        return Graph(nodes, (*edges, *((leaf, NODES + 1, "") for leaf in leaves)))


def _parsed(text: str) -> list[int]:
    """Return the row of one string; ValueError if it names no architecture."""
    if re.fullmatch(r"[0-8]{5}", text):
        return [int(digit) for digit in text]
    match = TEXT.fullmatch(text)
    if match is None:
        raise ValueError(
            "arch must be parents and operations such as 0,1,2,1:gcn,gin,fc,cheb, or "
            f"five digits 0..8, got {text!r}"
        )
    parents = tuple(int(digit) for digit in match.groups()[:NODES])
    operations = match.groups()[NODES:]
    unknown = [name for name in operations if name not in OPERATIONS]
    if unknown:
        raise ValueError(
            f"arch must hold operations of {', '.join(OPERATIONS)}, got {unknown[0]!r} "
            f"in {text!r}"
        )
    if any(parent > i for i, parent in enumerate(parents)):
        raise ValueError(f"arch must name nodes before each node, got {text!r}")
    shape, orders = arranged(parents)
    return [shape, *(OPERATIONS.index(operations[old]) for old in orders[0])]
