"""The command line: JSON for programs, sentences for mistakes, help that teaches."""

import json
import subprocess
import sys

import numpy as np
import pytest

from lissnas.cli import main
from lissnas.settings import options
from lissnas.shrink import SHRINKERS
from lissnas.spaces import SPACES

ARCH = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|"
SHRINK = ["shrink", "nasbench201", "cifar10", "--target", "300", "--queries", "800"]
SHRINK += ["--samples", "200", "--predictor-pairs", "150", "--predictor-rounds", "20"]


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    """Run a command in a home of its own and return what it printed."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))

    def run(*arguments):
        main(arguments)
        return capsys.readouterr().out

    return run


@pytest.fixture
def refuse(tmp_path, monkeypatch, capsys):
    """Run a command that must fail and return its sentence."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        printed = capsys.readouterr()
        assert stop.value.code == 2
        assert printed.out == ""
        assert "Traceback" not in printed.err
        return printed.err

    return run


def test_spaces_as_json(cli):
    """`spaces --json` is one list with the promised keys for each space."""
    rows = json.loads(cli("spaces", "--json"))
    assert [row["name"] for row in rows] == list(SPACES)
    for row in rows:
        assert list(row) == [
            "name",
            "size",
            "decisions",
            "total_edit_distance",
            "threshold_edit_distance",
            "enumerable",
            "tasks",
        ]
    sizes = {row["name"]: row["size"] for row in rows}
    assert sizes["nasbench101"] == 423_624 and sizes["nasbench201"] == 15_625
    (bench201,) = [row for row in rows if row["name"] == "nasbench201"]
    assert {"cifar10", "cifar100", "imagenet16-120"} <= set(bench201["tasks"])


def test_describe_as_json(cli):
    """`describe --json` has the promised keys, exact costs and true accuracies."""
    found = json.loads(cli("describe", "nasbench201", ARCH, "--json"))
    assert list(found) == ["arch", "canonical", "params", "macs", "hash", "tasks"]
    assert found["arch"] == found["canonical"] == ARCH
    assert found["hash"] is None
    assert 0.1 < found["tasks"]["cifar10"] < 1


def test_describe_knows_the_official_hash(cli):
    """A ModelSpec in JSON is read, and its published hash is printed."""
    matrix = np.zeros((7, 7), dtype=int)
    for x, row in {0: [1, 4, 5], 1: [2], 2: [3, 6], 3: [5], 4: [5], 5: [6]}.items():
        matrix[x, row] = 1
    ops = ["conv3x3", "maxpool3x3", "conv3x3", "conv3x3", "conv1x1"]
    names = [op if op == "maxpool3x3" else f"{op}-bn-relu" for op in ops]
    spec = json.dumps({"matrix": matrix.tolist(), "ops": ["input", *names, "output"]})
    found = json.loads(cli("describe", "nasbench101", spec, "--json"))
    assert found["hash"] == "00005c142e6f48ac74fdcf73e3439874"
    assert found["params"] == 8_555_530
    assert json.loads(found["canonical"])["ops"][0] == "input"


def test_locality_as_json(cli):
    """`locality --json` has a value for each distance, falling from near to far."""
    command = ["locality", "nasbench201", "cifar10", "--pairs", "1000", "--seed", "0"]
    found = json.loads(cli(*command, "--json"))
    assert found["distance"] == [1, 2, 3, 4, 5, 6]
    assert len(found["rwa"]) == len(found["aad"]) == 6
    assert found["rwa"][0] > found["rwa"][1] > found["rwa"][3]
    assert found["aad"][0] < found["aad"][3]
    assert {"aad_operation", "aad_edge"} <= set(found)


def test_shrink_as_json(cli):
    """`shrink --json` prints one object with the promised keys, and stores the run."""
    found = json.loads(cli(*SHRINK, "--json"))
    assert list(found) == [
        *("space", "task", "method", "settings", "seed", "predictor"),
        *("iterations", "final", "run"),
    ]
    assert set(found["predictor"]) == {"r2", "tau", "tau_top"}
    for row in found["iterations"]:
        assert list(row) == [
            *("step", "size", "queries", "mean_predicted", "mean_true", "max_true"),
            *("p_good", "shrink_index", "seconds"),
        ]
    assert set(found["final"]) == {
        *("size", "queries", "mean_true", "max_true", "contains_best"),
        *("top100_recall", "p_good", "shrink_index", "reduction_factor"),
    }
    assert found["final"]["size"] == 300
    assert found["final"]["reduction_factor"] == pytest.approx(15_625 / 300)
    listed = json.loads(cli("runs", "--json"))
    assert [row["run"] for row in listed] == [found["run"]]


