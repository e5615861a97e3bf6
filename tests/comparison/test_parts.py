"""The parts of a comparison: labels, intervals, shared predictions, the paper."""

import math
from collections import Counter

import numpy as np
import pytest

from lissnas.comparison import ENTRIES, MEASURES, Outcome, entry, labels, summarise
from lissnas.comparison.bench import Remembered
from lissnas.comparison.paper import PAPER, paper_numbers
from lissnas.comparison.summary import estimate, estimate_text, share_of
from lissnas.oracles import additive
from lissnas.shrink import SHRINKERS
from lissnas.spaces import SPACES


def test_all_means_every_method_and_control():
    """Every registered method can be compared, LISSNAS in both variants."""
    assert set(labels("all")) == set(ENTRIES)
    assert set(SHRINKERS) | {"lissnas-published", "random", "original"} == set(ENTRIES)
    assert labels("naive, abs,naive") == ("naive", "abs")


def test_settings_follow_a_name():
    """A label may carry settings, typed as the method's own."""
    one = entry("naive:keep=0.3")
    assert one.values == {"keep": 0.3} and "keep=0.3" in one.title
    assert entry("lissnas-published:samples=500").values == {
        "variant": "published",
        "samples": 500,
    }


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("nope", "methods must be of"),
        ("naive:keep=much", "keep must be a float"),
        ("naive:target=5", "settings of naive must be of"),
        ("random:x=1", "settings of random must be of none"),
    ],
)
def test_bad_labels_are_refused(label, sentence):
    """A wrong name or value is answered by a sentence."""
    with pytest.raises(ValueError, match=sentence):
        entry(label)


def test_intervals_are_students():
    """Of 1, 2, 3 the 95% interval is 2 +- 4.303 / sqrt(3): quantile from any table."""
    found = estimate([1.0, 2.0, 3.0])
    assert found.mean == 2
    assert found.half == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    assert math.isnan(estimate([1.0]).low)


def test_shares_have_wilsons_interval():
    """Ten of ten: Wilson's lower end is 1 / (1 + z^2 / 10) = .722."""
    found = share_of([1.0] * 10)
    assert (found.mean, found.high) == (1, 1)
    assert found.low == pytest.approx(0.7225, abs=1e-4)


def test_rows_follow_the_registry():
    """Seeds become one row, in the registry's order; unknown numbers are left out."""
    values = [("original", 0, 0.2), ("naive", 0, 0.5), ("naive", 1, 0.7)]
    outcomes = [
        Outcome(label, label, "method", seed, True, size=10, known=10, p_good=good)
        for label, seed, good in values
    ]
    rows = summarise(outcomes)
    assert [(row.label, row.seeds) for row in rows] == [("naive", 2), ("original", 1)]
    assert rows[0].estimates["p_good"].mean == pytest.approx(0.6)
    assert "mean_true" not in rows[0].estimates
    assert estimate_text(rows[1], "p_good") == "20.00%"
    assert estimate_text(rows[0], "p_good").startswith("60.00% ±")


def test_predictions_are_shared():
    """Each architecture of a small space is asked about once, isomorphs included."""
    space, asked = SPACES["nasbench-macro"], Counter()
    truth = additive(space)

    def oracle(archs):
        asked.update(space.identity(archs).tolist())
        return truth(archs)

    shared = Remembered(oracle, space)
    rng = np.random.default_rng(0)
    for _ in range(3):
        archs = space.enumerate()[rng.permutation(space.size)[:2000]]
        np.testing.assert_array_equal(shared(archs), truth(archs))
    assert set(asked.values()) == {1}
    assert shared.seconds > 0


def test_large_spaces_are_asked_directly():
    """What cannot be remembered is still answered."""
    space = SPACES["shufflenetv2"]
    archs = space.sample(50, np.random.default_rng(0))
    oracle = additive(space)
    np.testing.assert_array_equal(Remembered(oracle, space)(archs), oracle(archs))


def test_the_papers_numbers_are_about_what_is_compared():
    """Each number names a space, an entry and a measure that exist."""
    for number in PAPER:
        assert number.space in SPACES and number.measure in MEASURES
        entry(number.label)
    found = {
        (n.table, n.label, n.measure): n.value for n in paper_numbers("nasbench101")
    }
    assert found["4", "lissnas-published", "size"] == 13_000
    assert found["10", "no-locality", "queries"] == 196_000
    assert found["4 (size)", "lissnas-published", "reduction"] == pytest.approx(
        32.5, 0.01
    )
