"""What each search algorithm promises beside the common contract."""

import numpy as np
import pytest

from lissnas.oracles import additive
from lissnas.search import explicit, search, whole
from lissnas.search.base import Origin
from lissnas.search.evolution import Evolution
from lissnas.search.regularised import Regularised
from lissnas.search.uniform import Uniform
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]


def run(searcher, queries=1000, space=SPACE, seed=0):
    rng = np.random.default_rng(seed)
    return search(searcher, whole(space), additive(space), queries, rng)


def test_spos_has_twenty_generations_of_fifty():
    """SPOS (arXiv:1904.00420, section 4): population 50, 20 generations: 1,000."""
    trace = run(Evolution(), space=SPACES["nasbench101"])
    np.testing.assert_array_equal(trace.generation, np.repeat(np.arange(20), 50))


def test_spos_generations_mix_mutants_and_crossings_of_the_best_ten():
    """The first is uniform; parents are among the ten best of all before."""
    trace = run(Evolution(), 300, SPACES["nasbench101"])
    assert (trace.origin[:50] == Origin.UNIFORM).all()
    second = trace.origin[trace.generation == 1]
    assert (second == Origin.MUTATION).sum() == (second == Origin.CROSSOVER).sum() == 25
    for generation in range(1, 6):
        now = trace.generation == generation
        before = trace.scores[trace.generation < generation]
        tenth = np.sort(before)[-10]
        parents = np.unique(trace.parents[now])
        assert (trace.scores[parents[parents >= 0]] >= tenth).all()


def test_crossings_take_each_decision_from_a_parent():
    """Where every row is an architecture, a crossing has no decision of its own."""
    trace = run(Evolution(), 300)
    crossed = np.flatnonzero(trace.origin == Origin.CROSSOVER)
    mothers, fathers = (trace.archs[trace.parents[crossed, k]] for k in (0, 1))
    child = trace.archs[crossed]
    assert len(crossed) and ((child == mothers) | (child == fathers)).all()


def test_regularised_children_are_one_edit_from_their_parent():
    """In a space of free decisions a mutant differs from its parent in exactly one."""
    trace = run(Regularised(), 400)
    mutants = np.flatnonzero(trace.origin == Origin.MUTATION)
    changed = trace.archs[mutants] != trace.archs[trace.parents[mutants, 0]]
    assert len(mutants) > 200 and (changed.sum(axis=1) == 1).all()


def test_regularised_forgets_the_oldest():
    """Without selection parents are of all ages up to the population's, none older
    but for the few that were born again as a repeat."""
    space = SPACES["nasbench101"]
    trace = run(Regularised(population=20, tournament=1), 400, space)
    mutants = np.flatnonzero(trace.origin == Origin.MUTATION)
    age = mutants - trace.parents[mutants, 0]
    assert len(mutants) > 300 and 15 < np.quantile(age, 0.9) <= 20


def test_random_search_is_uniform():
    """Over many seeds each member of a small domain comes first equally often."""
    domain = explicit(SPACE, SPACE.sample(10, np.random.default_rng(0)))
    firsts = [
        search(Uniform(), domain, additive(SPACE), 1, np.random.default_rng(seed))
        for seed in range(2000)
    ]
    keys = SPACE.identity(np.concatenate([trace.archs for trace in firsts]))
    counts = np.unique(keys, return_counts=True)[1]
    assert len(counts) == 10
    assert np.abs(counts - 200).max() < 5 * np.sqrt(200 * 0.9)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"population": 0}, "population must be at least 1, got 0"),
        ({"mutations": 26}, "mutations must be in 0..25"),
        ({"crossovers": -1}, "crossovers must be at least 0, got -1"),
        ({"rate": 0.0}, "rate must be in"),
    ],
)
def test_evolution_refuses_impossible_settings(settings, sentence):
    """The sentence names the setting, its range and what came."""
    with pytest.raises(ValueError, match=sentence):
        Evolution(**settings)


def test_regularised_refuses_impossible_settings():
    """A tournament needs at least one architecture."""
    with pytest.raises(ValueError, match="tournament must be at least 1, got 0"):
        Regularised(tournament=0)
