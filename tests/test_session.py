"""A study opened on a table that knows only part of its space."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas import archive, runs
from lissnas.arrays import contained
from lissnas.oracles import load
from lissnas.predictor import PredictorSettings
from lissnas.records import final
from lissnas.session import (
    PAIRS,
    Study,
    fit_predictor,
    generator,
    open_session,
    training_rows,
)
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES


def write_partial(folder, known):
    """Write a table of some ShuffleNetV2 networks, better the more kernels of 7."""
    space = SPACES["shufflenetv2"]
    archs = space.sample(known, np.random.default_rng(0))
    accuracy = 0.5 + (archs == 2).sum(axis=1) / 50
    columns = {"arch": space.format(archs), "val_acc": accuracy}
    pq.write_table(pa.table(columns), folder / "shufflenetv2_some.parquet")


def test_all_that_is_known_of_a_large_space_trains_and_measures(tmp_path, monkeypatch):
    """Few measured networks all train the predictor, but those held out."""
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    write_partial(tmp_path, 400)
    table = load("shufflenetv2", "imagenet")
    settings = PredictorSettings(rounds=50)
    rng = np.random.default_rng(0)
    quality = fit_predictor(SPACES["shufflenetv2"], table, settings, rng).quality
    assert (quality.pairs, quality.held_out) == (400, 60)


def test_a_study_of_a_space_that_cannot_be_listed(tmp_path, monkeypatch):
    """From 4^20 networks to a thousand; what was not measured has no truth."""
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    write_partial(tmp_path, 400)
    settings = Lissnas(target=1000, queries=3000)
    session = open_session(
        Study("shufflenetv2", "imagenet", "lissnas", settings, seed=1)
    )
    iterations = list(session.iterations())
    assert iterations[-1].size == 1000 and iterations[-1].queries <= 3000
    assert not session.start.complete and not len(session.start.top)
    measured = [session.measures(iteration) for iteration in iterations]
    final = session.final_measures(iterations, measured)
    assert final["contains_best"] is None
    assert final["reduction_factor"] == 4**20 / 1000
    assert iterations[-1].mean_predicted > iterations[0].mean_predicted + 0.02


def partial_of(space, known, folder):
    """Write a table of `known` members of a small space, better by their digits."""
    archs = np.concatenate([space.enumerate()])
    rows = np.random.default_rng(1).choice(len(archs), known, replace=False)
    accuracy = 0.3 + archs[rows].sum(axis=1) / 100
    columns = {"arch": space.format(archs[rows]), "cifar10_val_acc": accuracy}
    name = space.name.replace("-", "_")
    pq.write_table(pa.table(columns), folder / f"{name}_part.parquet")


@pytest.fixture(params=[("nasbench201", 500), ("nasbench-macro", 400)])
def part(request, tmp_path, monkeypatch):
    """Return a session on a table that knows a part of a small space, and that part."""
    name, known = request.param
    (tmp_path / "data").mkdir()
    partial_of(SPACES[name], known, tmp_path / "data")
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    task = "cifar10-val" if name == "nasbench201" else "cifar10"
    settings = Lissnas(target=300, queries=1500, samples=300, iterations=4)
    predictor = PredictorSettings(rounds=60)
    return open_session(Study(name, task, "lissnas", settings, predictor, 1)), known


def test_numbers_of_a_part_say_of_how_many_they_are(part):
    """At each iteration `known` counts the measured members, whose mean is the true
    one; what needs all of them stays unknown."""
    session, known = part
    iterations = list(session.iterations())
    measured = [session.measures(one) for one in iterations]
    assert measured[0]["known"] == session.start.known == known
    assert measured[0]["mean_true"] == pytest.approx(session.table.accuracy.mean())
    for one, numbers in zip(iterations[1:], measured[1:], strict=True):
        true = session.true(one.space)
        assert numbers["known"] == np.sum(~np.isnan(true)) < numbers["size"]
        assert numbers["mean_true"] == pytest.approx(np.nanmean(true))
    found = session.final_measures(iterations, measured)
    assert found["known"] == measured[final(iterations).step]["known"]
    assert found["contains_best"] is found["top100_recall"] is None


def test_held_out_pairs_of_a_part_were_not_trained_on(part):
    """Quality is of pairs that are known and held out, and these pairs are kept."""
    session, known = part
    quality, start = session.predictor.quality, session.start
    assert quality.pairs == known
    assert len(start.held_true) == len(start.held_predicted) == quality.held_out
    error = start.held_true - start.held_predicted
    spread = start.held_true - start.held_true.mean()
    assert 1 - np.sum(error**2) / np.sum(spread**2) == pytest.approx(quality.r2)
    assert np.isin(start.held_true, session.table.accuracy).all()


def test_a_part_is_shown_the_same_when_read_again(part):
    """What was held out and how many are known is stored with the run; of runs stored
    before, the table's rows say how many, and nothing was held out."""
    session, known = part
    run = archive.start(session)
    again = archive.original(runs.load(run.name))
    assert again.known == known and not again.complete
    np.testing.assert_array_equal(again.held_true, session.start.held_true)
    older = dict(run.config, original=dict(run.config["original"]))
    del older["original"]["known"]
    arrays = runs.read_original(run)
    del arrays["held_true"], arrays["held_predicted"]
    (run.path / "original.npz").write_bytes(runs.npz_bytes(arrays))
    before = archive.original(runs.Run(run.name, run.path, older))
    assert before.known == known and not len(before.held_true)


def test_training_rows_are_those_of_the_predictor(part):
    """All that is known of a part trains, each row once; of more, only a share."""
    session, known = part
    settings, rng = PredictorSettings(), generator(session.study, PAIRS)
    rows = training_rows(session.space, session.table, settings, rng)
    assert sorted(rows) == list(range(known))
    few = PredictorSettings(pairs=50)
    rows = training_rows(session.space, session.table, few, rng)
    assert len(set(rows.tolist())) == 50
    keys = session.table.keys
    assert contained(keys, keys[rows]).sum() == 50
