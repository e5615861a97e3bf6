"""NAS-Bench-Macro and TransNAS-Bench-101 against published numbers and slow code."""

import os
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from lissnas.spaces import SPACES

MACRO = SPACES["nasbench-macro"]
MODULES = SPACES["transnasbench101-macro"]
CELLS = SPACES["transnasbench101-micro"]


def table(name):
    """Return a real table as a data frame, or skip."""
    for folder in os.environ.get("LISSNAS_DATA", "").split(os.pathsep):
        if folder and (Path(folder) / name).is_file():
            return pq.read_table(Path(folder) / name).to_pandas()
    pytest.skip(f"LISSNAS_DATA names no folder with {name}")


def test_published_costs_of_nasbench_macro():
    """Parameters and multiply-adds as stored for two strings (Su et al.)."""
    cost = MACRO.cost(MACRO.parse(["02012100", "11111221"]))
    assert cost.params.tolist() == [890_666, 2_181_386]
    assert cost.macs.tolist() == [47_327_744, 65_012_224]


def test_all_stored_costs_of_nasbench_macro():
    """All 6,561 stored strings have exactly the stored costs."""
    stored = table("nasbench_macro.parquet")
    cost = MACRO.cost(MACRO.parse(stored["arch"].tolist()))
    np.testing.assert_array_equal(cost.params, stored["params"])
    np.testing.assert_array_equal(cost.macs, stored["macs"])


def test_isomorphs_of_nasbench_macro():
    """3,969 networks; identities move to the end of their stage, and only there."""
    assert MACRO.size == 3_969
    assert MACRO.format(MACRO.parse(["22212202", "00000001"])) == [
        "22212220",
        "00000010",
    ]


def test_isomorphs_were_measured_alike():
    """Strings that are one network here share the very same stored measurements."""
    stored = table("nasbench_macro.parquet")
    keys = MACRO.identity(MACRO.parse(stored["arch"].tolist()))
    assert stored.groupby(keys)["test_accuracy_1"].nunique().max() == 1


def test_edits_of_nasbench_macro_may_use_any_isomorph():
    """A neighbour differs in one layer from some string of the network."""
    strings = ["".join(digits) for digits in product("012", repeat=8)]
    rows = MACRO.parse(strings)
    keys = MACRO.identity(rows)
    for number in np.random.default_rng(0).integers(0, MACRO.size, 40):
        own = rows[keys == number]
        near = (rows[None] != own[:, None]).sum(axis=2).min(axis=0) == 1
        expected = set(keys[near].tolist()) - {int(number)}
        found = MACRO.neighbours(MACRO.enumerate()[[number]])
        assert set(MACRO.identity(found.archs).tolist()) == expected


def test_counts_and_costs_of_transnas_macro():
    """3,256 architectures of 4 to 6 modules; backbone costs at 256x256."""
    lengths = (MODULES.enumerate() > 0).sum(axis=1)
    assert np.bincount(lengths)[4:].tolist() == [210, 750, 2_296]
    names = ["64-1234-basic", "64-1114-basic", "64-222333-basic"]
    cost = MODULES.cost(MODULES.parse(names))
    assert cost.params.tolist() == [3_400_224, 988_960, 40_151_840]
    assert cost.macs[0] == pytest.approx(3.9987e9, rel=1e-4)
    everything = MODULES.cost(MODULES.enumerate()).params
    assert (everything.min(), everything.max()) == (988_960, 40_151_840)


def test_edits_of_transnas_macro_are_all_valid_changes():
    """Substitutions, insertions and deletions of one digit that stay valid."""
    names = set(MODULES.format(MODULES.enumerate()))
    for name in np.random.default_rng(0).choice(sorted(names), 60):
        code = name.split("-")[1]
        expected = {"substitute": set(), "insert": set(), "delete": set()}
        for i in range(len(code) + 1):
            for digit in "1234":
                expected["insert"].add(code[:i] + digit + code[i:])
                if i < len(code):
                    expected["substitute"].add(code[:i] + digit + code[i + 1 :])
            expected["delete"].add(code[:i] + code[i + 1 :])
        found = MODULES.neighbours(MODULES.parse([name]))
        for number, kind in enumerate(MODULES.edit_kinds):
            valid = {f"64-{c}-basic" for c in expected[kind]} & names - {name}
            assert set(MODULES.format(found.archs[found.kind == number])) == valid


def test_strings_of_the_real_tables_are_the_spaces():
    """The stored strings are exactly the macro and the micro space."""
    stored = table("transnasbench101.parquet")
    for space, name in ((MODULES, "macro"), (CELLS, "micro")):
        strings = stored.loc[stored["space"] == name, "arch"].tolist()
        keys = space.identity(space.parse(strings))
        assert len(strings) == len(np.unique(keys)) == space.size


