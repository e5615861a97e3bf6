"""The figures of comparisons hold what they are given, whatever is unknown."""

import numpy as np
import pytest

from lissnas.figures import measures, multiples, overlays
from lissnas.figures.measures import Bar, Panel
from lissnas.figures.multiples import Spot
from lissnas.figures.overlays import Series
from lissnas.figures.theme import DARK, LIGHT, Style, styles

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
GREY = Style("#888888", "dash", "circle")


@THEMES
def test_styles_can_be_told_apart(theme):
    """Twelve methods have twelve colours and twelve symbols."""
    looks = styles(theme)
    assert len({look.colour for look in looks}) == len(looks) == 12
    assert len({look.symbol for look in looks}) == 12


@THEMES
def test_errors_figure_draws_known_curves(theme):
    """A space without known errors has no curve; shares rise from 0 to 100 %."""
    values = np.linspace(0.05, 0.5, 50)
    series = [
        Series("Original", GREY, values),
        Series("A", styles(theme)[0], values[:10]),
        Series("B", styles(theme)[1], np.full(5, np.nan)),
    ]
    figure = overlays.errors_figure(series, theme, "true", 0.1)
    assert [trace.name for trace in figure.data] == ["Original", "A"]
    assert figure.data[0].line.dash == "dash"
    assert figure.data[1].y[-1] == 100 and np.all(np.diff(figure.data[1].y) >= 0)
    assert figure.layout.xaxis.title.text == "true error, %"


def test_costs_are_shares_of_common_bins():
    """Each space's shares sum to 1, and bins are the same for all."""
    rng = np.random.default_rng(0)
    series = [
        Series("Original", GREY, rng.uniform(1e6, 9e6, 500)),
        Series("A", styles(LIGHT)[0], rng.uniform(2e6, 3e6, 100)),
    ]
    columns = overlays.costs_columns(series)
    assert columns["Original"].sum() == pytest.approx(1)
    assert columns["A"].sum() == pytest.approx(1)
    figure = overlays.costs_figure(series, LIGHT)
    assert figure.data[0].fill == "tozeroy" and figure.data[1].fill is None
    assert len(figure.data[0].x) == len(figure.data[1].x) == overlays.BINS + 1


def test_equal_costs_still_have_bins():
    """Spaces of one single cost do not break the histogram."""
    series = [Series("Original", GREY, np.full(3, 5e6))]
    assert overlays.costs_columns(series)["Original"].sum() == 1


def test_measures_have_a_point_each_and_intervals_where_known():
    """Unknown measures have no point, single seeds no bar."""
    nan = float("nan")
    bars = [
        Bar("A", styles(LIGHT)[0], [(0.5, 0.4, 0.6), None]),
        Bar("B", styles(LIGHT)[1], [(0.7, nan, nan), (3.0, 2.0, 4.0)]),
    ]
    panels = [Panel("mean, %", 100.0), Panel("queries")]
    figure = measures.measures_figure(panels, bars, LIGHT)
    assert [trace.x[0] for trace in figure.data] == [50, 70, 3]
    assert [trace.error_x.visible for trace in figure.data] == [True, False, True]
    assert figure.data[0].error_x.array[0] == pytest.approx(10)
    columns = measures.measures_columns(panels, bars)
    assert columns["method"] == ["A", "B", "B"]


def test_maps_share_one_plane():
    """Every panel has the same ground and the same axes."""
    rng = np.random.default_rng(0)

    def spot(title, n):
        where = rng.normal(size=(n, 2)).astype(np.float32)
        names = [f"a{i}" for i in range(n)]
        return Spot(title, styles(LIGHT)[0], where, names, rng.random(n))

    ground, spots = spot("Original", 50), [spot(f"M{i}", 9) for i in range(5)]
    figure = multiples.multiples_figure(ground, spots, LIGHT)
    assert len(figure.data) == 10
    assert {figure.layout[f"xaxis{i or ''}"].range for i in (0, 2, 3, 4, 5)} == {
        figure.layout.xaxis.range
    }
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert titles == [one.title for one in spots]
    assert len(multiples.multiples_columns([ground, *spots])["x"]) == 95
