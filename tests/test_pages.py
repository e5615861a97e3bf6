"""Every page works with every kind of run, in both themes, and on a cold server."""

import base64
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drawn import figures
from streamlit.testing.v1 import AppTest

from lissnas import archive, runs
from lissnas.oracles import tasks
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES

ROOT = Path(__file__).resolve().parents[1]
SMALL = Study(
    "nasbench201",
    "cifar100",
    settings=Lissnas(target=300, queries=1500, samples=200, iterations=3),
    predictor=PredictorSettings(pairs=300, rounds=60),
    seed=3,
)
CHARTS = 5  # timeline, map, error distribution, multiply-adds, predictor
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def home(example_home, tmp_path, monkeypatch):
    """A home of the test's own without runs, with the converted table."""
    shutil.copytree(example_home / "cache", tmp_path / "cache")
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    monkeypatch.setenv("LISSNAS_DATA", "")
    return tmp_path


@pytest.fixture
def example(example_home, home):
    """The name of the finished example, in the test's home."""
    shutil.copytree(example_home / "runs", home / "runs")
    return runs.list_runs()[0].name


@pytest.fixture
def small(home):
    """A run of few queries that has only its first two iterations."""
    session, run = archive.begin(SMALL)
    steps = archive.advance(session, run, [])
    next(steps)
    next(steps)
    return run


def opened(theme="light", page=None, **address):
    """Return a page as a browser that comes with this address first sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=90)
    at.context["theme"] = theme
    for name, value in {"map": "PCA", **address}.items():
        at.query_params[name] = str(value)
    return (at.switch_page(page) if page else at).run()


def shrink(theme="light", **address):
    """Return the Shrink page, the first page that its session sees."""
    return opened(theme, "pages/shrink.py", **address)


def button(at, label):
    """Return the button of that label."""
    return next(found for found in at.button if found.label == label)


def metrics(at):
    """Return what the page's metrics say, by label."""
    return {metric.label: metric.value for metric in at.metric}


def address(at, name):
    """Return one part of the page's address."""
    value = at.query_params[name]
    return value[0] if isinstance(value, list) else value


def test_landing_page_without_runs(home):
    """The landing page says what is there, and that no run is."""
    at = opened()
    assert not at.exception
    assert "no runs yet" in at.info[0].value
    table = at.dataframe[0].value
    assert "15,625" in table["architectures"].tolist()
    empty = table["tasks with real accuracies"].str.contains("none yet")
    assert empty.tolist() == [not tasks(name) for name in SPACES]
    assert not empty[list(SPACES).index("nasbench201")]


@THEMES
def test_landing_page_lists_runs(example, theme):
    """The latest runs are there, with a link and their numbers."""
    at = opened(theme)
    assert not at.exception
    assert any("holds the best" in caption.value for caption in at.caption)
    links = [link.proto.query_string for link in at.get("page_link")]
    assert any(example in link for link in links)


@THEMES
def test_shrink_page_opens_with_the_finished_example(example, theme):
    """Without any click the page shows the last iteration of the stored example."""
    at = shrink(theme)
    assert not at.exception and not at.error
    assert address(at, "run") == example
    assert len(figures(at)) == CHARTS
    assert "target size is reached" in at.success[0].value
    assert metrics(at)["Size"] == "488"


def test_example_has_an_address_of_its_own(example):
    """The address run=example leads to the example under its own name."""
    at = shrink(run="example", iteration=5)
    assert not at.exception and address(at, "run") == example
    assert "Iteration 5." in at.info[0].value


def test_example_is_computed_once_when_there_is_none(home):
    """The very first visit makes the example, the second only reads it."""
    at = shrink()
    assert not at.exception and len(figures(at)) == CHARTS
    assert [run.config["tags"] for run in runs.list_runs()] == [["example"]]
    again = shrink()
    assert address(again, "run") == address(at, "run")
    assert len(runs.list_runs()) == 1


@THEMES
def test_map_tells_roles_apart(example, theme):
    """The map has a trace for each role, with different symbols and colours."""
    at = shrink(theme, run=example, iteration=3)
    traces = figures(at)[1]["data"]
    names = [trace["name"].rsplit(" ", 1)[0] for trace in traces]
    assert {"Dropped", "Kept", "New neighbour", "Seed"} <= set(names)
    assert len({trace["marker"]["symbol"] for trace in traces}) == len(traces)
    assert len({trace["marker"]["color"] for trace in traces}) == len(traces)
    assert any("Showing" in caption.value for caption in at.caption)


