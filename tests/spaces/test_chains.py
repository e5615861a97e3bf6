"""Chains of blocks against published networks, torch networks and slow searches."""

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from torch import nn

from lissnas.spaces import SPACES
from lissnas.spaces.mobilenet import IDENTITY

ROWS = 12  # torch networks of lissnas itself are compared in more


def conv(c_in, c_out, kernel, stride=1, groups=1, affine=True):
    """Return a padded convolution with batch norm and activation."""
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(c_out, affine=affine),
        nn.ReLU(),
    )


class Squeeze(nn.Module):
    """Squeeze-excite by 1x1 convolutions with bias."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.down = nn.Conv2d(channels, hidden, 1)
        self.up = nn.Conv2d(hidden, channels, 1)

    def forward(self, x):
        """Return `x` with its channels weighted."""
        gate = self.up(self.down(x.mean((2, 3), keepdim=True)).relu())
        return x * gate.sigmoid()


def inverted(c_in, c_out, kernel, stride, expansion, hidden=0):
    """Return an inverted residual block; a sum has no cost, so it has none."""
    inner = c_in * expansion
    return nn.Sequential(
        conv(c_in, inner, 1) if expansion > 1 else nn.Identity(),
        conv(inner, inner, kernel, stride, groups=inner),
        Squeeze(inner, hidden) if hidden else nn.Identity(),
        conv(inner, c_out, 1),
    )


class Shuffle(nn.Module):
    """A ShuffleNetV2 block of Single Path One-Shot."""

    def __init__(self, choice, c_in, c_out, stride):
        super().__init__()
        self.stride = stride
        inp, mid = (c_in, c_out // 2) if stride == 2 else (c_in // 2, c_out // 2)
        main, kernel = c_out - inp, (3, 5, 7, 3)[choice]

        def plain(a, b, k, s=1, groups=1):
            return conv(a, b, k, s, groups, affine=False)

        if choice == 3:
            self.main = nn.Sequential(
                *(plain(inp, inp, 3, stride, inp), plain(inp, mid, 1)),
                *(plain(mid, mid, 3, 1, mid), plain(mid, mid, 1)),
                *(plain(mid, mid, 3, 1, mid), plain(mid, main, 1)),
            )
        else:
            self.main = nn.Sequential(
                *(plain(inp, mid, 1), plain(mid, mid, kernel, stride, mid)),
                plain(mid, main, 1),
            )
        if stride == 2:
            self.side = nn.Sequential(
                plain(inp, inp, kernel, stride, inp), plain(inp, inp, 1)
            )

    def forward(self, x):
        """Return both branches side by side."""
        if self.stride == 2:
            return torch.cat([self.side(x), self.main(x)], 1)
        return torch.cat([x[:, ::2], self.main(x[:, 1::2])], 1)


def shufflenet(row):
    """Return a network of Single Path One-Shot."""
    blocks, c_in = [conv(3, 16, 3, 2, affine=False)], 16
    outputs = [64] * 4 + [160] * 4 + [320] * 8 + [640] * 4
    for i, (choice, c_out) in enumerate(zip(row, outputs, strict=True)):
        blocks.append(Shuffle(choice, c_in, c_out, 2 if i in (0, 4, 8, 16) else 1))
        c_in = c_out
    head = [conv(640, 1024, 1, affine=False), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*blocks, *head, nn.Linear(1024, 1000, bias=False))


def mobilenet(names, widths, reductions):
    """Return a network of inverted residual layers named like k3e6, k3e6s or id."""
    layers = [conv(3, 32, 3, 2), conv(32, 32, 3, groups=32), conv(32, 16, 1)]
    c_in = 16
    for i, (name, c_out) in enumerate(zip(names, widths, strict=True)):
        if name != IDENTITY:
            kernel, expansion = int(name[1]), int(name[3])
            hidden = c_in * expansion // 4 if name.endswith("s") else 0
            stride = 2 if i in reductions else 1
            layers.append(inverted(c_in, c_out, kernel, stride, expansion, hidden))
        c_in = c_out
    head = [conv(320, 1280, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, *head, nn.Linear(1280, 1000))


def fairnas(row):
    """Return a network of FairNAS."""
    widths = [32] * 2 + [40] * 4 + [80] * 4 + [96] * 4 + [192] * 4 + [320]
    names = SPACES["mobilenet-fairnas"].format(row[None])[0].split("-")
    return mobilenet(names, widths, (0, 2, 6, 14))


def mobilenet21(name):
    """Return what makes a network of 21 layers."""

    def network(row):
        widths = [32] * 4 + [40] * 4 + [80] * 4 + [96] * 4 + [192] * 4 + [320]
        names = SPACES[name].format(row[None])[0].split("-")
        return mobilenet(names, widths, (0, 4, 8, 16))

    return network


def mnasnet(row):
    """Return a network of Accel-NASBench."""
    values = [
        int(decision.options[option])
        for decision, option in zip(SPACES["mnasnet"].decisions, row, strict=True)
    ]
    layers, c_in = [conv(3, 32, 3, 2)], 32
    for block, c_out in enumerate((16, 24, 40, 80, 112, 192, 320)):
        expansion, kernel, count, squeeze = values[4 * block : 4 * block + 4]
        for place in range(count):
            stride = 2 if place == 0 and block in (1, 2, 3, 5) else 1
            hidden = squeeze * (c_in // 4)
            layers.append(inverted(c_in, c_out, kernel, stride, expansion, hidden))
            c_in = c_out
    head = [conv(320, 1280, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, *head, nn.Linear(1280, 1000))


NETWORKS = {
    "shufflenetv2": shufflenet,
    "mobilenet-fairnas": fairnas,
    "mobilenet-21": mobilenet21("mobilenet-21"),
    "mobilenet-21-se": mobilenet21("mobilenet-21-se"),
    "mnasnet": mnasnet,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_costs_are_those_of_torch_networks(name, count):
    """Analytic costs equal an independent count on a network of the same row."""
    space = SPACES[name]
    archs = space.sample(ROWS, np.random.default_rng(1))
    cost = space.cost(archs)
    for row, params, macs in zip(archs, *cost, strict=True):
        assert count(NETWORKS[name](row), 224) == (params, macs)


@pytest.mark.parametrize(
    ("choice", "macs", "params"),
    [
        (0, 295.842, 3.1324),
        (1, 313.655, 3.1895),
        (2, 340.374, 3.2752),
        (3, 358.826, 3.8304),
    ],
)
def test_shufflenet_of_one_block(choice, macs, params):
    """Networks of one kind of block, in millions (METHODS 4.4, computed apart)."""
    cost = SPACES["shufflenetv2"].cost(np.full((1, 20), choice, dtype=np.int8))
    assert round(cost.macs[0] / 1e6, 3) == macs
    assert round(cost.params[0] / 1e6, 4) == params


def test_published_shufflenet():
    """The network found by Guo et al. has 323 M multiply-adds and 3.5 M parameters
    (README of megvii-model/SinglePathOneShot; exactly 322.92 M and 3.529 M)."""
    space = SPACES["shufflenetv2"]
    arch = space.parse(["(2,1,0,1,2,0,2,0,2,0,2,3,0,0,0,0,3,2,3,3)"])
    cost = space.cost(arch)
    assert (cost.macs[0], cost.params[0]) == (322_918_720, 3_529_312)
    assert space.size == 4**20 == 1_099_511_627_776
    assert space.format(arch) == ["21012020202300003233"]


def test_published_fairnas():
    """FairNAS-A has 388 M multiply-adds (Chu et al., table 1) and 4.651 M parameters
    as built from xiaomi-automl/FairNAS, models/FairNAS_A.py."""
    space = SPACES["mobilenet-fairnas"]
    layers = "k7e3-k3e3-k7e3-k3e6-k7e6-k3e3-k3e3-k7e6-k7e6-k5e3-k3e6-k5e3-k5e3-k3e6"
    cost = space.cost(space.parse([layers + "-k3e6-k7e6-k3e6-k7e6-k5e6"]))
    assert (cost.macs[0], cost.params[0]) == (388_122_848, 4_651_352)
    assert space.size == 6**19


def test_mobilenet_sizes_count_networks_not_strings():
    """Within a stage of 4, up to 3 layers follow the first, in any of 6 (12) forms."""
    for name, forms in (("mobilenet-21", 6), ("mobilenet-21-se", 12)):
        tails = sum(forms**count for count in range(4))
        assert SPACES[name].size == (forms * tails) ** 5 * forms
        strings = 1
        for decision in SPACES[name].decisions:
            strings *= len(decision.options)
        assert strings == (forms + 1) ** 15 * forms**6 > SPACES[name].size


def test_where_layers_vanish_does_not_matter():
    """Strings whose identities stand elsewhere in the stage are one architecture."""
    space = SPACES["mobilenet-21"]
    stage = ["k3e3-id-k5e6-id", "k3e3-k5e6-id-id", "k3e3-id-id-k5e6"]
    rest = "-".join(["k3e3"] * 17)
    archs = space.parse([f"{head}-{rest}" for head in stage])
    assert len(np.unique(space.identity(archs))) == 1
    assert space.format(archs) == [f"k3e3-k5e6-id-id-{rest}"] * 3
    assert len(np.unique(space.cost(archs).macs)) == 1


def test_mnasnet_size():
    """Six blocks of 3 * 2 * 3 * 2 forms, and one with up to four layers."""
    assert SPACES["mnasnet"].size == 36**6 * 48 == 104_485_552_128


def normalised_elements(values):
    """Return the elements batch norms normalise, and those squeeze-excite averages."""
    normalised, averaged, c_in, pixels = 32 * 112**2 + 1280 * 49, 0, 32, 112
    for block, c_out in enumerate((16, 24, 40, 80, 112, 192, 320)):
        expansion, _, count, squeeze = values[4 * block : 4 * block + 4]
        for place in range(count):
            inner = c_in * expansion
            normalised += inner * pixels**2 if expansion > 1 else 0
            pixels //= 2 if place == 0 and block in (1, 2, 3, 5) else 1
            normalised += (inner + c_out) * pixels**2
            averaged += squeeze * inner * (pixels**2 + 1)
            c_in = c_out
    return normalised, averaged


def test_stored_costs_of_accel_nasbench(data_dir):
    """All 5,138 stored parameters are ours; so are all stored multiply-adds once their
    counter's four for each normalised and one for each averaged element are added."""
    path = data_dir / "accel_nasbench.parquet"
    if not path.is_file():
        pytest.skip("LISSNAS_DATA names no folder with accel_nasbench.parquet")
    table = pq.read_table(path).to_pydict()
    space = SPACES["mnasnet"]
    columns = {name: np.array(table[name]) for name in space.table_columns}
    archs = space.from_columns(columns)
    cost = space.cost(archs)
    assert len(archs) == 5_138
    np.testing.assert_array_equal(cost.params, table["params"])
    blocks = [
        [columns[f"{letter}{b + 1}"] for letter in ("e", "k", "l", "se")]
        for b in range(7)
    ]
    values = np.array([column for block in blocks for column in block]).T.tolist()
    extra = np.array([normalised_elements(row) for row in values])
    stored = cost.macs + 4 * extra[:, 0] + extra[:, 1] + 1280 * 50
    np.testing.assert_array_equal(stored, table["macs"])
    np.testing.assert_array_equal(space.parse(space.format(archs)), archs)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("e3", 5, r"column e3 must hold one of \(1, 4, 6\), got 5"), ("l2", 4, "l2 must")],
)
def test_wrong_columns_are_named(column, value, words):
    """A value that no block may have is refused by its column."""
    space = SPACES["mnasnet"]
    columns = {name: np.ones(2, dtype=int) for name in space.table_columns}
    columns |= {name: np.full(2, 3) for name in space.table_columns if name[0] == "k"}
    assert space.from_columns(columns).shape == (2, 28)
    columns[column] = np.array([1, value])
    with pytest.raises(ValueError, match=words):
        space.from_columns(columns)
