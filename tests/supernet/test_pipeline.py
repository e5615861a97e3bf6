"""The paper's section 4.5 as one task, and the commands."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lissnas import oracles
from lissnas.cli import main
from lissnas.figures.ranking import ranking_columns, ranking_figure, training_figure
from lissnas.figures.theme import LIGHT
from lissnas.spaces import SPACES
from lissnas.supernet import subset
from lissnas.supernet.folders import result_in
from lissnas.supernet.settings import RECIPES, PipelineSettings
from lissnas.supernet.tasks import pipeline
from lissnas.supernet.tasks.pipeline import STAGES
from lissnas.work import Stopped, never, silent

QUICK = replace(RECIPES["tiny"], epochs=1, batch=256, warmup=0.5)
SETTINGS = PipelineSettings(
    space="nasbench201",
    recipe=QUICK,
    target=200,
    paths=24,
    truths=3,
    alone_epochs=1,
    queries=8,
    retrained=2,
    calibration=128,
    max_macs=100e6,
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the folder of a pipeline that was stopped once in every stage."""
    folder = tmp_path_factory.mktemp("pipeline")
    for _ in range(3 * len(STAGES)):
        asked = iter(range(10**6))
        try:
            pipeline(SETTINGS, folder, silent, lambda a=asked: next(a) >= 1)
        except Stopped:
            continue
        return folder
    pipeline(SETTINGS, folder, silent, never)
    return folder


def test_pipeline_reports_ranking_with_intervals(finished):
    """Pearson and Kendall of both supernets, on both samples, with intervals."""
    result = result_in(finished)
    assert set(result["ranking"]) == {
        f"{net} {part}" for net in ("full", "shrunk") for part in ("common", "own")
    }
    for found in result["ranking"].values():
        assert found["pairs"] == SETTINGS.truths
        assert len(found["pearson"]) == len(found["kendall"]) == 3
    assert set(result["cpu_seconds"]) == {*STAGES, "all"}


def test_pipeline_keeps_to_space_and_limit(finished):
    """What is found lies in the shrunk space and costs no more than allowed."""
    space, result = SPACES["nasbench201"], result_in(finished)
    inside = subset.read(space, finished / "subset.json")
    assert result["shrink"]["size"] == inside.size <= SETTINGS.target
    nets = result["retrain"]["networks"]
    archs = space.canonical(space.parse([net["arch"] for net in nets]))
    assert len(archs) == 2 and inside.contains(archs).all()
    assert (space.cost(archs).macs <= SETTINGS.max_macs).all()
    assert result["retrain"]["best"] == nets[0]["arch"]
    assert nets[0]["valid"] == max(net["valid"] for net in nets)


def test_only_the_best_is_tested(finished):
    """The test images are touched once: no other network's test accuracy is known."""
    lines = (finished / "retrain" / "results.jsonl").read_text().splitlines()
    assert [json.loads(line)["test"] for line in lines] == [None, None]
    assert 0 <= result_in(finished)["retrain"]["test"] <= 1


def test_page_needs_nothing_else(finished):
    """The page shows the numbers, and loads nothing."""
    page = (finished / "report.html").read_text()
    result = result_in(finished)
    assert "default-src 'none'" in page and "src=" not in page.split("</script>")[-1]
    assert f"{result['ranking']['full common']['pearson'][0]:.3f}" in page
    assert f"{100 * result['retrain']['test']:.2f}%" in page


def test_a_stopped_pipeline_ends_alike(finished, tmp_path):
    """Stopped in every stage or not at all: the same result but for the seconds."""
    pipeline(SETTINGS, tmp_path, silent, never)
    one, other = (dict(result_in(folder)) for folder in (finished, tmp_path))
    for result in (one, other):
        result.pop("cpu_seconds")
        result["pairs"] = {
            k: np.round(v, 9).tolist() for k, v in result["pairs"].items()
        }
    assert one == other


def test_figures_hold_the_numbers():
    """A cloud a group in percent, a line a log."""
    pairs = {"a": (np.array([0.1, 0.2]), np.array([0.5, 0.6]))}
    figure = ranking_figure(pairs, LIGHT)
    np.testing.assert_allclose(figure.data[0].x, [50, 60])
    np.testing.assert_allclose(figure.data[0].y, [10, 20])
    assert ranking_columns(pairs)["group"] == ["a", "a"]
    log = [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.0}, {"step": 3}]
    assert list(training_figure({"a": log}, "loss", LIGHT).data[0].y) == [2.0, 1.0]


QUICK_FLAGS = ["--epochs", "1", "--batch", "256", "--warmup", "0", "--json"]


def told(capsys, *command):
    """Return the JSON that a command prints."""
    main(command)
    return json.loads(capsys.readouterr().out)


def test_commands_train_measure_rank_search_and_retrain(empty_home, capsys):
    """From nothing to the best, by the command line alone."""
    train = told(capsys, "supernet", "train", "nasbench201", *QUICK_FLAGS)
    measured = told(
        *(capsys, "supernet", "measure", train["folder"], "--archs", "12"),
        *("--calibration", "128", "--json"),
    )
    assert measured["result"]["paths"] == 12
    alone = told(capsys, "measure", "nasbench201", "--archs", "4", *QUICK_FLAGS)
    assert alone["result"]["networks"] == 4
    assert {"digits", "digits-val"} & set(oracles.tasks("nasbench201"))
    ranks = told(
        *(capsys, "supernet", "rank", "nasbench201", "digits", "cifar10", "--json"),
    )
    assert ranks[0]["pairs"] >= 4 and -1 <= ranks[0]["kendall"] <= 1
    found = told(
        *(capsys, "supernet", "search", train["folder"], "--queries", "8"),
        *("--calibration", "128", "--max-macs", "1e8", "--best", "2", "--json"),
    )
    assert found["queries"] == 8 and all(b["macs"] <= 1e8 for b in found["best"])
    archs = [one["arch"] for one in found["best"]]
    best = told(capsys, "supernet", "retrain", "nasbench201", *archs, *QUICK_FLAGS)
    assert best["result"]["best"] in {
        SPACES["nasbench201"].format(SPACES["nasbench201"].parse([a]))[0] for a in archs
    }


def test_bad_input_is_one_sentence(empty_home, capsys):
    """Exit code 2 and a sentence, no traceback."""
    for command in (
        ["supernet", "train", "nowhere"],
        ["measure", "nasbench201", "--data", "cifar10"],
        ["measure", "nasbench-graph", "--archs", "2"],
        ["supernet", "measure", "nothing"],
        ["supernet", "train", "nasbench201", "--subset", "no-such-run"],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(command)
        assert stopped.value.code == 2
        error = capsys.readouterr().err
        assert error.startswith("lissnas: error:") and error.count("\n") == 1
