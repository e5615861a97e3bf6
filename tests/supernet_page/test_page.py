"""The Supernet page in every state of jobs, in both themes, and as a demo."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tiny_training import TRAIN

from lissnas import jobs
from lissnas.jobs import STATES, store
from lissnas.supernet.settings import MeasureSettings, PipelineSettings, RetrainSettings

ROOT = Path(__file__).resolve().parents[2]
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def opened(theme="light", **address):
    """Return the page as a browser that comes with this address first sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=200)
    at.context["theme"] = theme
    for name, value in address.items():
        at.query_params[name] = str(value)
    return at.switch_page("pages/supernet.py").run()


def figures(at):
    """Return the figures of a page, by order of drawing."""
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def captions(at):
    """Return all small print of a page."""
    return " ".join(caption.value for caption in at.caption)


def button(at, label):
    """Return the button of that label."""
    return next(found for found in at.button if found.label == label)


def shown(at):
    """Return the number of the job that is shown."""
    return int(at.subheader[0].value.split()[1])


def test_without_jobs_the_page_says_how_to_start(home):
    """An empty list is no empty page, and the estimate is not guessed."""
    at = opened()
    assert not at.exception and not at.error
    assert "no jobs yet" in at.info[0].value
    assert "Not measured yet" in captions(at)
    assert not button(at, "Start").disabled and not figures(at)


def test_a_machine_without_gpu_says_so(home, monkeypatch):
    """What runs where is in words, and nobody is offered a GPU."""
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu")
    at = opened()
    assert "No GPU on this machine" in captions(at)
    assert at.selectbox(key="supernet_device").options == ["auto", "cpu"]


@THEMES
def test_every_state_is_a_row_with_its_buttons(put, theme):
    """The table has all jobs; buttons fit the state of the one in the address."""
    made = {state: put("train", TRAIN, state) for state in STATES}
    table = None
    for state in ("queued", "failed", "lost") if theme == "light" else ("running",):
        at = opened(theme, job=made[state])
        assert not at.exception and shown(at) == made[state]
        table = at.dataframe[0].value
        active = jobs.show(made[state]).active
        assert button(at, "Cancel").disabled is not active
        assert button(at, "Resume").disabled is active
    words = [text.split()[-1] for text in table["state"]]
    assert words == list(reversed(STATES))
    assert table["job"].tolist() == sorted(made.values(), reverse=True)


@THEMES
def test_a_running_training_shows_its_curves_and_counts(put, trained, theme):
    """Loss, accuracy, rate and speed over steps; strict fairness is seen to be fair."""
    number = put("train", TRAIN, "running", trained, step=3, total=6)
    at = opened(theme, job=number)
    assert not at.exception and not at.error
    curves, visits = figures(at)
    titles = [note["text"] for note in curves["layout"]["annotations"]]
    assert titles[:2] == ["Training loss", "Training accuracy, %"]
    assert {trace["type"] for trace in visits["data"]} == {"bar"}
    assert "equally often" in captions(at)
    assert at.get("progress")[0].proto.value == 50
    assert "MiB" in {metric.label: metric.value for metric in at.metric}["Memory"]
    assert sum(e.label == "What am I looking at?" for e in at.expander) == 2


def test_a_row_that_is_marked_is_shown_and_put_into_the_address(put):
    """A click in the table is a link to that job; a standing page marks too."""
    first = put("train", TRAIN, "done")
    second = put("train", TRAIN, "lost")
    at = opened()
    assert shown(at) == second
    at.toggle(key="supernet_live").set_value(False)
    marked = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at.session_state[f"supernet_table_2_{second}"] = marked
    at.run()
    assert not at.exception and shown(at) == first
    assert at.query_params["job"] in (str(first), [str(first)])


def test_jobs_of_other_kinds_are_listed_too(put):
    """The page shows whatever runs in the background, with the way to its result."""
    from lissnas.session import Study

    settings = Study("nasbench201", "cifar10")
    number = put("shrink", settings, "done", result={"run": "20260101-1"})
    at = opened(job=number)
    assert not at.exception and not at.error
    links = [link.proto.query_string for link in at.get("page_link")]
    assert any("20260101-1" in link for link in links)


@THEMES
def test_a_pipeline_shows_all_that_it_found(put, pipeline_folder, theme):
    """Predictor, ranking full against shrunk, search, the best, and the report."""
    number = put("pipeline", PipelineSettings(), "done", pipeline_folder)
    at = opened(theme, job=number)
    assert not at.exception and not at.error
    titles = " ".join(text.value for text in at.markdown)
    for part in ("Predicted against measured", "rank better", "search", "from scratch"):
        assert part in titles
    assert len(figures(at)) == 6
    assert any("90.00 %" in found.value for found in at.success)
    labels = [found.proto.label for found in at.get("download_button")]
    assert (
        "The whole report, one page" in labels and labels.count("Numbers as CSV") == 6
    )


def test_retrained_networks_and_measured_paths_are_shown(put, pipeline_folder):
    """What was retrained is a table, what was measured a distribution."""
    retrain = RetrainSettings(archs="0;1")
    number = put("retrain", retrain, "done", pipeline_folder / "retrain")
    at = opened(job=number)
    assert not at.exception and "only one that was taken" in at.success[0].value
    told = {"paths": 2, "best": "0-1", "best_valid": 0.5, "mean_valid": 0.4}
    number = put("measure", MeasureSettings(supernet="x"), "done", result=told)
    folder = jobs.work_folder(number)
    folder.mkdir()
    lines = [json.dumps({"row": [i], "valid": 0.3 + i / 5}) for i in range(2)]
    (folder / "results.jsonl").write_text("\n".join(lines) + '\n{"row": [2], "va')
    at = opened(job=number)
    assert not at.exception and len(figures(at)) == 1
    assert "2 architectures" in at.success[0].value


