"""NAS-Bench-101 against published numbers and slow independent code."""

import json
from collections import Counter
from hashlib import md5
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from lissnas.spaces import SPACES
from lissnas.spaces.base import threshold_edit_distance
from lissnas.spaces.nasbench101.cells import labelled
from lissnas.spaces.nasbench101.distances import ball
from lissnas.spaces.nasbench101.edits import CELLS, cell_insertions

SPACE = SPACES["nasbench101"]
GOLDEN = Path(__file__).parents[1] / "data" / "nasbench101.json"
FACTS = {name: fact["value"] for name, fact in json.loads(GOLDEN.read_text()).items()}
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
    """Return keys of all cells an operation and an edge edit away, by brute force."""
    found, size = set(), len(matrix)
    for vertex in range(len(ops)):
        for op in range(3):
            found.add(key((matrix, [*ops[:vertex], op, *ops[vertex + 1 :]])))
    changed, found = found, set()
    for x in range(size - 1):
        for y in range(1, size):
            toggled = matrix.copy()
            toggled[x, y] ^= 1
            if x != y and toggled.sum() <= 9 and acyclic(toggled):
                cell = pruned(toggled, ops)
                if cell:
                    found.add(key(cell))
    own = {key((matrix, ops))}
    return changed - own, found - own


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
    counts = np.bincount(vertices)[2:].cumsum()
    assert counts.tolist() == FACTS["cumulative_by_vertices"]
    assert SPACE.size == CELLS == FACTS["size"] == counts[-1]
    edges = np.bincount(everything[:, :21].sum(axis=1))[1:]
    assert edges.tolist() == FACTS["by_edges"]


def test_labelled_counts():
    """Before isomorphs are merged there are 6,472 graphs and 1,293,208 cells."""
    layouts, interior = labelled()
    graphs = np.bincount(interior)
    assert graphs.tolist() == FACTS["labelled_graphs_by_vertices"]
    assert len(layouts) == graphs.sum() == 6_472
    cells = (graphs * 3 ** np.arange(6)).cumsum()
    assert cells.tolist() == FACTS["labelled_cells_cumulative"]


def test_small_cells_equal_brute_force(everything):
    """The cells of up to 5 vertices are those that a slow search finds, no others."""
    found = set()
    for size in range(2, 6):
        places = [(x, y) for y in range(size) for x in range(y)]
        for bits in product((0, 1), repeat=len(places)):
            matrix = np.zeros((size, size), dtype=int)
            for (x, y), bit in zip(places, bits, strict=True):
                matrix[x, y] = bit
            cell = pruned(matrix, [0] * (size - 2)) if sum(bits) <= 9 else None
            if cell and len(cell[0]) == size:
                found |= {
                    key((matrix, ops)) for ops in product(range(3), repeat=size - 2)
                }
    ours = [key(decode(text)) for text in SPACE.format(everything[: len(found)])]
    assert len(found) == FACTS["cumulative_by_vertices"][3]
    assert set(ours) == found


def test_edit_distances():
    """9 edges and 5 operations are 14 edits, of which a third is 4."""
    assert SPACE.total_edit_distance == FACTS["total_edit_distance"]
    assert threshold_edit_distance(SPACE) == FACTS["threshold_edit_distance"]


@pytest.mark.parametrize("example", FACTS["examples"], ids=lambda e: e["name"])
def test_published_examples(example):
    """Hash and parameters of google-research/nasbench's README and notebook."""
    rows = {int(vertex): out for vertex, out in example["successors"].items()}
    arch = SPACE.parse([encode(matrix_of(rows), example["ops"])])
    cost = SPACE.cost(arch)
    assert SPACE.hashes(arch) == [example["hash"]]
    assert (cost.params[0], cost.macs[0]) == (example["params"], example["macs"])


def test_costs_over_the_whole_space(everything):
    """Extremes and sums over all cells equal those of an independent count."""
    cost = SPACE.cost(everything)
    for name, values in (("params", cost.params), ("macs", cost.macs)):
        found = {"min": values.min(), "max": values.max(), "sum": values.sum()}
        assert found == FACTS[name]


def test_costs_equal_torch_networks():
    """Parameters and multiply-adds of 60 random cells equal those of real layers."""
    archs = SPACE.sample(60, np.random.default_rng(0))
    found = list(zip(*(values.tolist() for values in SPACE.cost(archs)), strict=True))
    with torch.device("meta"):  # layers without data
        counted = [count_by_loops(*decode(text)) for text in SPACE.format(archs)]
    assert found == counted


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
    hashes = [official_hash(*decode(text)) for text in texts]
    assert SPACE.hashes(parsed) == hashes == list(np.array(SPACE.hashes(archs))[source])


def test_useless_vertices_are_pruned():
    """A vertex on no path from input to output does not change the cell."""
    matrix = matrix_of({0: [1, 2, 3], 1: [6], 3: [4], 5: [6]})
    arch = SPACE.parse([encode(matrix, [0, 1, 2, 2, 1])])
    assert SPACE.short(arch) == ["3:01,12"]
    assert SPACE.parse(["3:01,12"]).sum() != arch.sum()
    assert SPACE.identity(arch) == SPACE.identity(SPACE.parse(["3:01,12"]))


