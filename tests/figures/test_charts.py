"""The charts beside the map draw what their data say."""

import numpy as np
import pytest

from lissnas.figures.cell import cell_dot
from lissnas.figures.costs import cost_columns, cost_figure
from lissnas.figures.edf import edf_columns, edf_figure
from lissnas.figures.quality import quality_figure
from lissnas.figures.theme import DARK, LIGHT, UNKNOWN, percent, shades, theme_of
from lissnas.figures.timeline import timeline_columns, timeline_figure

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK])
NAN = float("nan")
ERRORS = {
    "original": np.array([0.1, 0.2, 0.4, NAN]),
    "iteration 1": np.array([0.1, 0.1]),
}
MEASURES = [
    {"step": 0, "size": 100, "mean_true": 0.5, "mean_predicted": 0.6, "p_good": 0.2},
    {"step": 1, "size": 10, "mean_true": 0.7, "mean_predicted": 0.8, "p_good": 0.9},
]


@THEMES
def test_edf_has_a_line_a_space_with_the_selected_one_thick(theme):
    """The original is dashed, the selected iteration stands out."""
    figure = edf_figure(ERRORS, theme, "iteration 1", good=0.15)
    original, first = figure.data
    assert (original.name, original.line.dash) == ("original", "dash")
    assert first.line.width > original.line.width
    assert len(figure.layout.shapes) == 1
    assert figure.layout.xaxis.title.text == "true error, %"
    predicted = edf_figure(ERRORS, theme, measured=False)
    assert predicted.layout.xaxis.title.text == "predicted error, %"


def test_edf_is_a_share_that_rises_to_one():
    """Unknown errors are left out, and shares are of the known ones."""
    columns = edf_columns(ERRORS)
    for name in ERRORS:
        assert (np.diff(columns[name]) >= 0).all()
        assert columns[name][-1] == 1
    at = np.searchsorted(columns["error"], 0.3)
    assert columns["original"][at] == pytest.approx(2 / 3)


def test_edf_without_any_error_is_refused():
    """Nothing to draw is an error in words."""
    with pytest.raises(ValueError, match="at least one known error"):
        edf_figure({"original": np.array([NAN])}, LIGHT)


def test_a_space_without_known_errors_is_left_out():
    """A space of which nothing is known has no line."""
    errors = {**ERRORS, "iteration 2": np.array([NAN])}
    assert len(edf_figure(errors, LIGHT).data) == 2


@THEMES
def test_cost_histograms_are_shares_of_both_spaces(theme):
    """Spaces of different size can be compared: both histograms sum to all."""
    original, current = np.arange(1000) * 10**6, np.arange(10) * 10**6
    columns = cost_columns(original, current)
    assert columns["original"].sum() == pytest.approx(1)
    assert columns["current"].sum() == pytest.approx(1)
    names = [trace.name for trace in cost_figure(original, current, theme, "It").data]
    assert names == ["Original space", "It"]


def test_cost_figure_of_an_empty_space_shows_the_original():
    """A space without members leaves the original's histogram alone."""
    figure = cost_figure(np.array([1, 1]), np.zeros(0, dtype=int), LIGHT)
    assert len(figure.data) == 1


@THEMES
def test_timeline_marks_the_selected_iteration(theme):
    """Each panel has a dot an iteration, and the selected one is the largest."""
    figure = timeline_figure(MEASURES, [True, True], 1, theme)
    assert len(figure.data) == 4
    for trace in figure.data:
        assert list(trace.x) == [0, 1]
        assert trace.marker.size[1] > trace.marker.size[0]
    assert list(figure.data[0].y) == [100, 10]


def test_timeline_without_truth_leaves_it_out():
    """Numbers that are unknown have no line, and a discarded space is hollow."""
    unknown = [{**one, "mean_true": None, "p_good": None} for one in MEASURES]
    figure = timeline_figure(unknown, [True, False], 0, LIGHT)
    assert [trace.name for trace in figure.data] == ["size", "mean predicted"]
    assert list(figure.data[0].marker.symbol) == ["circle", "circle-open"]
    assert timeline_columns(unknown)["size"] == [100, 10]


def test_timeline_says_of_how_many_a_true_number_is():
    """Dots of a partly measured space count the measured, and no others do."""
    part = [{**one, "known": 7} for one in MEASURES]
    for trace in timeline_figure(part, [True, True], 0, LIGHT).data:
        partly = trace.name in ("mean true", "p good")
        shown = [" (7 of 100 measured)", " (7 of 10 measured)"] if partly else ["", ""]
        assert list(trace.text) == shown and "%{text}" in trace.hovertemplate
    whole = [{**one, "known": one["size"]} for one in MEASURES]
    for trace in timeline_figure(whole, [True, True], 0, LIGHT).data:
        assert not any(trace.text)


@THEMES
def test_quality_shows_pairs_whose_truth_is_known(theme):
    """Pairs without truth are left out."""
    figure = quality_figure(np.array([0.1, NAN, 0.3]), np.array([0.2, 0.2, 0.4]), theme)
    np.testing.assert_allclose(figure.data[1].x, [10, 30])


def test_dot_quotes_labels():
    """Labels with quotes cannot break out of the drawing."""
    text = cell_dot(('in"put', "out"), ((0, 1, "conv"),), LIGHT)
    assert '0 [label="in\\"put"]' in text
    assert '0 -> 1 [label="conv"]' in text


def test_shades_are_ordered_and_distinct():
    """Iterations can be told apart by lightness."""
    assert len(set(shades(8, DARK))) == 8


def test_themes_and_percent():
    """Unknown themes are light, unknown numbers a dash."""
    assert theme_of(None) is LIGHT and theme_of("dark") is DARK
    assert percent(0.5) == "50.00 %" and percent(None) == percent(NAN) == UNKNOWN
