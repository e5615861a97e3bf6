"""The same jobs under a real Slurm: submitted, watched, cancelled, requeued, done."""

import subprocess

import pytest
from job_kinds import Steps
from job_tools import numbers, until

from lissnas import jobs
from lissnas.jobs import folders, store


def looked(job):
    """Return a job after a look at Slurm."""
    jobs.tick()
    return jobs.show(job)


def reached(job, *states):
    """Wait until a job is in one of these states, and return it."""
    return until(
        lambda: (found := looked(job)).state in states and found,
        what=f"{states} of job {job}",
    )


def running(job, step):
    """Wait until a job has come to a step."""
    return until(lambda: (found := looked(job)).progress.step >= step and found)


STEPS = 150  # so many that a busy machine still sees the job while it runs


def test_a_job_goes_through_slurm(slurm):
    """Submitted, it runs on a node with a GPU of its own, and its result is here."""
    slurm.configure(gpus=1)
    job = jobs.submit("steps", Steps(STEPS), engine="slurm")
    assert job.engine == "slurm" and job.slurm_id.isdecimal()
    assert running(job.id, 1).state == "running"
    done = reached(job.id, "done", "failed", "lost")
    assert done.state == "done", jobs.tail(job.id)
    assert numbers(job.id) == list(range(STEPS))
    assert jobs.result(job.id) == {"counted": STEPS, "device": "0"}
    assert done.progress.step == STEPS and done.ended >= done.started


def test_two_jobs_get_two_gpus(slurm):
    """Slurm's own slots are what counts there: two GPUs, two jobs side by side."""
    slurm.configure(gpus=1)
    found = jobs.sweep("steps", [Steps(150), Steps(150)], engine="slurm")
    for job in found:
        running(job.id, 1)
    assert {looked(job.id).state for job in found} == {"running"}
    for job in found:
        reached(job.id, "done")
    assert {jobs.result(job.id)["device"] for job in found} == {"0", "1"}


def test_an_array_for_a_sweep(slurm):
    """Several settings are one array whose tasks are jobs like all others."""
    slurm.configure(parallel=2)
    found = jobs.sweep("steps", [Steps(n) for n in (3, 4, 5)], engine="slurm")
    assert len({job.slurm_id.partition("_")[0] for job in found}) == 1
    assert [job.slurm_id.partition("_")[2] for job in found] == ["0", "1", "2"]
    for job, steps in zip(found, (3, 4, 5), strict=True):
        assert reached(job.id, "done", "failed", "lost").state == "done"
        assert numbers(job.id) == list(range(steps))


def test_cancel_asks_first(slurm):
    """A cancelled job stops at a checkpoint of its own, and can be resumed."""
    job = jobs.submit("steps", Steps(200), engine="slurm")
    running(job.id, 2)
    jobs.cancel(job.id)
    assert reached(job.id, "cancelled").resumable
    again = jobs.resume(job.id)
    assert again.engine == "slurm" and again.resumed_from == job.id
    assert reached(again.id, "done", "failed", "lost").state == "done"
    assert numbers(again.id) == list(range(200))
    assert f"Going on at {0}" not in jobs.tail(again.id)


def test_cancel_a_waiting_job(slurm):
    """A job that Slurm has not started yet is taken back."""
    slurm.configure(options=["--hold"])
    job = jobs.submit("steps", Steps(5), engine="slurm")
    assert reached(job.id, "queued").message.startswith("Queued in Slurm")
    jobs.cancel(job.id)
    assert reached(job.id, "cancelled").state == "cancelled"


def test_a_deaf_job_is_ended(slurm):
    """Work that does not ask whether to stop is ended by the supervisor."""
    slurm.configure(grace=1)
    job = jobs.submit("steps", Steps(10_000, deaf=True), engine="slurm")
    running(job.id, 1)
    jobs.cancel(job.id)
    assert reached(job.id, "cancelled").state == "cancelled"


def test_preemption_goes_through_a_checkpoint(slurm):
    """Slurm's warning leads to a checkpoint, the queue, and on from there."""
    job = jobs.submit("steps", Steps(250), engine="slurm")
    running(job.id, 3)
    slurm.call("scancel", "--batch", "--signal=USR1", job.slurm_id)
    asked = reached(job.id, "queued")
    assert asked.progress.step < 250
    stored = int((jobs.work_folder(job.id) / "checkpoint").read_text())
    slurm.call("scontrol", "update", f"JobId={job.slurm_id}", "StartTime=now")
    done = reached(job.id, "done", "failed", "lost")
    assert done.state == "done", jobs.tail(job.id)
    assert f"Going on at {stored}\n" in jobs.tail(job.id)
    assert numbers(job.id) == list(range(250))
    about = slurm.call("scontrol", "--oneliner", "show", "job", job.slurm_id).stdout
    assert "Restarts=1" in about


def test_a_killed_supervisor_is_noticed(slurm):
    """What dies on the node without a word is not taken for running for ever."""
    job = jobs.submit("steps", Steps(10_000), engine="slurm")
    running(job.id, 2)
    alive = folders.read_json(jobs.folder(job.id) / folders.ALIVE)
    subprocess.run(["kill", "-9", str(alive["pid"])], check=True)
    found = reached(job.id, "failed", "lost")
    assert found.resumable and found.message


def test_refusal_is_one_sentence(slurm):
    """What Slurm refuses is said in its words, and the job is listed as failed."""
    slurm.configure(partition="nowhere")
    with pytest.raises(ValueError, match=r"sbatch refused: .*partition"):
        jobs.submit("steps", Steps(3), engine="slurm")
    (job,) = jobs.listed()
    assert job.state == "failed" and "partition" in job.message


def test_a_lost_number_is_found_again(slurm):
    """A submitter that died before it wrote the number of a job loses nothing."""
    job = jobs.submit("steps", Steps(100), engine="slurm")
    with store.writing() as db:
        store.change(db, job.id, {"slurm_id": ""})
    until(lambda: looked(job.id).slurm_id == job.slurm_id)
    assert reached(job.id, "done").state == "done"


@pytest.mark.parametrize("cluster", [2], indirect=True, ids=["2-nodes"])
def test_several_nodes_work_together(slurm):
    """`srun torchrun` starts a process on each node, of which the first speaks."""
    slurm.configure(nodes=2)
    job = jobs.submit("meet", Steps(), engine="slurm")
    done = reached(job.id, "done", "failed", "lost")
    assert done.state == "done", jobs.tail(job.id)
    assert jobs.result(job.id) == {"nodes": ["node0", "node1"]}
    assert done.progress.step == done.progress.total == 2
