"""Verdicts follow their rules, on made-up numbers."""

import pytest

from lissnas.comparison.summary import Estimate, estimate
from lissnas.reproduce.results import geometric
from lissnas.reproduce.verdicts import TOLERANCES, judge, judge_claim, same_order

PAPER = {"a": 0.80, "b": 0.85, "c": 0.92}


def ours(**means):
    return {name: estimate([mean, mean]) for name, mean in means.items()}


def test_a_value_within_the_tolerance_agrees():
    """Accuracies may be off by half a point, and by no more."""
    limit = TOLERANCES["mean_true"][0]
    at = ours(a=0.80 + limit, b=0.1, c=0.1)
    assert judge("mean_true", "a", PAPER, at).verdict == "agrees"
    beyond = ours(a=0.80 + 1.1 * limit, b=0.1, c=0.1)
    assert judge("mean_true", "a", PAPER, beyond).verdict == "differs"


def test_tolerances_of_counts_are_relative():
    """A tenth of a query count may be off, however large it is."""
    paper = {"x": 100_000.0}
    near, far = ({"x": estimate([value] * 3)} for value in (91_000.0, 89_000.0))
    assert judge("queries", "x", paper, near).verdict == "agrees"
    assert judge("queries", "x", paper, far).verdict == "differs"


def test_an_interval_counts_from_three_seeds_on():
    """Two seeds have so wide an interval that everything would agree."""
    for n, verdict in ((2, "differs"), (3, "agrees")):
        own = {"a": Estimate(0.84, 0.70, 0.98, n)}
        assert judge("mean_true", "a", PAPER, own).verdict == verdict


def test_the_same_ranking_agrees_in_order():
    """A column that ranks the methods as the paper does is no contradiction."""
    same = ours(a=0.10, b=0.20, c=0.30)
    assert judge("mean_true", "b", PAPER, same).verdict == "agrees in order"
    swapped = ours(a=0.20, b=0.10, c=0.30)
    assert judge("mean_true", "b", PAPER, swapped).verdict == "differs"


def test_one_method_alone_has_no_order():
    """A ranking of one agrees with everything, so it counts for nothing."""
    assert judge("mean_true", "a", PAPER, ours(a=0.5)).verdict == "differs"


def test_ties_of_the_paper_may_stand_in_either_order():
    """Methods that the paper rounds to the same number are not ranked by it."""
    tied = {"a": 0.1, "b": 0.1, "c": 0.4}
    assert same_order(tied, ours(a=0.3, b=0.2, c=0.5), ["a", "b", "c"])
    assert same_order(tied, ours(a=0.2, b=0.3, c=0.5), ["a", "b", "c"])
    assert not same_order(tied, ours(a=0.2, b=0.6, c=0.5), ["a", "b", "c"])


def test_our_ties_are_no_ranking():
    """Where the paper tells two methods apart and we do not, the order is not ours."""
    assert not same_order(PAPER, ours(a=0.3, b=0.3, c=0.4), ["a", "b", "c"])


def test_what_is_set_or_unknown_is_no_finding():
    """Sizes are set to the paper's; a number that we lack is said to be lacking."""
    assert judge("size", "a", PAPER, ours(a=13_000.0)).verdict == "given"
    assert judge("mean_true", "a", PAPER, {}).verdict == "not measured"


@pytest.mark.parametrize(
    ("own", "rival", "better", "verdict"),
    [
        ([0.92, 0.93, 0.94], [0.90, 0.91, 0.92], 1, "agrees"),
        ([0.92, 0.93], [0.90, 0.91], 1, "agrees in order"),
        ([0.92, 0.93, 0.91], [0.91, 0.91, 0.93], 1, "agrees in order"),
        ([0.90, 0.91, 0.92], [0.92, 0.93, 0.94], 1, "differs"),
        ([10.0, 11.0, 12.0], [20.0, 21.0, 22.5], -1, "agrees"),
        ([], [], 1, "not measured"),
    ],
)
def test_claims_rest_on_paired_differences(own, rival, better, verdict):
    """Ahead by more than chance, ahead, behind; less is better where that is so."""
    rivals = {"rival": rival} if rival else {}
    assert judge_claim(own, rivals, better).verdict == verdict


def test_a_claim_needs_every_rival():
    """Being behind one rival is enough to differ, and it is named."""
    found = judge_claim([0.9, 0.9, 0.9], {"low": [0.8] * 3, "high": [0.95] * 3})
    assert found.verdict == "differs"
    assert "high" in found.rule and "low" not in found.rule


def test_factors_are_averaged_by_their_orders_of_magnitude():
    """A factor of 10 and one of 1,000 make 100, and no interval holds less than 0."""
    found = geometric([10.0, 100.0, 1000.0])
    assert found.mean == pytest.approx(100)
    assert 0 < found.low < 10 and found.high > 1000
