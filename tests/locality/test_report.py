"""The report needs nothing else, says what it rests on, and can be continued."""

import csv
import json
from contextlib import redirect_stdout
from html.parser import HTMLParser
from io import StringIO

import numpy as np
import pytest
from made_tables import write_table

from lissnas import __version__, report
from lissnas.cli import main
from lissnas.metrics.locality import Curve, LocalitySettings, WalkSettings
from lissnas.oracles import catalogue
from lissnas.report.locality import Job
from lissnas.report.published import compare
from lissnas.spaces import SPACES
from lissnas.survey import COSTS

SMALL = "transnasbench101-micro"
FLAGS = ["--pairs", "100", "--resamples", "20", "--walks", "10", "--steps", "20"]
FLAGS += ["--lags", "4", "--max-distance", "2"]
SETTINGS = LocalitySettings(pairs=100, resamples=20, max_distance=2)
WALKS = WalkSettings(walks=10, steps=20, lags=4)


class Loads(HTMLParser):
    """Collects what a page loads, and what policy it has."""

    def __init__(self, text):
        super().__init__()
        self.loaded, self.policy = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "action"):
                self.loaded.append((tag, value))
            if name == "content" and "default-src" in value:
                self.policy = value


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """The report of one complete and one partial table, and what was printed."""
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said:
        patch.setattr(catalogue, "SHIPPED", ())  # these two are all that there are
        patch.setenv("LISSNAS_DATA", str(folder))
        write_table(folder, SMALL)
        write_table(folder, "transnasbench101-macro", 300)
        out = folder / "out"
        main(["locality", "--all", "--out", str(out), "--json", *FLAGS])
    return out, json.loads(said.getvalue())


@pytest.fixture
def written(reported, monkeypatch):
    """The same, while its tables can be read."""
    monkeypatch.setattr(catalogue, "SHIPPED", ())
    monkeypatch.setenv("LISSNAS_DATA", str(reported[0].parent))
    return reported


def test_the_page_needs_nothing_else(written):
    """One page with Plotly in it once, which loads nothing and may load nothing."""
    out, said = written
    text = (out / "locality.html").read_text()
    page = Loads(text)
    assert said["page"] == str(out / "locality.html")
    assert page.loaded == []
    assert page.policy.startswith("default-src 'none'")
    assert text.count("plotly.js v") == 1 and text.count("Plotly.newPlot(") > 20


def test_every_space_is_in_the_report(written):
    """Complete tables once, partial ones measured and predicted, costs elsewhere."""
    out, said = written
    found = json.loads((out / "locality.json").read_text())
    sources = {}
    for one in found["surveys"]:
        sources.setdefault(one["space"], []).append(one["source"])
    assert set(sources) == set(SPACES)
    assert sources[SMALL] == ["measured"]
    assert sources["transnasbench101-macro"] == ["measured", "predicted"]
    assert sources["nasbench101"] == ["costs"]
    assert said["surveys"] == len(found["surveys"])
    text = (out / "locality.html").read_text()
    assert all(space.title in text for space in SPACES.values())


def test_all_spaces_are_on_one_axis(written):
    """The figures that the page begins with leave no space out, and tell measured
    accuracies from others."""
    text = (written[0] / "locality.html").read_text()
    overview = text.partition("<h2>All spaces</h2>")[2].partition("<table")[0]
    assert all(f'"name":"{space.title} ' in overview for space in SPACES.values())
    headings = ("Complete tables", "Partial tables", "No table: multiply-adds")
    assert all(f"<h3>{heading}" in overview for heading in headings)


def test_numbers_have_their_provenance(written):
    """Seed, pairs, version and each table's checksum are in the JSON."""
    found = json.loads((written[0] / "locality.json").read_text())
    assert (found["seed"], found["version"]) == (0, __version__)
    assert found["pairs"]["pairs"] == 100
    for one in found["surveys"]:
        wanted = 64 if one["source"] != "costs" else 0
        assert len(one["provenance"]["checksum"]) == wanted


