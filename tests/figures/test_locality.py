"""The figures of locality draw what was measured, bands and levels included."""

import numpy as np
import pytest

from lissnas.figures import locality as figures
from lissnas.figures import locality_data as data
from lissnas.figures.files import csv_bytes, table_html
from lissnas.figures.locality import Series
from lissnas.figures.theme import DARK, LIGHT
from lissnas.figures.walk import lag_figure, step_figure, walk_map
from lissnas.metrics.locality import Curve, Geometry, Locality, Walk

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK])


def series(name="one", source="measured", total=6):
    """Return a made-up series of three distances and four lags."""
    values = np.array([0.6, 0.4, 0.1])
    rwa = Curve(values, values - 0.05, values + 0.05)
    aad = Curve(np.array([0.01, 0.02, 0.03]), *np.full((2, 3), 0.02))
    kinds = {"operation": aad, "edge": aad}
    pairs = Locality(
        np.arange(1, 4), np.full(3, 100), rwa, aad, 0.04, np.full(3, 0.05), kinds
    )
    lags = np.array([0.5, 0.3, 0.2, 0.1])
    walk = Walk(Curve(lags, lags - 0.1, lags + 0.1), np.full(4, 0.03))
    return Series(name, source, pairs, walk, total // 3, total)


def lines(figure):
    """Return the traces that are curves, not bands."""
    return [trace for trace in figure.data if trace.name]


@THEMES
def test_each_series_has_a_curve_and_a_band(theme):
    """A line and a filled band each, in colours and symbols that differ."""
    figure = figures.rwa_figure([series("a"), series("b")], theme)
    first, second = lines(figure)
    assert len(figure.data) == 4
    assert first.line.color != second.line.color
    assert first.marker.symbol != second.marker.symbol
    np.testing.assert_allclose(first.y, [0.6, 0.4, 0.1])


def test_the_source_is_told_by_the_dash():
    """Measured lines are solid, predicted dashed, costs dotted."""
    drawn = [series(source, source) for source in ("measured", "predicted", "costs")]
    dashes = [trace.line.dash for trace in lines(figures.rwa_figure(drawn, LIGHT))]
    assert dashes == ["solid", "dash", "dot"]


def test_thresholds_are_a_third_on_either_axis():
    """Edits get a line a threshold, shares a common one."""
    both = [series(total=6), series("b", total=12)]
    edits = figures.rwa_figure(both, LIGHT)
    named = [note.text for note in edits.layout.annotations]
    assert "⅓ of 6" in named and "⅓ of 12" in named
    share = figures.rwa_figure(both, LIGHT, share=True)
    marks = [shape.x0 for shape in share.layout.shapes if shape.x0 == shape.x1]
    assert marks == [pytest.approx(1 / 3)]
    np.testing.assert_allclose(lines(share)[1].x, [1 / 12, 2 / 12, 3 / 12])


def test_differences_are_in_points_or_relative():
    """Points leave costs out, which have none; relatively all are drawn."""
    both = [series("accuracy"), series("costs", "costs")]
    (points,) = lines(figures.aad_figure(both, LIGHT))
    np.testing.assert_allclose(points.y, [1, 2, 3])
    relative = lines(figures.aad_figure(both, LIGHT, relative=True))
    np.testing.assert_allclose(relative[1].y, [0.25, 0.5, 0.75])


def test_walks_are_drawn_over_the_root_of_steps():
    """The axis of Ying et al. is the square root; those without walks are left out."""
    lost = Series("lost", "measured", series().pairs, None, 2, 6)
    (one,) = lines(figures.walk_figure([series(), lost], LIGHT))
    np.testing.assert_allclose(one.x, np.sqrt([1, 2, 3, 4]))
    (steps,) = lines(figures.walk_figure([series()], LIGHT, root=False))
    np.testing.assert_allclose(steps.x, [1, 2, 3, 4])


@THEMES
def test_kinds_are_bars_with_intervals(theme):
    """One group of bars a distance, told apart by pattern too."""
    figure = figures.kind_figure(series(), theme)
    assert [bar.name for bar in figure.data] == ["operation", "edge"]
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 2
    assert all(bar.error_y.array is not None for bar in figure.data)


def test_neighbours_are_on_a_logarithmic_axis():
    """Counts differ by orders of magnitude."""
    near = {"space": (Geometry(np.arange(1, 4), np.array([6.0, 60, 600]), "exact"), 6)}
    figure = figures.geometry_figure(near, LIGHT)
    assert figure.layout.yaxis.type == "log" and figure.layout.yaxis.dtick == 1
    assert data.geometry_columns(near)["architectures"] == [6.0, 60.0, 600.0]
    near = {"space": (Geometry(np.arange(1, 3), np.array([60, 1e18]), "exact"), 6)}
    assert figures.geometry_figure(near, LIGHT).layout.yaxis.dtick == 3


def test_columns_hold_every_number():
    """Downloads have a row a distance, kind and lag."""
    both = [series("a"), series("b", "predicted")]
    pairs = data.pairs_columns(both)
    assert pairs["rwa"] == [0.6, 0.4, 0.1] * 2
    assert pairs["source"] == ["measured"] * 3 + ["predicted"] * 3
    assert len(data.kind_columns(both)["kind"]) == 12
    assert data.walk_columns(both)["steps"] == [1, 2, 3, 4] * 2
    assert csv_bytes(pairs).startswith(b"name,source,distance")


def test_tables_escape_what_they_hold():
    """A name with markup in it stays text."""
    assert "<b>" not in table_html({"<b>name": ["<b>x"]})


@THEMES
def test_the_walker_is_at_the_end_of_its_way(theme):
    """The star stands on the last point; scores and bars are those so far."""
    rng = np.random.default_rng(0)
    cloud = rng.random((50, 2)).astype(np.float32)
    way = rng.random((20, 2)).astype(np.float32)
    star = walk_map(cloud, rng.random(50), way, theme, "accuracy, %").data[-1]
    assert (star.x[0], star.y[0]) == (way[-1, 0], way[-1, 1])
    assert len(step_figure(rng.random(20), 60, theme, "%").data[0].x) == 20
    assert len(lag_figure(np.full(12, np.nan), theme).data[0].x) == 12


def test_nothing_measured_draws_nothing():
    """Without any distance or score there are axes and no error."""
    empty = Curve(*np.zeros((3, 0)))
    none = np.zeros(0)
    pairs = Locality(none.astype(int), none.astype(int), empty, empty, np.nan, none)
    one = Series("none", "measured", pairs, None, 2, 6)
    for figure in (figures.rwa_figure, figures.aad_figure, figures.walk_figure):
        figure([one], LIGHT)
    walk_map(
        np.zeros((3, 2), np.float32), np.full(3, np.nan), np.zeros((1, 2)), LIGHT, ""
    )
