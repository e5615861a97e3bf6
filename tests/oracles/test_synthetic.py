"""The additive oracle is what its description promises, in every space."""

import numpy as np
import pytest

from lissnas.oracles import additive
from lissnas.spaces import SPACES


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_scores_are_fractions_and_depend_on_the_seed(space):
    """Scores lie in [0, 1], differ between architectures and between seeds."""
    archs = space.sample(500, np.random.default_rng(0))
    scores = additive(space, 0)(archs)
    assert 0 <= scores.min() < scores.max() <= 1
    np.testing.assert_array_equal(scores, additive(space, 0)(archs))
    assert not np.allclose(scores, additive(space, 1)(archs))


def test_extremes_are_reached_and_parts_add_up():
    """Over all combinations the best is 1, the worst 0, and changes add up."""
    space = SPACES["nasbench201"]
    oracle, archs = additive(space), space.enumerate()
    scores = oracle(archs)
    assert scores.min() == 0 and scores.max() == pytest.approx(1, abs=1e-12)
    base, one, other = np.zeros((3, 6), dtype=np.int8)
    one, other = base.copy(), base.copy()
    one[0], other[3] = 2, 4
    a, b, c, d = oracle(np.stack([base, one, other, one + other]))
    assert d - a == pytest.approx((b - a) + (c - a), abs=1e-12)
