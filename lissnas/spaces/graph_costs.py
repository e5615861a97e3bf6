"""Costs of the networks of NAS-Bench-Graph, from published data sets and layers.

The network of a data set has a width w, maybe a linear layer to w before the four nodes
and one after them, batch normalisation of w channels for each node, skips included, and
a linear classifier. The outputs of the leaves are concatenated. A node that reads c
channels has these layers, and parameters besides w of a bias:

======  ===================================================  ====================
gcn     linear layer, then the sum of the neighbours         c w
gat     gcn weighted by 2 heads of attention of w/2 channels c w + 2 w
gin     sum of the neighbours, then a linear layer           c w
cheb    a linear layer of the nodes and one of the sums      2 c w
sage    likewise                                             2 c w
graph   likewise                                             2 c w
arma    gcn and a linear layer of the nodes, one step; the   2 c w + w^2
        w x w weights of further steps are there, but idle
fc      linear layer                                         c w
skip    nothing, not even the bias                           0
======  ===================================================  ====================

Numbers of layers, widths and weights are those with which every parameter count of the
published benchmark is met, but for 6% of Physics: the counts are means of three runs,
and for nearly all of these one run was of width 128 without the layer before the nodes.

Multiply-adds are those of one pass over the whole graph: for each node one a weight
that is used, and for each edge one a channel that is summed over neighbours. Edges
count in both directions; gcn, gat and gin also sum each node itself. Biases,
normalisation and finding the weights of edges are not counted.
"""

from typing import NamedTuple

import numpy as np

from lissnas.arrays import Bools, Ints


class Dataset(NamedTuple):
    """A graph and the network for it: nodes, edges, features, classes, and layers.

    `edges` are counted in both directions; `before` and `after` tell whether there are
    linear layers around the four nodes.
    """

    nodes: int
    edges: int
    features: int
    classes: int
    width: int
    before: bool
    after: bool


DATASETS = {
    "cora": Dataset(2_708, 10_556, 1_433, 7, 256, False, True),
    "citeseer": Dataset(3_327, 9_104, 3_703, 6, 256, False, True),
    "pubmed": Dataset(19_717, 88_648, 500, 3, 128, False, False),
    "cs": Dataset(18_333, 163_788, 6_805, 15, 128, True, False),
    "physics": Dataset(34_493, 495_924, 8_415, 5, 256, True, False),
    "photo": Dataset(7_650, 238_162, 745, 8, 128, False, False),
    "computers": Dataset(13_752, 491_722, 767, 10, 64, True, True),
    "arxiv": Dataset(169_343, 2_315_598, 128, 40, 128, False, True),
    "proteins": Dataset(132_534, 79_122_504, 8, 112, 256, True, True),
}
# In the order of the operations: matrices c x w, w x w that are stored only, vectors of
# w with the bias; sums over edges of the c channels read and of the w channels written,
# and whether a node is its own neighbour; vectors of w that find the attention.
MATRICES = np.array([1, 1, 1, 2, 2, 2, 2, 1, 0])
SQUARES = np.array([0, 0, 0, 0, 0, 1, 0, 0, 0])
VECTORS = np.array([3, 1, 1, 1, 1, 1, 1, 1, 0])
READ_SUMS = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0])
WRITTEN_SUMS = np.array([1, 1, 0, 0, 0, 1, 0, 0, 0])
WITH_ITSELF = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0])
ATTENTION = np.array([2, 0, 0, 0, 0, 0, 0, 0, 0])
SKIP = 8
NORM = 2


def channels(links: Ints, ops: Ints, data: Dataset) -> tuple[Ints, Ints]:
    """Return the channels each node reads ``(n, 4)`` and the output joins ``(n,)``.

    `links` ``(n, 4)`` are parents, 0 for the input, each node after its parent.
    """
    rows = np.arange(len(links))
    written = np.full((len(links), 5), data.width)
    written[:, 0] = data.width if data.before else data.features
    read = np.zeros_like(links)
    is_leaf: Bools = np.ones_like(links, dtype=bool)
    for node, parent in enumerate(links.T):
        read[:, node] = written[rows, parent]
        skips = ops[:, node] == SKIP
        written[:, node + 1] = np.where(skips, read[:, node], data.width)
        inner = parent > 0
        is_leaf[rows[inner], parent[inner] - 1] = False
    return read, (written[:, 1:] * is_leaf).sum(axis=1)


def parameters(links: Ints, ops: Ints, dataset: str) -> Ints:
    """Return trainable parameters of the networks for a data set, ``(n,)``."""
    data = DATASETS[dataset]
    read, joined = channels(links, ops, data)
    w = data.width
    nodes = read * w * MATRICES[ops] + w * w * SQUARES[ops] + w * VECTORS[ops]
    total = nodes.sum(axis=1) + NORM * w * ops.shape[1]
    if data.before:
        total += data.features * w + w
    if data.after:
        total += joined * w + w
    last = w if data.after else joined
    return np.asarray(total + last * data.classes + data.classes)


def costs(links: Ints, ops: Ints, dataset: str) -> tuple[Ints, Ints]:
    """Return parameters and multiply-adds of the networks, ``(n,)`` each."""
    data = DATASETS[dataset]
    read, joined = channels(links, ops, data)
    w = data.width
    weights = read * w * MATRICES[ops] + w * ATTENTION[ops]
    summed = read * READ_SUMS[ops] + w * WRITTEN_SUMS[ops]
    neighbours = data.edges + data.nodes * WITH_ITSELF[ops]
    macs = (weights * data.nodes + summed * neighbours).sum(axis=1)
    last = w if data.after else joined
    macs += data.nodes * last * data.classes
    macs += data.nodes * (data.features * w * data.before + joined * w * data.after)
    return parameters(links, ops, dataset), macs
