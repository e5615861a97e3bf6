"""What is sent to Slurm follows from one file, and the kind of job; no Slurm needed."""

from dataclasses import replace

import pytest
from job_kinds import Steps

from lissnas import jobs
from lissnas.jobs import queue
from lissnas.jobs.slurm import SlurmSettings, commands, load, node, submission

FULL = """
partition = "gpu"
time = "1-00:00:00"
nodes = 2
gpus = 4
cpus = 8
memory = "64G"
warn = 300
parallel = 3
setup = ["module load cuda"]
options = ["--constraint=a100"]
"""


def written(home, text):
    """Write the configuration."""
    home.mkdir(exist_ok=True)
    (home / "slurm.toml").write_text(text)


def test_the_file_is_read_as_it_says(jobs_home):
    """Every line is a field with its type; what is left out has its default."""
    written(jobs_home, FULL)
    found = load()
    assert (found.partition, found.nodes, found.gpus) == ("gpu", 2, 4)
    assert found.setup == ("module load cuda",) and found.requeue
    assert found.processes == 8
    written(jobs_home, "")
    assert load() == SlurmSettings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nodes = 0", "nodes must be 1 or more, got 0"),
        ("nodes = true", "nodes must be a int, got True"),
        ("node = 1", "names must be of partition"),
        ("time = 'long'", "time must be like"),
        ("memory = 'much'", "memory must be like"),
        ("options = ['x']", "options must begin with --"),
        ("options = [3]", "options must be a list of texts"),
        ("setup = 'x'", "setup must be a list"),
        ("poll = 0", "poll must be in"),
        ("python = ''", "python must name"),
        ('partition = "a\\nb"', "partition must be one line"),
        ("=", "cannot be read"),
    ],
)
def test_mistakes_in_the_file_name_it(jobs_home, text, words):
    """A sentence says which file, which line's name, and what it must be."""
    written(jobs_home, text)
    with pytest.raises(ValueError, match=words) as caught:
        load()
    assert "slurm.toml" in str(caught.value)


def test_options_of_sbatch(jobs_home):
    """Resources, the warning before the end, the queue and the array are stated."""
    written(jobs_home, FULL)
    found = submission.options("secret", 5, load())
    assert {
        *("--nodes=2", "--gres=gpu:4", "--cpus-per-task=8", "--mem=64G"),
        *("--time=1-00:00:00", "--partition=gpu", "--signal=B:USR1@300"),
        *("--requeue", "--array=0-4%3", "--constraint=a100"),
    } <= set(found)
    alone = submission.options("secret", 1, replace(load(), requeue=False, warn=0))
    assert "--no-requeue" in alone
    assert not [one for one in alone if one.startswith(("--array", "--signal"))]


def test_a_kind_takes_only_what_it_can_use(jobs_home, monkeypatch):
    """Work of one process is not given several nodes, and no GPU without need."""
    written(jobs_home, FULL)
    both = [submission._fitting(kind, load()) for kind in ("steps", "many")]
    assert [(one.nodes, one.gpus) for one in both] == [(1, 1), (2, 4)]
    shrink = submission._fitting("shrink", load())
    assert (shrink.nodes, shrink.gpus) == (1, 0)


def test_the_command_on_the_node(monkeypatch):
    """One process, the GPUs of one node by torchrun, several nodes by srun."""
    monkeypatch.setenv("SLURM_JOB_ID", "25")
    one = node.command_of(SlurmSettings())
    assert one == ["python3", "-P", "-m", "lissnas.jobs.work"]
    many = " ".join(node.command_of(SlurmSettings(gpus=4)))
    assert "torch.distributed.run --standalone --nproc_per_node=4" in many
    nodes = " ".join(node.command_of(SlurmSettings(nodes=2, gpus=4)))
    assert nodes.startswith("srun --nodes=2 --ntasks-per-node=1")
    assert "--nnodes=2 --nproc_per_node=4 --rdzv_backend=c10d" in nodes
    assert ":20025 --rdzv_id=25 -m lissnas.jobs.work" in nodes


def test_the_script_quotes_what_it_must(jobs_home, monkeypatch, tmp_path):
    """A home with blanks and quotes does no harm; lines of setup come first."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "a 'b' $(c)"))
    job = queue.add("steps", Steps(3), engine="slurm")
    text = submission.script([job], SlurmSettings(setup=("module load cuda",)))
    assert "$(c)'" in text and '"$(c)' not in text
    assert text.index("module load cuda") < text.index("exec python3")


def test_without_slurm_it_is_said(jobs_home, monkeypatch):
    """Where Slurm is not installed, the sentence says so and the job has failed."""
    written(jobs_home, "")
    monkeypatch.setenv("PATH", str(jobs_home))
    with pytest.raises(commands.SlurmError, match="sbatch must be installed"):
        jobs.submit("steps", Steps(3), engine="slurm")
    assert jobs.show(1).state == "failed"