@pytest.mark.parametrize("method", ["abs", "padnas", "greedynas"])
def test_shrink_by_another_method(cli, method):
    """`--method` runs any method with flags of its own, and `runs` names it."""
    command = ["shrink", "nasbench201", "cifar10", "--method", method, "--json"]
    command += ["--samples", "200", "--predictor-pairs", "300"]
    found = json.loads(cli(*command, "--predictor-rounds", "50"))
    assert found["method"] == method and found["settings"]["samples"] == 200
    assert found["final"]["size"] < 15_625
    listed = json.loads(cli("runs", "--json"))
    assert [row["method"] for row in listed] == [method]


@pytest.mark.parametrize("method", SHRINKERS)
def test_help_shows_the_flags_of_one_method(capsys, method):
    """`shrink --method NAME --help` explains that method's settings, and no other's."""
    with pytest.raises(SystemExit):
        main(["shrink", "--method", method, "--help"])
    text = " ".join(capsys.readouterr().out.split())
    own = [option.name for option in options(SHRINKERS[method])]
    other = {o.name for one in SHRINKERS.values() for o in options(one)} - set(own)
    assert all(f"--{name.replace('_', '-')} " in text for name in own)
    assert not any(f" --{name.replace('_', '-')} " in text for name in other)
    assert f"settings shown are those of --method {method}" in text


def test_resume_of_a_finished_run_repeats_its_numbers(cli):
    """Resuming what is finished computes nothing and prints the same."""
    first = json.loads(cli(*SHRINK, "--json"))
    again = json.loads(cli("shrink", "--resume", first["run"], "--json"))
    assert again == first


def test_export_writes_every_member(cli, tmp_path):
    """The export has each architecture's string, accuracies, their source, costs."""
    run = json.loads(cli(*SHRINK, "--json"))["run"]
    rows = json.loads(cli("export", run, "--format", "json"))
    space = SPACES["nasbench201"]
    archs = space.parse([row["arch"] for row in rows])
    assert len(rows) == 300
    assert [row["params"] for row in rows] == space.cost(archs).params.tolist()
    assert all(0 < row["true"] < 1 and 0 < row["predicted"] < 1 for row in rows)
    assert "NAS-Bench-201" in rows[0]["true_source"]
    cli("export", run, "--out", str(tmp_path / "space.csv"))
    assert len((tmp_path / "space.csv").read_text().splitlines()) == 301


def test_predict_prints_quality_and_truth(cli):
    """`predict` reports the predictor's quality beside predictions and truth."""
    command = ["predict", "nasbench201", "cifar10", ARCH, "--pairs", "500", "--json"]
    found = json.loads(cli(*command))
    assert 0 < found["quality"]["tau"] < 1
    assert abs(found["archs"][0]["predicted"] - found["archs"][0]["true"]) < 0.3


def test_tables_say_where_numbers_come_from(cli):
    """`tables` names title, licence and source of each table."""
    found = json.loads(cli("tables", "--json"))
    row = next(r for r in found["tables"] if r["task"] == "cifar10")
    assert row["licence"] and row["title"] and row["source"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["describe", "nowhere", "x"], "space must be one of"),
        (["describe", "nasbench201", "|x~0|"], "arch must look like"),
        (["describe", "nasbench101", "{}"], "arch must look like"),
        (["locality", "nasbench201", "mnist"], "task must be one of"),
        (["shrink", "nasbench201", "cifar10", "--target", "99999"], "target must be"),
        (["shrink", "nasbench201", "cifar10", "--samples", "3"], "samples must be"),
        (["shrink", "nasbench201"], "needs SPACE and TASK"),
        (["shrink", "--resume", "../etc"], "run must be"),
        (["export", "nothing"], "run must be"),
        (["shrink", "nasbench201", "cifar10", "--variant", "x"], "invalid choice"),
        (["shrink", "nasbench201", "cifar10", "--nonsense"], "unrecognized arguments"),
        (["shrink", "x", "y", "--method", "magic"], "invalid choice"),
        (["shrink", "x", "y", "--method"], "expected one argument"),
        (["shrink", "x", "y", "--method", "abs", "--keep", "1"], "unrecognized"),
        (["shrink", "nasbench201", "cifar10", "--method", "dds"], "name constraints"),
        (["nonsense"], "invalid choice"),
        ([], "required"),
    ],
)
def test_mistakes_get_a_sentence_and_exit_code_2(refuse, arguments, words):
    """Bad input names the argument, what was expected and what came."""
    assert words in refuse(*arguments)


@pytest.mark.parametrize(
    "command",
    ["spaces", "describe", "tables", "predict", "locality", "shrink", "runs", "export"],
)
def test_help_teaches(cli, capsys, command):
    """Every command explains itself and each of its arguments."""
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    text = capsys.readouterr().out
    assert stop.value.code == 0 and len(text) > 200


def test_nothing_but_json_in_a_pipe(tmp_path):
    """In a pipe there is no progress bar, and standard error stays empty."""
    result = subprocess.run(
        [sys.executable, "-m", "lissnas", *SHRINK, "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={
            "LISSNAS_HOME": str(tmp_path),
            "PATH": "",
            "PYTHONPATH": ":".join(sys.path),
        },
    )
    json.loads(result.stdout)
    assert result.stderr == ""
