"""What can run as a job: settings as JSON and back, stopped and gone on with."""

import json
from dataclasses import replace

import numpy as np
import pytest
from job_tools import until
from tiny_study import TINY

from lissnas import jobs, runs
from lissnas.comparison import Comparison, finished
from lissnas.embedding.jobs import key_of, load
from lissnas.jobs.kinds import KINDS, decoded, encoded, kind_of, kinds
from lissnas.jobs.kinds.compare import CompareSettings
from lissnas.jobs.kinds.embed import EmbedSettings, embed_settings
from lissnas.jobs.kinds.locality import SurveySettings
from lissnas.jobs.kinds.reproduce import ReproduceSettings
from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink.abs import Abs
from lissnas.shrink.lissnas import Lissnas
from lissnas.supernet.recipes import RECIPES
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    TrainSettings,
)
from lissnas.work import Stopped, never, silent

PREDICTOR = PredictorSettings(pairs=300, rounds=30)
STUDY = Study(
    "nasbench201",
    "cifar10",
    settings=Lissnas(target=300, queries=1500, samples=200),
    predictor=PREDICTOR,
)
COMPARISON = Comparison(
    "nasbench201", "cifar10", ("naive", "random"), seeds=1, predictor=PREDICTOR
)
RECIPE = replace(RECIPES["tiny"], epochs=2)
SURVEY = SurveySettings(
    "nasbench201", "cifar10", LocalitySettings(pairs=100), WalkSettings(walks=10)
)
EXAMPLES = {
    "shrink": STUDY,
    "compare": CompareSettings(COMPARISON, 2),
    "embed": EmbedSettings("features.npy", 3),
    "reproduce": ReproduceSettings(TINY),
    "locality": SURVEY,
    "train": TrainSettings(recipe=RECIPE, every=1.0),
    "measure": MeasureSettings(supernet="jobs/1/work", archs="20"),
    "alone": AloneSettings(recipe=RECIPE, archs="2"),
    "retrain": RetrainSettings(recipe=RECIPE, archs="best.txt"),
    "pipeline": PipelineSettings(recipe=RECIPE),
    "speed": TrainSettings(recipe=RECIPE),
}


