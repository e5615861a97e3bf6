"""The map draws each role as a trace of its own, and says what each point is."""

import numpy as np
import pytest

from lissnas.figures.map import limits, map_columns, map_figure
from lissnas.figures.map_traces import SYMBOLS, role_colours
from lissnas.figures.points import DROPPED, KEPT, ROLES, SEED, Points
from lissnas.figures.theme import DARK, LIGHT
from lissnas.figures.tints import COLOURS, Origins

N = 6


@pytest.fixture
def shown():
    """Return six architectures in three roles."""
    role = np.array([KEPT, KEPT, DROPPED, DROPPED, SEED, SEED])
    return Points(
        archs=np.arange(N, dtype=np.int8)[:, None],
        role=role,
        predicted=np.array([0.9, 0.8, 0.5, np.nan, 0.95, 0.94]),
        true=np.array([0.91, np.nan, 0.4, np.nan, 0.93, 0.92]),
        distance=np.array([-1, 1, -1, -1, 2, -1]),
        total=(0, 20, 2, 0, 0, 0, 2),
    )


def drawn(shown, theme=LIGHT, colour="role"):
    where = np.arange(2 * N, dtype=np.float32).reshape(N, 2)
    names = [f"arch{i}" for i in range(N)]
    return map_figure(shown, where, names, np.full(N, 5_000_000), theme, colour)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_one_trace_a_role_with_its_own_colour_and_symbol(shown, theme):
    """Roles can be told apart by colour and by symbol, in both themes."""
    traces = drawn(shown, theme).data
    assert [trace.name for trace in traces] == ["Dropped 20", "Kept 2", "Seed 2"]
    assert all(trace.type == "scattergl" for trace in traces)
    assert len({trace.marker.symbol for trace in traces}) == 3
    assert len({trace.marker.color for trace in traces}) == 3
    assert sum(len(trace.x) for trace in traces) == N


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_no_two_roles_look_alike(theme):
    """Every pair of roles differs in colour, and in symbol or size."""
    assert len(set(role_colours(theme).values())) == len(ROLES)
    assert len(set(SYMBOLS.values())) == len(ROLES)


def test_hover_says_all_that_is_known(shown):
    """Name, true and predicted accuracy, distance and cost stand under the pointer."""
    seed = drawn(shown).data[-1].text[0]
    for part in ("arch4", "true 93.00 %", "predicted 95.00 %", "2 edits", "5.0 M"):
        assert part in seed
    unknown = drawn(shown).data[0].text[1]
    assert "true" not in unknown and "predicted" not in unknown


def test_accuracy_colours_by_truth_where_it_is_known(shown):
    """The colour is the true accuracy, and the predicted one only without it."""
    traces = drawn(shown, colour="accuracy").data
    kept = next(one for one in traces if one.name == "Kept 2")
    np.testing.assert_allclose(kept.marker.color, [91, 80])


def test_positions_must_fit(shown):
    """Too few positions are an error in words."""
    with pytest.raises(ValueError, match="where must have a row for each of 6"):
        map_figure(shown, np.zeros((2, 2)), [], np.zeros(0), LIGHT)


def test_numbers_behind_the_map(shown):
    """The download has one row an architecture."""
    columns = map_columns(shown, np.zeros((N, 2)), ["a"] * N, np.zeros(N))
    assert {len(values) for values in columns.values()} == {N}


def test_limits_hold_all_points():
    """The fixed frame of a run's map holds every landmark."""
    where = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    (x0, x1), (y0, y1) = limits(where)
    assert (x0 < where[:, 0]).all() and (where[:, 0] < x1).all()
    assert (y0 < where[:, 1]).all() and (where[:, 1] < y1).all()


def known(shown):
    """Return what is known of the six points: two seeds, one unknown neighbourhood."""
    near = np.array([0, 0, 1, -1, 0, 1])
    born = np.array([1, 2, 0, -1, 1, 0])
    macs, params = np.arange(N) + 1, np.arange(N) + 10
    return Origins(macs, params, born, near, near + 1, ["best", "second"])


@pytest.mark.parametrize("colour", [one for one in COLOURS if one != "role"])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_colour_draws_every_point_once_where_it_was(shown, colour, theme):
    """Another colour moves and loses nothing, and what is unknown is grey."""
    where = np.arange(2 * N, dtype=np.float32).reshape(N, 2)
    figure = map_figure(
        shown, where, ["a"] * N, np.ones(N), theme, colour, origins=known(shown)
    )
    traces = [one for one in figure.data if one.customdata is not None]
    rows = np.concatenate([one.customdata for one in traces])
    assert sorted(rows) == list(range(N))
    for one in traces:
        np.testing.assert_array_equal(np.c_[one.x, one.y], where[one.customdata])
        if one.marker.coloraxis:
            assert not np.isnan(one.marker.color).any()
    if colour == "seed":
        looks = {(one.marker.symbol, one.marker.color) for one in traces}
        assert len(looks) == len(traces) == 3


def test_lines_join_rows_and_are_no_points(shown):
    """Lines run between the places of two rows, and nobody can pick them."""
    where = np.arange(2 * N, dtype=np.float32).reshape(N, 2)
    pairs = np.array([[4, 0], [5, 1]])
    line = map_figure(shown, where, ["a"] * N, np.ones(N), LIGHT, lines=pairs).data[0]
    assert line.mode == "lines" and line.customdata is None and not line.showlegend
    np.testing.assert_array_equal(line.x[[0, 1, 3, 4]], where[[4, 0, 5, 1], 0])
    assert np.isnan(line.x[[2, 5]]).all()
