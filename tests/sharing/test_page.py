"""The Runs page works with every kind of run, in both themes, and in a demo."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import pictures
from streamlit.testing.v1 import AppTest

from lissnas import archive, runs, sharing
from lissnas.launch import DEMO
from lissnas.session import study_from_dict
from lissnas.sharing import About
from lissnas.ui.runs_files import delete
from lissnas.ui.runs_list import table_key
from lissnas.ui.store import advance, begin

ROOT = Path(__file__).resolve().parents[2]
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def opened(theme="light", page="pages/runs.py", **address):
    """Return a page as a browser that comes with this address first sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=90)
    at.context["theme"] = theme
    for name, value in address.items():
        at.query_params[name] = str(value)
    return at.switch_page(page).run()


def chosen(*names, theme="light"):
    """Return the Runs page on which runs are chosen, as their boxes do."""
    at = opened(theme)
    listed = sharing.cards()
    rows = [place for place, card in enumerate(listed) if card.name in names]
    state = {"selection": {"rows": rows, "columns": [], "cells": []}}
    at.session_state[table_key(listed, 1)] = state
    return at.run()


def button(at, label):
    """Return the button that begins with that label."""
    return next(found for found in at.button if found.label.startswith(label))


def figures(at):
    """Return the figures of a page."""
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def texts(at):
    """Return all that the page says."""
    parts = (at.caption, at.info, at.warning, at.error, at.success, at.markdown)
    return " ".join(one.value for part in parts for one in part)


def copies(run, count):
    """Make further runs."""
    for place in range(count):
        path = run.path.with_name(f"copy-{place:03d}")
        path.mkdir()
        for file in run.path.glob("*.json"):
            shutil.copy(file, path / file.name)


@THEMES
def test_without_runs_the_page_says_where_to_begin(home, theme):
    """The empty page has a way on, and no table."""
    at = opened(theme)
    assert not at.exception and not at.dataframe
    assert "no runs yet" in at.info[0].value


@THEMES
def test_the_list_shows_key_numbers_and_curves(run, theme):
    """One row a run, with its result and its course by iteration."""
    sharing.write_about(run.path, About("A title", "", ("teaching",)))
    at = opened(theme)
    assert not at.exception and not at.error
    row = at.dataframe[0].value.iloc[0]
    final = runs.read_final(run)
    assert row["run"] == "A title" and row["size"] == final["size"]
    assert row["true mean, %"] == pytest.approx(100 * final["mean_true"])
    assert len(row["size by iteration"]) == run.steps
    assert row["state"] == "finished" and list(row["tags"]) == ["teaching"]


@THEMES
def test_a_chosen_run_has_its_details(run, theme):
    """Figures, words, downloads and the form of the run whose box is set."""
    at = chosen(run.name, theme=theme)
    assert not at.exception and not at.error
    assert "15,625" in texts(at) and len(figures(at)) == 1
    assert {"Delete"} <= {one.label for one in at.button}
    downloads = [one.proto.label for one in at.get("download_button")]
    assert {"Download bundle", "Download report"} <= set(downloads)
    assert at.query_params["runs_shown"] in (run.name, [run.name])
    assert any("archive.begin" in code.value for code in at.code)


def test_a_link_leads_to_the_run(run):
    """The address chooses a run on a server that has not seen anybody."""
    at = opened(runs_shown=run.name)
    assert not at.exception and len(figures(at)) == 1
    assert not opened(runs_shown="nowhere").exception


@pytest.mark.parametrize("place", range(5))
def test_each_figure_can_be_drawn(run, place):
    """The switch leads to all figures of the run, each with buttons that save it."""
    at = chosen(run.name)
    pills = next(one for one in at.get("button_group") if one.label == "Figure")
    name = sharing.available(sharing.read(run.name))[place]
    pills.set_value(name).run()
    assert not at.exception and not at.error and len(figures(at)) == 1
    assert pictures(at) == 1


