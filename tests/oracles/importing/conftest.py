"""Small files in the formats in which benchmarks are published."""

import json

import numpy as np
import pytest
from nasbench101_file import framed, record

from lissnas.spaces import SPACES


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return an empty home folder, and no other folder of tables."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISSNAS_DATA", "")
    return tmp_path / "home"


@pytest.fixture
def cells():
    """Return 30 cells: rows, and for each its hash, official JSON and parameters."""
    space = SPACES["nasbench101"]
    archs = space.sample(30, np.random.default_rng(0))
    specs = [json.loads(text) for text in space.format(archs)]
    return archs, list(
        zip(space.hashes(archs), specs, space.cost(archs).params.tolist(), strict=True)
    )


@pytest.fixture
def contents(cells):
    """Return the records of all cells: three runs of 108 epochs, values by number."""
    return [
        record(name, 108, spec, params, 0.8 + i / 1000 + run / 100, 0.7 + i / 1000)
        for i, (name, spec, params) in enumerate(cells[1])
        for run in range(3)
    ]


@pytest.fixture
def tfrecord(tmp_path, contents):
    """Return the path of a TFRecord file of these records."""
    path = tmp_path / "nasbench_only108.tfrecord"
    path.write_bytes(b"".join(map(framed, contents)))
    return path
