"""The overview of a space tells what was measured from what was only sampled."""

from types import SimpleNamespace

import numpy as np
import pytest

from lissnas.explain import overview, share_below
from lissnas.spaces import SPACES


def table(space, rows, seed=0):
    """Return the known accuracies of some rows, as a table of ours gives them."""
    keys = space.identity(rows)
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    accuracy = np.random.default_rng(seed).random(len(rows))

    def lookup(_):
        known = dict(zip(keys.tolist(), accuracy, strict=True))
        return lambda archs: np.array(
            [known.get(key, np.nan) for key in space.identity(archs).tolist()]
        )

    return SimpleNamespace(archs=rows, keys=keys, accuracy=accuracy, lookup=lookup)


@pytest.fixture(params=SPACES)
def space(request):
    """Every registered space."""
    return SPACES[request.param]


def test_without_a_table_nothing_is_measured(space):
    """A sample without a table has costs and no accuracy."""
    seen = overview(space, None, np.random.default_rng(0), uniform=50)
    assert len(seen.archs) == 50 and seen.uniform.all()
    assert not seen.measured.any() and not seen.partial and seen.known == 0
    np.testing.assert_array_equal(seen.params, space.cost(seen.archs).params)


def test_a_partial_table_adds_its_networks(space):
    """Measured networks come besides the uniform sample, each architecture once."""
    known = table(space, space.canonical(space.sample(30, np.random.default_rng(5))))
    seen = overview(space, known, np.random.default_rng(0), 50, 20)
    assert seen.partial and seen.size == space.size
    assert seen.uniform.sum() == 50 and (~seen.uniform).sum() <= 20
    assert len(np.unique(space.identity(seen.archs))) == len(seen.archs)
    assert seen.measured[~seen.uniform].all()
    np.testing.assert_array_equal(known.lookup(space)(seen.archs), seen.true)


def test_a_full_table_adds_nothing():
    """Where all is known, the uniform sample is all there is, and all measured."""
    space = SPACES["nasbench-macro"]
    known = table(space, space.enumerate())
    seen = overview(space, known, np.random.default_rng(0), 60)
    assert len(seen.archs) == 60 and seen.measured.all() and not seen.partial
    everything = overview(space, known, np.random.default_rng(0), 10**6)
    assert len(everything.archs) == space.size


def test_equal_seeds_show_the_same(space):
    """A sample is a function of the seed, and cannot be written."""
    first, second = (overview(space, None, np.random.default_rng(7), 20) for _ in "ab")
    np.testing.assert_array_equal(first.archs, second.archs)
    with pytest.raises(ValueError, match="read-only"):
        first.archs[0] = 0


def test_shares_are_strictly_below():
    """The best of n is above all others only, the worst above none."""
    values = np.array([0.1, 0.2, 0.2, 0.4])
    assert share_below(0.4, values) == 0.75 and share_below(0.1, values) == 0
    assert np.isnan(share_below(0.5, values[:0]))
