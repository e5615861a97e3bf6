"""NAS-Bench-201 against published numbers and an independent network count."""

import json
from math import comb
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from scipy.stats import chisquare

from lissnas.oracles.shipped import nasbench201 as shipped
from lissnas.oracles.shipped.base import read_plain
from lissnas.spaces import SPACES
from lissnas.spaces.nasbench201 import EDGES, OPERATIONS

SPACE = SPACES["nasbench201"]
GOLDEN = Path(__file__).parents[1] / "data" / "nasbench201.json"
FACTS = {name: fact["value"] for name, fact in json.loads(GOLDEN.read_text()).items()}


def test_golden_facts():
    """Size, edit distance and extreme costs are the published ones.

    The benchmark's "FLOPs" are 10 more, since they count bias additions too.
    """
    cost = SPACE.cost(SPACE.enumerate())
    assert SPACE.size == FACTS["size"]
    assert SPACE.total_edit_distance == FACTS["total_edit_distance"]
    for name, values in (("params", cost.params), ("macs", cost.macs)):
        assert {"min": values.min(), "max": values.max()} == FACTS[name]


def test_parameters_are_those_of_the_benchmark():
    """Every cell has the parameters that the benchmark states for its runs.

    Some 200 cells have a run that states another cell's, hence not all runs.
    """
    content = shipped.sources()["cifar10"].read_bytes()
    records = read_plain(content)
    archs = SPACE.enumerate()
    equal = total = 0
    for key, params in zip(SPACE.short(archs), SPACE.cost(archs).params, strict=True):
        stated = [round(size * 1e6) for size in records[key]["model_size"]]
        assert params in stated
        equal, total = equal + stated.count(params), total + len(stated)
    assert equal / total > 0.99


@pytest.mark.parametrize("example", FACTS["strings"], ids=lambda e: e["digits"])
def test_official_strings(example):
    """An official string is read by node, and written back as it was."""
    row = SPACE.parse([example["arch"]])
    assert SPACE.short(row) == [example["digits"]]
    assert SPACE.format(row) == [example["arch"]]
    np.testing.assert_array_equal(SPACE.parse([example["digits"]]), row)


def test_all_official_strings_are_read(data_dir):
    """The benchmark's 15,625 strings are our cells, and are written as they were."""
    path = data_dir / "nasbench201.parquet"
    if not path.is_file():
        pytest.skip("LISSNAS_DATA names no folder with nasbench201.parquet")
    texts = pq.read_table(path, columns=["arch"])["arch"].to_pylist()
    rows = SPACE.parse(texts)
    assert len(np.unique(SPACE.identity(rows))) == SPACE.size
    assert SPACE.format(rows) == texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("01234", "arch must be 6 digits, got '01234'"),
        ("012345", "arch must be 6 digits with 0..4 for edge 2-3, got '012345'"),
        ("|none~0|+|none~0|none~1|", "arch must look like"),
        ("|none~0|+|none~1|none~0|+|none~0|none~1|none~2|", "arch must look like"),
        ("|conv~0|+|none~0|none~1|+|none~0|none~1|none~2|", "arch must look like"),
        ("", "arch must look like"),
    ],
)
def test_malformed_strings_are_refused(text, words):
    """A wrong length, digit, source or operation is a sentence that shows the text."""
    with pytest.raises(ValueError, match=words):
        SPACE.parse([text])


@pytest.mark.parametrize(
    "text",
    [
        "|none~0|none~0|+|none~1|none~0|+none~1|none~2|",
        "none~0|none~0+none~1+none~0|none~1|none~2",
        "|none~ 0|+|none~0|none~1|+|none~0|none~1|none~0_2|",
    ],
)
def test_edges_at_the_wrong_node_are_refused(text):
    """A string whose nodes have other numbers of edges is no official string."""
    with pytest.raises(ValueError, match="arch must look like"):
        SPACE.parse([text])


def test_a_walk_changes_one_edge():
    """A step of a random walk is one edit, over all edges alike."""
    archs = SPACE.sample(6000, np.random.default_rng(0))
    changed = SPACE.walk_step(archs, np.random.default_rng(1)) != archs
    assert (changed.sum(axis=1) == 1).all()
    assert chisquare(changed.sum(axis=0)).pvalue > 1e-3


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
        with torch.device("meta"):  # layers without data
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
