"""Layers against torch's own, and the weights along the ways of a cell."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lissnas.supernet.networks import alone, path_weights, shared
from lissnas.supernet.networks.cells import Pool, Reduce, Zero, along_ways
from lissnas.supernet.networks.layers import Conv, ConvNorm, Norm
from lissnas.supernet.networks.nasbench101 import vertex_channels, wiring
from lissnas.supernet.scale import scale_of


@pytest.mark.parametrize("pixels", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2), (2, 2)])
def test_kernels_cut_to_the_map_do_the_same(pixels, kernel, stride, dilation):
    """Values and gradients are those of torch's convolution with the whole kernel."""
    ours = Conv(4, 6, kernel, stride, 2, dilation)
    pad = dilation * (kernel // 2)
    theirs = nn.Conv2d(*(4, 6, kernel, stride, pad, dilation), groups=2, bias=False)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(3, 4, pixels, pixels)
    first, second = ours(x), theirs(x)
    torch.testing.assert_close(first, second)
    first.square().sum().backward()
    second.square().sum().backward()
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)


@pytest.mark.parametrize("momentum", [0.1, None])
def test_norms_of_all_channels_are_torchs(momentum):
    """Outputs and statistics equal those of BatchNorm2d, in both modes."""
    ours, theirs = Norm(4, momentum=momentum), nn.BatchNorm2d(4, momentum=momentum)
    for _ in range(3):
        x = torch.randn(5, 4, 3, 3)
        torch.testing.assert_close(ours(x), theirs(x))
    for key, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[key], value)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_norms_of_leading_channels_leave_the_others():
    """Fewer channels use and move the leading statistics only."""
    norm = Norm(4)
    norm(torch.randn(5, 3, 2, 2) + 7)
    assert (norm.running_mean[:3] > 0.5).all()
    assert norm.running_mean[3] == 0


def test_parts_are_leading_slices():
    """A part of a layer equals a layer of the leading slice of its kernel."""
    layer = ConvNorm(6, 8, 3).eval()
    x = torch.randn(2, 4, 5, 5)
    expected = F.relu(layer.norm(F.conv2d(x, layer.conv.weight[:3, :4], padding=1)))
    torch.testing.assert_close(layer.part(x, 3), expected)


@pytest.mark.parametrize("pixels", [1, 4, 5])
def test_operations_agree_on_shapes(pixels):
    """All that may stand on an edge of stride 2 halve alike, odd maps rounded up."""
    x = torch.randn(2, 4, pixels, pixels)
    shapes = {
        tuple(layer(x).shape)
        for layer in (
            *(Pool("max", 2), Pool("average", 2), Reduce(4, 4, 2), Zero(4, 2)),
            Conv(4, 4, 3, 2),
        )
    }
    assert shapes == {(2, 4, -(-pixels // 2), -(-pixels // 2))}


def test_averages_leave_out_what_is_outside():
    """A constant image stays constant under average pooling."""
    x = torch.full((1, 1, 3, 3), 5.0)
    torch.testing.assert_close(Pool("average")(x), x)


def test_weights_follow_every_way():
    """Edges of several ways occur in each, and a cut edge takes its ways along."""
    a, b, c, d = (torch.full((1,), float(i)) for i in range(4))
    edges = {(0, 1): [a], (1, 2): [b], (0, 2): [c, d], (2, 3): [a]}
    values = [int(w) for w in along_ways(edges, [0], [3])]
    assert sorted(values) == sorted([0, 1, 0, 2, 3, 0])
    edges[0, 1] = None
    assert [int(w) for w in along_ways(edges, [0], [3])] == [2, 3, 0]
    edges[2, 3] = None
    assert along_ways(edges, [0], [3]) == []


def test_weights_of_operations_without_any():
    """Identities add nothing, poolings a constant kernel, `none` cuts its ways."""
    scale = scale_of("nasbench201", "tiny")
    net = shared("nasbench201", scale)
    nothing = path_weights(net, (0,) * 6)
    skips = path_weights(net, (1,) * 6)
    pools = path_weights(net, (4,) * 6)
    assert len(nothing) == len(skips)
    constant = [w for w in pools if w.ndim == 3]
    assert len(pools) - len(constant) == len(skips)
    # three ways of one edge more each: 0-3, 0-1-3 and 0-2-3, 0-1-2-3; three cells
    assert len(constant) == 3 * scale.cells * (1 + 2 + 2 + 3)
    assert all((w == 1 / 9).all() for w in constant)
    one = path_weights(net, (0, 0, 0, 3, 0, 0))
    assert len(one) == len(nothing) + 3 * scale.cells


@pytest.mark.parametrize(
    ("feeding", "sources", "c_out", "expected"),
    [
        # cases of google-research/nasbench, compute_vertex_channels
        ((0, 1), ((), (0,)), 8, (4, 4)),
        ((0, 1, 2), ((), (), ()), 8, (3, 3, 2)),
        ((2,), ((), (0,), (1,)), 8, (8, 8, 8)),
        ((1, 2), ((), (0,), ()), 9, (5, 5, 4)),
    ],
)
def test_channels_of_vertices(feeding, sources, c_out, expected):
    """Vertices at the output share its channels, others pass their readers' most."""
    row = [0] * 26
    edges = [(x, y) for y in range(7) for x in range(y)]
    row[21:] = [0] * len(sources) + [3] * (5 - len(sources))
    for vertex, read in enumerate(sources):
        for source in read:
            row[edges.index((source + 1, vertex + 1))] = 1
        if not read:
            row[edges.index((0, vertex + 1))] = 1
    for vertex in feeding:
        row[edges.index((vertex + 1, 6))] = 1
    assert vertex_channels(wiring(tuple(row)), c_out) == expected


def test_memory_is_channels_last():
    """Weights lie as convolutions on a CPU are fastest with, and maps follow them."""
    scale = scale_of("transnasbench101-macro", "tiny")
    net = alone("transnasbench101-macro", (1, 2, 3, 4, 0, 0), scale)
    out = net.stem(torch.randn(2, 1, 8, 8))
    assert out.is_contiguous(memory_format=torch.channels_last)
