"""Figures of trainings draw what logs and counts say."""

import numpy as np
import pytest

from lissnas.figures.correlations import correlation_columns, correlation_figure
from lissnas.figures.reached import best_columns, best_figure, reached_figure
from lissnas.figures.theme import DARK, LIGHT
from lissnas.figures.training import (
    Visits,
    curves_columns,
    curves_figure,
    spread_of,
    visits_columns,
    visits_figure,
)

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK])
LOG = [
    {"step": 4, "loss": 2.0, "accuracy": 0.25, "rate": 0.1, "images_per_second": 90},
    {"step": 8, "loss": 1.0, "accuracy": 0.50, "rate": 0.0, "images_per_second": 95},
]
VISITS = Visits(["first", "second"], [["a", "b"], ["a", "b", "c"]], [[3, 1], [2, 2, 0]])
RANKS = {
    "full common": {
        "pairs": 9,
        "pearson": [0.5, 0.2, 0.7],
        "kendall": [0.4, None, None],
        "spearman": [None, None, None],
    },
    "shrunk own": {
        "pairs": 8,
        "pearson": [0.1, 0, 0.3],
        "kendall": [0.1, 0, 0.3],
        "spearman": [0.2, 0.1, 0.3],
    },
}


@THEMES
def test_curves_have_a_panel_a_number_and_a_line_a_training(theme):
    """What no log has gets no panel; accuracies are percent."""
    figure = curves_figure({"full": LOG, "shrunk": LOG[:1]}, theme)
    titles = [note.text for note in figure.layout.annotations]
    assert len(titles) == 4 and not any("memory" in title for title in titles)
    accuracy = next(t for t in figure.data if t.name == "full" and t.y[0] == 25)
    assert list(accuracy.y) == [25, 50] and list(accuracy.x) == [4, 8]
    assert [t.mode for t in figure.data[:2]] == ["lines", "markers"]
    assert sum(trace.showlegend for trace in figure.data) == 2


def test_curves_columns_have_a_row_a_line_of_each_log():
    """Numbers that a log lacks are unknown, not zero."""
    columns = curves_columns({"full": LOG, "shrunk": LOG[:1]})
    assert columns["training"] == ["full", "full", "shrunk"]
    assert columns["loss"] == [2.0, 1.0, 2.0]
    assert columns["memory_mib"] == [None] * 3


@THEMES
def test_visits_are_multiples_of_an_even_share(theme):
    """Bars of a decision average 1 over its options that were trained at all."""
    figure = visits_figure(VISITS, theme)
    bars = {trace.name: list(trace.y) for trace in figure.data}
    assert bars == {"a": [1.5, 1.0], "b": [0.5, 1.0], "c": [0.0]}
    assert list(figure.data[2].x) == ["second"]
    assert len({trace.marker.color for trace in figure.data}) == 3
    assert spread_of(VISITS) == (0.5, 1.5)
    assert visits_columns(VISITS)["times"] == [3, 1, 2, 2, 0]


def test_visits_before_the_first_step_are_zero():
    """Nothing trained is no division by zero."""
    empty = Visits(["first"], [["a", "b"]], [[0, 0]])
    assert list(visits_figure(empty, LIGHT).data[0].y) == [0]
    assert spread_of(empty) == (0, 0)


@THEMES
def test_correlations_have_their_intervals(theme):
    """A point a supernet and sample; what is not defined is left out."""
    figure = correlation_figure(RANKS, theme)
    full = figure.data[0]
    assert list(full.y) == [0.5] and list(full.x) == ["common sample"]
    assert full.error_y.array[0] == pytest.approx(0.2)
    assert full.error_y.arrayminus[0] == pytest.approx(0.3)
    assert len({trace.marker.symbol for trace in figure.data}) == 2
    columns = correlation_columns(RANKS)
    assert columns["measure"].count("spearman") == 1
    assert len(columns["value"]) == 5


@THEMES
def test_a_search_keeps_its_best(theme):
    """The line never falls, the dots are what was measured."""
    scores = np.array([0.2, 0.4, 0.3])
    assert best_columns(scores)["best_so_far"].tolist() == [0.2, 0.4, 0.4]
    dots, line = best_figure(scores, theme).data
    np.testing.assert_allclose(dots.y, [20, 40, 30])
    np.testing.assert_allclose(line.y, [20, 40, 40])
    assert reached_figure(scores, theme).data[0].type == "histogram"
