"""A branch keeps the parent's iterations and goes on with other settings."""

from dataclasses import replace

import numpy as np
import pytest

from lissnas import archive, runs
from lissnas.branches import family, parent_of
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.sharing.checks import check_run
from lissnas.shrink.constraints import Steering
from lissnas.shrink.lissnas import Lissnas

SMALL = Study(
    "nasbench201",
    "cifar10",
    settings=Lissnas(target=300, queries=800, samples=80, iterations=3),
    predictor=PredictorSettings(pairs=300, rounds=60),
)
STEERED = replace(SMALL, steering=Steering("none", max_macs=150e6))


@pytest.fixture(scope="module")
def parent():
    """A finished run."""
    session, run = archive.begin(SMALL)
    list(archive.advance(session, run, []))
    return run


def test_a_branch_shares_the_past_and_replays(parent):
    """Iterations up to the branch are equal, later ones obey; resuming is the same."""
    session, run = archive.branch(parent, 1, STEERED)
    assert parent_of(run) == (parent.name, 1) and run.steps == 3
    for step in range(2):
        mine, theirs = (runs.read_iteration(one, step) for one in (run, parent))
        assert mine.measures == theirs.measures
        np.testing.assert_array_equal(mine.iteration.space, theirs.iteration.space)
    stored = runs.read_iterations(run)
    list(archive.advance(archive.reopen(run), run, stored))
    for one in session.iterations(runs.history(stored)):
        again = runs.read_iteration(run, one.step).iteration
        np.testing.assert_array_equal(one.space, again.space)
    last = runs.read_iterations(run)[-1].iteration
    assert STEERED.steering.allows(session.space, last.space).all()
    check_run(run, trial=False)
    twig = archive.branch(run, 2, replace(STEERED, seed=7))[1]
    tree = family(run, runs.list_runs())
    assert [one.run.name for one in tree[:3]] == [parent.name, run.name, twig.name]
    assert [one.depth for one in tree] == [0, 1, 2]
    assert "seed: 0 to 7" in tree[2].changes
    assert "forbid: nothing to none" in tree[1].changes
    alone = family(run, [])
    assert alone[0].missing and alone[0].iteration == 1


def test_a_finished_run_goes_on_in_a_branch(parent):
    """Where the parent ended a branch with a lower target goes on, and says so."""
    more = replace(SMALL.settings, target=100, iterations=5)
    run = archive.branch(parent, parent.steps - 1, replace(SMALL, settings=more))[1]
    before = runs.read_iteration(run, parent.steps - 1).iteration
    assert not before.stops and "this branch goes on" in before.reason
    assert runs.read_iteration(run, parent.steps).iteration.size < before.size


@pytest.mark.parametrize(
    ("step", "change", "words"),
    [
        (99, {}, "step must be in"),
        (1, {"task": "cifar100"}, "task must be that of the parent"),
        (1, {"predictor": PredictorSettings(pairs=301)}, "predictor must be that"),
        (1, {"settings": Lissnas(iterations=1)}, "must leave iterations after 1"),
        (1, {"steering": Steering(min_macs=1e12)}, "must leave some of what"),
    ],
)
def test_what_cannot_branch_is_refused_and_leaves_nothing(parent, step, change, words):
    """No run is left behind by a branch that cannot be made."""
    before = len(runs.list_runs())
    with pytest.raises(ValueError, match=words):
        archive.branch(parent, step, replace(SMALL, **change))
    assert len(runs.list_runs()) == before
