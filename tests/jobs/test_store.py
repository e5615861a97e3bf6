"""The list of jobs: migrated, shared, and clear about what is wrong with it."""

import json
import os
import sqlite3
import subprocess
import sys
import time

import pytest
from job_kinds import Steps

from lissnas import jobs
from lissnas.jobs import queue, store
from lissnas.jobs.folders import folder_of


def test_migration_keeps_jobs(jobs_home):
    """A list of the first schema opens with all its jobs, and takes new ones."""
    (jobs_home / "jobs").mkdir(parents=True)
    with sqlite3.connect(store.store_file()) as old:
        old.executescript(store.V1)
        old.execute("PRAGMA user_version = 1")
        for number, state in enumerate(jobs.STATES):
            old.execute(
                "INSERT INTO job (kind, title, settings, state, device, work,"
                " submitted, step, total)"
                " VALUES ('steps', 'old', ?, ?, 'cpu', ?, 7.5, 3, 9)",
                (json.dumps({"steps": number}), state, f"{number}/work"),
            )
    old.close()
    found = jobs.listed()
    assert [job.state for job in reversed(found)] == list(jobs.STATES)
    assert {job.engine for job in found} == {"local"}
    assert {(job.progress.step, job.progress.total) for job in found} == {(3, 9)}
    assert found[-1].settings == {"steps": 0} and found[-1].submitted == 7.5
    assert queue.add("steps", Steps(3)).id == len(jobs.STATES) + 1
    with store.reading() as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == store.SCHEMA
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_newer_list_is_refused(jobs_home):
    """A list that a later version wrote is left alone."""
    queue.add("steps", Steps(3))
    with sqlite3.connect(store.store_file()) as new:
        new.execute(f"PRAGMA user_version = {store.SCHEMA + 1}")
    new.close()
    with pytest.raises(ValueError, match=r"newer version of lissnas"):
        jobs.listed()
    with sqlite3.connect(store.store_file()) as new:
        assert new.execute("SELECT count(*) FROM job").fetchone() == (1,)
    new.close()


@pytest.mark.parametrize("damage", ["garbage", "torn", "settings"])
def test_damaged_list_is_said_in_words(jobs_home, damage):
    """Whatever is wrong with the file, the sentence names it and says what to do."""
    for _ in range(50):
        queue.add("steps", Steps(3))
    path = store.store_file()
    if damage == "garbage":
        path.write_bytes(b"no list of jobs at all" * 300)
    if damage == "torn":
        path.write_bytes(path.read_bytes()[:4096] + os.urandom(8192))
    if damage == "settings":
        with sqlite3.connect(path) as db:
            db.execute("UPDATE job SET settings = '{' WHERE id = 7")
        db.close()
    with pytest.raises(ValueError, match="is damaged") as caught:
        jobs.listed()
    assert str(path) in str(caught.value) and "move it away" in str(caught.value)
    path.unlink()
    for more in path.parent.glob("jobs.sqlite3-*"):
        more.unlink()
    assert jobs.listed() == []
    assert queue.add("steps", Steps(3)).id == 51, "folders of old jobs are not reused"


def test_locked_list_is_said_in_words(jobs_home, monkeypatch):
    """Someone who holds the list for too long is no traceback."""
    queue.add("steps", Steps(3))
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    other = sqlite3.connect(store.store_file(), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(ValueError, match="in use by another process"):
            queue.add("steps", Steps(3))
        assert len(jobs.listed()) == 1, "reading waits for nobody"
    finally:
        other.close()


def test_unreachable_list_is_said_in_words(jobs_home):
    """A home that is a file cannot hold jobs."""
    jobs_home.write_text("not a folder")
    with pytest.raises(ValueError, match="cannot be"):
        jobs.listed()


def test_many_first_openers(jobs_home):
    """However many processes open a new list at once, it is made once."""
    code = (
        "import sys, time; from job_kinds import Steps; from lissnas.jobs import queue;"
        "time.sleep(max(float(sys.argv[1]) - time.time(), 0));"
        "[queue.add('steps', Steps(3)) for _ in range(5)]"
    )
    start = str(time.time() + 2)
    found = [subprocess.Popen([sys.executable, "-c", code, start]) for _ in range(6)]
    assert [process.wait(90) for process in found] == [0] * 6
    assert sorted(job.id for job in jobs.listed()) == list(range(1, 31))
    assert all((folder_of(job.id) / "params.json").is_file() for job in jobs.listed())


def test_a_failed_transaction_leaves_nothing(jobs_home):
    """What cannot be written whole is not written."""
    queue.add("steps", Steps(3))
    with pytest.raises(RuntimeError), store.writing() as db:
        store.change(db, 1, {"state": "done"})
        raise RuntimeError
    assert jobs.show(1).state == "queued"
