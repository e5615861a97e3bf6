"""A survey answers for every space and table, and says what its numbers rest on."""

import json

import numpy as np
import pytest

from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.oracles import tasks
from lissnas.spaces import SPACES
from lissnas.survey import (
    COSTS,
    answer_for,
    survey,
    survey_dict,
    survey_from_dict,
)

SETTINGS = LocalitySettings(pairs=600, resamples=60)
WALKS = WalkSettings(walks=30, steps=30, lags=9)
SMALL = "transnasbench101-micro"


def surveyed(space, task, source="auto", seed=0, settings=SETTINGS):
    return survey(space, task, settings, WALKS, seed, source)


def only_task(space):
    """Return the name of a space's only task."""
    (task,) = tasks(space)
    return task


@pytest.mark.parametrize("name", SPACES)
def test_costs_of_every_space(name):
    """Without any accuracy there are multiply-adds, and they are called that."""
    found = surveyed(name, COSTS)
    assert found.source == "costs" and found.task == COSTS
    assert "not accuracy" in found.about
    assert "multiply-adds" in found.verdict and "networks" not in found.verdict
    assert np.isfinite(found.pairs.rwa).all() and found.pairs.rwa[0] > 0.2
    assert found.walk is not None
    assert found.provenance["checksum"] == ""


def test_a_complete_table_is_measured(make_table):
    """Random pairs of the whole space, with walks, and the table's checksum."""
    found = surveyed(make_table(SMALL), only_task(SMALL))
    assert (found.source, found.complete) == ("measured", True)
    assert found.pairs.distance.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.walk is not None and not found.quality
    assert len(found.provenance["checksum"]) == 64
    assert found.provenance["known"] == SPACES[SMALL].size
    assert "(" not in found.name.removeprefix(SPACES[SMALL].title)


def test_a_dense_partial_table_is_measured_among_itself(make_table):
    """With half known, measured pairs reach the threshold and are marked partial."""
    found = surveyed(make_table(SMALL, 2000), only_task(SMALL))
    assert (found.source, found.complete) == ("measured", False)
    assert found.name.endswith("(partial)") and "2,000 known" in found.about
    assert found.walk is None and "too few measured" in found.walk_verdict


def test_a_sparse_partial_table_is_predicted(make_table):
    """With few known, a predictor answers, says so, and shows its quality."""
    name = make_table(SMALL, 200)
    found = surveyed(name, only_task(name))
    assert found.source == "predicted" and found.name.endswith("(predicted)")
    assert "overstate" in found.about and "predictions" in found.verdict
    assert found.quality["pairs"] == 200 and 0 < found.quality["tau"] <= 1
    measured = surveyed(name, only_task(name), "measured")
    assert measured.source == "measured" and 1 in measured.pairs.left_out


def test_too_few_known_for_a_predictor(make_table):
    """Ten known are measured among themselves; predicting is refused in words."""
    name = make_table(SMALL, 10)
    found = surveyed(name, only_task(name))
    assert found.source == "measured" and not len(found.pairs.rwa)
    assert "too few pairs" in found.verdict
    with pytest.raises(ValueError, match="source must be measured with fewer than 20"):
        surveyed(name, only_task(name), "predicted")


def test_a_partial_table_of_a_space_without_distances(make_table):
    """NAS-Bench-101 knows no distance of two cells: known neighbours are sought."""
    name = make_table("nasbench101", 2000)
    settings = LocalitySettings(pairs=400, resamples=20, max_distance=2)
    found = surveyed(name, only_task(name), "measured", settings=settings)
    assert found.source == "measured" and "measured too" in found.about
    assert found.pairs.distance.tolist() == [1, 2]


def test_equal_seeds_give_equal_surveys_and_json_keeps_them(make_table):
    """A survey is a function of its arguments, and survives JSON unchanged."""
    name = make_table(SMALL, 200)
    task = only_task(name)
    first, again, other = (surveyed(name, task, seed=seed) for seed in (0, 0, 1))
    text = json.dumps(survey_dict(first), allow_nan=False)
    assert text == json.dumps(survey_dict(again))
    assert text != json.dumps(survey_dict(other))
    assert text == json.dumps(survey_dict(survey_from_dict(json.loads(text))))


@pytest.mark.parametrize("values", [{}, {"pairs": 1}, {"pairs": {"aad_by_kind": []}}])
def test_json_that_is_no_survey_is_refused(values):
    """What was not written by us is a sentence, not a traceback."""
    with pytest.raises(ValueError, match="survey lacks or misnames"):
        survey_from_dict(values)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "x"), "space must be one of"),
        (("nasbench201", "mnist"), "task must be one of"),
        (("nasbench201", "cifar10", "guessed"), "source must be one of"),
    ],
)
def test_mistakes_are_named(arguments, words):
    """Unknown spaces, tasks and sources are refused."""
    with pytest.raises(ValueError, match=words):
        surveyed(*arguments)


def test_who_answers_for_a_walk(make_table):
    """Complete tables answer themselves, partial ones by prediction, else costs do."""
    assert answer_for(SMALL, COSTS).source == "costs"
    name = make_table(SMALL, 10)
    assert answer_for(name, only_task(name)).source == "costs"
    name = make_table(SMALL, 200)
    assert answer_for(name, only_task(name)).source == "predicted"
    name = make_table(SMALL)
    answer = answer_for(name, only_task(name))
    assert answer.source == "measured"
    assert np.isfinite(answer.oracle(SPACES[SMALL].enumerate())).all()


def test_real_macro_values_are_the_known_ones(real_folder):
    """All strings of NAS-Bench-Macro have the known RWA and AAD, 10,000 pairs."""
    from lissnas.report.published import macro, macro_strings

    settings = LocalitySettings(pairs=10_000, resamples=200)
    strings = macro_strings("cifar10", settings, 0)
    rows = macro(strings, strings)
    assert len(rows) == 8
    assert sum(row.verdict.startswith("agrees") for row in rows) >= 7


def test_real_transnas_has_the_shape_of_figure_2(real_folder):
    """The four tasks of the paper fall with every edit and beat chance at a third."""
    from lissnas.report.published import FIGURE_2, shape

    name = "transnasbench101-macro"
    for task in FIGURE_2[name]:
        found = survey(name, task, LocalitySettings(resamples=200), WALKS)
        assert shape(found).verdict.startswith("agrees: falls, and"), task
