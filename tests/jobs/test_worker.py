"""One job from its start to its end, however that comes."""

import os
import resource
import signal
import subprocess
import sys
import threading

import psutil
import pytest
from job_kinds import Steps
from job_tools import numbers, until

from lissnas import jobs
from lissnas.jobs import folders, logs, queue
from lissnas.jobs.processes import carrying
from lissnas.jobs.work import Control


def ended(settings, **about):
    """Return a job after its end."""
    return jobs.wait(jobs.submit("steps", settings, **about).id, 90)


def at_step(job, step):
    """Wait until a job has come to a step."""
    until(lambda: jobs.read_progress(job).step >= step, what=f"step {step}")


def test_a_job_is_done(jobs_home):
    """Its record tells all: times, device, steps, numbers, result, log."""
    job = ended(Steps(12))
    assert (job.state, job.message, job.slot) == ("done", "Done.", "cpu")
    assert job.submitted <= job.started <= job.ended and job.share == 1
    assert (job.progress.step, job.progress.total) == (12, 12)
    assert job.progress.numbers == {"half": 6.0}
    assert jobs.result(job.id) == {"counted": 12, "device": ""}
    assert "Going on at 0" in jobs.tail(job.id)
    assert numbers(job.id) == list(range(12))


def test_the_last_progress_is_the_one_that_stays(tmp_path, monkeypatch):
    """A slow disk does not let an older number be written over the last one."""
    slow, begun, go = folders.write_progress, threading.Event(), threading.Event()
    order = []

    def written(folder, progress):
        """Write; the first number takes until the test lets it."""
        if progress.step == 1:
            begun.set()
            go.wait(30)
        slow(folder, progress)
        order.append(progress.step)

    monkeypatch.setattr(folders, "write_progress", written)
    control = Control(tmp_path)
    control.report(1, 2, {})
    assert begun.wait(30)
    control.report(2, 2, {})
    last = threading.Thread(target=control.write)
    last.start()
    last.join(0.2)
    go.set()
    last.join(30)
    until(lambda: len(order) >= 2, what="two numbers")
    assert order[:2] == [1, 2] and folders.read_progress_file(tmp_path).step == 2


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("value", "steps must be even, got 7"),
        ("bug", "KeyError: 'nowhere'"),
        ("disk", "The disk is full at "),
        ("memory", "There was not enough memory"),
        ("cuda", "There was not enough GPU memory"),
        ("killed", "The system killed it, most likely for lack of memory"),
        ("crash", "It crashed (SIGSEGV)"),
    ],
)
def test_trouble_is_said_in_a_sentence(jobs_home, trouble, words):
    """The user gets words, the log the traceback, and the checkpoint is intact."""
    job = ended(Steps(10, trouble=trouble))
    assert job.state == "failed" and job.message.startswith(words)
    assert "Traceback" not in job.message
    log = jobs.tail(job.id)
    assert ("Traceback" in log) == (trouble not in ("killed", "crash")), log
    assert (jobs.work_folder(job.id) / "checkpoint").read_text() == "5"
    assert numbers(job.id) == list(range(5))
    assert job.resumable
    assert job.progress.step == 5 or trouble in ("killed", "crash")


