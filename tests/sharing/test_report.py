"""Records, figures, reports and snippets of runs, also of those that are old."""

import json
import re
import shutil

import plotly.graph_objects as go
import plotly.io
import pytest

from lissnas import runs, sharing
from lissnas.figures.images import image_bytes
from lissnas.figures.sliding import sliding, vector
from lissnas.figures.theme import DARK, LIGHT
from lissnas.session import study_from_dict
from lissnas.sharing import PICTURES, About
from lissnas.sharing.snippets import (
    best_snippet,
    figure_snippet,
    study_snippet,
)
from lissnas.sharing.summary import summary

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def edit(path, change):
    """Edit a JSON file of a run."""
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def ran(code):
    """Return the names that a snippet defines, whose figure is shown nowhere."""
    names = {}
    exec(code, names)
    return names


@pytest.fixture
def shown(monkeypatch):
    """The figures that a snippet shows, instead of a browser."""
    found = []
    monkeypatch.setattr(
        plotly.io, "show", lambda figure, *_, **__: found.append(figure)
    )
    return found


def test_a_run_of_today_has_all_figures(run):
    """Every figure is there, for each iteration and theme, with its numbers."""
    record = sharing.read(run.name)
    assert record.problems == () and record.result is not None
    assert sharing.available(record) == list(PICTURES)
    for name in PICTURES:
        for step in range(run.steps):
            assert len(sharing.draw(record, name, step, DARK).data)
        columns = sharing.columns(record, name)
        assert len({len(values) for values in columns.values()}) == 1


@pytest.mark.parametrize("step", [-1, 99])
def test_what_is_not_there_is_said(run, step):
    """A figure or an iteration that a run lacks is named in a sentence."""
    record = sharing.read(run.name)
    with pytest.raises(ValueError, match="step must be"):
        sharing.draw(record, "errors", step)
    with pytest.raises(ValueError, match="figure must be"):
        sharing.draw(record, "x" * step if step > 0 else "pie")


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (lambda v: v.update(format=0), set()),
        (lambda v: v.pop("format"), set()),
        (lambda v: v["study"]["settings"].update(gone=1), set()),
        (lambda v: v["study"].update(method="retired"), set()),
        (lambda v: v["study"].update(space="retired"), {"map", "multiply-adds"}),
        (lambda v: v.pop("original"), set(PICTURES) - {"timeline"}),
        (lambda v: v.pop("study"), {"map", "multiply-adds"}),
    ],
)
def test_old_runs_are_shown_as_far_as_they_go(run, change, lost):
    """Another format, settings or spaces that are gone: what is there is shown."""
    edit(run.path / "run.json", change)
    record = sharing.read(run.name)
    assert record.problems and all(text.endswith(".") for text in record.problems)
    assert set(sharing.available(record)) == set(PICTURES) - lost
    assert summary(record)
    for name in sharing.available(record):
        assert len(sharing.draw(record, name).data)
    assert b"The run at a glance" in sharing.report_bytes(run.name)


def test_a_run_without_its_table_is_shown(run):
    """Nothing is looked up: the stored numbers stand where the table is gone."""
    edit(run.path / "run.json", lambda v: v["study"].update(task="gone"))
    record = sharing.read(run.name)
    assert record.problems == () and sharing.available(record) == list(PICTURES)
    assert "mean true accuracy" in " ".join(summary(record))


@pytest.mark.parametrize("file", ["001.npz", "001.json", "original.npz", "final.json"])
def test_damaged_runs_are_shown_as_far_as_they_go(run, file):
    """Half a file is a sentence, and the figures without it still work."""
    path = run.path / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    record = sharing.read(run.name)
    assert any(
        file.split(".")[0].lstrip("0") in text or "result" in text or "original" in text
        for text in record.problems
    )
    for name in sharing.available(record):
        assert len(sharing.draw(record, name).data)
    assert len(sharing.report_bytes(run.name)) < 10_000_000


def test_a_run_without_iterations_is_shown(run):
    """A run that was just begun has nothing to draw but its predictor."""
    for path in run.path.glob("0*"):
        path.unlink()
    (run.path / "final.json").unlink()
    record = sharing.read(run.name)
    assert sharing.available(record) == ["predictor"]
    assert "no iteration" in summary(record)[0]
    assert b"no iteration" in sharing.report_bytes(run.name)


