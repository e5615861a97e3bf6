"""LISSNAS and the methods it is compared with on real accuracies of NAS-Bench-101."""

from dataclasses import replace

import numpy as np
import pytest

from lissnas.cli.labels import quality
from lissnas.metrics.diversity import DiversitySettings, diversity
from lissnas.records import final
from lissnas.session import SHRINK, Study, generator, open_session
from lissnas.shrink import SHRINKERS
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES
from lissnas.subsets import restore

SELECTIVE = Lissnas(target=13_000, queries=50_000)


def result(settings, seed, data_dir):
    """Return the final iteration and the session of one run."""
    method = next(n for n, kind in SHRINKERS.items() if kind is type(settings))
    session = open_session(Study("nasbench101", "cifar10", method, settings, seed=seed))
    return list(session.iterations()), session


@pytest.mark.parametrize("seed", [0, 11])
def test_selective_finds_the_best(seed, data_dir):
    """13,000 of 423,624 cells average at least .9325 and hold the best, by 50,000
    queries to a predictor that saw 10,000 pairs."""
    iterations, session = result(SELECTIVE, seed, data_dir)
    space, last = session.space, final(iterations)
    true = session.true(last.space)
    members = space.identity(last.space)
    assert last.size == 13_000 and last.queries <= 50_000
    assert true.mean() >= 0.9325
    assert np.isin(session.start.top[:3], members).any()
    assert np.isin(session.start.top, members).mean() >= 0.93


def test_few_queries_still_find_the_best(data_dir):
    """With 20,000 queries the 13,000 cells still average more than .9315."""
    few = Lissnas(target=13_000, queries=20_000)
    iterations, session = result(few, 3, data_dir)
    assert iterations[-1].queries <= 20_000
    assert session.true(final(iterations).space).mean() > 0.9315


def test_diversity_keeps_variety_at_a_stated_cost(data_dir):
    """With a fifth for variety, the 13,000 cells keep .85 of the dispersion and four
    fifths of the multiply-adds, and lose at most .0025 of their mean accuracy."""
    wide = replace(SELECTIVE, diversity=0.2)
    iterations, session = result(wide, 1, data_dir)
    last, rng = final(iterations), np.random.default_rng(1)
    kept = diversity(session.space, last.space, DiversitySettings(), rng)
    assert last.size == 13_000 and iterations[-1].queries <= 50_000
    assert kept.dispersion_ratio >= 0.85
    assert kept.flop_coverage >= 0.8
    assert session.true(last.space).mean() >= 0.9315


@pytest.mark.parametrize(
    ("name", "task", "seed"),
    [
        ("transnasbench101-macro", "class_object", 0),
        ("transnasbench101-macro", "class_object", 1),
        ("transnasbench101-macro", "class_scene", 0),
        ("transnasbench101-micro", "class_scene", 2),
        ("transnasbench101-micro", "jigsaw", 1),
        ("nasbench-macro", "cifar10", 0),
        ("nasbench201", "cifar100", 0),
    ],
)
def test_a_quarter_of_the_queries_goes_all_the_way(name, task, seed, data_dir):
    """A tenth of a small space, for a quarter of the queries, is worth 99% of what the
    best by the same predictor is, and holds the truly best. Macro class_object missed
    that before all scores were heard, micro jigsaw before neighbours had a say."""
    size = SPACES[name].size
    settings = Lissnas(target=size // 10, queries=size // 4, samples=size // 40)
    numbers = quality(Study(name, task, settings=settings, seed=seed), control=True)
    assert numbers["size"] == size // 10 and numbers["queries"] <= size // 4
    assert numbers["way"] >= 0.985  # a single seed; 99% is promised of the mean
    assert numbers["contains_best"]


def test_published_gains_what_the_paper_gains(data_dir):
    """As published, the mean rises by at least the paper's 1.7 points (table 4)."""
    iterations, session = result(Lissnas(variant="published"), 0, data_dir)
    gain = session.true(final(iterations).space).mean() - session.start.mean_true
    assert gain >= 0.017


@pytest.mark.parametrize(("method", "target"), [("abs", 100_000), ("nse", 25_000)])
def test_pruners_reach_the_papers_sizes(method, target, data_dir):
    """ABS and NSE end near the sizes of table 4, above the full space's mean."""
    settings = SHRINKERS[method](target=target, queries=50_000)
    iterations, session = result(settings, 0, data_dir)
    last = final(iterations)
    assert target / 2 <= last.size <= target
    assert iterations[-1].queries <= 50_000
    assert session.true(last.space).mean() >= session.start.mean_true + 0.01


def test_filter_is_measured_on_all_it_keeps(data_dir):
    """GreedyNASv2's filter keeps too many to hold; its numbers are exact all the same,
    and it loses hardly any of the best."""
    iterations, session = result(SHRINKERS["greedynasv2"](), 0, data_dir)
    last = final(iterations)
    assert last.sampled and last.size > 131_072
    subset = restore(session.space, last.subset, last.space)
    members = subset.enumerate()
    numbers = [session.measures(one) for one in iterations]
    assert numbers[-1]["mean_true"] == pytest.approx(session.true(members).mean())
    assert numbers[-1]["max_true"] == session.true(members).max()
    kept = np.isin(session.start.top, session.space.identity(members)).mean()
    recall = session.final_measures(iterations, numbers)["top100_recall"]
    assert recall == kept >= 0.95


def test_selective_beats_every_other_method(data_dir):
    """Of all methods with 50,000 queries and 13,000 out, selective LISSNAS has the
    highest true mean, and comes within .001 of the best by prediction."""
    session = open_session(Study("nasbench101", "cifar10"))
    means = {}
    for name, method in SHRINKERS.items():
        if name == "dds":  # the space names no constraints
            continue
        budget = {"queries": 50_000} if hasattr(method, "queries") else {}
        shrinker = method(target=13_000, **budget)
        rng = generator(session.study, SHRINK)
        last = final(list(shrinker(session.space, session.predict, rng)))
        true = session.true(last.space)
        means[name] = true.mean() if last.step else session.start.mean_true
    control = means.pop("top-predicted")
    assert means.pop("query-all") == pytest.approx(control)
    assert max(means, key=means.get) == "lissnas"
    assert means["lissnas"] >= control - 0.001