def test_rename_tags_and_notes(run):
    """What is saved in the form is in the list, and found by the search."""
    at = chosen(run.name)
    key = f"runs_{run.name}"
    at.text_input(key=f"{key}_title").set_value("Renamed")
    at.text_input(key=f"{key}_tags").set_value("x, y")
    at.text_area(key=f"{key}_notes").set_value("**not bold** <b>")
    button(at, "Save").click().run()
    assert not at.exception and not at.error
    about = sharing.read_about(run.path, run.config)
    assert about == About("Renamed", "**not bold** <b>", ("x", "y"))
    assert at.dataframe[0].value.iloc[0]["run"] == "Renamed"
    found = opened(runs_search="renamed Y")
    assert len(found.dataframe[0].value) == 1
    assert "No run holds" in texts(opened(runs_search="renamed z"))


def test_wrong_notes_are_answered_in_words(run):
    """A title that is too long is an error beside the form, and nothing is stored."""
    at = chosen(run.name)
    at.text_input(key=f"runs_{run.name}_title").set_value("x" * 200)
    button(at, "Save").click().run()
    assert not at.exception and "title must" in at.error[0].value
    assert not (run.path / "about.json").exists()


def test_the_tag_filter(run):
    """Only runs with all chosen tags are listed."""
    copies(run, 2)
    sharing.write_about(run.path, About(tags=("a",)))
    at = opened()
    assert len(at.dataframe[0].value) == 3
    at.multiselect(key="runs_tags").set_value(["a"]).run()
    assert not at.exception and len(at.dataframe[0].value) == 1


def test_delete_and_undo(run):
    """A deleted run leaves the list; Undo brings it back."""
    at = chosen(run.name)
    button(at, "Delete").click().run()
    assert not at.exception and runs.list_runs() == []
    assert "Deleted" in texts(at) and "no runs yet" in texts(at)
    button(at, "Undo").click().run()
    assert not at.exception and [one.name for one in runs.list_runs()] == [run.name]


def test_a_branch_leads_to_its_parent_in_the_list(run):
    """The tree of a run is listed with a button that chooses each of its other runs."""
    study = study_from_dict(run.config["study"])
    _, branch = archive.branch(run, 0, replace(study, seed=study.seed + 1))
    at = opened(runs_shown=branch.name)
    assert not at.exception
    assert any("Branches (2 runs)" in one.label for one in at.expander)
    assert button(at, branch.name).disabled
    button(at, run.name).click().run()
    assert not at.exception and at.query_params["runs_shown"] in (run.name, [run.name])
    assert [one.value for one in at.subheader] == [run.name]
    assert button(at, run.name).disabled and not button(at, branch.name).disabled
    assert not any("Branches" in one.label for one in opened().expander)


def test_the_trash_restores_and_is_emptied(run):
    """Deleted runs are listed with the way back, and removed when that is asked."""
    sharing.delete(run.name)
    at = opened()
    button(at, "Restore").click().run()
    assert not at.exception and len(runs.list_runs()) == 1
    sharing.delete(run.name)
    at = opened()
    button(at, "Remove them").click().run()
    assert not at.exception and sharing.trashed() == []


def test_several_runs_lead_to_their_comparison(run):
    """Two runs of one task open the Compare page with both in its address."""
    shutil.copytree(run.path, run.path.with_name("copy"))
    at = chosen("copy", run.name)
    assert not at.exception and not button(at, "Compare these 2").disabled
    button(at, "Compare these 2").click().run()
    assert not at.exception
    assert set(at.session_state["compare_runs"]) == {"copy", run.name}


def test_runs_of_other_tasks_do_not_compare(run):
    """What cannot be compared says why."""
    other = run.path.with_name("copy")
    shutil.copytree(run.path, other)
    text = (other / "run.json").read_text()
    (other / "run.json").write_text(text.replace('"cifar10"', '"cifar100"'))
    at = chosen("copy", run.name)
    assert button(at, "Compare these 2").disabled
    assert "one space and task" in texts(at)


