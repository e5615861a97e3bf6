"""Homes for a study: with what is shipped alone, and with made-up tables."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas.oracles import additive
from lissnas.spaces import SPACES


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    """A folder with made-up accuracies of a whole space and of a part of one."""
    folder, rng = tmp_path_factory.mktemp("made-up"), np.random.default_rng(0)
    whole, part = "transnasbench101-macro", "shufflenetv2"
    for name, archs, column in (
        (whole, SPACES[whole].enumerate(), "class_scene_val_final"),
        (part, SPACES[part].sample(400, rng), "cifar10_test_accuracy"),
    ):
        space = SPACES[name]
        accuracy = 0.5 + 0.4 * additive(space, 3)(archs)
        columns = {"arch": space.format(archs), column: accuracy}
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


@pytest.fixture
def shipped_only(tmp_path, monkeypatch):
    """A home with nothing but what the package ships."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LISSNAS_DATA", raising=False)


@pytest.fixture
def with_made_up(made_up, tmp_path, monkeypatch):
    """A home with the made-up tables beside it."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISSNAS_DATA", str(made_up))
