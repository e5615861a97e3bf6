"""What became of an architecture is said truly, for every kind of method and space."""

from functools import cache

import numpy as np
import pytest
from toy_spaces import Ruled

from lissnas.arrays import row_keys
from lissnas.fate import (
    Reason,
    around,
    born,
    fates,
    find_rows,
    links,
    looked_up,
    nearest,
    nearest_of_many,
    why,
    words,
)
from lissnas.oracles import additive
from lissnas.records import final
from lissnas.shrink import SHRINKERS
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES
from lissnas.subsets import restore

METHODS = {
    "selective": Lissnas(target=400, queries=3000, samples=300),
    "published": Lissnas(variant="published", samples=300),
    **{name: SHRINKERS[name]() for name in SHRINKERS if name != "lissnas"},
}
ONE_REASON = {  # what can leave an architecture out of a described space
    "abs": {Reason.OPTION},
    "nse": {Reason.OPTION},
    "padnas": {Reason.OPTION},
    "greedynasv2": {Reason.TEST, Reason.OPTION},
    "dds": {Reason.TEST},
}


def space_of(name):
    return Ruled(*[3] * 8) if name == "dds" else SPACES["nasbench201"]


@cache
def told(name):
    """Return the iterations of a method on accuracies that add up."""
    space = space_of(name)
    rng = np.random.default_rng(0)
    return list(METHODS[name](space, additive(space), rng))


@pytest.mark.parametrize("name", METHODS)
def test_inside_is_membership_and_each_has_a_reason(name):
    """Who is in is who the result holds, and the reason fits the method's result."""
    space, history = space_of(name), told(name)
    last = final(history)
    inner = last.space[:: max(len(last.space) // 10, 1)][:10]
    archs = np.concatenate([space.sample(25, np.random.default_rng(1)), inner])
    held = restore(space, last.subset, last.space).contains(archs)
    for arch, inside in zip(archs, held, strict=True):
        found = why(space, history, arch, 0.5)
        assert found.inside == inside == (found.reason is Reason.KEPT)
        assert (found.left is None) == (found.since is not None) == inside
        assert found.true == 0.5 and found.sentence.endswith(".")
        if found.reason is Reason.BELOW:
            assert found.predicted < found.threshold
        if name in ONE_REASON and not inside:
            assert found.reason in ONE_REASON[name]


def test_a_neighbour_is_told_with_its_seed_and_distance():
    """The seed of one that was made is the recorded one, so many edits away."""
    space, history = space_of("selective"), told("selective")
    one = history[-1]
    for row in np.flatnonzero(find_rows(one.space, one.neighbours) >= 0)[:20]:
        found = why(space, history, one.neighbours[row])
        assert found.maker == one.step and found.inside
        np.testing.assert_array_equal(found.seed, one.seeds[one.parent[row]])
        away = space.distance(found.seed[None], one.neighbours[[row]])
        assert found.distance == away == one.distance[row]


def test_far_ones_are_far_and_barred_ones_are_told_so():
    """Nobody is called far who is within the radius; a constraint goes first."""
    space, history = space_of("published"), told("published")
    radius = max(int(one.distance.max()) for one in history if len(one.neighbours))
    reasons = set()
    for arch in space.sample(60, np.random.default_rng(2)):
        found = why(space, history, arch)
        reasons.add(found.reason)
        if found.reason is Reason.FAR:
            assert found.distance > radius and found.born is None
            barred = why(space, history, arch, barred="conv is forbidden")
            assert barred.reason is Reason.FORBIDDEN
    assert Reason.FAR in reasons and Reason.LIMIT in reasons


def test_at_the_first_iteration_everything_is_in():
    """The original space leaves nothing out."""
    space, history = space_of("selective"), told("selective")
    found = why(space, history[:1], space.sample(1, np.random.default_rng(3))[0])
    assert found.inside and found.reason is Reason.ORIGINAL


@pytest.mark.parametrize("name", ["selective", "published", "dds", "abs"])
def test_fates_are_what_the_records_say(name):
    """Every word about an architecture in an iteration follows from its arrays."""
    space, history = space_of(name), told(name)
    archs = np.concatenate([one.space[:5] for one in history[1:]])
    found = fates(space, history, archs)
    for t, one in enumerate(history[1:], start=1):
        held = restore(space, one.subset, one.space).contains(archs)
        np.testing.assert_array_equal(found.kept[:, t], held)
        seeds = np.isin(row_keys(archs), row_keys(one.seeds))
        np.testing.assert_array_equal(found.seed[:, t], seeds)
        for p, word in enumerate(row[t] for row in words(found)):
            assert (word in ("kept", "came in", "neighbour, kept", "seed")) >= held[p]


@pytest.mark.parametrize("name", ["nasbench201", "nasbench101", "shufflenetv2"])
def test_the_nearest_seed_is_the_nearest(name, rng=None):
    """One by one and many at once agree, also where no formula gives distances."""
    space, rng = SPACES[name], np.random.default_rng(0)
    seeds = space.sample(40, rng)
    near = space.sample_neighbours(seeds[:10], 1, rng)
    archs = np.concatenate([seeds[:3], near.archs])
    row, distance = nearest_of_many(space, archs, seeds)
    assert (distance[:3] == 0).all() and (distance <= 1).all() and (row >= 0).all()
    for arch, steps in zip(archs, distance, strict=True):
        assert nearest(space, arch, seeds).distance == steps


@pytest.mark.parametrize("name", ["selective", "published"])
def test_lineage_is_what_the_records_say(name):
    """Born when first met, beside the seed it was made from, joined only to that."""
    space, history = space_of(name), told(name)
    last = final(history)
    few = [last.space[:60], last.neighbours[:40], space.enumerate()[::400]]
    archs = space.canonical(np.concatenate([last.seeds[:60], *few]))
    archs = archs[np.unique(row_keys(archs), return_index=True)[1]]
    when = born(history, archs)
    for arch, step in zip(archs, when, strict=True):
        met = [
            one.step
            for one in history
            for rows in (one.sample, one.queried, one.seeds, one.neighbours, one.space)
            if (rows == arch).all(1).any()
        ]
        assert step == min(met, default=-1)
    assert {-1, 0} < set(when.tolist())
    found = around(space, last, archs)
    made = find_rows(last.neighbours, archs)
    for row in range(len(archs)):
        if made[row] >= 0:
            assert found.seed[row] == last.parent[made[row]]
        if found.seed[row] >= 0:
            seed = last.seeds[[found.seed[row]]]
            assert space.distance(seed, archs[[row]]) == found.distance[row]
    drawn = links(last, archs, 20, np.random.default_rng(0))
    assert 0 < len(drawn) <= 20
    for start, end in drawn:
        place = find_rows(last.neighbours, archs[[end]])
        np.testing.assert_array_equal(last.seeds[last.parent[place[0]]], archs[start])


def test_what_is_looked_up_comes_from_the_first_that_knows():
    """Later parts fill gaps only, and what nobody knows stays unknown."""
    archs = np.arange(8, dtype=np.int8).reshape(4, 2)
    parts = [
        (archs[[1, 0]], np.array([0.1, np.nan])),
        (archs[:3], np.array([0.7, 0.8, 0.9])),
    ]
    found = looked_up(parts, archs[::-1])
    np.testing.assert_array_equal(found, [np.nan, 0.9, 0.1, 0.7])
    assert np.isnan(looked_up([], archs)).all()
