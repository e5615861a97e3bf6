"""NAS-Bench-201 against published numbers and an independent network count."""

from math import comb

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from lissnas.spaces import SPACES
from lissnas.spaces.nasbench201 import EDGES, OPERATIONS

SPACE = SPACES["nasbench201"]


def test_published_extremes():
    """The benchmark's API gives 0.073306 to 1.531546 M parameters and 7.78305 to
    220.11969 M FLOPs, which count the classifier's 10 bias additions too."""
    cost = SPACE.cost(SPACE.enumerate())
    assert (cost.params.min(), cost.params.max()) == (73_306, 1_531_546)
    assert (cost.macs.min() + 10, cost.macs.max() + 10) == (7_783_050, 220_119_690)


def test_official_string():
    """An official string is read by node, and written back as it was."""
    text = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+"
    text += "|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
    row = SPACE.parse([text])
    assert [OPERATIONS[op] for op in row[0]] == [
        *("avg_pool_3x3", "nor_conv_1x1", "skip_connect"),
        *("nor_conv_1x1", "skip_connect", "skip_connect"),
    ]
    assert SPACE.format(row) == [text]


def network(row):
    """Return (layer, input pixels) of the network of one row, from torch's layers."""
    layers = [
        (torch.nn.Conv2d(3, 16, 3, bias=False), 32),
        (torch.nn.BatchNorm2d(16), 0),
    ]
    for stage, (channels, pixels) in enumerate([(16, 32), (32, 16), (64, 8)]):
        if stage:
            before = channels // 2
            for c_in, c_out, kernel in [
                (before, channels, 3),
                (channels, channels, 3),
                (before, channels, 1),
            ]:
                layers.append(
                    (torch.nn.Conv2d(c_in, c_out, kernel, bias=False), pixels)
                )
                if kernel == 3:
                    layers.append((torch.nn.BatchNorm2d(c_out), 0))
        for _ in range(5):
            for operation in row:
                kernel = {"nor_conv_1x1": 1, "nor_conv_3x3": 3}.get(
                    OPERATIONS[operation]
                )
                if kernel:
                    conv = torch.nn.Conv2d(channels, channels, kernel, bias=False)
                    layers += [(conv, pixels), (torch.nn.BatchNorm2d(channels), 0)]
    return [*layers, (torch.nn.BatchNorm2d(64), 0), (torch.nn.Linear(64, 10), 1)]


def test_costs_equal_a_torch_network():
    """Parameters and multiply-adds of 50 random rows equal those of real layers."""
    rows = SPACE.sample(50, np.random.default_rng(0))
    cost = SPACE.cost(rows)
    for row, params, macs in zip(rows, *cost, strict=True):
        layers = network(row)
        counted = sum(p.numel() for layer, _ in layers for p in layer.parameters())
        flops = sum(
            layer.weight.numel() * pixels**2
            for layer, pixels in layers
            if not isinstance(layer, torch.nn.BatchNorm2d)
        )
        assert (counted, flops) == (params, macs)


@pytest.mark.parametrize("distance", range(1, 7))
def test_sampled_neighbours_are_uniform_at_their_distance(distance):
    """Exactly that many decisions differ, each set of them and value alike often."""
    rng = np.random.default_rng(distance)
    archs = np.repeat(SPACE.sample(1, rng), 40_000, axis=0)
    found = SPACE.sample_neighbours(archs, np.asarray(distance), rng)
    changed = found.archs != archs
    assert (changed.sum(axis=1) == distance).all()
    sets = np.unique(changed @ (1 << np.arange(6)), return_counts=True)[1]
    assert len(sets) == comb(6, distance)
    assert len(sets) == 1 or chisquare(sets).pvalue > 1e-3
    steps = ((found.archs - archs) % 5)[changed]
    assert chisquare(np.bincount(steps, minlength=5)[1:]).pvalue > 1e-3


def test_every_change_of_one_edge_is_a_neighbour():
    """Each architecture has 24 neighbours, which differ in one edge."""
    archs = SPACE.sample(200, np.random.default_rng(0))
    found = SPACE.neighbours(archs)
    assert (np.bincount(found.source) == 24).all()
    assert ((found.archs != archs[found.source]).sum(axis=1) == 1).all()


def test_drawing_leaves_out_absent_edges():
    """A `none` edge is not drawn; the others carry their operation."""
    graph = SPACE.graph(np.array([0, 1, 2, 3, 4, 0], dtype=np.int8))
    assert len(graph.nodes) == 4
    assert [edge[:2] for edge in graph.edges] == list(EDGES[1:5])
    assert [edge[2] for edge in graph.edges] == list(OPERATIONS[1:])
