"""Made-up tables of any space in a folder of the test's own."""

import os
from pathlib import Path

import pytest
from made_tables import write_table


@pytest.fixture
def folder(tmp_path, empty_home, no_own_tables, monkeypatch):
    """An empty home and an empty folder of tables, but for those of packages."""
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def real_folder(empty_home):
    """The folder of real tables, with an empty home; skip without it."""
    for name in os.environ.get("LISSNAS_DATA", "").split(os.pathsep):
        if name and (Path(name) / "nasbench101.parquet").is_file():
            return Path(name)
    pytest.skip("LISSNAS_DATA names no folder with nasbench101.parquet")


@pytest.fixture
def make_table(folder):
    """Write an additive table of some or all architectures of a space."""
    return lambda name, known=None: write_table(folder, name, known)
