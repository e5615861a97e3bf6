"""Runs survive kills, bad files and other machines."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from lissnas import archive, runs
from lissnas.predictor import PredictorSettings
from lissnas.records import Iteration
from lissnas.session import Study, study_dict, study_from_dict
from lissnas.shrink import SHRINKERS
from lissnas.shrink.lissnas import Lissnas
from lissnas.subsets import whole

STUDY = Study(
    "nasbench201",
    "cifar10",
    settings=Lissnas(target=300, queries=1500, samples=200, iterations=4),
    predictor=PredictorSettings(pairs=300, rounds=60),
    seed=5,
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of its own."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a finished run, its session and what was yielded while it ran."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LISSNAS_HOME", str(tmp_path_factory.mktemp("made")))
        session, run = archive.begin(STUDY)
        return run, session, list(archive.advance(session, run, []))


@pytest.fixture
def finished(home, made):
    """The same as a copy in the test's own home."""
    run, session, yielded = made
    shutil.copytree(run.path, home / "runs" / run.name)
    return runs.load(run.name), session, yielded


def same(a, b):
    """Assert that two iterations are equal, but for the time they took."""
    for name in Iteration.__slots__:
        if name != "seconds":
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name), name)


def test_study_survives_json():
    """Settings are the stored JSON: nothing is lost on the way."""
    assert study_from_dict(json.loads(json.dumps(study_dict(STUDY)))) == STUDY


@pytest.mark.parametrize(
    "change",
    [
        {"space": "nowhere"},
        {"method": "magic"},
        {"seed": -1},
        {"settings": {"nonsense": 1}},
        {"predictor": None},
        {"extra": 1},
        {"method": "padnas"},
    ],
)
def test_bad_study_is_refused(change):
    """A study with unknown names or settings is refused with a sentence."""
    with pytest.raises(ValueError, match=r"must|settings"):
        study_from_dict(study_dict(STUDY) | change)


def test_settings_must_be_those_of_the_method():
    """A study whose settings are another method's is refused."""
    with pytest.raises(ValueError, match="settings must be PadNas"):
        replace(STUDY, method="padnas")


def test_run_shows_the_same_numbers_elsewhere(finished, monkeypatch, tmp_path):
    """A copied run folder shows the same iterations and measures, also where the
    table is not at hand, since nothing is recomputed."""
    run, _, yielded = finished
    other = tmp_path / "other" / "runs"
    shutil.copytree(run.path.parent, other)
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "other"))
    copy = runs.load(run.name)
    stored = runs.read_iterations(copy)
    assert len(stored) == len(yielded) == copy.steps
    for mine, theirs in zip(stored, yielded, strict=True):
        same(mine.iteration, theirs.iteration)
        assert mine.measures == theirs.measures
    assert runs.read_final(copy) == runs.read_final(run)
    assert archive.original(copy).threshold == archive.original(run).threshold


def test_stored_run_continues_like_an_uninterrupted_one(finished):
    """Without its last iterations a stored run is continued to the same end."""
    run, _, yielded = finished
    for step in (2, 3, 4):
        (run.path / f"{step:03d}.json").unlink(missing_ok=True)
    (run.path / "final.json").unlink()
    stored = runs.read_iterations(run)
    assert len(stored) == 2
    again = list(archive.advance(archive.reopen(run), run, stored))
    for mine, theirs in zip(again, yielded[2:], strict=True):
        same(mine.iteration, theirs.iteration)
    assert runs.read_final(run) is not None


@pytest.mark.parametrize("method", ["padnas", "greedynasv2"])
def test_described_spaces_are_stored(home, method):
    """A run of a method that describes its space reads back equal, description and
    all, and continues to the same end."""
    settings = SHRINKERS[method](samples=300)
    session, run = archive.begin(replace(STUDY, method=method, settings=settings))
    yielded = list(archive.advance(session, run, []))
    for mine, theirs in zip(runs.read_iterations(run), yielded, strict=True):
        same(mine.iteration, theirs.iteration)
        assert mine.measures == theirs.measures
    assert yielded[-1].iteration.subset["kind"] == settings.kind
    (run.path / f"{len(yielded) - 1:03d}.json").unlink()
    stored = runs.read_iterations(run)
    (again,) = archive.advance(archive.reopen(run), run, stored)
    same(again.iteration, yielded[-1].iteration)


