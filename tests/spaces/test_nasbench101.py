"""NAS-Bench-101 against published numbers and slow independent code."""

import json
from collections import Counter
from hashlib import md5
from itertools import permutations

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from lissnas.spaces import SPACES
from lissnas.spaces.nasbench101.distances import ball
from lissnas.spaces.nasbench101.edits import CELLS, cell_insertions

SPACE = SPACES["nasbench101"]
NAMES = ("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3")


@pytest.fixture(scope="module")
def everything():
    """Return all cells."""
    return SPACE.enumerate()


def decode(text):
    """Return a ModelSpec's matrix and operations."""
    spec = json.loads(text)
    return np.array(spec["matrix"]), [NAMES.index(op) for op in spec["ops"][1:-1]]


def encode(matrix, ops):
    """Return a ModelSpec as JSON."""
    names = ["input", *(NAMES[op] for op in ops), "output"]
    return json.dumps({"matrix": np.asarray(matrix).tolist(), "ops": names})


def matrix_of(rows):
    """Return an adjacency matrix from {vertex: successors}."""
    matrix = np.zeros((7, 7), dtype=int)
    for vertex, successors in rows.items():
        matrix[vertex, successors] = 1
    return matrix


def official_hash(matrix, ops):
    """Return the benchmark's module hash, written from its definition."""
    labels = [-1, *ops, -2]
    size = len(labels)
    hashes = [
        md5(str((int(matrix[v].sum()), int(matrix[:, v].sum()), labels[v])).encode())
        for v in range(size)
    ]
    hashes = [h.hexdigest() for h in hashes]
    for _ in range(size):
        fresh = []
        for v in range(size):
            into = sorted(hashes[w] for w in range(size) if matrix[w, v])
            out = sorted(hashes[w] for w in range(size) if matrix[v, w])
            text = "".join(into) + "|" + "".join(out) + "|" + hashes[v]
            fresh.append(md5(text.encode()).hexdigest())
        hashes = fresh
    return md5(str(sorted(hashes)).encode()).hexdigest()


def pruned(matrix, ops):
    """Return a cell without vertices that lie on no path, or None."""
    size = len(matrix)
    ahead, behind = {0}, {size - 1}
    for _ in range(size):
        ahead |= {int(w) for v in ahead for w in np.flatnonzero(matrix[v])}
        behind |= {int(w) for v in behind for w in np.flatnonzero(matrix[:, v])}
    kept = sorted(ahead & behind)
    if 0 not in kept or size - 1 not in kept:
        return None
    labels = [None, *ops, None]
    return matrix[np.ix_(kept, kept)], [labels[v] for v in kept[1:-1]]


def key(cell):
    """Return the same value for isomorphic cells, by trying all vertex orders."""
    matrix, ops = cell
    best = None
    for order in permutations(range(1, len(ops) + 1)):
        full = [0, *order, len(ops) + 1]
        found = (matrix[np.ix_(full, full)].tobytes(), [ops[v - 1] for v in order])
        best = found if best is None or found < best else best
    return best[0], tuple(best[1])


def acyclic(matrix):
    """Return whether a graph has no cycle."""
    power = np.eye(len(matrix), dtype=int)
    for _ in range(len(matrix)):
        power = np.minimum(power @ matrix, 1)
    return not power.any()


def edits(matrix, ops):
    """Return the keys of all cells one edit away, by brute force."""
    found, size = set(), len(matrix)
    for vertex in range(len(ops)):
        for op in range(3):
            found.add(key((matrix, [*ops[:vertex], op, *ops[vertex + 1 :]])))
    for x in range(size - 1):
        for y in range(1, size):
            toggled = matrix.copy()
            toggled[x, y] ^= 1
            if x != y and toggled.sum() <= 9 and acyclic(toggled):
                cell = pruned(toggled, ops)
                if cell:
                    found.add(key(cell))
    return found - {key((matrix, ops))}


