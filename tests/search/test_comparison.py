"""Anytime curves of full and shrunk spaces, with intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lissnas.oracles import additive
from lissnas.search import SEARCHERS, explicit, search, whole
from lissnas.search.comparison import band, compare, curves, query_grid
from lissnas.search.uniform import Uniform
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
TRUTH = additive(SPACE)


def best_members(count=500):
    """Return a domain of the truly best members: the perfect shrunk space."""
    archs = SPACE.enumerate()
    return explicit(SPACE, archs[np.argsort(-TRUTH(archs))[:count]])


def compared(searcher=None, seeds=4, oracle=TRUTH, progress=lambda _: None):
    domains = {"full": whole(SPACE), "best": best_members()}
    rng = np.random.default_rng(0)
    grid = query_grid(150)
    return compare(
        domains, searcher or Uniform(), oracle, TRUTH, seeds, grid, rng, progress
    )


@given(st.integers(1, 10**6))
def test_grids_rise_from_one_to_the_budget(queries):
    """Each number of queries once, at most 60 of them."""
    grid = query_grid(queries)
    assert grid[0] == 1 and grid[-1] == queries and len(grid) <= 60
    assert (np.diff(grid) > 0).all()


@pytest.mark.parametrize("method", SEARCHERS)
def test_a_space_of_the_best_makes_search_better(method):
    """Every search finds better from the start in a domain of the best members."""
    found = compared(SEARCHERS[method]())
    assert found["best"].true[:, 0].mean() > found["full"].true[:, 0].mean() + 0.1
    assert found["best"].true[:, -1].mean() >= found["full"].true[:, -1].mean()


def test_truth_is_that_of_the_incumbent():
    """A search misled by its oracle shows a rising score and a falling truth."""
    found = compared(oracle=lambda archs: 1 - TRUTH(archs))["full"]
    np.testing.assert_allclose(found.true, 1 - found.score, atol=1e-12)
    assert (np.diff(found.score, axis=1) >= 0).all()
    assert found.true[:, -1].mean() < found.true[:, 0].mean()


def test_curves_are_the_traces_on_the_grid():
    """Values are those of single searches; one that ended early keeps its best."""
    domain = best_members(40)
    trace = search(Uniform(), domain, TRUTH, 100, np.random.default_rng(1))
    found = curves(domain, [trace], TRUTH, np.array([1, 10, 40, 100]))
    expected = trace.best_so_far[[0, 9, 39, 39]]
    np.testing.assert_array_equal(found.score[0], expected)
    assert found.queries.tolist() == [40] and found.size == 40


def test_same_seed_same_comparison_and_the_oracle_is_asked_once():
    """Searches share answers, so no architecture is scored twice."""
    asked = []

    def oracle(archs):
        asked.extend(SPACE.identity(archs).tolist())
        return TRUTH(archs)

    first, again = compared(oracle=oracle), compared()
    assert len(asked) == len(set(asked))
    for name in first:
        np.testing.assert_array_equal(first[name].score, again[name].score)
        np.testing.assert_array_equal(first[name].best, again[name].best)


def test_progress_names_each_search():
    """Whoever waits is told which search of how many is on."""
    said = []
    compared(seeds=2, progress=said.append)
    assert said == [
        f"{name}: search {i} of 2" for name in ("full", "best") for i in (1, 2)
    ]


def test_intervals_cover_the_mean_as_often_as_they_say():
    """Of 400 samples of 30 normal draws, about 95% of the intervals hold 0.

    Percentile intervals of 30 draws cover a little less than nominally.
    """
    rng = np.random.default_rng(0)
    found = band(rng.normal(size=(30, 400)), rng)
    covered = (found.low <= 0) & (found.high >= 0)
    assert 0.88 < covered.mean() < 0.98
    assert (found.low <= found.mean).all() and (found.mean <= found.high).all()


def test_unknown_truth_is_not_averaged_away():
    """Where one seed's truth is unknown, so is the mean; one seed has no interval."""
    values = np.array([[0.5, np.nan], [0.7, 0.9]])
    found = band(values, np.random.default_rng(0))
    assert found.mean[0] == pytest.approx(0.6) and np.isnan(found.mean[1])
    assert np.isnan(found.low[1]) and np.isnan(found.high[1])
    single = band(values[1:], np.random.default_rng(0))
    assert single.mean[1] == 0.9 and np.isnan(single.low).all()


def test_refuses_what_cannot_be_compared():
    """No seeds, or domains of different spaces."""
    with pytest.raises(ValueError, match="seeds must be at least 1, got 0"):
        compared(seeds=0)
    domains = {"a": whole(SPACE), "b": whole(SPACES["nasbench101"])}
    with pytest.raises(ValueError, match="domains must be of one space"):
        compare(
            *(domains, Uniform(), TRUTH, TRUTH, 1, query_grid(5)),
            np.random.default_rng(0),
        )
