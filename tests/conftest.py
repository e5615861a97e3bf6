"""Fixtures for all tests: a home of their own, the benchmark tables, hypothesis."""

import contextlib
import os
from pathlib import Path

import hypothesis
import pytest

from lissnas.home import cache_dir
from lissnas.oracles import catalogue
from lissnas.oracles.shipped import SHIPPED, measured

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


@pytest.fixture(scope="session")
def converted():
    """Return the shipped tables as converted once, for homes that begin empty."""
    for source in SHIPPED:
        with contextlib.suppress(ValueError):
            source.paths()
    return sorted(cache_dir().glob("*.parquet"))


def home_with(folder, *studies):
    """Fill a home folder with a finished run of each study; return it.

    Each is a study with the tags of its run. No tables but the shipped ones are there.
    """
    from lissnas import archive
    from lissnas.session import open_session

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LISSNAS_HOME", str(folder))
        patch.setenv("LISSNAS_DATA", "")
        for study, tags in studies:
            session = open_session(study)
            run = archive.start(session, tags)
            list(archive.advance(session, run, []))
    return folder


@pytest.fixture(scope="session")
def example_home(tmp_path_factory):
    """Return a home with the app's finished example, not to be changed."""
    from lissnas.ui.store import EXAMPLE

    return home_with(tmp_path_factory.mktemp("example"), (EXAMPLE, ("example",)))


@pytest.fixture(scope="session")
def home_of():
    """Return the function that fills a home with finished runs."""
    return home_with


@pytest.fixture
def no_own_tables(monkeypatch):
    """Hide the tables that come with lissnas itself, not those of packages."""
    others = tuple(source for source in SHIPPED if source not in measured.MEASURED)
    monkeypatch.setattr(catalogue, "SHIPPED", others)


@pytest.fixture
def empty_home(tmp_path, converted, monkeypatch):
    """Return a new home without anything but links to the converted tables."""
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    for path in converted:
        (home / "cache" / path.name).symlink_to(path)
    monkeypatch.setenv("LISSNAS_HOME", str(home))
    return home


@pytest.fixture
def data_dir():
    """Return the folder with the real NAS-Bench-101 table, or skip."""
    for name in os.environ.get("LISSNAS_DATA", "").split(os.pathsep):
        if name and (Path(name) / "nasbench101.parquet").is_file():
            return Path(name)
    pytest.skip("LISSNAS_DATA names no folder with nasbench101.parquet")
