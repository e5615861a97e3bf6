"""Made-up tables of any space in a folder of the test's own."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas.oracles import additive
from lissnas.spaces import SPACES
from lissnas.spaces.base import sample_distinct


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty home and an empty folder of tables."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def real_folder(tmp_path, monkeypatch):
    """The folder of real tables, with an empty home; skip without it."""
    for name in os.environ.get("LISSNAS_DATA", "").split(os.pathsep):
        if name and (Path(name) / "nasbench101.parquet").is_file():
            monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
            return Path(name)
    pytest.skip("LISSNAS_DATA names no folder with nasbench101.parquet")


@pytest.fixture
def make_table(folder):
    """Write an additive table of some or all architectures of a space."""

    def make(name, known=None):
        space = SPACES[name]
        count = space.size if known is None else known
        if count == space.size:
            archs = space.enumerate()
        else:
            archs = sample_distinct(space, count, np.random.default_rng(1))
        column = pa.array(0.4 + 0.5 * additive(space)(archs))
        about = {"space": name, "title": f"made-up accuracies of {space.title}"}
        fields = [
            pa.field("arch", pa.string()),
            pa.field("test_accuracy", pa.float64(), metadata={"unit": "fraction"}),
        ]
        arrays = [pa.array(space.format(archs)), column]
        schema = pa.schema(fields, metadata=about)
        table = pa.Table.from_arrays(arrays, schema=schema)
        pq.write_table(table, folder / f"{name}.parquet")
        return name

    return make