def test_a_full_disk(jobs_home, tmp_path):
    """A real limit on what may be written is told, and leaves the checkpoint."""
    code = (
        "import resource; from job_kinds import Steps; from lissnas import jobs;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3 * 2**20, 3 * 2**20));"
        "jobs.submit('steps', Steps(10, trouble='write'))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    job = jobs.wait(1, 90)
    assert job.state == "failed" and job.message.startswith("The disk is full")
    assert numbers(job.id) == list(range(5))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 3 * 2**20


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_home_on_a_full_disk(jobs_home):
    """With not a byte left for the list, its end is written once there is room."""
    jobs_home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(jobs_home)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        job = jobs.submit("steps", Steps(10, trouble="write"))
        work = jobs.work_folder(job.id)
        until(lambda: not os.statvfs(jobs_home).f_bavail)
        until(lambda: len(carrying(job.token)) == 1, what="the end of the work")
        (work / "big").unlink()
        until(lambda: jobs.show(job.id).state == "failed")
        assert jobs.show(job.id).message.startswith("The disk is full")
        assert numbers(job.id) == list(range(5))
    finally:
        subprocess.run(["umount", "--lazy", str(jobs_home)], check=True)


def test_cancel_stops_at_a_checkpoint(jobs_home):
    """Work that listens stops by itself; what it had done is kept and gone on with."""
    job = jobs.submit("steps", Steps(80))
    at_step(job.id, 3)
    assert jobs.cancel(job.id).state == "cancelling"
    found = jobs.wait(job.id, 60)
    assert found.state == "cancelled" and "by force" not in found.message
    stored = int((jobs.work_folder(job.id) / "checkpoint").read_text())
    assert 3 <= stored < 80
    again = jobs.wait(jobs.resume(job.id).id, 90)
    assert again.state == "done" and f"Going on at {stored}\n" in jobs.tail(again.id)
    assert numbers(again.id) == list(range(80))


def test_cancel_without_cooperation(jobs_home):
    """Work that does not listen is ended by force, with all that it started."""
    job = jobs.submit("steps", Steps(100_000, deaf=True))
    at_step(job.id, 2)
    pid = jobs.show(job.id).pid
    jobs.cancel(job.id)
    found = jobs.wait(job.id, 60)
    assert found.state == "cancelled" and "by force" in found.message
    until(lambda: not psutil.pid_exists(pid))
    checkpoint = int((jobs.work_folder(job.id) / "checkpoint").read_text())
    assert checkpoint <= len(numbers(job.id)) <= checkpoint + 1


def test_nothing_stays_behind(jobs_home):
    """A process that the work left running is ended with the job."""
    job = ended(Steps(4, trouble="child"))
    child = int((jobs.work_folder(job.id) / "child").read_text())
    assert job.state == "done"
    until(lambda: not psutil.pid_exists(child))


def test_relative_paths_are_those_of_who_submitted(jobs_home, tmp_path, monkeypatch):
    """The work runs where it was submitted, whoever starts it, from wherever."""
    monkeypatch.chdir(tmp_path)
    queue.add("steps", Steps(4, trouble="where"))
    monkeypatch.chdir("/")
    jobs.tick()
    assert jobs.wait(1, 60).state == "done"
    assert jobs.result(1) == {"where": str(tmp_path)}


def test_the_log_is_bounded(jobs_home):
    """However much a job prints, its log does not grow, and its end is readable."""
    job = ended(Steps(4, trouble="talk"))
    folder = jobs.folder(job.id)
    sizes = [path.stat().st_size for path in folder.glob("log*")]
    assert len(sizes) == 2 and max(sizes) <= logs.LOG_BYTES
    assert jobs.tail(job.id).splitlines()[-1].endswith("Done.")
    assert "line 59999" in jobs.tail(job.id) and len(jobs.tail(job.id, 500)) <= 500
    assert jobs.tail(job.id, 500) in jobs.tail(job.id, 1_500_000)
    with pytest.raises(ValueError, match="bytes must be 1 or more"):
        jobs.tail(job.id, 0)


def test_follow_sees_every_line_once(jobs_home):
    """Following a log gives its lines as they come, until the job has ended."""
    job = jobs.submit("steps", Steps(30, trouble="child"))
    found = "".join(
        logs.follow(jobs.folder(job.id), lambda: not jobs.show(job.id).active)
    )
    assert found.count("Going on at 0") == 1 and found.count("Done.") == 1


def test_the_system_ends_a_worker(jobs_home):
    """A shutdown makes a job write what it has; it is lost, not cancelled."""
    job = jobs.submit("steps", Steps(100_000))
    at_step(job.id, 2)
    os.kill(jobs.show(job.id).pid, signal.SIGTERM)
    found = jobs.wait(job.id, 60)
    assert found.state == "lost" and found.resumable
    assert "The system asked it to end" in found.message
    end = folders.read_end(jobs.folder(job.id), found.token)
    assert end.state == "lost"


def test_one_worker_a_folder(jobs_home):
    """A second process in the same folder waits and gives way."""
    job = jobs.submit("steps", Steps(100_000))
    at_step(job.id, 2)
    code = (
        "import sys; from pathlib import Path; from lissnas.jobs import work;"
        "work.WAIT_SECONDS = 0.5; work.main()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(jobs.folder(job.id))],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1 and "another process works in" in answer.stderr
    jobs.cancel(job.id)
    assert jobs.wait(job.id, 60).state == "cancelled"


def test_a_worker_by_hand(jobs_home):
    """`python -m lissnas.jobs.worker ID` runs a queued job, once."""
    job = queue.add("steps", Steps(3))
    command = [sys.executable, "-m", "lissnas.jobs.worker", str(job.id)]
    assert subprocess.run(command, timeout=90).returncode == 0
    assert jobs.show(job.id).state == "done"
    assert subprocess.run(command, capture_output=True, timeout=90).returncode == 1