def test_runs_from_before_descriptions_are_read(finished):
    """An iteration whose file has no description is one that lists its members."""
    run, _, yielded = finished
    path = run.path / "001.json"
    numbers = json.loads(path.read_text())
    del numbers["iteration"]["subset"]
    path.write_text(json.dumps(numbers))
    same(runs.read_iteration(run, 1).iteration, yielded[1].iteration)


def test_sampled_spaces_are_measured_on_all_members(finished):
    """Where a record holds a sample of its space, the truth is still that of all."""
    _, session, yielded = finished
    subset = whole(session.space).without(0, 2).without(3, 1)
    full = replace(
        yielded[-1].iteration,
        space=subset.enumerate(),
        size=subset.size,
        subset=subset.describe(),
    )
    part = replace(full, space=full.space[::50])
    assert part.sampled and not full.sampled
    assert session.measures(part) == pytest.approx(session.measures(full))
    measured = [session.measures(full)]
    whole_numbers = session.final_measures([full], measured)
    assert session.final_measures([part], measured) == whole_numbers
    assert 0 < whole_numbers["top100_recall"] < 1


def test_predictor_of_a_reopened_run_is_the_same(finished):
    """The predictor is stored bit for bit."""
    run, session, yielded = finished
    archs = yielded[-1].iteration.space
    np.testing.assert_array_equal(
        archive.reopen(run).predict(archs), session.predict(archs)
    )


def test_run_survives_kill_minus_9(home):
    """A run killed at any moment is readable and ends like an uninterrupted one."""
    command = [sys.executable, "-m", "lissnas", "shrink", "nasbench201", "cifar10"]
    command += ["--target", "300", "--queries", "1500", "--samples", "200"]
    command += ["--iterations", "4", "--seed", "5"]
    command += ["--predictor-pairs", "300", "--predictor-rounds", "60"]
    process = subprocess.Popen(command, env=dict(os.environ))
    deadline = time.monotonic() + 120
    while not list((home / "runs").glob("*/000.json")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (run,) = runs.list_runs()
    stored = runs.read_iterations(run)
    list(archive.advance(archive.reopen(run), run, stored))
    session, whole = archive.begin(STUDY)
    expected = list(archive.advance(session, whole, []))
    for mine, theirs in zip(runs.read_iterations(run), expected, strict=True):
        same(mine.iteration, theirs.iteration)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "nothing-here", "A B", "x" * 200])
def test_unknown_names_are_refused(home, name):
    """A name that is no run's, or would leave the folder, is refused."""
    with pytest.raises(ValueError, match="run must be"):
        runs.load(name)


@pytest.mark.parametrize("file", ["001.npz", "001.json"])
@pytest.mark.parametrize("damage", [b"", b"{", b"PK\x03\x04 broken", b"[1]"])
def test_damaged_iterations_are_named(finished, file, damage):
    """A truncated or foreign file is a sentence that names it, not a traceback."""
    run, _, _ = finished
    (run.path / file).write_bytes(damage)
    with pytest.raises(ValueError, match=run.name):
        runs.read_iteration(run, 1)


def test_pickled_arrays_are_never_opened(finished):
    """An npz file with a pickled object is refused unread."""
    run, _, _ = finished
    with open(run.path / "001.npz", "wb") as file:
        np.savez(file, space=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="run"):
        runs.read_iteration(run, 1)


def test_damaged_run_does_not_hide_others(finished):
    """The list of runs leaves out what cannot be read and keeps the rest."""
    run, _, _ = finished
    broken = run.path.parent / "broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    assert [found.name for found in runs.list_runs()] == [run.name]
    with pytest.raises(ValueError, match="broken"):
        runs.load("broken")


def test_full_disk_loses_nothing(finished, monkeypatch):
    """A write that fails leaves the old file and no part of a new one."""
    run, session, yielded = finished
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        archive.store(session, run, yielded[1].iteration)
    assert {path.name: path.read_bytes() for path in run.path.iterdir()} == before


def test_deleted_run_is_gone(finished):
    """Deleting removes the folder, and only that."""
    run, _, _ = finished
    runs.delete(run)
    assert runs.list_runs() == [] and run.path.parent.exists()