def test_deep_link_shows_exactly_that_iteration(example):
    """A link to a run and an iteration opens it as the first page of a session."""
    at = shrink(run=example, iteration=2)
    stored = runs.read_iteration(runs.load(example), 2)
    assert metrics(at)["Size"] == f"{stored.iteration.size:,}"
    assert "Iteration 2." in at.info[0].value
    assert at.slider[0].value == 2


def test_back_and_step_move_through_a_stored_run(example):
    """Back and Step only change the iteration of a run that is finished."""
    at = shrink(run=example)
    last = at.slider[0].value
    button(at, "Back").click().run()
    assert not at.exception and address(at, "iteration") == str(last - 1)
    button(at, "Step").click().run()
    assert address(at, "iteration") == str(last)
    assert button(at, "Step").disabled
    assert len(runs.list_runs()) == 1


def test_slider_scrubs(example):
    """Moving the slider goes to its iteration and puts it into the address."""
    at = shrink(run=example)
    at.slider[0].set_value(1).run()
    assert not at.exception and address(at, "iteration") == "1"
    assert "Iteration 1." in at.info[0].value


def test_step_continues_an_unfinished_run(small):
    """Step computes the next iteration of the run that is shown, and stores it."""
    at = shrink(run=small.name)
    assert at.slider[0].value == 1
    button(at, "Step").click().run()
    assert not at.exception and not at.error
    assert runs.load(small.name).steps == 3
    assert address(at, "iteration") == "2"
    button(at, "Run to the end").click().run()
    assert runs.read_iteration(runs.load(small.name), 3).iteration.stops
    assert len(runs.list_runs()) == 1


def test_widgets_show_the_settings_of_the_run(small):
    """A link to a run sets space, task, settings and seed, so that Step fits."""
    at = shrink(run=small.name)
    shown = {widget.key: widget.value for widget in [*at.selectbox, *at.number_input]}
    assert shown["task"] == "cifar100"
    assert shown["shrink_seed"] == 3
    assert shown["shrink_lissnas_target"] == 300
    assert shown["shrink_predictor_pairs"] == 300


def test_changed_settings_start_a_new_run(small):
    """Another seed leaves the run shown alone, and Step begins a new one."""
    at = shrink(run=small.name)
    at.number_input(key="shrink_seed").set_value(4).run()
    assert any("not those of the run" in info.value for info in at.info)
    button(at, "Step").click().run()
    assert not at.exception and not at.error
    assert address(at, "run") != small.name
    assert runs.load(small.name).steps == 2
    assert [run.config["study"]["seed"] for run in runs.list_runs()].count(4) == 1


def test_reset_shows_an_empty_page_that_runs_keep(small):
    """Reset shows no run, deletes none, and Step starts over."""
    at = shrink(run=small.name)
    button(at, "Reset").click().run()
    assert not at.exception and not figures(at)
    assert runs.load(small.name).steps == 2
    button(at, "Step").click().run()
    assert not at.exception
    assert address(at, "run") != small.name
    assert metrics(at)["Size"] == "15,625"


def test_refused_settings_are_answered_in_words(small):
    """A setting out of its range is an error beside the form, not an exception."""
    at = shrink(run=small.name)
    at.number_input(key="shrink_lissnas_samples").set_value(3).run()
    assert not at.exception
    assert "samples must be at least 10, got 3" in at.error[0].value
    assert len(figures(at)) == CHARTS


def test_a_target_beyond_the_space_leaves_no_run(small):
    """What only the space can refuse is said too, and leaves no empty run behind."""
    at = shrink(run=small.name)
    at.number_input(key="shrink_lissnas_target").set_value(10**6).run()
    button(at, "Step").click().run()
    assert not at.exception
    assert any("target must be below" in error.value for error in at.error)
    assert len(runs.list_runs()) == 1


@pytest.mark.parametrize("name", ["no-such-run", "../../etc", "a" * 300])
def test_a_bad_run_is_answered_in_words(home, name):
    """A link to a run that is not there says so, and the rest works."""
    at = shrink("dark", run=name)
    assert not at.exception
    assert "cannot be shown" in at.error[0].value
    assert not button(at, "Step").disabled


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"format": 1}', "\x00"])
def test_a_broken_run_folder_breaks_no_page(example, content):
    """Neither page fails on a run whose description is damaged."""
    run = runs.load(example)
    (run.path / "run.json").write_text(content)
    assert not opened("dark").exception
    at = shrink("light", run=example)
    assert not at.exception and "cannot be shown" in at.error[0].value


@pytest.mark.parametrize("file", ["001.npz", "001.json", "original.npz", "final.json"])
def test_a_truncated_file_is_answered_in_words(example, file):
    """Half a file in a run is an error in words on both pages."""
    path = runs.load(example).path / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert not opened().exception
    at = shrink(run=example)
    assert not at.exception and "cannot be shown" in at.error[0].value


