"""Whatever is killed, whenever: nothing is lost and nothing is done twice."""

import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
from job_kinds import Steps
from job_tools import numbers, until

from lissnas import jobs
from lissnas.jobs import processes, queue, store

SERVER = (
    "import time; from lissnas import jobs\nwhile True: jobs.tick(); time.sleep(.05)"
)


def server():
    """Start a process that does what a dashboard does for jobs."""
    return subprocess.Popen([sys.executable, "-c", SERVER], start_new_session=True)


def kill(process):
    """Kill a process as the system does, without a word."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def family(job):
    """Return the supervisor of a job and the process that works."""
    found = jobs.show(job)
    others = [p for p in processes.carrying(found.token) if p.pid != found.pid]
    return [found.pid, *(process.pid for process in others)]


@pytest.mark.parametrize("seed", range(2))
def test_kill_anything_at_any_moment(jobs_home, seed):
    """Killed at random and resumed, a job counts every number exactly once."""
    chance, steps, kills = random.Random(seed), 120, 0
    running, job = server(), jobs.submit("steps", Steps(steps))
    try:
        while (found := jobs.show(job.id)).state != "done":
            if found.resumable:
                kills += 1
                job = jobs.resume(job.id)
                assert job.resumed_from == found.id and job.work == found.work
            elif found.state == "running" and kills < 5:
                time.sleep(chance.uniform(0, 0.6))
                if chance.random() < 0.3:
                    kill(running)
                    running = server()
                    continue
                with_work = family(job.id)
                os.kill(chance.choice(with_work), signal.SIGKILL)
                until(lambda j=job: jobs.show(j.id).state != "running")
            time.sleep(0.05)
    finally:
        kill(running)
    assert numbers(job.id) == list(range(steps))
    assert kills and jobs.result(job.id)["counted"] == steps
    assert [one.state for one in jobs.listed()].count("done") == 1


def test_killing_the_server_disturbs_no_job(jobs_home):
    """A job outlives the process that started it, and its terminal."""
    code = "from job_kinds import Steps; from lissnas import jobs; import time;"
    code += "jobs.submit('steps', Steps(60)); time.sleep(600)"
    started = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    until(lambda: jobs.listed() and jobs.show(1).progress.step >= 3)
    os.killpg(started.pid, signal.SIGHUP)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    until(lambda: jobs.show(1).state == "done")  # without anyone who looks after it
    assert numbers(1) == list(range(60))
    assert jobs.tail(1).count("Started on") == 1


def test_the_work_ends_with_its_supervisor(jobs_home):
    """A killed supervisor leaves no process that goes on unseen; the job is lost."""
    job = jobs.submit("steps", Steps(100_000, deaf=True))
    until(lambda: jobs.read_progress(job.id).step >= 2)
    supervisor, *work = family(job.id)
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: not any(psutil.pid_exists(pid) for pid in [supervisor, *work]))
    jobs.tick()
    found = jobs.show(job.id)
    assert found.state == "lost" and "vanished" in found.message
    assert found.progress.step >= 2


def test_a_process_number_used_again(jobs_home):
    """The number alone is nobody: a job whose worker is gone is lost all the same."""
    job, own = queue.add("steps", Steps(3)), os.getpid()
    about = {"state": "running", "pid": own, "host": processes.host(), "token": "t"}
    about |= {"heartbeat": time.time(), "born": processes.born(own) - 1000}
    with store.writing() as db:
        store.change(db, job.id, about)
    jobs.tick()
    assert jobs.show(job.id).state == "lost"
    again = jobs.wait(jobs.resume(job.id).id, 60)
    assert again.state == "done"


def test_last_words_count(jobs_home):
    """A job that ended while its list was out of reach is what its folder says."""
    job = jobs.wait(jobs.submit("steps", Steps(4)).id, 60)
    until(lambda: not psutil.pid_exists(job.pid))
    about = {"state": "running", "message": "Running.", "ended": None}
    with store.writing() as db:
        store.change(db, job.id, about)
    jobs.tick()
    assert jobs.show(job.id).state == "done" and jobs.result(job.id)["counted"] == 4


def test_a_silent_worker_is_lost_and_comes_back(jobs_home):
    """A worker that was frozen takes its place again when nobody else has."""
    job = jobs.submit("steps", Steps(60))
    until(lambda: jobs.show(job.id).progress.step >= 2)
    pid = jobs.show(job.id).pid
    os.kill(pid, signal.SIGSTOP)
    with store.writing() as db:
        store.change(db, job.id, {"heartbeat": time.time() - 1000})
    jobs.tick()
    found = jobs.show(job.id)
    assert found.state == "lost" and "Nothing was heard of it" in found.message
    os.kill(pid, signal.SIGCONT)
    assert until(lambda: jobs.show(job.id).state in ("running", "done"))
    assert jobs.wait(job.id, 60).state == "done"
    assert numbers(job.id) == list(range(60))


def test_a_silent_worker_gives_way(jobs_home):
    """Resumed elsewhere, the frozen one is ended and cannot disturb the new one."""
    job = jobs.submit("steps", Steps(60))
    until(lambda: jobs.show(job.id).progress.step >= 2)
    pid = jobs.show(job.id).pid
    os.kill(pid, signal.SIGSTOP)
    with store.writing() as db:
        store.change(db, job.id, {"heartbeat": time.time() - 1000})
    jobs.tick()
    again = jobs.resume(job.id)
    until(lambda: not psutil.pid_exists(pid))
    assert jobs.wait(again.id, 60).state == "done"
    assert numbers(again.id) == list(range(60))
    assert jobs.show(job.id).state == "lost"


def test_another_machine_is_judged_by_its_heartbeat(jobs_home):
    """A process number means nothing on another machine that shares the home."""
    job = queue.add("steps", Steps(3))
    about = {"state": "running", "pid": 1, "born": 1.0, "host": "elsewhere"}
    about |= {"token": "t", "heartbeat": time.time()}
    with store.writing() as db:
        store.change(db, job.id, about)
    jobs.tick()
    assert jobs.show(job.id).state == "running"
    with store.writing() as db:
        store.change(db, job.id, {"heartbeat": time.time() - 1000})
    jobs.tick()
    assert jobs.show(job.id).state == "lost"


def test_racing_submitters_and_servers(jobs_home, monkeypatch):
    """Many processes that submit and start at once start every job once."""
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu,cpu,cpu")
    code = (
        "import sys, time; from job_kinds import Steps; from lissnas import jobs\n"
        "time.sleep(max(float(sys.argv[1]) - time.time(), 0))\n"
        "for _ in range(3): jobs.submit('steps', Steps(4, 0.0))\n"
        "end = time.time() + 90\n"
        "while any(j.active for j in jobs.listed()) and time.time() < end:\n"
        "    jobs.tick()\n"
        "    time.sleep(0.02)\n"
    )
    start = str(time.time() + 2)
    racers = [subprocess.Popen([sys.executable, "-c", code, start]) for _ in range(4)]
    most = 0
    while any(racer.poll() is None for racer in racers):
        held = [job.slot for job in jobs.listed() if job.state == "running"]
        assert len(set(held)) == len(held), "a slot is given twice"
        most = max(most, len(held))
        time.sleep(0.05)
    assert [racer.returncode for racer in racers] == [0] * 4
    found = jobs.listed()
    assert len(found) == 12 and {job.state for job in found} == {"done"}
    for job in found:
        assert numbers(job.id) == [0, 1, 2, 3]
        assert jobs.tail(job.id).count("Started on") == 1
    assert most <= 3
