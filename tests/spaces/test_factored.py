"""Spaces of independent parts: their distances, edits and samples are exact."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import chisquare

from lissnas.spaces import SPACES


@cache
def levenshtein(a, b):
    """Return the least changes, insertions and deletions between two tuples."""
    if not a or not b:
        return len(a) + len(b)
    return min(
        levenshtein(a[1:], b) + 1,
        levenshtein(a, b[1:]) + 1,
        levenshtein(a[1:], b[1:]) + (a[0] != b[0]),
    )


def mobilenet_distance(first, second):
    """Return the edit distance of two networks of 21 layers, stage by stage."""
    total = 0
    for start in range(0, 21, 4):
        total += first[start] != second[start]
        a, b = (
            tuple(int(op) for op in row[start + 1 : start + 4] if op != 6)
            for row in (first, second)
        )
        total += levenshtein(a, b)
    return total


def node_distance(first, second):
    """Return the edits between two nodes, each {input: operation}: inputs are
    replaced with their operation, or operations changed, whatever is cheapest."""
    (a, x), (b, y) = first.items()
    others = list(second.items())
    return min(
        (a != c) + (x != z) + (b != d) + (y != w)
        for (c, z), (d, w) in (others, others[::-1])
    )


def darts_distance(first, second):
    """Return the sum of the distances of the nodes of two pairs of cells."""
    texts = SPACES["nasbench301"].format(np.stack([first, second]))
    nodes = []
    for text in texts:
        cells = eval(text, {"Genotype": dict})
        edges = cells["normal"] + cells["reduce"]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        nodes.append([{a: x, b: y} for (x, a), (y, b) in pairs])
    return sum(node_distance(a, b) for a, b in zip(*nodes, strict=True))


@pytest.mark.parametrize(
    ("name", "distance"),
    [
        ("mobilenet-21", mobilenet_distance),
        ("nasbench301", darts_distance),
        ("shufflenetv2", lambda a, b: np.count_nonzero(a != b)),
    ],
)
def test_sampled_neighbours_are_exactly_as_far_as_asked(name, distance):
    """A slow, separate definition of the edit distance agrees on every pair."""
    space, rng = SPACES[name], np.random.default_rng(2)
    archs = space.sample(300, rng)
    asked = rng.integers(1, 9, len(archs))
    found = space.sample_neighbours(archs, asked, rng)
    assert len(found.source) == len(archs)
    for source, arch in zip(found.source, found.archs, strict=True):
        assert distance(archs[source], arch) == asked[source]


@pytest.mark.parametrize("name", ["mobilenet-21", "nasbench301"])
def test_neighbours_are_all_at_one_edit(name):
    """Of one node or stage changed in any way, just those at one edit are listed."""
    space = SPACES[name]
    arch = space.sample(1, np.random.default_rng(4))
    distance = {"mobilenet-21": mobilenet_distance, "nasbench301": darts_distance}[name]
    listed = set(space.short(space.neighbours(arch).archs))
    column, expected = 0, set()
    for part in space.parts:
        stop = column + len(part.limits)
        changed = np.repeat(arch, len(part.states), axis=0)
        changed[:, column:stop] = part.states
        texts = space.short(changed)
        for row, text in zip(changed, texts, strict=True):
            if distance(arch[0], row) == 1:
                expected.add(text)
        column = stop
    assert listed == expected


@pytest.mark.parametrize(
    ("kind", "distance", "changes"),
    [
        ("operation", 1, {0}),
        ("operation", 2, {0}),
        ("depth", 1, {1}),
        ("depth", 2, {0, 2}),
    ],
)
def test_edits_of_one_kind(kind, distance, changes):
    """Edits of operations keep the number of layers; each edit of depth changes it."""
    space, rng = SPACES["mobilenet-21"], np.random.default_rng(5)
    archs = space.sample(500, rng)
    found = space.sample_neighbours(archs, np.asarray(distance), rng, kind)
    before, after = ((a != 6).sum(axis=1) for a in (archs[found.source], found.archs))
    assert set(np.abs(before - after)) == changes


@pytest.mark.parametrize("name", ["mobilenet-21", "nasbench301", "mobilenet-21-se"])
def test_parts_are_uniform_and_independent(name):
    """States of the parts are uniform, and so are pairs of the first two parts."""
    space = SPACES[name]
    states = space._states(space.sample(200_000, np.random.default_rng(6)))
    for part, found in zip(space.parts, states, strict=True):
        assert chisquare(np.bincount(found, minlength=len(part.states))).pvalue > 1e-4
    few = [state % 5 for state in states[1:3]]
    sizes = [np.bincount(np.arange(len(p.states)) % 5) for p in space.parts[1:3]]
    expected = np.outer(*sizes).ravel() / np.outer(*sizes).sum() * 200_000
    assert chisquare(np.bincount(few[0] * 5 + few[1]), expected).pvalue > 1e-4


def test_sampled_neighbours_are_uniform_among_those_at_a_distance():
    """Of two edits drawn often, each node is touched as often as counting says."""
    space, rng, draws = SPACES["nasbench301"], np.random.default_rng(7), 60_000
    arch = space.sample(1, rng)
    found = space.sample_neighbours(np.repeat(arch, draws, axis=0), 2, rng).archs
    changed = (found != arch[0]).reshape(draws, 8, 3).any(axis=2)
    states = zip(space.parts, space._states(arch), strict=True)
    near = np.array([part.distances().counts[state[0]][:3] for part, state in states])
    once, twice = near[:, 1], near[:, 2]
    both = np.triu(np.outer(once, once), 1)
    touched = twice + once * (once.sum() - once)
    expected = draws * touched / (twice.sum() + both.sum())
    assert (np.abs(changed.sum(axis=0) - expected) < 4.5 * np.sqrt(expected)).all()
