"""Fixtures for all tests: a home of their own, the benchmark tables, hypothesis."""

import os
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("ours", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ours")


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    """Keep runs, tables and caches of the tests out of the user's home."""
    before = os.environ.get("LISSNAS_HOME")
    os.environ["LISSNAS_HOME"] = str(tmp_path_factory.mktemp("lissnas-home"))
    yield
    if before is None:
        del os.environ["LISSNAS_HOME"]
    else:
        os.environ["LISSNAS_HOME"] = before


@pytest.fixture
def data_dir():
    """Return the folder with the real NAS-Bench-101 table, or skip."""
    for name in os.environ.get("LISSNAS_DATA", "").split(os.pathsep):
        if name and (Path(name) / "nasbench101.parquet").is_file():
            return Path(name)
    pytest.skip("LISSNAS_DATA names no folder with nasbench101.parquet")
