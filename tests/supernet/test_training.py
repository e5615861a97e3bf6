"""Training: resumable bit for bit, fair, and alike in one process and in two."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
import torch

from lissnas.spaces import SPACES
from lissnas.supernet import checkpoint
from lissnas.supernet.alone import train_alone
from lissnas.supernet.folders import append, lines
from lissnas.supernet.settings import RECIPES, AloneSettings, Trained, TrainSettings
from lissnas.supernet.tasks import alone, train
from lissnas.work import Stopped, never, silent

QUICK = replace(RECIPES["tiny"], epochs=2, batch=128, warmup=0.5)
SETTINGS = TrainSettings(space="transnasbench101-micro", recipe=QUICK, every=1e-6)


def state(folder):
    """Return the final weights and statistics of a supernet."""
    return checkpoint.load(folder / "supernet.pt")["net"]


def assert_equal(one, other):
    """Fail unless two states are equal, bit for bit."""
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the folder of a training that was never interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    train(SETTINGS, folder, silent, never)
    return folder


KILLED = """
import os, signal, sys
from pathlib import Path
from lissnas.supernet import trainer
from lissnas.supernet.tasks import train
from lissnas.work import never, silent
sys.path.insert(0, sys.argv[3])
trainer.BEAT = 0.0
from test_training import SETTINGS
left = int(sys.argv[2])
advance = trainer.Trainer.advance
def counted(self):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return advance(self)
trainer.Trainer.advance = counted
train(SETTINGS, Path(sys.argv[1]), silent, never)
"""


def test_killed_trainings_end_with_the_same_weights(whole, tmp_path):
    """SIGKILL at random steps, again and again: the weights are equal bit for bit."""
    rng = np.random.default_rng(0)
    here = os.path.dirname(__file__)
    for attempt in count():
        steps = int(rng.integers(2, 8)) if attempt < 2 else 1000
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path), str(steps), here],
            check=False,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert attempt == 2
    assert_equal(state(tmp_path), state(whole))
    visits = [json.loads((f / "visits.json").read_text()) for f in (tmp_path, whole)]
    assert visits[0] == visits[1]


def test_a_stop_is_stored_and_gone_on_from(whole, tmp_path):
    """Asked to stop, a training leaves a checkpoint; the next call ends alike."""
    asked = iter(range(1000))

    def stop():
        return next(asked) >= 1

    slow = {"left": 3}

    def report(done, total, numbers):
        if slow["left"] and done < total:
            slow["left"] -= 1
            time.sleep(0.01)

    try:
        train(SETTINGS, tmp_path, report, stop)
    except Stopped:
        assert (tmp_path / "checkpoint.pt").is_file()
    train(SETTINGS, tmp_path, silent, never)
    assert_equal(state(tmp_path), state(whole))


def test_the_initial_weights_are_kept(whole):
    """ABS needs them: they have the shape of the final ones and differ."""
    initial = checkpoint.load(whole / "initial.pt")["net"]
    final = state(whole)
    assert initial.keys() == final.keys()
    assert any(not torch.equal(initial[n], final[n]) for n in final)


def test_another_work_in_the_folder_is_refused(whole):
    """A folder goes on with its own settings only; the sentence names the other."""
    with pytest.raises(ValueError, match="seed must be 0 to go on"):
        train(replace(SETTINGS, seed=1), whole, silent, never)
    with pytest.raises(ValueError, match="work of the kind alone"):
        alone(AloneSettings(), whole, silent, never)


def test_damaged_checkpoints_are_refused(whole, tmp_path):
    """Half a checkpoint, or one with code in it, is one sentence."""
    content = (whole / "supernet.pt").read_bytes()
    (tmp_path / "half.pt").write_bytes(content[: len(content) // 2])
    torch.save({"net": Trained()}, tmp_path / "code.pt")
    for name in ("half.pt", "code.pt", "missing.pt"):
        with pytest.raises(ValueError, match=f"{name} must be an undamaged"):
            checkpoint.load(tmp_path / name)


TWO = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_training import JOINT
from lissnas.supernet.tasks import train
from lissnas.work import never, silent
train(JOINT, Path(sys.argv[1]), silent, never)
"""
JOINT = TrainSettings(
    space="shufflenetv2",
    sampling="fair",
    recipe=replace(
        *(QUICK,),
        **{"epochs": 1, "batch": 256, "ghost": 128, "rate": 0.01, "erase": 0.2},
        **{"crop": 1, "flip": True, "precision": "float64"},
    ),  # such networks amplify the rounding of float32 a thousandfold a step
)


