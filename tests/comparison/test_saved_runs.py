"""Stored runs are compared, also of different methods and without their table."""

import pytest

from lissnas import archive, runs
from lissnas.comparison import compare_runs
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.naive import Naive
from tests.comparison.conftest import LARGE, QUICK, SMALL


@pytest.fixture
def two_runs(home):
    """Two stored runs of different methods."""
    names = []
    for method, settings in (
        ("naive", Naive(target=120, queries=900)),
        ("lissnas", Lissnas(target=100, queries=900, samples=100, iterations=2)),
    ):
        study = Study(SMALL, "cifar10", method, settings, QUICK, seed=1)
        session, run = archive.begin(study)
        list(archive.advance(session, run, []))
        names.append(run.name)
    return names


def test_saved_runs_are_compared(two_runs):
    """Runs of different methods stand beside their original, with their own numbers."""
    found = compare_runs(two_runs)
    assert [one.label for one, _ in found] == ["original", *two_runs]
    for name, (one, members) in zip(two_runs, found[1:], strict=True):
        final = runs.read_final(runs.load(name))
        for key in ("size", "mean_true", "p_good", "top100_recall", "queries"):
            assert getattr(one, key) == pytest.approx(final[key])
        assert len(members.archs) == one.size


def test_saved_runs_without_their_table(two_runs, monkeypatch, tmp_path):
    """Where the table is gone, the truth that was stored with the runs stands in."""
    before = compare_runs(two_runs)
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    after = compare_runs(two_runs)
    for (old, _), (new, _) in zip(before, after, strict=True):
        assert new.mean_true == pytest.approx(old.mean_true)
        assert new.errors == "true"


def test_runs_that_cannot_be_compared(two_runs):
    """One run, an unknown one, or runs of two tasks are refused in a sentence."""
    with pytest.raises(ValueError, match="at least two"):
        compare_runs([two_runs[0], two_runs[0]])
    with pytest.raises(ValueError, match="run must be one"):
        compare_runs([two_runs[0], "nowhere"])
    settings = Naive(target=100, queries=500)
    session, other = archive.begin(Study(LARGE, "cifar10", "naive", settings, QUICK))
    list(archive.advance(session, other, []))
    with pytest.raises(ValueError, match="one space and task"):
        compare_runs([two_runs[0], other.name])
