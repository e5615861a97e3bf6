"""What the Explore page says of spaces and architectures is true of its numbers."""

import numpy as np
import pytest

from lissnas.explain import Change, Overview
from lissnas.spaces import SPACES
from lissnas.spaces.base import Decision
from lissnas.ui import explore_words as words


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (15_625, "15,625"),
        (4**20, "1,099,511,627,776 (about 1.1e12)"),
        (13**21, f"{13**21:,} (about 2.5e23)"),
        (10**400, f"{10**400:,} (about 1.0e400)"),
    ],
)
def test_sizes_are_exact_and_readable(size, text):
    """A size is an exact integer, however large, with its magnitude if it is long."""
    assert words.size_words(size) == text


def test_equal_decisions_are_told_once():
    """Neighbouring decisions with equal options are one row, in order."""
    few, many = ("a", "b"), tuple(f"o{i}" for i in range(20))
    decisions = [Decision("x 1", few), Decision("x 2", few), Decision("y", many)]
    first, second = words.decision_rows(decisions)
    assert (first["decision"], first["decisions"]) == ("x 1 to x 2", 2)
    assert first["names"] == "a, b"
    assert second["options"] == 20 and second["names"].endswith("o6, ... o19")
    assert words.options_words(decisions) == "3 decisions of 2 to 20 options"


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_all_decisions_are_told(space):
    """The rows together are all decisions of a space."""
    rows = words.decision_rows(space.decisions)
    assert sum(row["decisions"] for row in rows) == len(space.decisions)


def test_the_best_is_above_all_others_and_never_all():
    """Shares are cut, not rounded: the best of many is not above 100 % of them."""
    assert words.better_words(15624 / 15625, 15625, "measured") == (
        "above 99.9 % of 15,625 measured"
    )
    assert words.better_words(float("nan"), 0, "measured") is None


@pytest.mark.parametrize(
    ("known", "extra", "text"),
    [
        (
            0,
            0,
            "Showing 3 of 9, sampled uniformly with a fixed seed; none of these was",
        ),
        (
            9,
            0,
            "Showing 3 of 9, sampled uniformly with a fixed seed; all of these were",
        ),
        (5, 2, ", and 2 more of the 5 measured; 2 of these 5 were measured."),
    ],
)
def test_counts_are_said(known, extra, text):
    """How many are shown and how many of them were measured is always said."""
    n = 3 + extra
    true = np.full(n, 0.5 if known == 9 else np.nan)
    true[3:] = 0.5
    rows, numbers = np.zeros((n, 2), dtype=np.int8), np.zeros(n, dtype=np.int64)
    seen = Overview(rows, numbers, numbers, true, np.arange(n) < 3, 9, known)
    assert text in words.count_words(seen)


def test_one_edit_is_told_with_an_example():
    """Each kind of edit is named with its number and an example, if there is one."""
    said = words.edit_words(["move", "turn"], [3, 0], {"move": "a → b"})
    assert said == (
        "One edit is of the kind **move** (3 here, such as *a → b*) or **turn** "
        "(none here)."
    )


def test_unknown_is_said_and_zero_is_not_unknown():
    """An accuracy of 0 is measured, NaN is not; differences have a sign."""
    assert words.measured(0.0) == "0.00 %"
    assert words.measured(float("nan")) == "not measured"
    assert words.points(0.0123) == "+1.23 pt" and words.points(float("nan")) == "–"
    assert words.millions(3_364_000) == "3.364 M"
    assert words.millions(322_900_000) == "322.9 M"
    present = Change("edge 0-1", "edge 0-1", "")
    assert words.side(present, present.old) == "present"
    assert words.side(present, present.new) == "absent"
