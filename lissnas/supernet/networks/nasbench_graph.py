"""Networks of NAS-Bench-Graph [1]_ for a graph like Cora, in plain torch.

They read features of nodes and edges instead of images: ``net(features, edges)`` maps
``(n, channels)`` and ``(2, e)`` (from, to; each edge in both directions) to logits
``(n, classes)``. Each of the four nodes of an architecture normalises what it reads
and applies ReLU, unless that is the raw input, and then its operation. The leaves are
joined, followed by ReLU, a linear layer and a classifier. Sharing weights is not usual.

.. [1] Qin et al., "NAS-Bench-Graph: Benchmarking Graph Neural Architecture Search",
   NeurIPS 2022, arXiv:2206.09166.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lissnas.spaces.graph_costs import DATASETS
from lissnas.spaces.nasbench_graph import LINKS, OPERATIONS
from lissnas.supernet.networks.base import Family, Row
from lissnas.supernet.scale import Scale

WIDTH = DATASETS["cora"].width
HEADS, SLOPE = 2, 0.2


class Sum(nn.Module):
    """The sum of the neighbours of each node, weighted by edge or edge and channel."""

    def forward(
        self, x: Tensor, edges: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        messages = x[edges[0]]
        if weights is not None:
            messages = messages * weights
        return torch.zeros_like(x).index_add(0, edges[1], messages)

    def multiplied(self, inputs: tuple[Any, ...], _output: Tensor) -> int:
        """Return one multiply-add for each edge and channel."""
        return int(inputs[1].shape[1] * inputs[0].shape[1])


class Attention(nn.Module):
    """What each head makes of each node, ``(n, heads)``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(HEADS, width // HEADS))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        return (x.view(len(x), HEADS, -1) * self.weight).sum(-1)

    def multiplied(self, inputs: tuple[Any, ...], _output: Tensor) -> int:
        """Return one multiply-add for each node and channel."""
        return int(inputs[0].numel())


def looped(edges: Tensor, nodes: int) -> Tensor:
    """Return the edges and one from each node to itself."""
    own = torch.arange(nodes, device=edges.device)
    return torch.cat([edges, torch.stack([own, own])], 1)


def degrees(edges: Tensor, like: Tensor) -> Tensor:
    """Return how many edges lead to each node, ``(n,)``."""
    ones = like.new_ones(edges.shape[1])
    return like.new_zeros(len(like)).index_add(0, edges[1], ones)


def symmetric(edges: Tensor, like: Tensor) -> Tensor:
    """Return the weights ``(e, 1)`` of the normalised adjacency matrix."""
    root = degrees(edges, like).clamp(min=1).rsqrt()
    return (root[edges[0]] * root[edges[1]])[:, None]


class Operation(nn.Module):
    """One operation that reads `c_in` features; its name is one of the space's."""

    def __init__(self, name: str, c_in: int, width: int) -> None:
        super().__init__()
        self.name, self.sum = name, Sum()
        if name == "skip":
            return
        biased = name not in ("gat", "gcn", "arma")
        self.linear = nn.Linear(c_in, width, bias=biased)
        if name in ("cheb", "sage", "graph", "arma"):
            self.own = nn.Linear(c_in, width, bias=False)
        if name == "arma":  # weights of further steps, of which there are none
            self.idle = nn.Parameter(torch.empty(width, width))
            nn.init.xavier_uniform_(self.idle)
        if name == "gat":
            self.source, self.target = Attention(width), Attention(width)
        if not biased:
            self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        if self.name == "skip":
            return x
        if self.name in ("gat", "gcn"):
            return self._with_loops(x, looped(edges, len(x)))
        out: Tensor
        if self.name == "gin":
            out = self.linear(self.sum(x, looped(edges, len(x))))
        elif self.name == "fc":
            out = self.linear(x)
        elif self.name == "arma":
            summed = self.sum(self.linear(x), edges, symmetric(edges, x))
            out = F.relu(summed + self.own(x) + self.bias)
        else:
            out = self.linear(self._neighbours(x, edges)) + self.own(x)
        return out

    def _neighbours(self, x: Tensor, edges: Tensor) -> Tensor:
        """Return what cheb, sage and graph make of the neighbours."""
        if self.name == "cheb":
            return -self.sum(x, edges, symmetric(edges, x))  # type: ignore[no-any-return]
        out: Tensor = self.sum(x, edges)
        if self.name == "sage":
            out = out / degrees(edges, x).clamp(min=1)[:, None]
        return out

    def _with_loops(self, x: Tensor, edges: Tensor) -> Tensor:
        """Return what gcn and gat make of the neighbours and the nodes themselves."""
        hidden = self.linear(x)
        weights = symmetric(edges, x) if self.name == "gcn" else None
        if weights is None:
            scores = self.source(hidden)[edges[0]] + self.target(hidden)[edges[1]]
            shares = softmax(F.leaky_relu(scores, SLOPE), edges[1], len(x))
            weights = shares.repeat_interleave(hidden.shape[1] // HEADS, 1)
        out: Tensor = self.sum(hidden, edges, weights) + self.bias
        return out


def softmax(scores: Tensor, target: Tensor, nodes: int) -> Tensor:
    """Return scores ``(e, h)`` as shares that sum to 1 over the edges of a target."""
    index = target[:, None].expand_as(scores)
    shape = (nodes, scores.shape[1])
    most = scores.new_zeros(shape).scatter_reduce(
        0, index, scores.detach(), "amax", include_self=False
    )
    raised = (scores - most[target]).exp()
    total = scores.new_zeros(shape).index_add(0, target, raised)
    return raised / total[target]


class GraphNetwork(nn.Module):
    """The network of one architecture."""

    def __init__(self, row: Row, scale: Scale) -> None:
        super().__init__()
        width = scale.wide(WIDTH, HEADS)
        self.links = LINKS[row[0]]
        names = [OPERATIONS[option] for option in row[1:]]
        read = [scale.channels]  # features of the input and of each node
        raw = [True]
        operations, norms = [], []
        for name, link in zip(names, self.links, strict=True):
            operations.append(Operation(name, read[link], width))
            norms.append(nn.BatchNorm1d(width, affine=scale.affine))
            skips = name == "skip"
            read.append(read[link] if skips else width)
            raw.append(raw[link] and skips)
        self.raw = tuple(raw[link] for link in self.links)
        self.operations, self.norms = nn.ModuleList(operations), nn.ModuleList(norms)
        self.leaves = tuple(i for i in range(1, len(read)) if i not in self.links)
        self.joined = nn.Linear(sum(read[leaf] for leaf in self.leaves), width)
        self.head = nn.Linear(width, scale.classes)

    def forward(self, features: Tensor, edges: Tensor) -> Tensor:
        states = [features]
        parts = (self.operations, self.norms, self.links, self.raw)
        for operation, norm, link, raw in zip(*parts, strict=True):
            x = states[link]
            states.append(operation(x if raw else F.relu(norm(x)), edges))
        x = F.relu(torch.cat([states[leaf] for leaf in self.leaves], 1))
        logits: Tensor = self.head(self.joined(x))
        return logits


FAMILY = Family(GraphNetwork)
