"""What panels say of a run is true of its numbers."""

import numpy as np
import pytest

from lissnas.records import Decision, Iteration
from lissnas.runs import Stored
from lissnas.session import Study
from lissnas.ui.frames import csv_bytes
from lissnas.ui.words import (
    FEW,
    change,
    conditions,
    count_line,
    measured_line,
    measured_part,
    sample_line,
    study_line,
)


def stored(size, previous, share, predicted_share=0.5, known=None):
    """Return an iteration of that size whose share of good ones is known or None."""
    none, no_rows = np.zeros(0), np.zeros((0, 2), dtype=np.int8)
    numbers = np.zeros(0, dtype=np.int64)
    iteration = Iteration(
        *(1, no_rows, none, no_rows, none, no_rows, none, numbers, numbers),
        *(no_rows, none, none, no_rows, none, size, previous, 0.5, 0.0),
        *(predicted_share, 10, 0.1, Decision.CONTINUE, "Go on."),
    )
    measures = {"p_good": share, "size": size}
    return Stored(iteration, measures | ({"known": known} if known else {}), {})


BEFORE = stored(100, 1000, 0.5)


@pytest.mark.parametrize(
    ("now", "smaller", "better"),
    [
        (stored(50, 100, 0.6), True, True),
        (stored(100, 100, 0.6), False, True),
        (stored(50, 100, 0.5), True, False),
        (stored(50, 100, 0.4), True, False),
    ],
)
def test_conditions_are_those_of_the_paper(now, smaller, better):
    """Both conditions of section 4.4 are strict, and judged one by one."""
    first, second = conditions(now, BEFORE)
    assert (first.kept, second.kept) == (smaller, better)


def test_a_space_of_good_ones_only_cannot_get_better():
    """A share that stays at 1 does not break the second condition."""
    assert conditions(stored(50, 100, 1.0), stored(100, 1000, 1.0))[1].kept


def test_without_truth_predictions_decide_and_are_named():
    """Predicted shares are compared with predicted ones, and called so."""
    now = stored(50, 100, None, 0.9)
    second = conditions(now, stored(100, 1000, 0.95, 0.5))[1]
    assert second.kept and "(predicted) 50.0 % → 90.0 %" in second.sentence


def test_a_verdict_on_a_part_says_of_how_many_it_is():
    """True shares of some members are marked; of too few, predictions decide."""
    before = stored(1000, 2000, 0.5, known=100)
    second = conditions(stored(500, 1000, 0.6, known=FEW), before)[1]
    assert second.kept and f"(true, {FEW} of 500 measured)" in second.sentence
    second = conditions(stored(500, 1000, 0.9, 0.4, known=FEW - 1), before)[1]
    assert not second.kept and "(predicted)" in second.sentence
    second = conditions(stored(10, 1000, 0.6, known=10), before)[1]
    assert second.kept and "(true)" in second.sentence


def test_numbers_of_all_members_need_no_remark():
    """Only what is partly measured says so, and when it flatters the space."""
    assert measured_part({"size": 10, "known": 10}) == ""
    assert measured_part({"size": 10, "known": 0}) == measured_part({"size": 10}) == ""
    assert measured_line({"size": 10, "known": 10}, 5, 5) is None
    part = {"size": 2_000, "known": 10}
    assert "10 of 2,000 measured" in measured_line(part, 50, 100)
    assert "flatter" not in measured_line(part, 50, 100)
    assert "flatter" in measured_line(part, 100, 100)


def test_the_start_has_nothing_to_compare_with():
    """At iteration 0 neither condition is kept or broken."""
    assert [one.kept for one in conditions(BEFORE, None)] == [None, None]


def test_changes_have_a_sign_and_unknown_ones_are_left_out():
    """A metric without a number before it has no change."""
    assert change(0.5, 0.25, 100, 1, " pt") == "+25.0 pt"
    assert change(1, 2, 1, 0, "") == "-1"
    assert change(None, 2, 1, 0, "") is None and change(1, None, 1, 0, "") is None


def test_lines_name_what_is_shown():
    """The study and the number of points can be read in one line each."""
    line = study_line(Study("nasbench201", "cifar10"))
    assert line == "NAS-Bench-201 · cifar10 · LISSNAS selective · seed 0"
    assert "8,000 of 10,531" in count_line(8000, 10_531)
    assert "all 12" in count_line(12, 12)
    assert "20,000 uniform draws of the 1,048,576" in sample_line(20_000, 2**20)


def test_csv_has_a_header_and_empty_unknowns():
    """NaN and None are empty fields, and quotes are escaped."""
    text = csv_bytes({"name": ['a"b', "c"], "value": [1.5, float("nan")]}).decode()
    assert text == 'name,value\n"a""b",1.5\nc,\n'