def layers_of_cells(row):
    """Return (layer, pixels) of a micro network, built from torch's layers."""
    layers, pixels = [], 128

    def conv(c_in, c_out, kernel):
        layer = torch.nn.Conv2d(c_in, c_out, kernel, bias=False)
        layers.extend([(layer, pixels), (torch.nn.BatchNorm2d(c_out), 0)])

    conv(3, 32, 3)
    pixels = 64
    conv(32, 64, 3)
    width = 64
    for module in "41414":
        out = 2 * width if module == "4" else width
        pixels = pixels // 2 if module == "4" else pixels
        for cell in range(2):
            edges = [(a, b) for b in range(1, 4) for a in range(b)]
            for (source, _), operation in zip(edges, row, strict=True):
                c_in = width if source == 0 and cell == 0 else out
                if operation >= 2:
                    conv(c_in, out, {2: 1, 3: 3}[int(operation)])
                elif operation == 1 and c_in != out:
                    conv(c_in, out, 1)  # two halves of a 1x1 convolution
        width = out
    return layers


def test_costs_of_transnas_micro_equal_torch_networks():
    """Parameters and multiply-adds of 50 random cells equal those of real layers."""
    rows = CELLS.sample(50, np.random.default_rng(0))
    for row, params, macs in zip(rows, *CELLS.cost(rows), strict=True):
        with torch.device("meta"):  # layers without data
            layers = layers_of_cells(row)
        counted = sum(p.numel() for layer, _ in layers for p in layer.parameters())
        flops = sum(
            layer.weight.numel() * pixels**2
            for layer, pixels in layers
            if isinstance(layer, torch.nn.Conv2d)
        )
        assert (counted, flops) == (params, macs)


def normed(c_in, c_out, kernel, stride=1, groups=1):
    """Return a padded convolution without bias and its batch norm."""
    shape = (c_in, c_out, kernel, stride, kernel // 2)
    conv = torch.nn.Conv2d(*shape, groups=groups, bias=False)
    return torch.nn.Sequential(conv, torch.nn.BatchNorm2d(c_out))


class Residual(torch.nn.Module):
    """A residual block of two 3x3 convolutions, as in TransNAS-Bench-101."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.main = torch.nn.Sequential(
            normed(c_in, c_out, 3, stride), normed(c_out, c_out, 3)
        )
        same = c_in == c_out and stride == 1
        self.side = torch.nn.Identity() if same else normed(c_in, c_out, 1, stride)

    def forward(self, x):
        """Return the sum of both branches."""
        return self.main(x) + self.side(x)


def network_of_modules(row):
    """Return a macro network of TransNAS-Bench-101: a stem of two convolutions, then
    two residual blocks a module, the first of which changes the shape."""
    layers, width = [normed(3, 32, 3, 2), normed(32, 64, 3, 2)], 64
    for digit in row[row > 0].tolist():
        wider, stride = width * (2 if digit in (2, 4) else 1), 2 if digit > 2 else 1
        layers += [Residual(width, wider, stride), Residual(wider, wider, 1)]
        width = wider
    return torch.nn.Sequential(*layers)


def network_of_layers(row):
    """Return a network of NAS-Bench-Macro: a stem of 32 channels, 8 layers, a head."""
    layers, c_in = [normed(3, 32, 3)], 32
    for place, digit in enumerate(row.tolist()):
        c_out = 64 if place < 2 else 128 if place < 5 else 256
        stride = 2 if place in (0, 2, 5) else 1
        if digit:
            kernel, inner = (3, 3 * c_in) if digit == 1 else (5, 6 * c_in)
            deep = normed(inner, inner, kernel, stride, inner)
            layers += [normed(c_in, inner, 1), deep, normed(inner, c_out, 1)]
        elif stride == 2:
            layers.append(normed(c_in, c_out, 1, stride))
        c_in = c_out
    head = [normed(256, 1280, 1), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
    return torch.nn.Sequential(*layers, *head, torch.nn.Linear(1280, 10))


@pytest.mark.parametrize(
    ("space", "network", "pixels"),
    [(MODULES, network_of_modules, 256), (MACRO, network_of_layers, 32)],
    ids=["transnasbench101-macro", "nasbench-macro"],
)
def test_costs_equal_torch_networks(space, network, pixels, count):
    """Parameters and multiply-adds of 60 random networks equal an independent count
    on a network of the same row."""
    archs = space.sample(60, np.random.default_rng(3))
    for row, params, macs in zip(archs, *space.cost(archs), strict=True):
        assert count(network(row), pixels) == (params, macs)


@pytest.mark.parametrize(
    ("space", "text"),
    [
        (MACRO, "0123"),
        (MACRO, "00000003"),
        (MODULES, "64-12-basic"),
        (MODULES, "64-1111-basic"),
        (MODULES, "64-1234-1_11_111"),
        (CELLS, "64-41414-1_23_304"),
        (CELLS, "64-1234-basic"),
    ],
)
def test_malformed_strings_are_named(space, text):
    """A string that names no architecture is refused with a sentence."""
    with pytest.raises(ValueError, match="arch"):
        space.check(space.parse([text]))
