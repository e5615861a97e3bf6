"""Every registered search keeps the promises of the protocol, in all domains."""

from itertools import pairwise

import numpy as np
import pytest

from lissnas.oracles import additive
from lissnas.search import SEARCHERS, Limits, explicit, limited, search, whole
from lissnas.search.base import Origin, joined
from lissnas.spaces import SPACES

KINDS = ("whole", "explicit", "limited whole", "limited explicit")


@pytest.fixture(params=SEARCHERS)
def searcher(request):
    """Each search with its default settings."""
    return SEARCHERS[request.param]()


@pytest.fixture(params=["nasbench201", "nasbench101", "transnasbench101-macro"])
def space(request):
    """A space of free decisions, and two with isomorphs or rules of validity."""
    return SPACES[request.param]


@pytest.fixture(params=KINDS)
def domain(request, space):
    """A domain of each kind; limits leave about half of it."""
    rng = np.random.default_rng(7)
    base = whole(space)
    if "explicit" in request.param:
        seeds = space.sample(10, rng)
        base = explicit(space, np.concatenate([seeds, space.neighbours(seeds).archs]))
    macs = int(np.median(space.cost(base.sample(500, rng)).macs))
    return limited(base, Limits(max_macs=macs)) if "limited" in request.param else base


def run(searcher, domain, queries=150, seed=0, oracle=None, history=None):
    oracle = oracle or additive(domain.space)
    return search(
        searcher, domain, oracle, queries, np.random.default_rng(seed), history
    )


def test_never_leaves_the_domain(searcher, domain):
    """Whatever is queried is a member, canonical, and none of it twice."""
    trace = run(searcher, domain)
    assert domain.contains(trace.archs).all()
    np.testing.assert_array_equal(domain.space.canonical(trace.archs), trace.archs)
    assert len(np.unique(domain.space.identity(trace.archs))) == len(trace)


@pytest.mark.parametrize("queries", [1, 7, 130])
def test_spends_the_budget_and_no_more(searcher, domain, queries):
    """The oracle is asked for exactly as many distinct architectures as allowed."""
    asked = []

    def oracle(archs):
        asked.extend(domain.space.identity(archs).tolist())
        return additive(domain.space)(archs)

    trace = run(searcher, domain, queries, oracle=oracle)
    expected = min(queries, domain.size)
    assert len(asked) == len(set(asked)) == len(trace) == expected
    assert asked == domain.space.identity(trace.archs).tolist()


def test_respects_limits(searcher, space):
    """Under limits on both costs, nothing costlier is queried."""
    cost = space.cost(space.sample(2000, np.random.default_rng(1)))
    limits = Limits(
        int(np.quantile(cost.macs, 0.4)), int(np.quantile(cost.params, 0.3))
    )
    trace = run(searcher, limited(whole(space), limits))
    spent = space.cost(trace.archs)
    assert spent.macs.max() <= limits.max_macs
    assert spent.params.max() <= limits.max_params
    assert len(trace) == 150


def test_same_seed_same_trace_other_seed_another(searcher, domain):
    """A trace is a function of settings and generator, nothing else."""
    first, again = run(searcher, domain), run(searcher, domain)
    for name in first.__slots__:
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(
        first.archs[:20], run(searcher, domain, seed=1).archs[:20]
    )


def test_interrupted_search_goes_on_as_if_it_had_not_been(searcher, domain):
    """With the trace so far it ends the same, asking only for what is new."""
    full, asked = run(searcher, domain), []
    pieces = searcher(domain, additive(domain.space), 150, np.random.default_rng(0))
    begun = joined([next(pieces)])

    def oracle(archs):
        asked.append(len(archs))
        return additive(domain.space)(archs)

    resumed = run(searcher, domain, oracle=oracle, history=begun)
    np.testing.assert_array_equal(resumed.archs, full.archs)
    np.testing.assert_array_equal(resumed.scores, full.scores)
    assert sum(asked) == len(full) - len(begun)


def test_best_so_far_rises_to_the_best(searcher, domain):
    """The anytime curve is the running maximum, and its end the best queried."""
    trace = run(searcher, domain)
    curve = trace.best_so_far
    assert all(b >= a for a, b in pairwise(curve))
    np.testing.assert_array_equal(curve, np.maximum.accumulate(trace.scores))
    assert additive(domain.space)(trace.best)[0] == trace.scores.max()


def test_searches_a_small_domain_to_its_end(searcher, space):
    """With more queries than members each member is queried once, then it ends."""
    domain = explicit(space, space.sample(60, np.random.default_rng(3)))
    trace = run(searcher, domain, 10_000)
    assert len(trace) == domain.size
    np.testing.assert_array_equal(
        np.sort(space.identity(trace.archs)), np.sort(space.identity(domain.archs))
    )


def test_parents_come_before_their_children(searcher, domain):
    """Uniform draws have no parent; others have earlier ones, two if crossed."""
    trace = run(searcher, domain)
    count = (trace.parents >= 0).sum(axis=1)
    np.testing.assert_array_equal(count, trace.origin)  # 0 uniform, 1 mutant, 2 crossed
    assert (trace.parents < np.arange(len(trace))[:, None]).all()
    assert [int(kind) for kind in Origin] == [0, 1, 2]


def test_unknown_scores_are_never_the_best(searcher, space):
    """An oracle that knows half of the space only cannot mislead the search."""
    truth = additive(space)

    def half(archs):
        scores = truth(archs)
        return np.where(space.cost(archs).params % 2 == 0, scores, np.nan)

    trace = run(searcher, whole(space), oracle=half)
    known = ~np.isnan(trace.scores)
    if known.any():
        assert trace.best_so_far[-1] == np.nanmax(trace.scores)


@pytest.mark.parametrize("method", ["evolution", "regularised"])
def test_evolution_beats_random_search_under_locality(method, space):
    """On a space with perfect locality it finds better, by a margin over six seeds."""

    def mean(name):
        traces = [run(SEARCHERS[name](), whole(space), 200, seed) for seed in range(6)]
        return np.mean([trace.best_so_far[-1] for trace in traces])

    assert mean(method) > mean("random") + 0.02


def test_refuses_a_budget_of_nothing(searcher, domain):
    """The sentence names the argument and what came."""
    with pytest.raises(ValueError, match="queries must be at least 1, got 0"):
        run(searcher, domain, 0)