def test_neighbours_equal_brute_force():
    """Neighbours, their kinds and insertions of 150 cells equal a slow search."""
    rng = np.random.default_rng(0)
    cells = np.concatenate([rng.integers(0, 2532, 75), rng.integers(0, CELLS, 75)])
    archs = SPACE._rows(cells)
    near = SPACE.neighbours(archs)
    inserted, source = cell_insertions(cells)
    near_keys = [key(decode(text)) for text in SPACE.format(near.archs)]
    far_rows = SPACE._rows(inserted.astype(np.int64))
    far_keys = [key(decode(text)) for text in SPACE.format(far_rows)]
    for number, text in enumerate(SPACE.format(archs)):
        mine = [
            (k, near.kind[i])
            for i, k in enumerate(near_keys)
            if near.source[i] == number
        ]
        by_kind = edits(*decode(text))
        assert {k for k, _ in mine} == by_kind[0] | by_kind[1]
        assert all(k in by_kind[kind] for k, kind in mine)
        mine = {k for k, s in zip(far_keys, source, strict=True) if s == number}
        assert mine == longer(*decode(text))


def test_numbers_of_neighbours(everything):
    """18.35 neighbours on average and 34 at most, over all cells."""
    counts = np.bincount(SPACE.neighbours(everything).source, minlength=CELLS)
    assert counts.mean() == pytest.approx(FACTS["neighbours"]["mean"], abs=5e-3)
    assert counts.max() == FACTS["neighbours"]["max"]


def test_numbers_of_cells_within_few_edits():
    """About 19, 190, 1,327 and 6,987 cells lie within 1 to 4 edits of a random one."""
    cells = np.random.default_rng(0).integers(0, CELLS, 300)
    expected = FACTS["cells_within_edits"]
    sizes = [len(ball(cells, int(radius))) / len(cells) for radius in expected]
    np.testing.assert_allclose(sizes, list(expected.values()), rtol=0.1)


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


def test_balls_are_exact():
    """The cells within 1 to 3 edits are those of a breadth-first search."""
    cells = np.append(np.random.default_rng(0).integers(0, CELLS, 10), [0, 5, 90, 2000])
    for radius in (1, 2, 3):
        row, found = np.divmod(ball(cells, radius), CELLS)
        for number, cell in enumerate(cells):
            expected = set().union(*shells(int(cell), radius))
            assert set(found[row == number].tolist()) == expected


@pytest.mark.parametrize("cell", [50, 500, 2000, 40_000])
def test_every_cell_at_a_distance_is_drawn(cell):
    """Many draws at two edits give the whole shell, cells with one vertex more too."""
    archs = np.repeat(SPACE._rows(np.array([cell])), 20_000, axis=0)
    found = SPACE.sample_neighbours(archs, np.asarray(2), np.random.default_rng(0))
    assert set(SPACE.identity(found.archs).tolist()) == shells(cell, 2)[2]


def test_walks_insert_vertices_too():
    """A step is an edit or an insertion, so walks do not end in small cells."""
    cells = np.random.default_rng(0).integers(0, 2532, 2000)
    after = SPACE.identity(
        SPACE.walk_step(SPACE._rows(cells), np.random.default_rng(1))
    )
    inserted, source = cell_insertions(cells)
    near = SPACE.neighbours(SPACE._rows(cells))
    longer_pairs = set(zip(source, inserted, strict=True))
    known = longer_pairs | set(
        zip(near.source, SPACE.identity(near.archs), strict=True)
    )
    moved = {(i, c) for i, c in enumerate(after) if c != cells[i]}
    assert moved <= known and len(moved & longer_pairs) > 200


def shells(start, limit):
    """Return the sets of cells at 0, 1, ... `limit` edits, searched with plain sets."""
    found, seen = [{start}], {start}
    for step in range(1, limit + 1):
        shell = set(SPACE.identity(steps(found[-1]).archs).tolist())
        if step > 1:
            cells = np.array(sorted(found[-2]), dtype=np.int64)
            shell |= set(cell_insertions(cells)[0].tolist())
        found.append(shell - seen)
        seen |= shell
    return found


def shortest(start, target, limit):
    """Return the number of edits between two cells, `limit` + 1 if they are more."""
    for step, shell in enumerate(shells(start, limit)):
        if target in shell:
            return step
    return limit + 1


def steps(cells):
    """Return the neighbours of a set of cell numbers."""
    return SPACE.neighbours(SPACE._rows(np.array(sorted(cells), dtype=np.int64)))


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
        (
            '{"matrix": [[1, 1], [0, 0]], "ops": ["input", "output"]}',
            "upper triangular",
        ),
        ('{"matrix": [[0, 1], [0, 0]], "ops": ["in", "output"]}', "arch ops must be"),
        ('{"matrix": [[0, 1], [0, 0]], "ops": "io"}', "arch ops must be 2 to 7 names"),
    ],
)
def test_malformed_cells_are_named(text, words):
    """Each mistake in a cell gets its own sentence."""
    with pytest.raises(ValueError, match=words):
        SPACE.check(SPACE.parse([text]))


def test_drawing_is_the_canonical_cell():
    """A drawing has the operations and edges of the ModelSpec."""
    for arch in SPACE.sample(50, np.random.default_rng(0)):
        spec = json.loads(SPACE.format(arch[None])[0])
        graph = SPACE.graph(arch)
        assert list(graph.nodes) == spec["ops"]
        edges = [list(edge[:2]) for edge in graph.edges]
        assert edges == np.argwhere(spec["matrix"]).tolist()


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
    assert best == FACTS["best_row"]
    assert (
        official_hash(*decode(SPACE.format(everything[[best]])[0]))
        == (SPACE.hashes(everything[[best]])[0])
    )