@pytest.fixture
def home(empty_home, tmp_path):
    """Return a home with shipped tables, and a folder to work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


class Stopping:
    """Say to stop at the n-th question."""

    def __init__(self, after):
        self.left = after

    def __call__(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("name", list(KINDS))
def test_settings_survive_json(name):
    """What is stored of a job is all that it needs."""
    kind, settings = kind_of(name), EXAMPLES[name]
    assert type(settings) is kind.settings
    values = json.loads(json.dumps(encoded(settings)))
    assert decoded(kind, values) == settings
    assert kind.title and kind.title_of(settings)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("locality", {"space": "nasbench201"}, "settings are not complete"),
        ("locality", {"space": "nowhere", "task": "x"}, "space must be one of"),
        ("locality", {"hello": 1}, "settings must be of space"),
        ("locality", {"space": "nasbench201", "task": 3}, "task must be str, got 3"),
        ("locality", {"seed": True}, "seed must be int, got True"),
        ("locality", {"pairs": 3}, "pairs must be a JSON object"),
        ("train", {"recipe": {"epoch": 3}}, "settings must be of epochs"),
        ("reproduce", {"study": {"sizes": 3}}, "sizes must be a list"),
        ("shrink", {"space": "nasbench201", "x": 1}, "unknown or missing settings"),
        ("compare", {"processes": 2}, "settings are not complete"),
    ],
)
def test_bad_settings_are_a_sentence(name, values, words):
    """Settings that are none are refused before anything is stored."""
    with pytest.raises(ValueError, match=words):
        decoded(kind_of(name), values)


def test_parts_of_settings_begin_with_their_defaults():
    """Who states one value of a part changes that and nothing else of it."""
    found = decoded(kind_of("train"), {"recipe": {"epochs": 7}})
    assert found == TrainSettings(recipe=replace(TrainSettings().recipe, epochs=7))


def test_unknown_modules_are_a_sentence(monkeypatch):
    """A wrong name in LISSNAS_KINDS is said, not a traceback."""
    monkeypatch.setenv("LISSNAS_KINDS", "no_such_module")
    with pytest.raises(ValueError, match="LISSNAS_KINDS must name modules"):
        kinds()


def test_a_shrink_job_is_a_run(home):
    """Stopped anywhere and continued, it is the run that the command line makes."""
    kind, begun = kind_of("shrink"), 0
    while True:
        try:
            result = kind.run(STUDY, home, silent, Stopping(8))
            break
        except Stopped:
            begun += 1
            assert begun < 50
    assert begun > 1, "it was stopped on its way"
    (run,) = runs.list_runs()
    assert result == {"run": run.name} and runs.read_final(run)
    other = home / "other"
    other.mkdir()
    whole = runs.load(kind.run(STUDY, other, silent, never)["run"])
    for one, two in zip(
        runs.read_iterations(run), runs.read_iterations(whole), strict=True
    ):
        np.testing.assert_array_equal(one.iteration.space, two.iteration.space)


def test_a_comparison_stops_and_goes_on(home):
    """Cells that are stored are not computed again."""
    settings, seen = CompareSettings(COMPARISON), []

    def report(done, total, numbers):
        seen.append((done, total))

    with pytest.raises(Stopped):
        kind_of("compare").run(settings, home, report, Stopping(3))
    before = finished(COMPARISON)
    result = kind_of("compare").run(settings, home, report, never)
    assert seen[-1] == (3, 3) and result["comparison"].startswith("nasbench201-")
    after = finished(COMPARISON)
    assert len(after) == 3
    assert {cell: after[cell] for cell in before} == before


def test_the_study_writes_its_report(home):
    """The reproduction study as a job: its units, then the page."""
    settings, seen = ReproduceSettings(TINY), []
    with pytest.raises(Stopped):
        kind_of("reproduce").run(settings, home, silent, Stopping(4))
    result = kind_of("reproduce").run(settings, home, lambda *a: seen.append(a), never)
    assert (home / "reproduction.html").is_file()
    assert result == {"page": str(home / "reproduction.html")}
    done, total, _ = seen[-1]
    assert done == total > 1


def test_locality_is_stored(home):
    """A survey ends as a file with its verdict."""
    with pytest.raises(Stopped):
        kind_of("locality").run(SURVEY, home, silent, lambda: True)
    result = kind_of("locality").run(SURVEY, home, silent, never)
    stored = json.loads((home / "survey.json").read_bytes())
    assert stored["verdict"] == result["verdict"]


def test_a_map_is_where_pages_look(home):
    """The points of a job are those of the map's key, computed once."""
    rng = np.random.default_rng(0)
    features = rng.integers(0, 2, (60, 12)).astype(np.float32)
    settings = embed_settings(features)
    with pytest.raises(Stopped):
        kind_of("embed").run(settings, home, silent, lambda: True)
    result = kind_of("embed").run(settings, home, silent, never)
    assert result["key"] == key_of(features)
    points = load(key_of(features))
    np.testing.assert_array_equal(np.load(home / "points.npy"), points)
    np.save(home / "bad.npy", np.zeros(3))
    with pytest.raises(ValueError, match=r"features must have shape \(n, p\)"):
        bad = EmbedSettings(str(home / "bad.npy"))
        kind_of("embed").run(bad, home, silent, never)


def test_a_shrink_job_in_the_background(home, monkeypatch):
    """As a worker it makes a run that `lissnas runs` lists."""
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu")
    settings = Study(
        *("nasbench201", "cifar10", "abs"), settings=Abs(), predictor=PREDICTOR
    )
    job = jobs.wait(jobs.submit("shrink", settings).id, 120)
    assert job.state == "done", jobs.tail(job.id)
    (run,) = runs.list_runs()
    assert jobs.result(job.id) == {"run": run.name}
    assert run.config["study"]["method"] == "abs" and runs.read_final(run)
    assert job.progress.step == run.steps


def test_a_supernet_in_the_background(jobs_home):
    """Cancelled and resumed, a training goes on in its folder from its checkpoint."""
    recipe = replace(RECIPE, epochs=30)  # seconds of work, so that it can be cancelled
    settings = TrainSettings(space="nasbench-macro", recipe=recipe, every=0.2)
    job = jobs.submit("train", settings)
    until(lambda: jobs.read_progress(job.id).step >= 3, 180)
    jobs.cancel(job.id)
    assert jobs.wait(job.id, 120).state == "cancelled", jobs.tail(job.id)
    again = jobs.wait(jobs.resume(job.id).id, 300)
    assert again.state == "done", jobs.tail(again.id)
    assert again.progress.step == again.progress.total > 3
    assert jobs.result(again.id) and (jobs.work_folder(job.id) / "result.json").exists()