def test_a_report_needs_nothing_else(run):
    """One page, below 10 MB, with one plotly.js, that may load nothing."""
    page = sharing.report_bytes(run.name).decode()
    assert len(page) < 10_000_000
    assert page.count("Content-Security-Policy") == 1 and "default-src 'none'" in page
    assert len(re.findall(r"<script[^>]+src=", page)) == 0
    assert page.count("plotly.js v") == 1
    for name, picture in PICTURES.items():
        assert f'id="{name}"' in page and picture.title in page
    assert page.count('"label":"') >= run.steps  # of the slider
    size = runs.read_final(run)["size"]
    assert f"{size:,} architectures" in page and run.name in page


def test_nothing_of_a_run_becomes_markup(run):
    """Titles, notes, tags and everything in the run's files are escaped."""
    sharing.write_about(run.path, About(HOSTILE, HOSTILE, (HOSTILE[:40],)))
    edit(run.path / "run.json", lambda v: v["table"].update(title=HOSTILE))
    edit(run.path / "001.json", lambda v: v["iteration"].update(reason=HOSTILE))
    edit(
        run.path / f"{run.steps - 1:03d}.json",
        lambda v: v["iteration"].update(reason=HOSTILE),
    )
    page = sharing.report_bytes(run.name).decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page and "<img src=x" not in page


def test_reports_of_long_runs_stay_small(run):
    """A run of many iterations gets fewer points, and its page stays below 10 MB."""
    last = run.steps - 1
    for step in range(run.steps, 60):
        for kind in ("json", "npz"):
            shutil.copy(
                run.path / f"{last:03d}.{kind}", run.path / f"{step:03d}.{kind}"
            )
        edit(
            run.path / f"{step:03d}.json",
            lambda v, step=step: v["iteration"].update(step=step),
        )
    page = sharing.report_bytes(run.name)
    assert len(page) < 10_000_000


def test_the_slider_shows_one_figure_at_a_time():
    """The chosen figure's traces are seen, those of the others are not."""
    figures = [go.Figure([go.Scattergl(x=[i], y=[i])] * (i + 1)) for i in range(3)]
    found = sliding(figures, ["0", "1", "2"], 1, "at ", LIGHT)
    assert [trace.visible for trace in found.data] == [False, True, True] + [False] * 3
    steps = found.layout.sliders[0].steps
    assert [sum(step.args[1]) for step in steps] == [1, 2, 3]
    assert {trace.type for trace in vector(found).data} == {"scatter"}
    with pytest.raises(ValueError, match="selected"):
        sliding(figures, ["0"], 0, "", LIGHT)


@pytest.mark.parametrize("name", list(PICTURES))
def test_every_figure_is_the_same_in_python(run, shown, name):
    """The snippet under a figure runs as it stands, and draws that figure."""
    names = ran(figure_snippet(run.name, name, 2))
    expected = sharing.draw(sharing.read(run.name), name, 2)
    assert shown == [names["figure"]] and names["figure"] == expected
    assert list(names["numbers"]) == list(
        sharing.columns(sharing.read(run.name), name, 2)
    )


@pytest.mark.parametrize("step", [0, 1])
def test_the_best_are_the_same_in_python(run, step):
    """The snippet of the list names as many architectures of the space."""
    names = ran(best_snippet(run.name, step))
    assert len(names["best"]) == 10
    assert len(names["run"].space.parse(names["best"])) == 10


def test_a_run_is_made_again_in_python(run, capsys):
    """The snippet of the whole run makes a run of the same numbers."""
    ran(study_snippet(study_from_dict(run.config["study"])))
    again = runs.list_runs()
    assert len(again) == 2
    assert runs.read_final(again[0]) == runs.read_final(again[1])
    assert capsys.readouterr().out.count("\n") == run.steps


def test_pictures_are_files(run, tmp_path):
    """Every figure becomes an SVG or a PNG, where a Chrome is there to draw it."""
    pytest.importorskip("kaleido", reason="kaleido is not installed")
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("no Chrome on the PATH")
    begins = {"svg": b"<svg", "png": b"\x89PNG"}
    for kind, begin in begins.items():
        paths = sharing.write_figures(run.name, tmp_path / kind, kind)
        assert [path.stem for path in paths] == list(PICTURES)
        assert all(path.read_bytes().startswith(begin) for path in paths)


def test_pictures_without_their_extra_are_explained(monkeypatch):
    """Without kaleido or Chrome a sentence says what to install."""
    monkeypatch.setattr("lissnas.figures.images.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"lissnas\[images\]"):
        image_bytes([go.Figure()])
    with pytest.raises(ValueError, match="format must be one of svg, png"):
        image_bytes([go.Figure()], "gif")