def test_two_processes_train_as_one(tmp_path):
    """Two processes of torchrun with gloo equal one with the joint batch."""
    train(JOINT, tmp_path / "one", silent, never)
    script = tmp_path / "two.py"
    script.write_text(TWO)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    here = os.path.dirname(__file__)
    subprocess.run(
        [sys.executable, *launch, str(script), str(tmp_path / "two"), here],
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
    )
    one, two = state(tmp_path / "one"), state(tmp_path / "two")
    initial = checkpoint.load(tmp_path / "one" / "initial.pt")["net"]
    for name, values in one.items():
        if values.is_floating_point():
            torch.testing.assert_close(two[name], values, rtol=1e-6, atol=1e-8)
    moved = [(one[n] - initial[n]).abs().max() for n in one if one[n].ndim == 4]
    assert max(moved) > 1e-3  # else equality would say nothing


ROWS = SPACES["transnasbench101-macro"].sample(3, np.random.default_rng(1))
ALONE = AloneSettings(space="transnasbench101-macro", recipe=replace(QUICK, epochs=1))


@pytest.fixture(scope="module")
def accuracies(tmp_path_factory):
    """Return what three networks reach alone, and the folder that says so."""
    folder = tmp_path_factory.mktemp("alone")
    return train_alone(ALONE, ROWS, folder), folder


def test_networks_alone_do_not_depend_on_each_other(accuracies, tmp_path):
    """A network reaches the same in any order, and what is known is not repeated."""
    found, folder = accuracies
    for line in lines(folder / "results.jsonl")[:1]:
        append(tmp_path / "results.jsonl", line)
    told = []
    again = train_alone(ALONE, ROWS[::-1], tmp_path, lambda *a: told.append(a[:2]))
    assert told[0] == (1, 3) and told[-1] == (3, 3)
    np.testing.assert_array_equal(again.valid, found.valid[::-1])
    np.testing.assert_array_equal(again.test, found.test[::-1])


def test_results_that_were_cut_off_are_made_again(accuracies, tmp_path):
    """A line that a kill cut off is left out, and the next begins a new line."""
    found, folder = accuracies
    content = (folder / "results.jsonl").read_bytes()
    (tmp_path / "results.jsonl").write_bytes(content[:-20])
    again = train_alone(ALONE, ROWS, tmp_path)
    np.testing.assert_array_equal(again.valid, found.valid)
    assert len(lines(tmp_path / "results.jsonl")) == 3


def test_two_processes_train_what_one_does(accuracies, tmp_path):
    """How many processes train does not change what networks reach."""
    again = train_alone(ALONE, ROWS, tmp_path, processes=2)
    np.testing.assert_array_equal(again.valid, accuracies[0].valid)


@pytest.mark.usefixtures("empty_home", "no_own_tables")
def test_measure_writes_a_table_that_is_a_task(tmp_path):
    """Accuracies alone become tasks, with repeats averaged and all that made them."""
    from lissnas.oracles import load, tasks

    settings = replace(ALONE, archs="2", repeats=2)
    alone(settings, tmp_path, silent, never)
    assert {"digits", "digits-test"} <= set(tasks("transnasbench101-macro"))
    table = load("transnasbench101-macro", "digits")
    results = lines(tmp_path / "results.jsonl")
    assert len(results) == 4
    for row, accuracy in zip(table.archs.tolist(), table.accuracy, strict=True):
        each = [one["valid"] for one in results if one["row"] == row]
        assert len(each) == 2 and accuracy == pytest.approx(np.mean(each))
    assert "digits" in table.title.lower() and "tiny" in table.caveats
