"""Diversity and coverage of subspaces."""

import numpy as np
import pytest

from lissnas.metrics.diversity import (
    DiversitySettings,
    coverage,
    dispersion,
    diversity,
    flop_coverage,
    max_distance,
    mean_distance,
    unit_vectors,
)
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
SETTINGS = DiversitySettings(sample=1500, pairs=20_000, selected=200)


def test_distance_is_the_share_of_differing_decisions():
    """Cosine distance of one-hots is the Hamming distance over the decisions."""
    archs = SPACE.sample(300, np.random.default_rng(0))
    vectors = unit_vectors(SPACE, archs)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    apart = (archs[:, None] != archs[None]).mean(axis=2)
    np.testing.assert_allclose(1 - vectors @ vectors.T, apart, atol=1e-6)
    assert max_distance(vectors) == pytest.approx(apart.max())
    mean = mean_distance(vectors, 50_000, np.random.default_rng(1))
    assert mean == pytest.approx(apart.sum() / (300 * 299), abs=0.01)


def test_uniform_sample_is_as_diverse_as_the_original():
    """A large uniform subset has ratios near 1 and covers the original."""
    rng = np.random.default_rng(0)
    found = diversity(SPACE, SPACE.sample(6000, rng), SETTINGS, rng)
    assert found.dispersion_ratio == pytest.approx(1, abs=0.05)
    assert found.coverage > 0.8 and found.flop_coverage > 0.9


def test_one_pocket_is_less_diverse():
    """The neighbourhood of one architecture is less diverse in every respect."""
    rng = np.random.default_rng(0)
    centre = SPACE.sample(1, rng)
    pocket = SPACE.neighbours(SPACE.neighbours(centre).archs).archs
    found = diversity(SPACE, pocket, SETTINGS, rng)
    assert found.dispersion_ratio < 0.8
    assert found.mean_distance[0] < 0.7 * found.mean_distance[1]
    assert found.coverage < 0.65


def test_dispersion_rewards_separate_pockets():
    """As many vectors in many pockets disperse more than in one."""
    rng = np.random.default_rng(0)
    seeds = SPACE.sample(40, rng)
    many = unit_vectors(SPACE, SPACE.neighbours(seeds).archs)
    one = unit_vectors(SPACE, np.repeat(SPACE.neighbours(seeds[:1]).archs, 40, axis=0))
    assert dispersion(many, 200, rng) > 2 * dispersion(one, 200, rng)


def test_a_space_covers_itself():
    """Coverage is 1 where every original architecture is kept."""
    vectors = unit_vectors(SPACE, SPACE.enumerate()[:3000])
    assert coverage(vectors, vectors) == pytest.approx(1, abs=1e-5)


def test_flop_coverage_counts_bins():
    """The lower half of the costs covers half of the quantile bins."""
    macs = np.arange(10_000)
    assert flop_coverage(macs, macs) == 1
    assert flop_coverage(macs, macs[:5000]) == pytest.approx(0.5, abs=0.05)
    assert flop_coverage(macs, macs[-1:]) == pytest.approx(0.05)
    assert flop_coverage(np.ones(5, int), np.ones(5, int)) == 1


@pytest.mark.parametrize(
    "change", [{"sample": 0}, {"pairs": 0}, {"selected": 0}, {"bins": 0}, {"share": 0}]
)
def test_bad_settings_are_refused(change):
    """A setting out of range is named."""
    with pytest.raises(ValueError, match=next(iter(change))):
        DiversitySettings(**change)


def test_an_empty_space_is_refused():
    """Nothing has no diversity."""
    empty = np.zeros((0, 6), dtype=np.int8)
    with pytest.raises(ValueError, match="at least one architecture"):
        diversity(SPACE, empty, SETTINGS, np.random.default_rng(0))
