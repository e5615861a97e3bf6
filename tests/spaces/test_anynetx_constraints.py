"""AnyNetX's rules: exact sizes, uniform draws, and DDS that runs on them."""

from itertools import chain, combinations

import numpy as np
import pytest

from lissnas.records import final
from lissnas.shrink import method_settings
from lissnas.spaces import SPACES
from lissnas.spaces.anynetx import refinement_sizes
from lissnas.subsets import Rules, passing

SPACE = SPACES["anynetx"]
NAMES = tuple(SPACE.constraints())
EVERY = list(chain.from_iterable(combinations(NAMES, r) for r in range(5)))
FREQUENT = 300


@pytest.fixture(scope="module")
def uniform():
    """Uniform draws of the whole space."""
    return SPACE.sample(400_000, np.random.default_rng(0))


def test_rules_in_order_have_the_refinements_sizes():
    """One rule after the other, the sizes are those of AnyNetX A to E."""
    sizes = refinement_sizes()
    for count, letter in enumerate("ABCDE"):
        assert SPACE.constrained_size(NAMES[:count]) == sizes[letter].valid


@pytest.mark.parametrize("names", EVERY, ids=lambda names: "+".join(names) or "none")
def test_draws_obey_the_rules_uniformly(names, uniform):
    """Draws are valid and obey the rules; sizes and means of options are those of
    uniform draws that happen to obey them."""
    rng = np.random.default_rng(1)
    archs = SPACE.check(SPACE.sample_constrained(names, 4000, rng))
    subset = passing(SPACE, Rules(names), rng)
    assert subset.exact and subset.contains(archs).all()
    found = uniform[subset.contains(uniform)]
    expected = len(uniform) * SPACE.constrained_size(names) / SPACE.size
    assert abs(len(found) - expected) <= 5 * np.sqrt(expected) + 5
    if len(found) >= FREQUENT:
        error = np.sqrt(archs.var(0) / len(archs) + found.var(0) / len(found))
        assert (np.abs(archs.mean(0) - found.mean(0)) <= 5 * error).all()


def test_dds_finds_the_rules_that_help():
    """Where rising widths help and shared groups harm, DDS keeps the one only."""

    def oracle(archs):
        rising = SPACE.constraints()["widths do not fall"](archs)
        shared = SPACE.constraints()["shared group width"](archs)
        return 0.5 + 0.2 * rising - 0.2 * shared + archs[:, 0] / 1000

    settings = method_settings("dds", {"interval": 0.0})
    iterations = list(settings(SPACE, oracle, np.random.default_rng(0)))
    kept = final(iterations).subset["predicate"]["names"]
    assert "widths do not fall" in kept and "shared group width" not in kept
    assert final(iterations).size == SPACE.constrained_size(tuple(kept))