def longer(matrix, ops):
    """Return the keys of all cells with one vertex inserted, by brute force."""
    found, size = set(), len(matrix)
    if len(ops) == 5 or matrix.sum() > 7:
        return found
    wider = np.zeros((size + 1, size + 1), dtype=int)
    old = [0, *range(2, size + 1)]
    wider[np.ix_(old, old)] = matrix
    for x in old[:-1]:
        for y in old[1:]:
            if x == y:
                continue
            inserted = wider.copy()
            inserted[x, 1] = inserted[1, y] = 1
            if acyclic(inserted):
                found |= {key((inserted, [op, *ops])) for op in range(3)}
    return found


def count_by_loops(matrix, ops):
    """Return parameters and multiply-adds, building real layers cell by cell."""
    size, layers = len(matrix), [(torch.nn.Conv2d(3, 128, 3, bias=False), 32)]
    layers.append((torch.nn.BatchNorm2d(128), 0))

    def conv(kernel, c_in, c_out, pixels):
        layer = torch.nn.Conv2d(c_in, c_out, kernel, bias=False)
        layers.extend([(layer, pixels), (torch.nn.BatchNorm2d(c_out), 0)])

    c_in = 128
    for c_out, pixels in ((128, 32), (256, 16), (512, 8)):
        for _ in range(3):
            channels = {0: c_in, size - 1: c_out}
            feeding = [v for v in range(1, size - 1) if matrix[v, -1]]
            for place, v in enumerate(feeding):
                share, rest = divmod(c_out, len(feeding))
                channels[v] = share + (place < rest)
            for v in range(size - 2, 0, -1):
                if v not in channels:
                    after = [w for w in range(1, size - 1) if matrix[v, w]]
                    channels[v] = max(channels[w] for w in after)
            for v in range(1, size - 1):
                if matrix[0, v]:
                    conv(1, c_in, channels[v], pixels)
                if ops[v - 1] < 2:
                    conv(3 - 2 * ops[v - 1], channels[v], channels[v], pixels)
            if matrix[0, -1]:
                conv(1, c_in, c_out, pixels)
            c_in = c_out
    layers.append((torch.nn.Linear(512, 10), 1))
    params = sum(p.numel() for layer, _ in layers for p in layer.parameters())
    macs = sum(
        layer.weight.numel() * pixels**2
        for layer, pixels in layers
        if not isinstance(layer, torch.nn.BatchNorm2d)
    )
    return params, macs


def test_known_counts(everything):
    """Unique cells by vertices and by edges; 423,624 in all (Ying et al.)."""
    vertices = 2 + (everything[:, 21:] < 3).sum(axis=1)
    cumulative = np.cumsum(np.bincount(vertices)[2:])
    assert cumulative.tolist() == [1, 7, 91, 2_532, 64_542, 423_624]
    edges = np.bincount(everything[:, :21].sum(axis=1))[1:]
    assert edges.tolist() == [1, 3, 12, 60, 339, 2_134, 13_984, 78_822, 328_269]


@pytest.mark.parametrize(
    ("rows", "ops", "expected", "params", "macs"),
    [
        (
            {0: [1, 4, 5], 1: [2], 2: [3, 6], 3: [5], 4: [5], 5: [6]},
            [0, 2, 0, 0, 1],
            "00005c142e6f48ac74fdcf73e3439874",
            8_555_530,
            1_261_835_264,
        ),
        (
            {0: [1, 2, 3, 5], 1: [6], 2: [6], 3: [4], 4: [6], 5: [6]},
            [1, 0, 0, 0, 2],
            "28cfc7874f6d200472e1a9dcd8650aa0",
            2_694_282,
            402_002_944,
        ),
    ],
    ids=["first in the file", "Inception-like"],
)
def test_published_examples(rows, ops, expected, params, macs):
    """Hash and parameters of google-research/nasbench's README and notebook."""
    arch = SPACE.parse([encode(matrix_of(rows), ops)])
    cost = SPACE.cost(arch)
    assert SPACE.hashes(arch) == [expected]
    assert (cost.params[0], cost.macs[0]) == (params, macs)


