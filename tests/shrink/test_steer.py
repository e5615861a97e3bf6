"""What is forbidden is never drawn, made, asked about or kept, and replays agree."""

from dataclasses import replace

import numpy as np
import pytest
from toy_spaces import Toy

from lissnas.oracles import additive
from lissnas.session import Study, study_dict, study_from_dict
from lissnas.shrink.constraints import Steering
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.padnas import PadNas
from lissnas.shrink.steer import Steered
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
HUGE = Toy(*[4] * 20, name="huge")
STEERING = Steering("none, edge 0-1=avg_pool_3x3", 50e6, 150e6)
ON_HUGE = Steering("op 3", 0, 150e6)
VARIANTS = {
    "selective": Lissnas(target=200, queries=800, samples=80, iterations=4),
    "published": Lissnas(variant="published", samples=100, iterations=4),
}
PARTS = ("sample", "queried", "seeds", "neighbours", "space")


def run(settings, steering, space=SPACE, history=()):
    rng = np.random.default_rng(0)
    return list(settings.steered(steering, space, additive(space), rng, history))


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_forbidden_is_met_and_a_resumed_run_is_the_same(name):
    """All that a step draws, asks about, makes and keeps is allowed."""
    found = run(VARIANTS[name], STEERING)
    for one in found:
        for part in PARTS:
            assert STEERING.allows(SPACE, getattr(one, part)).all(), part
    assert len(found) > 2 and found[-1].size < found[0].size == SPACE.size
    again = run(VARIANTS[name], STEERING, history=found[:2])
    for one, other in zip(found[2:], again, strict=True):
        np.testing.assert_array_equal(one.space, other.space)
        assert one.reason == other.reason and one.queries == other.queries


def test_a_space_that_nobody_can_list_is_steered_too():
    """Rejection holds the window of costs where options are counted, not listed."""
    settings = Lissnas(target=100, queries=500, samples=50, iterations=2)
    for one in run(settings, ON_HUGE, HUGE):
        assert all(ON_HUGE.allows(HUGE, getattr(one, part)).all() for part in PARTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_constraints_that_come_later_hold_from_then_on(name):
    """A run that goes on under constraints drops what they forbid, and counts on."""
    free = run(VARIANTS[name], Steering())[:3]
    after = run(VARIANTS[name], STEERING, history=free)
    assert after[0].step == 3 and after[0].queries >= free[-1].queries
    assert STEERING.allows(SPACE, after[0].space).all()
    assert STEERING.allows(SPACE, after[0].seeds).all()


def test_no_constraints_change_nothing():
    """An empty steering is no steering."""
    settings = VARIANTS["selective"]
    plain = list(settings(SPACE, additive(SPACE), np.random.default_rng(0)))
    for one, other in zip(plain, run(settings, Steering()), strict=True):
        np.testing.assert_array_equal(one.space, other.space)
        assert one.reason == other.reason


def test_draws_are_distinct_allowed_and_all_where_there_are_few():
    """A small allowed part is drawn whole, and an empty one is an error in words."""
    few = Steered(SPACE, Steering("nor_conv_3x3, nor_conv_1x1, skip_connect"))
    rows = few.draw(500, np.random.default_rng(0))
    assert len(rows) == len(np.unique(SPACE.identity(rows))) == 64
    none = Steered(SPACE, Steering(min_macs=1e12))
    with pytest.raises(ValueError, match="must leave architectures of nasbench201"):
        none.draw(10, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"forbid": "edge 9=none"}, "forbid must name options of decisions"),
        ({"forbid": ", ".join(SPACE.decisions[0].options)}, "must leave an option"),
        ({"min_macs": -1.0}, "min_macs must be 0 or more"),
        ({"min_macs": 2e6, "max_macs": 1e6}, "max_macs must be at least min_macs"),
    ],
)
def test_bad_constraints_are_refused_in_words(values, words):
    """What cannot be meant is said, with what was expected."""
    with pytest.raises(ValueError, match=words):
        Study("nasbench201", "cifar10", steering=Steering(**values))


def test_it_is_stored_with_the_study_and_other_methods_refuse_it():
    """A study with constraints survives JSON; without, its JSON is what it was."""
    study = Study(
        "nasbench201", "cifar10", steering=Steering(" none , edge 0-1 = skip_connect")
    )
    assert study_from_dict(study_dict(study)) == study
    assert "steering" not in study_dict(replace(study, steering=Steering()))
    with pytest.raises(ValueError, match="method must be lissnas"):
        replace(study, method="padnas", settings=PadNas())


def test_what_is_barred_is_said():
    """The words name the option or the limit, and nothing where all is allowed."""
    arch = SPACE.parse(
        [
            "|avg_pool_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+"
            "|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"
        ]
    )[0]
    assert "avg_pool_3x3 at edge 0-1" in STEERING.barred(SPACE, arch)
    assert "multiply-adds, more than" in Steering(max_macs=1e6).barred(SPACE, arch)
    assert not Steering("none").barred(SPACE, arch)
