"""The map shows each architecture once, in its role, within a budget."""

import numpy as np
import pytest

from lissnas.figures.points import (
    ADDED,
    DROPPED,
    KEPT,
    ORIGINAL,
    REFUSED,
    ROLES,
    SAMPLE,
    SEED,
    Part,
    points,
)
from lissnas.records import Decision, Iteration

NO_ROWS = np.zeros((0, 2), dtype=np.int8)


def rows(*numbers):
    """Return architectures of two decisions, one a number."""
    return np.array([[n // 10, n % 10] for n in numbers], dtype=np.int8).reshape(-1, 2)


def iteration(step, sample=(), seeds=(), neighbours=(), space=()):
    """Return an iteration whose scores are its architectures' numbers."""

    def scores(numbers):
        return np.array(numbers, dtype=float) / 100

    return Iteration(
        step=step,
        sample=rows(*sample),
        sample_predicted=scores(sample),
        seeds=rows(*seeds),
        seed_predicted=scores(seeds),
        neighbours=rows(*neighbours),
        neighbour_predicted=np.full(len(neighbours), np.nan),
        parent=np.zeros(len(neighbours), dtype=np.int64),
        distance=np.full(len(neighbours), 2),
        space=rows(*space),
        space_predicted=scores(space),
        space_expected=scores(space),
        queried=NO_ROWS,
        queried_predicted=np.zeros(0),
        size=len(space),
        previous_size=100,
        mean_predicted=0.5,
        standard_error=0.0,
        p_good_predicted=0.2,
        queries=1,
        seconds=0.0,
        decision=Decision.CONTINUE,
        reason="Go on.",
    )


def with_truth(one):
    """Return an iteration with unknown true accuracies of its parts."""
    sizes = {
        "sample": len(one.sample),
        "seed": len(one.seeds),
        "neighbour": len(one.neighbours),
        "space": len(one.space),
    }
    return one, {part: np.full(size, np.nan) for part, size in sizes.items()}


def original(*numbers):
    """Return a sample of the original space whose accuracies are known."""
    known = np.array(numbers, dtype=float) / 100
    return Part(rows(*numbers), known, known, ORIGINAL)


def role_of(found):
    """Return the role of each number shown."""
    numbers = found.archs[:, 0] * 10 + found.archs[:, 1]
    return dict(zip(numbers.tolist(), found.role.tolist(), strict=True))


SECOND = iteration(
    2, sample=(30, 31), seeds=(31,), neighbours=(40, 41), space=(31, 40, 50)
)
FIRST = iteration(1, space=(30, 31, 50, 60))


def shown(budget=100, rng=0):
    """Return the points of the second iteration of a small run."""
    reference = original(30, 40, 70, 71)
    return points(
        reference,
        with_truth(SECOND),
        with_truth(FIRST),
        budget,
        np.random.default_rng(rng),
    )


def test_every_architecture_has_the_role_it_played():
    """Seeds, sample, neighbours, kept, dropped and the rest are told apart."""
    assert role_of(shown()) == {
        31: SEED,
        30: SAMPLE,
        40: ADDED,
        41: REFUSED,
        50: KEPT,
        60: DROPPED,
        70: ORIGINAL,
        71: ORIGINAL,
    }


def test_what_is_known_anywhere_is_said():
    """A neighbour without a score takes what is known of it from elsewhere."""
    found = shown()
    row = found.role == ADDED
    assert found.predicted[row] == pytest.approx(0.40)
    assert found.true[row] == pytest.approx(0.40)
    assert found.distance[row] == 2
    assert found.distance[found.role == KEPT] == -1


def test_first_iteration_drops_what_it_leaves_of_the_original():
    """At step 1 the previous space is the original, so the rest of its sample drops."""
    now = iteration(1, space=(30,))
    found = points(
        original(30, 40),
        with_truth(now),
        with_truth(iteration(0)),
        100,
        np.random.default_rng(0),
    )
    assert role_of(found) == {30: KEPT, 40: DROPPED}


def test_budget_keeps_every_role_and_counts_all():
    """Points are left out of the large groups, and the counts still say how many."""
    crowd = original(*range(70, 100))
    found = points(
        crowd, with_truth(SECOND), with_truth(FIRST), 12, np.random.default_rng(0)
    )
    assert len(found.archs) == 12
    assert set(found.role) == set(range(len(ROLES)))
    assert found.total == (30, 1, 1, 1, 1, 1, 1)


def test_equal_seeds_show_equal_points():
    """Scrubbing to and fro shows the same sample."""
    np.testing.assert_array_equal(shown(9, 3).archs, shown(9, 3).archs)


def test_too_small_a_budget_is_refused():
    """A budget that cannot show all roles is an error in words."""
    with pytest.raises(ValueError, match="budget must be at least 7, got 6"):
        shown(6)


def test_members_that_are_not_held_are_no_dropped_ones():
    """Where a space is too large to hold, its test tells kept from dropped."""
    now, before = iteration(2, space=(10, 20)), iteration(1, space=(10, 30, 40))
    shown = points(
        original(30, 50, 60),
        with_truth(now),
        with_truth(before),
        100,
        np.random.default_rng(0),
        inside=lambda archs: archs[:, 0] < 5,
    )
    role = dict(zip((shown.archs @ [10, 1]).tolist(), shown.role.tolist(), strict=True))
    assert role == {10: KEPT, 20: KEPT, 30: KEPT, 40: KEPT, 50: ORIGINAL, 60: ORIGINAL}
