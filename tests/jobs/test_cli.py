"""The commands on jobs: JSON for programs, sentences for mistakes."""

import json
import signal
import subprocess
import sys

import pytest
from job_tools import until

from lissnas import jobs
from lissnas.cli import main


@pytest.fixture
def cli(jobs_home, capsys):
    """Run a command and return what it printed."""

    def run(*arguments):
        main(arguments)
        return capsys.readouterr().out

    return run


@pytest.fixture
def refuse(jobs_home, capsys):
    """Run a command that must fail and return its sentence."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        printed = capsys.readouterr()
        assert stop.value.code == 2 and printed.out == ""
        assert "Traceback" not in printed.err
        return printed.err

    return run


def test_from_submit_to_remove(cli):
    """One job through all commands, each with JSON."""
    assert json.loads(cli("jobs", "--json")) == []
    assert "No jobs" in cli("jobs")
    job = json.loads(cli("jobs", "submit", "steps", "steps=60", "--json"))
    assert job["settings"]["steps"] == 60 and "token" not in job
    until(lambda: jobs.read_progress(1).step >= 2)
    (row,) = json.loads(cli("jobs", "list", "--json"))
    assert row["state"] == "running" and row["id"] == 1
    (asked,) = json.loads(cli("jobs", "cancel", "1", "--json"))
    assert asked["state"] == "cancelling"
    assert "Going on at 0" in cli("jobs", "logs", "1", "--follow")
    shown = json.loads(cli("jobs", "show", "1", "--json"))
    assert shown["state"] == "cancelled" and shown["resumable"]
    (again,) = json.loads(cli("jobs", "resume", "1", "--json"))
    assert again["resumed_from"] == 1
    (done,) = json.loads(cli("jobs", "run", "--json"))
    assert (done["id"], done["state"], done["share"]) == (2, "done", 1.0)
    assert json.loads(cli("jobs", "show", "2", "--json"))["result"]["counted"] == 60
    assert "Going on at" in json.loads(cli("jobs", "logs", "2", "--json"))["log"]
    assert [r["id"] for r in json.loads(cli("jobs", "list", "--json"))] == [2, 1]
    assert cli("jobs", "list", "--state", "done").count("\n") == 2
    assert "state         done" in cli("jobs", "show", "2")
    assert json.loads(cli("jobs", "remove", "1", "2", "--json")) == {"removed": [1, 2]}
    assert json.loads(cli("jobs", "--json")) == []


def test_a_sweep_is_a_job_for_each_combination(cli, monkeypatch):
    """Values after --sweep multiply; the others are shared."""
    monkeypatch.setenv("LISSNAS_DEVICES", "")
    sweep = ("--sweep", "steps=3,4", "--sweep", "deaf=true,false")
    found = json.loads(cli("jobs", "submit", "steps", "seconds=0", *sweep, "--json"))
    assert [(r["settings"]["steps"], r["settings"]["deaf"]) for r in found] == [
        *((3, True), (3, False), (4, True), (4, False))
    ]
    assert {row["settings"]["seconds"] for row in found} == {0.0}


def test_settings_from_a_file(cli, refuse, monkeypatch, tmp_path):
    """A file of JSON holds what is too long for a line; dots lead into parts."""
    monkeypatch.setenv("LISSNAS_DEVICES", "")
    path = tmp_path / "settings.json"
    path.write_text('{"space": "nasbench201", "task": "cifar10", "pairs": {"k": 3}}')
    assert "settings must be of" in refuse(
        *("jobs", "submit", "locality", "--settings", str(path))
    )
    path.write_text('{"space": "nasbench201", "task": "cifar10"}')
    found = json.loads(
        cli(
            *("jobs", "submit", "locality", "pairs.pairs=500", "seed=7", "--json"),
            *("--settings", str(path)),
        )
    )
    assert found["settings"]["pairs"]["pairs"] == 500
    assert found["settings"]["seed"] == 7
    path.write_text("no JSON")
    assert "must hold JSON" in refuse(
        *("jobs", "submit", "locality", "--settings", str(path))
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "7"), "job must be one that `lissnas jobs` lists, got 7"),
        (("cancel", "7"), "got 7"),
        (("resume", "7"), "got 7"),
        (("remove", "7"), "got 7"),
        (("logs", "7"), "got 7"),
        (("submit", "nothing"), "kind must be one of"),
        (("submit", "steps", "steps"), "NAME=VALUE"),
        (("submit", "steps", "steps=x"), "steps must be int, got 'x'"),
        (("submit", "steps", "--on", "gpu"), "device must be one of"),
        (("submit", "steps", "--slurm"), "slurm.toml must say"),
    ],
)
def test_mistakes_are_one_sentence(refuse, arguments, words):
    """Whatever is asked wrongly exits with 2 and a sentence."""
    assert words in refuse("jobs", *arguments)


def test_commands_in_the_background(cli, refuse, monkeypatch, tmp_path):
    """--background submits what the command would have done, and returns."""
    monkeypatch.setenv("LISSNAS_DEVICES", "")
    monkeypatch.chdir(tmp_path)
    given = ("nasbench201", "cifar10", "--json", "--background")
    shrink = json.loads(cli("shrink", *given, "--target", "300", "--seed", "4"))
    assert (shrink["kind"], shrink["state"]) == ("shrink", "queued")
    assert shrink["settings"]["settings"]["target"] == 300
    assert shrink["settings"]["seed"] == 4
    compare = json.loads(cli("compare", *given, "--methods", "naive", "--jobs", "2"))
    assert compare["settings"]["comparison"]["methods"] == ["naive"]
    assert compare["settings"]["processes"] == 2
    study = json.loads(cli("reproduce", "--quick", "--background", "--json"))
    assert study["settings"]["study"]["seeds"] == 2
    assert study["settings"]["out"] == str(tmp_path / "reproduction")
    assert study["settings"]["command"] == "lissnas reproduce --quick"
    recipe = ("--epochs", "3", "--device", "cpu", "--background", "--json")
    trained = json.loads(cli("supernet", "train", "nasbench-macro", *recipe))
    assert (trained["kind"], trained["settings"]["recipe"]["epochs"]) == ("train", 3)
    assert trained["settings"]["device"] == "cpu"
    assert "cannot take --out" in refuse(
        *("supernet", "train", "nasbench-macro", "--background", "--out", "x")
    )
    assert "cannot --resume" in refuse("shrink", "--resume", "x", "--background")
    assert "cannot take --runs" in refuse("compare", "--runs", "x", "--background")
    for number in (1, 2, 3, 4):
        assert jobs.cancel(number).state == "cancelled"


def test_interrupting_the_queue_leaves_the_jobs(cli):
    """Ctrl-C ends `jobs run`, not what it has started."""
    cli("jobs", "submit", "steps", "steps=100000")
    command = [sys.executable, "-m", "lissnas", "jobs", "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "Job 1 is running: Count\n"
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 130
    step = jobs.read_progress(1).step
    until(lambda: jobs.read_progress(1).step > step)
    jobs.cancel(1)
    assert jobs.wait(1, 60).state == "cancelled"
