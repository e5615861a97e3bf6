"""A study opened on a table that knows only part of its space."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lissnas.oracles import load
from lissnas.predictor import PredictorSettings
from lissnas.session import Study, fit_predictor, open_session
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
