"""A small finished run, made once, in a home of each test's own."""

import shutil

import pytest

from lissnas import archive, runs
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas

STUDY = Study(
    "nasbench201",
    "cifar10",
    settings=Lissnas(target=300, queries=1500, samples=200, iterations=3),
    predictor=PredictorSettings(pairs=300, rounds=60),
    seed=7,
)


@pytest.fixture(scope="session")
def made(tmp_path_factory, converted):
    """The home in which the small run was made."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("made")
    (home / "cache").mkdir()
    for path in converted:
        (home / "cache" / path.name).symlink_to(path)
    patch.setenv("LISSNAS_HOME", str(home))
    patch.setenv("LISSNAS_DATA", "")
    session, run = archive.begin(STUDY)
    list(archive.advance(session, run, []))
    patch.undo()
    return home


@pytest.fixture
def home(empty_home, monkeypatch):
    """A home of the test's own, without runs."""
    monkeypatch.setenv("LISSNAS_DATA", "")
    return empty_home


@pytest.fixture
def run(made, home):
    """The small run, in the test's home."""
    shutil.copytree(made / "runs", home / "runs")
    (found,) = runs.list_runs()
    return found