def test_costs_over_the_whole_space(everything):
    """Extremes and means: 227,274 to 49,979,274 parameters, 8,459,762 on average;
    the maximum is published."""
    cost = SPACE.cost(everything)
    assert (cost.params.min(), cost.params.max()) == (227_274, 49_979_274)
    assert round(cost.params.mean()) == 8_459_762
    assert (cost.macs.min(), cost.macs.max()) == (37_098_496, 7_335_187_456)


def test_costs_equal_torch_networks():
    """Parameters and multiply-adds of 60 random cells equal those of real layers."""
    archs = SPACE.sample(60, np.random.default_rng(0))
    found = list(zip(*(values.tolist() for values in SPACE.cost(archs)), strict=True))
    assert found == [count_by_loops(*decode(text)) for text in SPACE.format(archs)]


def test_hash_follows_its_definition():
    """The hashes of 300 cells equal an independent implementation's."""
    archs = SPACE.sample(300, np.random.default_rng(0))
    expected = [official_hash(*decode(text)) for text in SPACE.format(archs)]
    assert SPACE.hashes(archs) == expected


def test_hash_and_identity_separate_the_same_cells():
    """5,000 distinct cells have as many distinct hashes."""
    rng = np.random.default_rng(0)
    archs = SPACE._rows(rng.choice(CELLS, 5000, replace=False))
    assert len(set(SPACE.hashes(archs))) == 5000


def test_isomorphs_share_one_row():
    """Any topological order of the vertices is the same cell, costs included."""
    rng = np.random.default_rng(0)
    archs = SPACE.sample(150, rng)
    texts, source = [], []
    for number, text in enumerate(SPACE.format(archs)):
        matrix, ops = decode(text)
        for order in permutations(range(1, len(ops) + 1)):
            full = [0, *order, len(ops) + 1]
            moved = matrix[np.ix_(full, full)]
            if not np.tril(moved).any():
                texts.append(encode(moved, [ops[v - 1] for v in order]))
                source.append(number)
    parsed = SPACE.parse(texts)
    assert len(texts) > 400
    np.testing.assert_array_equal(SPACE.canonical(parsed), archs[source])
    np.testing.assert_array_equal(SPACE.cost(parsed), SPACE.cost(archs[source]))


def test_useless_vertices_are_pruned():
    """A vertex on no path from input to output does not change the cell."""
    matrix = matrix_of({0: [1, 2, 3], 1: [6], 3: [4], 5: [6]})
    arch = SPACE.parse([encode(matrix, [0, 1, 2, 2, 1])])
    assert SPACE.short(arch) == ["3:01,12"]
    assert SPACE.parse(["3:01,12"]).sum() != arch.sum()
    assert SPACE.identity(arch) == SPACE.identity(SPACE.parse(["3:01,12"]))


def test_neighbours_equal_brute_force():
    """Neighbours and insertions of 120 cells of all sizes equal a slow search."""
    rng = np.random.default_rng(0)
    cells = np.concatenate([rng.integers(0, 2532, 60), rng.integers(0, CELLS, 60)])
    archs = SPACE._rows(cells)
    near = SPACE.neighbours(archs)
    inserted, source = cell_insertions(cells)
    near_keys = [key(decode(text)) for text in SPACE.format(near.archs)]
    far_rows = SPACE._rows(inserted.astype(np.int64))
    far_keys = [key(decode(text)) for text in SPACE.format(far_rows)]
    for number, text in enumerate(SPACE.format(archs)):
        mine = {k for k, s in zip(near_keys, near.source, strict=True) if s == number}
        assert mine == edits(*decode(text))
        mine = {k for k, s in zip(far_keys, source, strict=True) if s == number}
        assert mine == longer(*decode(text))


def test_numbers_of_neighbours(everything):
    """18.35 neighbours on average and 34 at most, over all cells."""
    counts = np.bincount(SPACE.neighbours(everything).source, minlength=CELLS)
    assert counts.mean() == pytest.approx(18.352, abs=5e-4)
    assert counts.max() == 34


