"""The command `compare`: a table for people, JSON for programs, and it goes on."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from lissnas.cli import main
from lissnas.comparison import Comparison, finished
from tests.comparison.conftest import QUICK, SMALL

COMMAND = [
    "compare",
    SMALL,
    "cifar10",
    "--methods",
    "naive,abs,random",
    "--size",
    "120",
]
COMMAND += ["--queries", "900", "--seeds", "2", "--predictor-pairs", "300"]
COMMAND += ["--predictor-rounds", "40", "--predictor-patience", "10"]
ASKED = Comparison(
    SMALL, "cifar10", ("naive", "abs", "random"), 120, 900, 2, predictor=QUICK
)


def test_json_holds_rows_and_outcomes(home, capsys):
    """`--json` prints one object: rows with intervals, and each seed's outcome."""
    main([*COMMAND, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [row["label"] for row in found["rows"]] == [
        *("abs", "naive", "random", "original")
    ]
    naive = found["rows"][1]["estimates"]["mean_true"]
    assert naive["low"] < naive["mean"] < naive["high"] and naive["n"] == 2
    assert len(found["outcomes"]) == 8 and found["size"] == 120
    assert "Student" in found["interval"] and found["paper"] == []


def test_the_same_command_goes_on(home, capsys):
    """What was computed is printed again, not computed again."""
    main(COMMAND)
    first = capsys.readouterr().out
    main(COMMAND)
    assert capsys.readouterr().out == first  # seconds included
    assert "±" in first and "naive" in first and "true errors" in first


def test_a_method_that_cannot_run_is_a_sentence(home, capsys):
    """The others are compared all the same."""
    main([*COMMAND[:4], "dds,random", *COMMAND[5:]])
    printed = capsys.readouterr().out
    assert printed.count("DDS cannot be run here") == 1
    assert "random" in printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([*COMMAND[:4], "nope"], "methods must be of"),
        (["compare", "nowhere", "cifar10"], "space must be one of"),
        (["compare", SMALL, "nothing"], "task must be one of"),
        (["compare"], "compare needs SPACE and TASK"),
        (["compare", "--runs", "a"], "at least two"),
        ([*COMMAND, "--jobs", "0"], "jobs must be at least 1"),
    ],
)
def test_mistakes_are_sentences(home, capsys, arguments, sentence):
    """A wrong argument ends with code 2 and one sentence."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    printed = capsys.readouterr()
    assert stop.value.code == 2 and printed.out == ""
    assert sentence in printed.err and len(printed.err.splitlines()) == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interruption_keeps_what_is_there(home, jobs):
    """Ctrl-C ends with code 130 and a sentence; the same command then goes on."""
    command = [sys.executable, "-m", "lissnas", *COMMAND, "--jobs", jobs]
    command[command.index("--seeds") + 1] = "40"
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    end = time.monotonic() + 90
    while not list(home.glob(f"comparisons/{SMALL}-*/naive-*.json")):
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does to a whole group
    error = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "which are kept" in error
    assert "Traceback" not in error
    assert finished(ASKED)
