"""The DARTS space against published numbers and torch networks."""

import numpy as np
import pytest
import torch
from torch import nn

from lissnas.spaces import SPACES


def conv(c_in, c_out, kernel):
    """Return a padded convolution with batch norm."""
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(c_out),
    )


class Cell(nn.Module):
    """A DARTS cell built from a genotype."""

    def __init__(self, edges, c_before, c_last, width, reduction, reduced):
        super().__init__()
        self.edges = edges
        self.first = Halved(c_before, width) if reduced else conv(c_before, width, 1)
        self.second = conv(c_last, width, 1)
        self.operations = nn.ModuleList(
            operation(name, width, 2 if reduction and source < 2 else 1)
            for name, source in edges
        )

    def forward(self, before, last):
        """Return the four nodes side by side."""
        states = [self.first(before), self.second(last)]
        for node in range(4):
            states.append(
                sum(
                    self.operations[i](states[self.edges[i][1]])
                    for i in (2 * node, 2 * node + 1)
                )
            )
        return torch.cat(states[2:], 1)


class Halved(nn.Module):
    """Two 1x1 convolutions of stride 2, shifted by a pixel."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.even = nn.Conv2d(c_in, c_out // 2, 1, 2, bias=False)
        self.odd = nn.Conv2d(c_in, c_out // 2, 1, 2, bias=False)
        self.norm = nn.BatchNorm2d(c_out)

    def forward(self, x):
        """Return `x` at half the resolution."""
        return self.norm(torch.cat([self.even(x), self.odd(x[:, :, 1:, 1:])], 1))


def operation(name, width, stride):
    """Return one of the seven operations."""
    if name == "skip_connect":
        return Halved(width, width) if stride == 2 else nn.Identity()
    kind, _, size = name.partition("_conv_")
    if not size:
        return nn.MaxPool2d(3, stride, 1)
    kernel, dilation = int(size[0]), 2 if kind == "dil" else 1

    def separable(step):
        padding = dilation * (kernel - 1) // 2
        deep = nn.Conv2d(
            *(width, width, kernel, step, padding, dilation), groups=width, bias=False
        )
        return [deep, nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width)]

    return nn.Sequential(*separable(stride), *(separable(1) if kind == "sep" else []))


class Darts(nn.Module):
    """The CIFAR-10 network of DARTS without its auxiliary head."""

    def __init__(self, text, layers, channels):
        super().__init__()
        cells = eval(text, {"Genotype": dict})
        self.stem = conv(3, 3 * channels, 3)
        self.cells = nn.ModuleList()
        before = last = 3 * channels
        width, reduced = channels, False
        for layer in range(layers):
            reduction = layer in (layers // 3, 2 * layers // 3)
            width *= 2 if reduction else 1
            edges = cells["reduce" if reduction else "normal"]
            self.cells.append(Cell(edges, before, last, width, reduction, reduced))
            before, last, reduced = last, 4 * width, reduction
        self.head = nn.Linear(last, 10)

    def forward(self, x):
        """Return the logits."""
        before = last = self.stem(x)
        for cell in self.cells:
            before, last = last, cell(before, last)
        return self.head(last.mean((2, 3)))


DARTS_V2 = (
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), "
    "('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), "
    "('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], "
    "reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), "
    "('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), "
    "('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])"
)


def test_darts_costs_are_those_of_torch_networks(count):
    """Both published sizes of the network, on random cells, are counted exactly."""
    space = SPACES["nasbench301"]
    archs = space.sample(12, np.random.default_rng(8))
    texts = space.format(archs)
    for text, params, macs in zip(texts, *space.cost(archs), strict=True):
        assert count(Darts(text, 8, 32), 32) == (params, macs)
    large = space.network_cost(archs[:4], 20, 36)
    for text, params, macs in zip(texts[:4], *large, strict=True):
        assert count(Darts(text, 20, 36), 32) == (params, macs)


def test_published_darts():
    """DARTS' own log of its second-order cell: param size = 3.349342MB."""
    space = SPACES["nasbench301"]
    cost = space.network_cost(space.parse([DARTS_V2]), 20, 36)
    assert cost.params[0] == 3_349_342
    assert space.size == (1 * 3 * 6 * 10 * 7**8) ** 2
    assert f"{space.size:.4e}" == "1.0767e+18"


def test_inputs_of_a_node_have_no_order():
    """Inputs written the other way round, or a range as output, are the same cells."""
    space = SPACES["nasbench301"]
    swapped = DARTS_V2.replace(
        "('sep_conv_3x3', 1), ('skip_connect', 0)",
        "('skip_connect', 0), ('sep_conv_3x3', 1)",
    ).replace("[2, 3, 4, 5]", "range(2, 6)")
    assert swapped != DARTS_V2
    np.testing.assert_array_equal(space.parse([swapped]), space.parse([DARTS_V2]))
    assert len(space.neighbours(space.parse([DARTS_V2])).archs) == 120


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("('sep_conv_3x3', 0), ('sep_conv_3x3', 1)", "('sep_conv_3x3', 0)"),
            "8 edges",
        ),
        (("('sep_conv_3x3', 1)", "('sep_conv_3x3', 0)"), "node 1 must have two inputs"),
        (("('max_pool_3x3', 0)", "('max_pool_3x3', 7)"), "node 1 must have two inputs"),
        (("skip_connect", "none"), "none"),
        (("[2, 3, 4, 5]", "[3, 4, 5]"), "all four nodes must be the output"),
        (("reduce=[", "reduce=[open('x'), "), "arch must be like"),
        (("reduce=[", "other=["), "arch must be like"),
    ],
)
def test_malformed_genotypes_are_refused(change, words):
    """What no DARTS cell can be is refused by a sentence, and nothing is executed."""
    with pytest.raises(ValueError, match=words):
        SPACES["nasbench301"].parse([DARTS_V2.replace(*change)])