def test_numbers_of_cells_within_few_edits():
    """About 19, 190 and 1,327 cells lie within 1, 2 and 3 edits of a random one."""
    cells = np.random.default_rng(0).integers(0, CELLS, 300)
    sizes = [len(ball(cells, radius)) / len(cells) for radius in (1, 2, 3)]
    np.testing.assert_allclose(sizes, [19, 190, 1327], rtol=0.08)


def test_sampled_neighbours_are_at_their_distance():
    """Shortest paths found by a breadth-first search are as long as was asked."""
    rng = np.random.default_rng(0)
    archs = SPACE.sample(40, rng)
    start = SPACE.identity(archs)
    for distance in (1, 2, 3, 4):
        drawn = SPACE.sample_neighbours(archs, np.asarray(distance), rng)
        assert len(drawn.archs) >= 38
        goal = dict(zip(drawn.source, SPACE.identity(drawn.archs), strict=True))
        for number, target in goal.items():
            assert shortest(int(start[number]), int(target), distance) == distance


def shortest(start, target, limit):
    """Return the number of edits between two cells, searched with plain sets."""
    shells = [{start}]
    seen = {start}
    for step in range(1, limit + 1):
        shell = set(SPACE.identity(steps(shells[-1]).archs).tolist())
        if step > 1:
            cells = np.array(sorted(shells[-2]))
            shell |= set(cell_insertions(cells)[0].tolist())
        shells.append(shell - seen)
        seen |= shell
        if target in shells[-1]:
            return step
    return limit + 1


def steps(cells):
    """Return the neighbours of a set of cell numbers."""
    return SPACE.neighbours(SPACE._rows(np.array(sorted(cells))))


def test_kinds_restrict_the_edits():
    """Operation edits keep the graph, edge edits keep the multiset of operations."""
    rng = np.random.default_rng(0)
    archs = SPACE.sample(300, rng)
    found = SPACE.sample_neighbours(archs, np.asarray(2), rng, "operation")
    before, after = archs[found.source], found.archs
    assert (before[:, :21].sum(1) == after[:, :21].sum(1)).all()
    found = SPACE.sample_neighbours(archs, np.asarray(1), rng, "edge")
    for old, new in zip(archs[found.source], found.archs, strict=True):
        assert not Counter(new[21:][new[21:] < 3]) - Counter(old[21:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3:09", "arch edges must go"),
        ("3:01", "the input must reach the output"),
        ("4:01,12", "arch must look like"),
        ('{"matrix": [[0, 1], [0, 0]]}', "arch must look like"),
        ('{"matrix": [[0]], "ops": ["input"]}', "arch ops must be 2 to 7"),
        ('{"matrix": [[0, 2], [0, 0]], "ops": ["input", "output"]}', "zeros and ones"),
        (
            '{"matrix": [[0, 1], [1, 0]], "ops": ["input", "output"]}',
            "upper triangular",
        ),
        ('{"matrix": [[0, 1], [0, 0]], "ops": ["in", "output"]}', "arch ops must be"),
    ],
)
def test_malformed_cells_are_named(text, words):
    """Each mistake in a cell gets its own sentence."""
    with pytest.raises(ValueError, match=words):
        SPACE.check(SPACE.parse([text]))


def test_too_many_edges_are_refused():
    """A cell of 10 edges is no member of the space."""
    matrix = matrix_of({0: [1, 2, 3, 4, 5]} | {v: [6] for v in range(1, 6)})
    with pytest.raises(ValueError, match="at most 9 edges"):
        SPACE.parse([encode(matrix, [0] * 5)])


def test_real_table_is_the_enumeration(data_dir, everything):
    """The 423,624 rows of the real table are our cells, in our order."""
    table = pq.read_table(data_dir / "nasbench101.parquet")
    columns = {name: table[name].to_numpy() for name in SPACE.table_columns}
    np.testing.assert_array_equal(SPACE.from_columns(columns), everything)
    best = int(np.argmax(table["test_accuracy"].to_numpy()))
    assert best == 162_354
    assert (
        official_hash(*decode(SPACE.format(everything[[best]])[0]))
        == (SPACE.hashes(everything[[best]])[0])
    )