def test_a_measured_speed_becomes_the_estimate(put, measured):
    """Time and memory are those of a job that took real steps, and only where it fits.

    Epochs do not change how long a step takes, the batch does.
    """
    number = put("speed", TRAIN, "done", measured)
    at = opened(job=number)
    assert not at.exception and "Measured on the processor" in captions(at)
    at.selectbox(key="supernet_train_sampling").set_value("fair")
    at.number_input(key="supernet_recipe_tiny-supernet_batch").set_value(256).run()
    assert not at.exception and f"Measured by job {number}" in captions(at)
    assert "MiB" in captions(at)
    at.number_input(key="supernet_recipe_tiny-supernet_batch").set_value(64).run()
    assert "Not measured yet" in captions(at)


def test_start_submits_what_the_form_says_and_shows_it(home):
    """The job in the list has the form's settings, and the address leads to it."""
    at = opened()
    at.selectbox(key="supernet_space").set_value("nasbench101")
    at.selectbox(key="supernet_device").set_value("cpu")
    at.number_input(key="supernet_recipe_tiny-supernet_epochs").set_value(3)
    at.number_input(key="supernet_train_seed").set_value(5)
    button(at, "Start").click().run()  # pressed before the page knew of the numbers
    assert not at.exception and not at.error
    job = jobs.listed()[0]
    assert job.kind == "train" and job.state == "queued" and shown(at) == job.id
    assert job.settings["space"] == "nasbench101" and job.settings["seed"] == 5
    assert job.settings["recipe"]["epochs"] == 3
    button(at, "Measure the speed").click().run()
    assert jobs.listed()[0].kind == "speed"
    at.selectbox(key="supernet_kind").set_value("pipeline").run()
    assert not at.exception and not at.error
    button(at, "Start").click().run()
    assert jobs.listed()[0].kind == "pipeline"
    assert len(jobs.listed()) == 3


@pytest.mark.parametrize("kind", ["pipeline", "measure", "alone", "retrain"])
def test_every_kind_of_work_has_its_form(home, kind):
    """Each is a form without errors; a measurement first wants a supernet."""
    at = opened()
    at.selectbox(key="supernet_kind").set_value(kind).run()
    assert not at.exception and not at.error
    starts = [found for found in at.button if found.label == "Start"]
    assert bool(starts) is (kind != "measure")


def test_a_trained_supernet_leads_to_its_measurement(put, trained):
    """One click fills the form with the supernet, another submits."""
    number = put("train", TRAIN, "done", trained)
    at = opened(job=number)
    button(at, "Measure its paths").click().run()
    assert not at.exception and not at.error
    assert at.selectbox(key="supernet_supernet").value == str(jobs.work_folder(number))
    at.selectbox(key="supernet_device").set_value("cpu").run()
    button(at, "Start").click().run()
    job = jobs.listed()[0]
    assert job.kind == "measure"
    assert job.settings["supernet"] == str(jobs.work_folder(number))


def test_refused_settings_are_answered_in_words(home):
    """A setting out of its range, or data that is not there, starts nothing."""
    at = opened()
    at.number_input(key="supernet_recipe_tiny-supernet_epochs").set_value(1).run()
    assert not at.exception and "warmup must be less than epochs" in at.error[0].value
    assert not [found for found in at.button if found.label == "Start"]


def test_cancel_resume_and_remove(put):
    """Orders change the list, and the page follows."""
    number = put("train", TRAIN, "queued")
    at = opened(job=number)
    button(at, "Cancel").click().run()
    assert jobs.show(number).state == "cancelled" and not at.exception
    button(at, "Resume").click().run()
    again = jobs.listed()[0]
    assert again.resumed_from == number and shown(at) == again.id
    button(at, "Cancel").click().run()
    button(at, f"Remove job {again.id}").click().run()
    assert [job.id for job in jobs.listed()] == [number] and not at.exception
    assert shown(at) == number


@pytest.mark.parametrize("asked", ["99", "none", "../1"])
def test_an_unknown_job_is_answered_in_words(put, asked):
    """A link to a job that is not there says so, and the list is there."""
    put("train", TRAIN, "done")
    at = opened(job=asked)
    assert not at.exception and "Job must be one of the list" in at.error[0].value
    assert len(at.dataframe[0].value) == 1


def test_a_damaged_list_or_folder_is_a_sentence(put, trained):
    """No traceback for files that somebody else has broken."""
    number = put("train", TRAIN, "done", trained)
    (jobs.work_folder(number) / "visits.json").write_text('{"step": 1}')
    at = opened(job=number)
    assert not at.exception
    assert any("cannot be shown: visits.json" in error.value for error in at.error)
    store.store_file().write_bytes(b"no database" * 100)
    for path in store.store_file().parent.glob("jobs.sqlite3-*"):
        path.unlink()
    at = opened()
    assert not at.exception
    assert any("is damaged" in error.value for error in at.error)


def test_a_demo_changes_nothing(put, monkeypatch):
    """A read-only dashboard shows jobs; nothing starts, stops or goes."""
    running, done = put("train", TRAIN, "running"), put("train", TRAIN, "cancelled")
    monkeypatch.setenv("LISSNAS_DEMO", "1")
    for number in (running, done):
        at = opened(job=number)
        assert not at.exception and "read-only" in at.info[0].value
        labels = ["Start", "Measure the speed", "Cancel", "Resume"]
        labels.append(f"Remove job {number}")
        assert all(button(at, label).disabled for label in labels)
