"""NAS-Bench-Graph against its published count, slow code and layers of torch."""

from itertools import permutations

import numpy as np
import pytest
import torch

from lissnas.spaces import SPACES
from lissnas.spaces.graph_costs import DATASETS
from lissnas.spaces.nasbench_graph import LINKS, OPERATIONS

SPACE = SPACES["nasbench-graph"]
CORA = DATASETS["cora"]


def nested(parents, names, above=0):
    """Return a tree as nested tuples in which the order of nodes does not show."""
    below = [
        (name, nested(parents, names, node + 1))
        for node, (parent, name) in enumerate(zip(parents, names, strict=True))
        if parent == above
    ]
    return tuple(sorted(below))


def meaning(tree, raw=True):
    """Return the tree without skips that do nothing, one at a time, to the end."""
    changed = True
    while changed:
        changed = False
        for i, (name, below) in enumerate(tree):
            if name == "skip" and (below or len(tree) == 1 or raw):
                if not raw and not below and len(tree) == 1:
                    return ()
                tree = tuple(sorted((*tree[:i], *below, *tree[i + 1 :])))
                changed = True
                break
    return tuple(sorted((name, meaning(below, False)) for name, below in tree))


def test_published_number_of_architectures():
    """26,206 distinct architectures (Qin et al., NeurIPS 2022, abstract)."""
    assert SPACE.size == 26_206


def test_rows_are_isomorphic_exactly_when_they_mean_the_same():
    """Independent code that takes idle skips out of nested trees finds the same."""
    rows = SPACE._rows()
    assert len(rows) == 9**5 - 9
    trees = [network(row) for row in rows]
    keys = SPACE.identity(rows).tolist()
    assert len(set(trees)) == len(set(zip(trees, keys, strict=True))) == SPACE.size


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("0,1,2,1:gcn,gin,fc,cheb", "61237"),  # the example of the package's readme
        ("Arch([0, 1, 2, 1], ['gcn', 'gin', 'fc', 'cheb'])", "61237"),
        ("61237", "61237"),
        ("0,1,2,3:gcn,skip,skip,skip", "88881"),
        ("0,0,0,0:skip,gat,gat,skip", "78800"),
        ("0,1,1,1:gcn,gcn,skip,skip", "51188"),
    ],
)
def test_known_architectures(text, short):
    """Strings of the published package name rows with the package's numbers."""
    assert SPACE.short(SPACE.parse([text])) == [short]


def test_order_of_nodes_means_nothing():
    """All 24 lists of parents are read, and any order of the nodes is one network."""
    names, parents = ["gcn", "gat", "fc", "sage"], [0, 1, 1, 2]
    texts = []
    for order in permutations(range(4)):
        place = {0: 0} | {old + 1: new + 1 for new, old in enumerate(order)}
        moved = [place[parents[old]] for old in order]
        if all(parent <= i for i, parent in enumerate(moved)):
            ops = [names[old] for old in order]
            texts.append(f"Arch({moved}, {ops})")
    assert len(texts) == 3
    assert len(set(SPACE.identity(SPACE.parse(texts)).tolist())) == 1


def test_edits_change_one_operation_or_one_parent():
    """Neighbours are what one change in any notation of the network leads to."""
    rows = SPACE._rows()
    keys = SPACE.identity(rows)
    names = np.array(OPERATIONS)
    for number in np.random.default_rng(0).integers(0, SPACE.size, 25):
        expected = {0: set(), 1: set()}
        for link, *ops in rows[keys == number].tolist():
            parents = LINKS[link]
            for node in range(4):
                for other in set(range(9)) - {ops[node]}:
                    changed = [*ops[:node], other, *ops[node + 1 :]]
                    expected[0].add(meaning(nested(parents, names[changed].tolist())))
                for parent in set(range(5)) - {node + 1}:
                    moved = [*parents[:node], parent, *parents[node + 1 :]]
                    if not has_loop(moved):
                        tree = nested(moved, names[ops].tolist())
                        expected[1].add(meaning(tree))
        member = SPACE.enumerate()[[number]]
        own = {network(member[0]), ()}
        found = SPACE.neighbours(member)
        for kind, wanted in ((0, expected[0]), (1, expected[1] - expected[0])):
            archs = found.archs[found.kind == kind]
            assert {network(arch) for arch in archs} == wanted - own


def network(arch):
    """Return what a row means."""
    names = np.array(OPERATIONS)[arch[1:]].tolist()
    return meaning(nested(LINKS[arch[0]], names))


def has_loop(parents):
    """Return whether some node reads itself."""
    for node in range(1, 5):
        above, steps = node, 0
        while above and steps < 5:
            above, steps = parents[above - 1], steps + 1
        if above:
            return True
    return False