def test_tables_are_beside_the_page(written):
    """CSV files hold a row a distance, lag and kind, with bands and source."""
    names = {path.name for path in written[0].iterdir()}
    assert names == {
        *("locality.html", "locality.json", "pairs.csv", "kinds.csv", "walks.csv"),
        *("neighbours.csv", "published.csv", "surveys"),
    }
    with (written[0] / "pairs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {"rwa", "rwa_low", "rwa_high", "aad", "noise", "source"} <= set(rows[0])
    assert {row["source"] for row in rows} == {"measured", "predicted", "costs"}


def test_a_second_study_makes_only_what_changed(written):
    """Surveys that are still right are read back; another seed makes new ones."""
    out = written[0]
    job = Job(SMALL, next(iter(_tasks(out, SMALL))), "measured")
    path = out / "surveys" / job.file
    before = path.stat().st_mtime_ns, path.read_bytes()
    report.measure(job, out, SETTINGS, WALKS, 0)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    report.measure(job, out, SETTINGS, WALKS, 1)
    assert path.read_bytes() != before[1]
    path.write_text("{", encoding="utf-8")
    report.measure(job, out, SETTINGS, WALKS, 0)
    assert path.read_bytes() == before[1]


def _tasks(out, space):
    found = json.loads((out / "locality.json").read_text())
    return [one["task"] for one in found["surveys"] if one["space"] == space]


def test_an_interrupted_study_leaves_whole_files(folder, monkeypatch):
    """What was surveyed before an interruption is there whole; the page is not."""
    out = folder / "out"
    job = Job("transnasbench101-macro", COSTS, "costs")
    report.measure(job, out, SETTINGS, WALKS, 0)

    def interrupted(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report.measure(Job(SMALL, COSTS, "costs"), out, SETTINGS, WALKS, 0)
    left = [path.name for path in (out / "surveys").iterdir()]
    assert left == [job.file]
    json.loads((out / "surveys" / job.file).read_text())


def test_a_published_value_is_compared_honestly():
    """Within the interval it agrees; elsewhere it is said by how much it differs."""
    ours = Curve(np.array([0.02]), np.array([0.018]), np.array([0.022]))
    assert compare(1.9, ours, 0, 100).startswith("agrees")
    assert compare(0.8, ours, 0, 100) == "differs: ours is 2.5 times as large"
    ours = Curve(np.array([0.5]), np.array([0.45]), np.array([0.55]))
    assert compare(0.7, ours, 0, 1) == "differs by -0.20"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["locality", "--all", "nasbench201", "cifar10"], "--all takes no TASK"),
        (["locality", "--all", "nowhere"], "space must be one of"),
        (["locality", "nasbench201"], "needs SPACE and TASK"),
        (["locality", "nasbench201", "cifar10", "--seed", "-1"], "seed must be"),
        (["locality", "nasbench201", "cifar10", "--steps", "5"], "steps must be"),
    ],
)
def test_mistakes_get_a_sentence(folder, capsys, arguments, words):
    """Bad input ends with exit code 2 and one sentence."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("by", ["pairs", "walk", "both"])
def test_what_is_printed(folder, make_table, capsys, by):
    """Pairs, walks or both, in columns and as JSON, with bands, noise and source."""
    make_table(SMALL)
    command = ["locality", SMALL, _only(SMALL), "--by", by, *FLAGS]
    main(command)
    text = capsys.readouterr().out
    assert ("distance" in text) == (by != "walk")
    assert ("square_root" in text) == (by != "pairs")
    assert "Source: measured" in text
    main([*command, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["source"] == "measured" and found["threshold"] == 2
    if by != "walk":
        assert len(found["rwa_low"]) == len(found["noise"]) == 2
        assert found["aad_operation"] is not None and found["aad_edge"] is None
        assert "independent pairs reach" in found["verdict"]
    assert ("walk" in found) == (by != "pairs")


def _only(space):
    from lissnas.oracles import tasks

    return next(iter(tasks(space)))
