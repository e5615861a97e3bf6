"""AnyNetX against published networks and sizes, slow counts and layers of torch."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from lissnas.spaces import SPACES
from lissnas.spaces.anynetx import Grid, refinement_sizes
from lissnas.spaces.anynetx.costs import complexity
from lissnas.spaces.anynetx.edits import moves
from lissnas.spaces.anynetx.stages import BOTTLENECKS, FORMS, GROUPS, WIDTHS

SPACE = SPACES["anynetx"]
# depth, w_0, w_a, w_m, group width, then parameters, flops and activations as published
# in pycls (commit 5719de64): configs/dds_baselines/regnetx, dev/model_complexity.json.
REGNETX = {
    "200MF": (13, 24, 36.44, 2.49, 8, 2_684_792, 199_040_872, 2_164_056),
    "400MF": (22, 24, 24.48, 2.54, 16, 5_157_512, 397_678_568, 3_143_272),
    "600MF": (16, 48, 36.97, 2.24, 24, 6_196_040, 600_891_112, 3_975_096),
    "800MF": (16, 56, 35.73, 2.28, 16, 7_259_656, 799_700_712, 5_148_744),
    "1.6GF": (18, 80, 34.01, 2.25, 24, 9_190_136, 1_602_850_792, 7_933_512),
    "3.2GF": (25, 88, 26.31, 2.25, 48, 15_296_552, 3_176_622_952, 11_367_432),
}
MEMBERS = {
    "200MF": "d1,1,4,7-w24,56,152,368-b1,1,1,1-g8,8,8,8",
    "400MF": "d1,2,7,12-w32,64,160,384-b1,1,1,1-g16,16,16,16",
    "800MF": "d1,3,7,5-w64,128,288,672-b1,1,1,1-g16,16,16,16",
}


def compatible(width, bottleneck, group):
    """Return width and group width after the published rounding of inner widths."""
    inner = max(1, width // bottleneck)
    group = min(group, inner)
    inner = max(group, round(inner / group) * group)
    return inner * bottleneck, group


def regnet(depth, w_0, w_a, w_m, group):
    """Return the stages' depths, widths and group widths of a RegNet, ``(4,)`` each."""
    exponents = np.round(np.log(1 + w_a * np.arange(depth) / w_0) / np.log(w_m))
    blocks = np.round(w_0 * w_m**exponents / 8).astype(int) * 8
    widths, depths = np.unique(blocks, return_counts=True)
    pairs = [compatible(width, 1, group) for width in widths.tolist()]
    return depths, *np.array(pairs).T


@pytest.mark.parametrize("name", REGNETX)
def test_published_complexity_of_regnetx(name):
    """Parameters, flops (biases included) and activations of six RegNetX networks."""
    *config, params, flops, acts = REGNETX[name]
    depths, widths, groups = (part[None] for part in regnet(*config))
    found = [int(part[0]) for part in complexity(depths, widths, widths, groups)]
    assert found == [params, flops - 1000, acts]


@pytest.mark.parametrize("name", MEMBERS)
def test_published_networks_are_members(name):
    """Those RegNetX whose group width is on the grid are networks of the space."""
    archs = SPACE.parse([MEMBERS[name]])
    *config, params, flops, acts = REGNETX[name]
    depths, widths, groups = (part.tolist() for part in regnet(*config))
    assert SPACE.format(archs) == [MEMBERS[name]]
    assert MEMBERS[name] == "-".join(
        letter + ",".join(map(str, values))
        for letter, values in zip(
            "dwbg", (depths, widths, [1] * 4, groups), strict=True
        )
    )
    cost = SPACE.cost(archs)
    assert (cost.params[0], cost.macs[0] + 1000) == (params, flops)
    assert SPACE.activations(archs).tolist() == [acts]