class Counter:
    """Builds one network for Cora from torch's layers and counts what it does."""

    def __init__(self, links, ops):
        self.params = self.macs = 0
        outputs = {0: torch.empty(CORA.nodes, CORA.features, device="meta")}
        for node, (parent, name) in enumerate(zip(links, ops, strict=True), start=1):
            outputs[node] = self.norm(getattr(self, name)(outputs[parent]), CORA.width)
        leaves = [outputs[i] for i in range(1, 5) if i not in links]
        hidden = self.linear(torch.cat(leaves, dim=1), CORA.width)
        self.linear(hidden, CORA.classes)

    def linear(self, x, width, bias=True):
        layer = torch.nn.Linear(x.shape[1], width, bias=bias, device="meta")
        self.params += sum(p.numel() for p in layer.parameters())
        self.macs += layer.weight.numel() * len(x)
        return layer(x)

    def norm(self, x, width):
        layer = torch.nn.BatchNorm1d(width, device="meta")
        self.params += sum(p.numel() for p in layer.parameters())
        return layer(x) if x.shape[1] == width else x

    def summed(self, x, itself=False):
        edges = CORA.edges + (len(x) if itself else 0)
        index = torch.zeros(edges, dtype=torch.int64, device="meta")
        messages = x[index]
        self.macs += messages.numel()
        return torch.zeros_like(x).index_add(0, index, messages)

    def bias(self, x):
        self.params += x.shape[1]
        return x

    def gcn(self, x):
        return self.bias(self.summed(self.linear(x, CORA.width, False), True))

    def gat(self, x):
        out = self.linear(x, CORA.width, False)
        heads = out.reshape(len(out), 2, -1)
        for _ in ("source", "target"):
            weights = torch.nn.Parameter(
                torch.empty(1, *heads.shape[1:], device="meta")
            )
            self.params += weights.numel()
            self.macs += (heads * weights).numel()
        return self.bias(self.summed(out, True))

    def gin(self, x):
        return self.linear(self.summed(x, True), CORA.width)

    def sage(self, x):
        return self.linear(self.summed(x), CORA.width) + self.linear(
            x, CORA.width, False
        )

    cheb = graph = sage

    def arma(self, x):
        idle = torch.nn.Parameter(torch.empty(CORA.width, CORA.width, device="meta"))
        self.params += idle.numel()
        out = self.summed(self.linear(x, CORA.width, False))
        return self.bias(out + self.linear(x, CORA.width, False))

    def fc(self, x):
        return self.linear(x, CORA.width)

    def skip(self, x):
        return x


def test_costs_equal_torch_networks():
    """Parameters and multiply-adds of 60 random networks equal those of real layers."""
    rows = SPACE.sample(60, np.random.default_rng(0))
    for row, params, macs in zip(rows, *SPACE.cost(rows), strict=True):
        counted = Counter(LINKS[row[0]], np.array(OPERATIONS)[row[1:]])
        assert (counted.params, counted.macs) == (params, macs)


def test_published_parameter_counts():
    """Parameters stored by nas-bench-graph 1.4.0 under `para`, in millions."""
    archs = SPACE.parse(["88881", "01111", "88810", "88885", "51118"])
    cora = [436_743, 1_734_663, 503_047, 869_127, 699_399]
    assert SPACE.cost(archs).params.tolist() == cora
    assert SPACE.params_on(archs, "cora").tolist() == cora
    assert SPACE.params_on(archs, "citeseer")[0] == 1_017_606
    assert SPACE.params_on(archs, "cs")[1] == 945_935
    assert SPACE.params_on(archs, "proteins")[3] == 295_792
    with pytest.raises(ValueError, match="dataset must be one of cora"):
        SPACE.params_on(archs, "mnist")


def test_unknown_distances_need_little_memory():
    """Distances of all pairs, 687 MB, are never made."""
    archs = SPACE.sample(700, np.random.default_rng(0))
    SPACE.sample_neighbours(archs, np.asarray(3), np.random.default_rng(0))
    assert SPACE._known_distances == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("88888", "is no architecture"),
        ("0,1,2,3:skip,skip,skip,skip", "is no architecture"),
        ("90000", "five digits"),
        ("0,0,3,0:gcn,gcn,gcn,gcn", "nodes before"),
        ("0,0,0,0:gcn,gcn,gcn,conv", "'conv'"),
        ("0,0,0:gcn,gcn,gcn", "parents and operations"),
    ],
)
def test_malformed_strings_are_named(text, sentence):
    """A string that names no architecture is refused with a sentence."""
    with pytest.raises(ValueError, match=sentence):
        SPACE.check(SPACE.parse([text]))


def test_empty_batches_are_fine():
    """No architectures in, none out."""
    none = SPACE.parse([])
    rng = np.random.default_rng(0)
    assert none.shape == (0, 5) and none.dtype == np.int8
    assert SPACE.sample(0, rng).shape == SPACE.canonical(none).shape == (0, 5)
    assert len(SPACE.sample_neighbours(none, np.asarray(1), rng).archs) == 0
    assert len(SPACE.neighbours(none).archs) == len(SPACE.walk_step(none, rng)) == 0
    assert SPACE.encode(none).shape == (0, len(SPACE.feature_names))
    assert SPACE.cost(none).params.shape == (0,)
    assert SPACE.format(none) == SPACE.short(none) == []
