"""A share for variety, and what few scores together lead to expect."""

import numpy as np
import pytest
from toy_spaces import Toy

from lissnas.metrics.diversity import DiversitySettings, diversity
from lissnas.oracles import additive
from lissnas.records import final
from lissnas.shrink.base import pool
from lissnas.shrink.kriging import kriged
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.locality import settled
from lissnas.shrink.variety import BINS, variety
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
HUGE = Toy(*[4] * 20, name="huge")


@pytest.fixture
def rng():
    """A generator of its own for each test."""
    return np.random.default_rng(0)


def result(space, share, **settings):
    """Return the members that selective LISSNAS keeps with a share for variety."""
    shrinker = Lissnas(diversity=share, **settings)
    rng = np.random.default_rng(0)
    return final(list(shrinker(space, additive(space), rng))).space


@pytest.mark.parametrize(
    ("space", "settings"),
    [
        (SPACE, {"target": 1500, "queries": 3900}),
        (HUGE, {"target": 5000, "queries": 5000}),
    ],
    ids=["nasbench201", "4^20"],
)
def test_diversity_widens_the_result(space, settings):
    """A fifth for variety keeps more, and networks of more sizes, at little cost."""
    narrow, wide = (result(space, share, **settings) for share in (0, 0.2))
    assert len(narrow) == len(wide)
    before, after = (
        diversity(space, archs, DiversitySettings(), np.random.default_rng(0))
        for archs in (narrow, wide)
    )
    assert after.dispersion_ratio > before.dispersion_ratio + 0.03
    assert after.flop_coverage >= max(0.8, before.flop_coverage)
    oracle, uniform = additive(space), space.sample(5000, np.random.default_rng(0))
    gain = oracle(narrow).mean() - oracle(uniform).mean()
    assert oracle(wide).mean() > oracle(uniform).mean() + 0.6 * gain


def started(space, share):
    """Return what a share for variety means after a first sample of the space."""
    rng = np.random.default_rng(1)
    return variety(space, next(Lissnas()(space, additive(space), rng)), share)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_choices_are_distinct_exact_and_by_falling_score(share, rng):
    """Any share chooses exactly as many as asked, none twice, by falling score; no
    share chooses the best."""
    archs = SPACE.sample(3000, rng)
    scores = rng.random(3000)
    wide = started(SPACE, share)
    for count in (0, 1, 77, 2900, 3000, 4000):
        rows = wide.choose(archs, scores, count)
        assert len(np.unique(rows)) == len(rows) == min(count, 3000)
        assert (np.diff(scores[rows]) <= 0).all()
        if not share:
            assert set(rows) == set(np.argsort(-scores)[:count])


def test_every_quantile_of_cost_gets_its_part(rng):
    """Half of what is dealt goes evenly to the quantiles of multiply-adds, also where
    score rises with cost."""
    archs, wide = HUGE.sample(20_000, rng), started(HUGE, 0.5)
    macs = HUGE.cost(archs).macs
    rows = wide.choose(archs, macs / macs.max(), 4000)
    counts = np.bincount(np.searchsorted(wide.edges, macs[rows], side="right"))
    assert len(counts) == BINS and counts.min() >= 0.9 * 1000 / BINS


def test_what_differs_is_not_among_the_worst(rng):
    """Nothing of the worst fifth of a space is kept for being far away only."""
    archs, wide = HUGE.sample(20_000, rng), started(HUGE, 0.3)
    scores = rng.permutation(additive(HUGE)(archs))  # no matter what costs
    rows = wide.choose(archs, scores, 2000)
    best = set(np.argsort(-scores)[:1400])
    others = np.array([row for row in rows if row not in best])
    assert len(others) == 600 and (scores[others] >= wide.least).all()


def test_few_scores_tell_of_all(rng):
    """From a fiftieth of a space without noise, kriging ranks all of it well."""
    oracle, everything = additive(SPACE), SPACE.enumerate()
    archs = everything[rng.choice(len(everything), 300, replace=False)]
    expected = kriged(SPACE, pool(SPACE, archs, oracle(archs)), everything)
    assert np.corrcoef(expected, oracle(everything))[0, 1] > 0.95


@pytest.mark.parametrize("count", [1, 2, 50])
def test_equal_scores_are_expected_everywhere(count, rng):
    """Where all scores are equal, so is what to expect, and nothing is undefined."""
    known = pool(SPACE, SPACE.sample(count, rng), np.full(count, 0.7))
    np.testing.assert_allclose(kriged(SPACE, known, SPACE.sample(99, rng)), 0.7)


def test_neighbours_correct_errors_of_the_predictor(rng):
    """Scores with independent errors are nearer to the truth after their neighbours
    had a say."""
    archs, truth = SPACE.enumerate()[:1500], additive(SPACE)(SPACE.enumerate()[:1500])
    noisy = truth + truth.std() * rng.standard_normal(len(truth))
    better = settled(SPACE, archs, SPACE.identity(archs), noisy)
    assert np.corrcoef(better, truth)[0, 1] > np.corrcoef(noisy, truth)[0, 1] + 0.03


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"diversity": -0.1}, "diversity must be in"),
        ({"diversity": 1.1}, "diversity must be in"),
        ({"diversity": float("nan")}, "diversity must be in"),
        ({"diversity": 0.2, "variant": "published"}, "diversity must be 0"),
    ],
)
def test_bad_shares_are_refused(settings, words):
    """A share out of range, or of a variant that has none, is refused."""
    with pytest.raises(ValueError, match=words):
        Lissnas(**settings)
