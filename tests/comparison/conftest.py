"""A home with made-up tables: a whole small space, and a small part of a large one."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas.comparison import Comparison
from lissnas.oracles import additive
from lissnas.predictor import PredictorSettings
from lissnas.spaces import SPACES

SMALL, LARGE = "nasbench-macro", "shufflenetv2"
QUICK = PredictorSettings(pairs=300, rounds=40, patience=10)


def write_table(folder, name, archs):
    """Write accuracies of perfect locality for some architectures of a space."""
    space = SPACES[name]
    accuracy = 0.5 + 0.4 * additive(space, 3)(archs)
    columns = {"arch": space.format(archs), "cifar10_test_accuracy": accuracy}
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """A folder with both tables."""
    folder = tmp_path_factory.mktemp("tables")
    write_table(folder, SMALL, SPACES[SMALL].enumerate())
    rng = np.random.default_rng(0)
    write_table(folder, LARGE, SPACES[LARGE].sample(800, rng))
    return folder


@pytest.fixture
def home(tables, tmp_path, monkeypatch):
    """A home of the test's own, with the tables beside it."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISSNAS_DATA", str(tables))
    return tmp_path / "home"


@pytest.fixture
def small(home):
    """A comparison on the small space that takes some seconds."""
    methods = ("lissnas", "abs", "naive", "random", "top-predicted")
    return Comparison(SMALL, "cifar10", methods, 120, 900, seeds=2, predictor=QUICK)


@pytest.fixture
def few(small):
    """The same of fewer methods, for what does not depend on which they are."""
    return replace(small, methods=("abs", "random"))
