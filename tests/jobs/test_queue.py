"""The queue: order, limits, devices, and what may be asked of a job."""

import subprocess
import sys
from itertools import pairwise

import pytest
from job_kinds import Steps
from job_tools import numbers, until

from lissnas import jobs
from lissnas.jobs import devices, queue, store

LONG = Steps(100_000)


def states():
    """Return the states of all jobs by their numbers."""
    return {job.id: job.state for job in jobs.listed()}


def begun(count):
    """Wait until so many jobs run."""
    until(lambda: list(states().values()).count("running") == count)


def finish():
    """Cancel all jobs and wait for their end."""
    for job in jobs.listed():
        if job.active:
            jobs.cancel(job.id)
    for job in jobs.listed():
        jobs.wait(job.id, 60)


def test_one_job_at_a_time_in_order(jobs_home):
    """On one slot jobs run one after the other, and need nobody to go on."""
    found = [jobs.submit("steps", Steps(n)) for n in (3, 4, 5)]
    until(lambda: set(states().values()) == {"done"})  # no tick from here
    ended = [jobs.show(job.id) for job in found]
    for before, after in pairwise(ended):
        assert before.ended <= after.started
    assert [numbers(job.id) for job in found] == [list(range(n)) for n in (3, 4, 5)]


def test_limits_of_devices(jobs_home, monkeypatch):
    """Each GPU takes one job, which sees only that; the processor has slots too."""
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu,cpu,0,1")
    for device in ("cpu", "cpu", "cpu", "gpu", "gpu:1", "gpu"):
        jobs.submit("steps", LONG, device=device)
    begun(4)
    jobs.tick()
    found = {job.id: job.slot for job in jobs.listed() if job.state == "running"}
    assert found == {1: "cpu", 2: "cpu#1", 4: "gpu:0", 5: "gpu:1"}
    finish()


def test_a_large_job_is_not_passed_for_ever(jobs_home, monkeypatch):
    """Who waits for two GPUs keeps what gets free from those behind."""
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu,0,1")
    jobs.submit("steps", LONG, device="gpu:0")
    queue.add("many", LONG, device="gpu*2")
    queue.add("steps", LONG, device="gpu:1")
    cpu = queue.add("steps", LONG, device="cpu")
    assert jobs.tick() == [cpu.id], "other devices are not held up"
    begun(2)
    assert states()[3] == "queued"
    jobs.cancel(2)
    assert jobs.tick() == [3]
    finish()


def test_gpus_are_found_without_torch(monkeypatch):
    """The environment comes before the driver; none is no error."""
    monkeypatch.delenv("LISSNAS_DEVICES", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,GPU-1f, -1")
    assert devices.slots() == ["cpu", "gpu:0", "gpu:GPU-1f"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices.slots() == ["cpu"]
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    monkeypatch.setenv("PATH", "")
    devices._from_driver.cache_clear()
    assert devices.slots() == ["cpu"]
    devices._from_driver.cache_clear()
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu; rm")
    with pytest.raises(ValueError, match="LISSNAS_DEVICES must be like"):
        devices.slots()


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"kind": "nothing"}, "kind must be one of shrink"),
        ({"settings": 3}, "settings must be Steps"),
        ({"device": "tpu"}, "device must be auto"),
        ({"device": "gpu"}, "device must be one of this machine"),
        ({"device": "gpu*2"}, "a single GPU"),
        ({"parent": 99}, "job must be one that"),
        ({"engine": "cloud"}, "engine must be local or slurm"),
        ({"engine": "slurm"}, "slurm.toml must say"),
    ],
)
def test_bad_submissions_leave_nothing(jobs_home, about, words):
    """Each mistake is one sentence, and no job is listed."""
    given = {"kind": "steps", "settings": Steps(3)} | about
    with pytest.raises(ValueError, match=words):
        jobs.submit(**given)
    assert jobs.listed() == []


def test_cancel_a_queued_job(jobs_home):
    """What has not begun is cancelled at once, and can be resumed."""
    job = queue.add("steps", Steps(3))
    found = jobs.cancel(job.id)
    assert (found.state, found.started) == ("cancelled", None)
    with pytest.raises(ValueError, match="must be queued or running"):
        jobs.cancel(job.id)
    again = jobs.resume(job.id)
    assert jobs.wait(again.id, 60).state == "done"
    assert again.resumed_from == job.id and numbers(again.id) == [0, 1, 2]


def test_only_what_ended_early_is_resumed_and_once(jobs_home, monkeypatch):
    """A job that is done or goes on elsewhere is not begun a second time."""
    monkeypatch.setenv("LISSNAS_DEVICES", "")
    job = queue.add("steps", Steps(3))
    with pytest.raises(ValueError, match="must be cancelled, failed or lost"):
        jobs.resume(job.id)
    jobs.cancel(job.id)
    again = jobs.resume(job.id)
    with pytest.raises(ValueError, match=f"job {again.id} goes on with that work"):
        jobs.resume(job.id)
    assert [one.id for one in jobs.listed()] == [again.id, job.id]


def test_remove_keeps_what_others_need(jobs_home, monkeypatch):
    """A folder goes with the last job that works in it; active jobs stay."""
    job = jobs.submit("steps", Steps(4, trouble="value"))
    jobs.wait(job.id, 60)
    monkeypatch.setenv("LISSNAS_DEVICES", "")
    again = jobs.resume(job.id)
    with pytest.raises(ValueError, match="must have ended"):
        jobs.remove(again.id)
    jobs.cancel(again.id)
    work, folder = jobs.work_folder(job.id), jobs.folder(again.id)
    jobs.remove(job.id)
    assert (work / "numbers").is_file() and not (work.parent / "log").exists()
    assert numbers(again.id) == [0, 1]
    jobs.remove(again.id)
    assert not work.parent.exists() and not folder.exists()
    assert jobs.listed() == []
    assert queue.add("steps", Steps(3)).id > again.id, "numbers are not used twice"


def test_parents_and_titles(jobs_home, monkeypatch):
    """A job says what it is and to which it belongs."""
    monkeypatch.setenv("LISSNAS_DEVICES", "")
    parent = jobs.submit("steps", Steps(3), title="All of it")
    child = jobs.submit("steps", Steps(3), parent=parent.id)
    assert (parent.title, child.title, child.parent) == ("All of it", "Count", 1)


def test_data_folders_are_those_of_who_submitted(jobs_home, monkeypatch, tmp_path):
    """Whoever starts a job, it sees the tables that its submitter saw."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LISSNAS_DATA", "mine")
    queue.add("steps", Steps(3))
    params = (jobs.folder(1) / "params.json").read_text()
    assert str(tmp_path / "mine") in params


def test_the_package_is_cheap_to_import():
    """Pages and the command line list jobs without numpy, torch or streamlit."""
    code = (
        "import sys; from lissnas import jobs;"
        "print([m for m in ('numpy', 'pandas', 'torch', 'streamlit', 'xgboost')"
        " if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_a_reservation_that_nobody_claims_is_given_again(jobs_home):
    """A starter that dies before its worker begins does not lose the job."""
    job = queue.add("steps", Steps(3))
    first = queue.reserve(job.id)
    assert first and not queue.reserve(job.id) and jobs.tick() == []
    with store.writing() as db:
        store.change(db, job.id, {"reserved": 1.0})
    assert jobs.tick() == [job.id]
    assert jobs.wait(job.id, 60).state == "done"
