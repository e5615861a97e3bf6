"""A home of the tests' own, and a folder for the tables of one test."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas.spaces import SPACES


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory):
    """One home for the session, so that the shipped table is converted once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def folder(shared_home, tmp_path, monkeypatch):
    """An empty folder of tables, the only one beside the home."""
    monkeypatch.setenv("LISSNAS_HOME", str(shared_home))
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def data_folder(shared_home, monkeypatch):
    """The folder of real benchmark tables."""
    configured = os.environ.get("LISSNAS_DATA", "")
    folders = [Path(part) for part in configured.split(os.pathsep) if part]
    found = [path for path in folders if (path / "nasbench101.parquet").is_file()]
    if not found:
        pytest.skip("LISSNAS_DATA names no folder with nasbench101.parquet")
    monkeypatch.setenv("LISSNAS_HOME", str(shared_home))
    monkeypatch.setenv("LISSNAS_DATA", str(found[0]))
    return found[0]


@pytest.fixture
def space():
    """The space of most small tables here."""
    return SPACES["nasbench201"]


@pytest.fixture
def write(folder):
    """Write a table of columns to the folder and return its path."""

    def write_table(name, columns, about=None, units=None):
        fields = [
            pa.field(key, pa.array(value).type, metadata=(units or {}).get(key))
            for key, value in columns.items()
        ]
        arrays = [pa.array(value) for value in columns.values()]
        table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=about))
        pq.write_table(table, folder / name)
        return folder / name

    return write_table


@pytest.fixture
def small(space):
    """Columns of a good table of 50 distinct architectures."""
    archs = space.enumerate()[::300][:50]
    accuracy = np.linspace(0.1, 0.9, 50)
    return {"arch": space.format(archs), "test_accuracy": accuracy}