@pytest.mark.parametrize("asked", ["99", "-1", "x", ""])
def test_an_iteration_that_is_not_there_is_answered_in_words(example, asked):
    """A link to an iteration beyond the run shows the last one and says so."""
    at = shrink(run=example, iteration=asked)
    assert not at.exception
    assert "Iteration must be in 0..8" in at.warning[0].value
    assert len(figures(at)) == CHARTS


def test_space_without_table_says_how_to_add_one(home):
    """A space without a table is explained, and nothing can be started."""
    at = shrink(run="new", space="mobilenet-21")
    assert not at.exception
    assert any("LISSNAS_DATA" in info.value for info in at.info)
    assert button(at, "Step").disabled


def test_unknown_task_and_space_fall_back(home):
    """An address with names that do not exist opens with the defaults."""
    at = shrink(run="new", space="nowhere", task="nothing")
    assert not at.exception and not at.error
    assert not button(at, "Step").disabled


def test_a_part_of_a_space_is_marked_on_the_page(home):
    """A run on a table of few architectures says at each number of how many it is."""
    space = SPACES["nasbench201"]
    archs = space.enumerate()[::30]
    accuracy = 0.3 + archs.sum(axis=1) / 100
    columns = {"arch": space.format(archs), "cifar10_val": accuracy}
    (home / "tables").mkdir()
    pq.write_table(pa.table(columns), home / "tables" / "nasbench201_part.parquet")
    session, run = archive.begin(replace(SMALL, task="cifar10-val"))
    numbers = [one.measures for one in archive.advance(session, run, [])]
    at = shrink(run=run.name, iteration=1)
    assert not at.exception
    part = f"{numbers[1]['known']:,} of {numbers[1]['size']:,} measured"
    said = [c.value for c in at.caption] + [m.value for m in at.markdown]
    assert sum(part in text for text in said) >= 2
    assert any(text.startswith("True numbers are") for text in said)
    held = session.predictor.quality.held_out
    points = next(
        trace["x"]
        for figure in figures(at)
        for trace in figure["data"]
        if trace.get("name") == "architecture"
    )
    shown = np.frombuffer(base64.b64decode(points["bdata"]), points["dtype"])
    np.testing.assert_allclose(shown, 100 * session.start.held_true)
    assert any(f"{held:,} of them held out" in text for text in said)


def test_a_run_can_be_seen_without_its_table(small, monkeypatch):
    """A run made with a table that is gone shows its stored numbers."""
    monkeypatch.setattr("lissnas.ui.forms.tasks", lambda space: {})
    at = shrink(run=small.name)
    assert not at.exception and len(figures(at)) == CHARTS


@pytest.mark.parametrize(
    ("method", "title", "kind"),
    [
        ("padnas", "PAD-NAS", "allowed options"),
        ("greedynasv2", "GreedyNASv2", "all that pass a test"),
    ],
)
def test_other_methods_run_with_their_own_settings(small, method, title, kind):
    """Another method has its own form, runs to its end, and shows every figure."""
    at = shrink(run="new", task="cifar100")
    at.selectbox(key="shrink_method").set_value(method).run()
    assert any(kind in caption.value for caption in at.caption)
    at.number_input(key=f"shrink_{method}_samples").set_value(400)
    at.number_input(key="shrink_predictor_pairs").set_value(300)
    at.number_input(key="shrink_predictor_rounds").set_value(60).run()
    assert not [w for w in at.number_input if w.key.startswith("shrink_lissnas_")]
    button(at, "Run to the end").click().run()
    assert not at.exception and not at.error
    assert len(figures(at)) == CHARTS
    assert any(f"· {title} ·" in caption.value for caption in at.caption)
    assert int(metrics(at)["Size"].replace(",", "")) < 15_625
    stored = runs.load(address(at, "run")).config["study"]
    assert stored["method"] == method and stored["settings"]["samples"] == 400
    again = shrink(run=address(at, "run"))
    assert again.selectbox(key="shrink_method").value == method
    assert again.number_input(key=f"shrink_{method}_samples").value == 400


def test_a_method_that_does_not_fit_the_space_says_so(small):
    """DDS needs a space that names constraints; elsewhere that is said in words."""
    at = shrink(run="new", task="cifar100")
    at.selectbox(key="shrink_method").set_value("dds").run()
    button(at, "Step").click().run()
    assert not at.exception
    assert any("space must name constraints" in error.value for error in at.error)
    assert len(runs.list_runs()) == 1