@THEMES
@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "cannot be read"), ('{"format": 9}', "Read-only"), ("[]", "cannot be read")],
)
def test_a_broken_run_is_listed_and_can_be_deleted(run, theme, content, said):
    """Damage is a sentence in the details; the page and the deletion work."""
    (run.path / "run.json").write_text(content)
    at = chosen(run.name, theme=theme)
    assert not at.exception and said in texts(at)
    button(at, "Delete").click().run()
    assert not at.exception and sharing.cards() == []


@THEMES
def test_an_old_run_opens_read_only(run, theme):
    """A run of another format is shown with its figures, and says what it lacks."""
    text = (run.path / "run.json").read_text()
    (run.path / "run.json").write_text(text.replace('"format": 1', '"format": 0'))
    at = chosen(run.name, theme=theme)
    assert not at.exception and "format 0" in texts(at)
    assert len(figures(at)) == 1
    bundle = next(
        one for one in at.get("download_button") if "bundle" in one.proto.label
    )
    assert bundle.proto.disabled


def test_hundreds_of_runs_are_listed_by_pages(run):
    """A list of many runs shows a hundred at a time, and searches all."""
    copies(run, 240)
    at = opened()
    assert not at.exception and len(at.dataframe[0].value) == 100
    assert "100 of 241" in texts(at)
    found = opened(runs_search="copy-239")
    assert len(found.dataframe[0].value) == 1


def test_a_bundle_is_taken_in(run):
    """An uploaded bundle becomes a run and is shown; a bad file changes nothing."""
    content = sharing.bundle_bytes(run.name)
    at = opened()
    upload = at.get("file_uploader")[0]
    upload.set_value(("bad.lissnas", content[:9000], "application/zip")).run()
    assert not at.exception and "was not opened" in at.error[0].value
    assert len(runs.list_runs()) == 1
    upload = at.get("file_uploader")[0]
    upload.set_value(("a.lissnas", content, "application/zip")).run()
    assert not at.exception and not at.error
    assert f"{run.name}-2" in texts(at) and len(runs.list_runs()) == 2
    at.run()
    assert len(runs.list_runs()) == 2


@THEMES
def test_a_demo_changes_nothing(run, theme, monkeypatch):
    """A read-only dashboard has no upload, no deletion, no form, and says so."""
    monkeypatch.setenv(DEMO, "1")
    at = chosen(run.name, theme=theme)
    assert not at.exception and "read-only" in texts(at)
    assert not at.get("file_uploader")
    assert button(at, "Delete").disabled and button(at, "Save").disabled
    delete([run.name])  # what a forged message of a browser would ask for
    assert sharing.trashed() == [] and run.path.is_dir()
    with pytest.raises(ValueError, match="read-only"):
        begin(study_from_dict(run.config["study"]), print)
    with pytest.raises(ValueError, match="read-only"):
        advance(run, 1, print)


def test_a_demo_computes_no_run(run, monkeypatch):
    """On the Shrink page stored iterations are shown, and no new one is computed."""
    monkeypatch.setenv(DEMO, "1")
    at = opened(page="pages/shrink.py", run=run.name, map="PCA", iteration=1)
    assert not at.exception and not button(at, "Step").disabled
    button(at, "Step").click().run()
    assert not at.exception and "Iteration 2." in texts(at)
    at.number_input(key="shrink_seed").set_value(99).run()
    assert button(at, "Step").disabled and button(at, "Run to the end").disabled
    assert len(runs.list_runs()) == 1


def test_a_demo_computes_no_comparison(run, monkeypatch):
    """The Compare page shows what is stored, and its button is off."""
    monkeypatch.setenv(DEMO, "1")
    at = opened(page="pages/compare.py", compare_queries="900", compare_seeds="1")
    assert not at.exception and button(at, "Compute").disabled
    assert not list(run.path.parents[1].rglob("comparisons/**/*.json"))


def test_every_figure_of_the_shrink_page_has_its_code(run):
    """Each figure of a run can be had in Python, by the code under it."""
    at = opened(page="pages/shrink.py", run=run.name, map="PCA")
    codes = [code.value for code in at.code]
    for name in sharing.PICTURES:
        assert any(f"draw(run, '{name}'" in code for code in codes)
