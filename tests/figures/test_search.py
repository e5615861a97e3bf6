"""The figure of anytime curves."""

import numpy as np
import pytest

from lissnas.figures.search import search_columns, search_figure
from lissnas.figures.theme import THEMES
from lissnas.search.comparison import Curves


def made(seeds, level):
    """Return curves at two numbers of queries."""
    true = level + 0.01 * np.arange(2 * seeds, dtype=float).reshape(seeds, 2)
    best, queries = np.zeros((seeds, 6), dtype=np.int8), np.full(seeds, 100)
    return Curves(50, np.array([1, 100]), true + 0.02, true, best, queries)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_each_domain_has_a_band_and_a_line(theme):
    """Means lie inside their closed bands, and the original space is dashed."""
    figure = search_figure({"full": made(5, 0.8), "run": made(5, 0.9)}, theme)
    assert [t.name for t in figure.data] == ["full, 95%", "full", "run, 95%", "run"]
    assert [t.line.dash for t in figure.data[1::2]] == ["dash", "solid"]
    for area, line in (figure.data[:2], figure.data[2:]):
        assert (area.y[:2] >= line.y).all() and (area.y[:1:-1] <= line.y).all()
        assert list(line.x) == [1, 100]
    np.testing.assert_allclose(figure.data[1].y, [84, 85])
    assert "true accuracy" in figure.layout.yaxis.title.text


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_one_seed_has_no_band_and_scores_are_named(theme):
    """What has no interval gets none; scores are not called accuracies."""
    figure = search_figure({"full": made(1, 0.8)}, theme, true=False)
    assert [t.name for t in figure.data] == ["full"]
    assert figure.layout.yaxis.title.text.startswith("score")


def test_columns_hold_what_is_drawn():
    """The download has queries, mean and both ends for each domain."""
    columns = search_columns({"full": made(5, 0.8)})
    assert list(columns) == ["queries", "full", "full low", "full high"]
    assert (columns["full low"] < columns["full"]).all()