class Network(torch.nn.Module):
    """A network of the space, which notes what its layers do."""

    def __init__(self, text):
        super().__init__()
        parts = [part[1:].split(",") for part in text.split("-")]
        width, layers = 32, [self.conv(3, 32, 3, 2)]
        for d, w, b, g in zip(*[map(int, part) for part in parts], strict=True):
            for block in range(d):
                layers.append(self.block(width, w, w // b, g, 1 if block else 2))
                width = w
        self.layers = torch.nn.ModuleList(layers)
        self.classifier = torch.nn.Linear(width, 1000)

    def conv(self, c_in, c_out, kernel, stride=1, groups=1):
        layer = torch.nn.Conv2d(
            c_in, c_out, kernel, stride, kernel // 2, groups=groups, bias=False
        )
        layer.norm = torch.nn.BatchNorm2d(c_out)  # not run: shapes stay as they are
        return layer

    def block(self, c_in, c_out, inner, group, stride):
        body = [
            self.conv(c_in, inner, 1),
            self.conv(inner, inner, 3, stride, inner // group),
            self.conv(inner, c_out, 1),
        ]
        parts = {"body": torch.nn.Sequential(*body)}
        if stride > 1:
            parts["projection"] = self.conv(c_in, c_out, 1, stride)
        return torch.nn.ModuleDict(parts)

    def forward(self, x):
        for layer in self.layers:
            if isinstance(layer, torch.nn.ModuleDict):
                other = layer["projection"](x) if "projection" in layer else x
                x = layer["body"](x) + other
            else:
                x = layer(x)
        return self.classifier(x.mean(dim=(2, 3)))


def test_costs_equal_torch_networks():
    """Parameters, multiply-adds and activations of random networks, run in torch."""
    rows = SPACE.sample(12, np.random.default_rng(0))
    ours = zip(*SPACE.cost(rows), SPACE.activations(rows), strict=True)
    for text, expected in zip(SPACE.format(rows), ours, strict=True):
        totals = [0, 0, 0]

        def note(layer, _, output, totals=totals):
            area = output.shape[2] * output.shape[3] if output.ndim == 4 else 1
            totals[1] += layer.weight.numel() * area
            totals[2] += output.numel()

        with torch.device("meta"):
            network = Network(text).eval()
            for layer in network.modules():
                if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear):
                    layer.register_forward_hook(note)
            network(torch.empty(1, 3, 224, 224))
        totals[0] = sum(p.numel() for p in network.parameters())
        assert tuple(totals) == expected


def test_size_is_that_of_four_free_stages():
    """All valid stages counted one by one, to the fourth power; published raw size."""
    stages = sum(
        w % b == 0 and w // b % g == 0
        for _, w, b, g in product(range(16), WIDTHS, BOTTLENECKS, GROUPS)
    )
    assert SPACE.size == stages**4 == 23_680**4 == refinement_sizes()["A"].valid
    assert refinement_sizes()["A"].raw == (16 * 128 * 3 * 6) ** 4


def test_valid_stages_are_those_the_published_rule_leaves_alone():
    """Rounding inner widths to multiples of the group width changes all others."""
    for (i, w), (j, b), (k, g) in product(
        enumerate(WIDTHS), enumerate(BOTTLENECKS), enumerate(GROUPS)
    ):
        row = np.tile(np.array([0, i, j, k], dtype=np.int8)[:, None], (1, 4)).ravel()
        if compatible(w, b, g) == (w, g):
            SPACE.check(row[None])
        else:
            with pytest.raises(ValueError, match=f"got {g} for {w} / {b} in stage 1"):
                SPACE.check(row[None])


def test_published_sizes_of_the_refinements():
    """1.8e18, 6.8e16, 3.2e14 and 3.0e8; 1.3e13 and 5.5e11 but for equal stages."""
    sizes = refinement_sizes()
    for name, published in (("A", 1.8e18), ("B", 6.8e16), ("C", 3.2e14)):
        assert sizes[name].raw == pytest.approx(published, rel=0.03)
    assert sizes["RegNet"].raw == pytest.approx(3.0e8, rel=0.01)
    widths, depths = 128**4 / 24, 16**4 / 24
    assert depths * 24 * widths * 18 == pytest.approx(1.3e13, rel=0.02)
    assert depths * widths * 18 == pytest.approx(5.5e11, rel=0.02)
    assert sizes["D"].raw == 16**4 * (128 * 129 * 130 * 131 // 24) * 18
    assert sizes["E"].raw == (16 * 17 * 18 * 19 // 24) * sizes["D"].raw // 16**4


def test_sizes_of_the_refinements_on_a_small_grid():
    """All combinations of three stages counted one by one."""
    grid = Grid((1, 2), (8, 16, 24), (1, 2), (1, 16))
    found = {name: [0, 0] for name in "ABCDE"}
    for stages in product(product(*grid), repeat=3):
        d, w, b, g = zip(*stages, strict=True)
        valid = all(w % (b * g) == 0 for _, w, b, g in stages)
        shared, rising = [len(set(b)) == 1], [w, d]
        shared.append(shared[0] and len(set(g)) == 1)
        names = "A" + "B" * shared[0] + "C" * shared[1]
        for name, sequence in zip("DE", rising, strict=True):
            if "CD"[name == "E"] in names:
                names += name * all(x <= y for x, y in pairwise(sequence))
        for name in names:
            found[name][0] += 1
            found[name][1] += valid
    sizes = refinement_sizes(grid, stages=3)
    assert {name: list(sizes[name]) for name in "ABCDE"} == found


def test_samples_are_uniform_over_valid_stages():
    """Forms and depths of all stages are equally likely, by a chi-square test."""
    rows = SPACE.sample(100_000, np.random.default_rng(1))
    keys = SPACE.identity(rows)
    assert keys.dtype == np.int64 and keys.min() >= 0 and keys.max() < SPACE.size
    for stage in range(4):
        part = keys // 23_680**stage % 23_680
        counts = np.bincount(part * 592 // 23_680, minlength=592)
        assert chisquare(counts).pvalue > 1e-3


def test_log_uniform_samples_are_the_published_ones():
    """Octaves of width are equally likely among forms that any width allows."""
    rows = SPACE.sample_log_uniform(50_000, np.random.default_rng(1))
    SPACE.check(rows)
    free = (rows[:, 8] == 0) & (rows[:, 12] == 0)  # b and g of the first stage are 1
    widths = np.array(WIDTHS)[rows[free, 4]]
    octaves = np.bincount(np.ceil(np.log2(widths / 8)).astype(int), minlength=8)
    assert chisquare(octaves).pvalue > 1e-3
    depths = np.bincount(rows[:, 0], minlength=16)
    expected = np.log(np.arange(1, 17) / np.array([0.5, *range(1, 16)])) / np.log(32)
    assert chisquare(depths, expected * len(rows)).pvalue > 1e-3


def test_shortest_paths_between_stages_are_their_differences():
    """Breadth first over valid stages needs as many edits as parameters differ."""
    far = (FORMS[:, None] != FORMS[None]).sum(axis=2)
    one = far == 1
    reached, distance = np.eye(len(FORMS), dtype=bool), np.zeros_like(far)
    for step in range(1, 4):
        fresh = (reached.astype(np.float32) @ one.astype(np.float32) > 0) & ~reached
        distance[fresh] = step
        reached |= fresh
    assert reached.all()
    np.testing.assert_array_equal(distance, far)


def test_neighbours_are_all_valid_changes():
    """Every change of one parameter is tried; the valid ones are the neighbours."""
    archs = SPACE.sample(5, np.random.default_rng(0))
    found = SPACE.neighbours(archs)
    for number, arch in enumerate(archs):
        expected = []
        for column, decision in enumerate(SPACE.decisions):
            for option in range(len(decision.options)):
                row = arch.copy()
                row[column] = option
                w, b, g = (int(x) for x in row[column % 4 + 4 :: 4])
                valid = WIDTHS[w] % (BOTTLENECKS[b] * GROUPS[g]) == 0
                if option != arch[column] and valid:
                    expected.append((column // 4, *row.tolist()))
        own = found.source == number
        kinds, rows = found.kind[own].tolist(), found.archs[own].tolist()
        assert sorted(expected) == sorted(
            (kind, *row) for kind, row in zip(kinds, rows, strict=True)
        )


@pytest.mark.parametrize("distance", range(1, 17))
def test_sampled_neighbours_are_at_their_distance(distance):
    """As many parameters differ, which is the shortest distance, and all are valid."""
    rng = np.random.default_rng(distance)
    archs = SPACE.sample(300, rng)
    drawn = SPACE.sample_neighbours(archs, np.asarray(distance), rng)
    assert drawn.archs.dtype == np.int8 and len(drawn.archs) == 300
    SPACE.check(drawn.archs)
    assert ((drawn.archs != archs[drawn.source]).sum(axis=1) == distance).all()


def test_sampled_neighbours_are_uniform():
    """All neighbours of one network are equally likely, by a chi-square test."""
    arch = SPACE.parse(["d1,2,7,12-w32,64,160,384-b1,2,1,4-g16,8,1,32"])
    everything = SPACE.neighbours(arch).archs
    many = np.repeat(arch, 50_000, axis=0)
    drawn = SPACE.sample_neighbours(many, np.asarray(1), np.random.default_rng(0))
    counts = Counter(SPACE.identity(drawn.archs).tolist())
    assert set(counts) == set(SPACE.identity(everything).tolist())
    assert chisquare(list(counts.values())).pvalue > 1e-3


def test_sampled_pairs_of_edits_are_uniform():
    """Numbers of networks two edits away, by stages changed, are as counted slowly."""
    arch = SPACE.parse(["d1,2,7,12-w32,64,160,384-b1,2,1,4-g16,8,1,32"])
    ways = []
    for column in range(4):
        w, b, g = arch[0, column + 4 :: 4]
        (form,) = np.flatnonzero(([w, b, g] == FORMS).all(axis=1))
        counts = [(moves(None).number[form, k]) for k in range(3)]
        ways.append([1, counts[1] + 15, counts[2] + 15 * counts[1]])
    one_stage = [ways[i][2] for i in range(4)]
    two_stages = [ways[i][1] * ways[j][1] for i in range(4) for j in range(i)]
    many = np.repeat(arch, 40_000, axis=0)
    drawn = SPACE.sample_neighbours(many, np.asarray(2), np.random.default_rng(0))
    changed = (drawn.archs != arch).reshape(-1, 4, 4).any(axis=1)
    pairs = [changed[:, i] & changed[:, j] for i in range(4) for j in range(i)]
    alone = [changed[:, i] & (changed.sum(axis=1) == 1) for i in range(4)]
    expected = np.array([*one_stage, *two_stages])
    observed = np.array([part.sum() for part in (*alone, *pairs)])
    assert chisquare(observed, expected / expected.sum() * 40_000).pvalue > 1e-3


@pytest.mark.parametrize("kind", SPACE.edit_kinds)
def test_kinds_restrict_what_differs(kind):
    """Only parameters of the kind asked for differ, at most one a stage."""
    rng = np.random.default_rng(0)
    archs = SPACE.sample(500, rng)
    drawn = SPACE.sample_neighbours(archs, np.asarray(2), rng, kind)
    differs = (drawn.archs != archs[drawn.source]).reshape(-1, 4, 4)
    number = SPACE.edit_kinds.index(kind)
    assert len(differs) > 450 and (differs[:, number].sum(axis=1) == 2).all()
    assert not np.delete(differs, number, axis=1).any()
    beyond = SPACE.sample_neighbours(archs, np.asarray(5), rng, kind)
    assert len(beyond.archs) == 0


def test_impossible_distances_are_left_out():
    """Rows at distance 0 or beyond 16 are left out, the others keep their numbers."""
    rng = np.random.default_rng(0)
    archs = SPACE.sample(40, rng)
    distance = np.tile([0, 3, 17, -1], 10)
    drawn = SPACE.sample_neighbours(archs, distance, rng)
    assert drawn.source.tolist() == list(range(1, 40, 4))
    with pytest.raises(ValueError, match="kind must be one of"):
        SPACE.sample_neighbours(archs, distance, rng, "magic")


def test_the_protocol_holds():
    """Batches stay as they are, empty ones are fine, steps stay in the space."""
    rng = np.random.default_rng(0)
    archs = SPACE.sample(1000, rng)
    before = archs.copy()
    archs.flags.writeable = False
    assert archs.dtype == np.int8 and archs.shape == (1000, 16)
    step = SPACE.walk_step(archs, np.random.default_rng(3))
    assert step.dtype == np.int8
    assert ((step != archs).sum(axis=1) == 1).all()
    again = SPACE.walk_step(archs, np.random.default_rng(3))
    np.testing.assert_array_equal(step, again)
    features = SPACE.encode(archs)
    assert features.dtype == np.float32 and np.isfinite(features).all()
    assert features.shape == (1000, len(SPACE.feature_names))
    assert len(np.unique(features, axis=0)) == len(np.unique(SPACE.identity(archs)))
    np.testing.assert_array_equal(SPACE.parse(SPACE.format(archs)), archs)
    assert SPACE.short(archs) == SPACE.format(archs) and SPACE.hashes(archs) is None
    assert len(SPACE.graph(archs[0]).nodes) == 6
    np.testing.assert_array_equal(archs, before)
    np.testing.assert_array_equal(SPACE.check(archs.astype(np.uint8)), archs)


def test_empty_batches_are_fine():
    """No architectures in, none out."""
    none, rng = SPACE.parse([]), np.random.default_rng(0)
    assert none.shape == SPACE.sample(0, rng).shape == (0, 16)
    assert SPACE.canonical(none).dtype == np.int8
    assert len(SPACE.neighbours(none).archs) == len(SPACE.walk_step(none, rng)) == 0
    assert len(SPACE.sample_neighbours(none, np.asarray(1), rng).archs) == 0
    assert SPACE.cost(none).params.shape == SPACE.activations(none).shape == (0,)
    assert SPACE.encode(none).shape == (0, 19)
    assert SPACE.format(none) == []


def test_too_large_to_enumerate():
    """The sentence says how large the space is."""
    assert not SPACE.enumerable
    with pytest.raises(ValueError, match="314,432,039,157,760,000"):
        SPACE.enumerate()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("d1,1,4-w24,56,152-b1,1,1-g8,8,8", "arch must be like"),
        ("d1,1,4,17-w24,56,152,368-b1,1,1,1-g8,8,8,8", "depth.* got 17"),
        ("d1,1,4,7-w24,56,150,368-b1,1,1,1-g8,8,8,8", "width.* got 150"),
        ("d1,1,4,7-w24,56,152,368-b1,3,1,1-g8,8,8,8", "bottleneck.* got 3"),
        ("d1,1,4,7-w24,56,152,368-b1,1,1,1-g8,8,8,64", "group.* got 64"),
        ("d1,1,4,7-w24,56,152,368-b1,2,1,1-g8,8,8,8", "got 8 for 56 / 2 in stage 2"),
    ],
)
def test_malformed_strings_are_named(text, sentence):
    """A string that names no network is refused with a sentence."""
    with pytest.raises(ValueError, match=sentence):
        SPACE.check(SPACE.parse([text]))
