"""The map draws each role as a trace of its own, and says what each point is."""

import numpy as np
import pytest

from lissnas.figures.map import SYMBOLS, limits, map_columns, map_figure, role_colours
from lissnas.figures.points import DROPPED, KEPT, ROLES, SEED, Points
from lissnas.figures.theme import DARK, LIGHT

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
    kept = drawn(shown, colour="accuracy").data[1]
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
