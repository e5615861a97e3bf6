"""The figures of the Explore page draw measured accuracies only, and all of them."""

import csv
import io

import numpy as np
import pytest

from lissnas.explain import Overview
from lissnas.figures import landscape, spread
from lissnas.figures.cell import cell_columns, cell_dot, chain_html, numbered
from lissnas.figures.landscape import Mark
from lissnas.figures.theme import DARK, LIGHT
from lissnas.spaces import SPACES
from lissnas.ui.frames import csv_bytes

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK])
SPACE = SPACES["nasbench201"]


def seen(known):
    """Return 60 uniform and 10 further architectures, the last `known` measured."""
    archs = SPACE.sample(70, np.random.default_rng(0))
    cost = SPACE.cost(archs)
    true = np.full(70, np.nan)
    true[70 - known :] = np.linspace(0.5, 0.9, known)
    uniform = np.arange(70) < 60
    return Overview(archs, cost.params, cost.macs, true, uniform, SPACE.size, known)


def drawn(overview, colour, theme=LIGHT, marks=()):
    """Return the map of an overview with points on a line."""
    where = np.repeat(np.arange(70, dtype=np.float32)[:, None], 2, axis=1)
    shades = landscape.shades_of(SPACE, overview, colour, theme)
    texts = landscape.landscape_texts(overview, SPACE.short(overview.archs))
    return landscape.landscape_figure(
        shades, where, texts, theme, colour, ("PCA 1", "PCA 2"), marks
    )


@THEMES
def test_unmeasured_points_are_grey(theme):
    """By accuracy only what was measured has a colour of the scale."""
    grey, measured = drawn(seen(10), "accuracy", theme).data
    assert grey.name == "Not measured 60" and isinstance(grey.marker.color, str)
    np.testing.assert_allclose(measured.marker.color, np.linspace(50, 90, 10))
    assert all("not measured" in text for text in grey.text)
    assert not any("not measured" in text for text in measured.text)


@THEMES
@pytest.mark.parametrize("colour", landscape.colours_of(SPACE, True))
def test_every_point_is_drawn_once(colour, theme):
    """Whatever the colour, all points are there, each carrying its row."""
    figure = drawn(seen(10), colour, theme)
    rows = np.concatenate([trace.customdata for trace in figure.data])
    assert sorted(rows.tolist()) == list(range(70))
    for trace in figure.data:
        np.testing.assert_array_equal(trace.x, trace.customdata)


def test_without_accuracies_there_is_no_such_colour():
    """Accuracy is offered only where something was measured."""
    assert landscape.ACCURACY not in landscape.colours_of(SPACE, False)
    with pytest.raises(ValueError, match="colour must be one of"):
        landscape.shades_of(SPACE, seen(0), "edge 9-9", LIGHT)


@THEMES
def test_what_is_pointed_at_is_inside_and_stands_out(theme):
    """Both marks are in the axes' ranges, with symbols of their own."""
    marks = [Mark("Shown", 3.0, 4.0), Mark("Compared with", 200.0, -50.0)]
    figure = drawn(seen(10), "edge 0-1", theme, marks)
    shown, other = figure.data[-2:]
    assert (shown.marker.symbol, other.marker.symbol) == ("star", "diamond-open")
    assert figure.layout.xaxis.range[1] > 200 and figure.layout.yaxis.range[0] < -50


def test_many_numbers_are_a_colour_scale():
    """128 widths have a scale, not 128 entries of a legend; names keep the legend."""
    space = SPACES["anynetx"]
    archs = space.sample(50, np.random.default_rng(0))
    cost, none = space.cost(archs), np.full(50, np.nan)
    shown = Overview(
        archs, cost.params, cost.macs, none, np.ones(50, dtype=bool), space.size, 0
    )
    (shade,) = landscape.shades_of(space, shown, "width 2", LIGHT)
    np.testing.assert_array_equal(shade.colour, 8 * (archs[:, 5] + 1.0))
    assert len(landscape.shades_of(space, shown, "bottleneck 2", LIGHT)) == 3
    figure = landscape.landscape_figure(
        [shade], np.zeros((50, 2)), [""] * 50, LIGHT, "width 2", ("x", "y")
    )
    assert figure.layout.coloraxis.colorbar.title.text == "width 2"


def test_many_options_have_as_many_colours():
    """Options beyond the colours that all can tell apart take ordered shades."""
    for count in (2, 7, 8, 13, 128):
        assert len(set(landscape.option_colours(count, LIGHT))) == count


@THEMES
def test_spread_tells_measured_from_sampled(theme):
    """Accuracies are of the measured alone; costs of both, drawn apart."""
    figure = spread.spread_figure(seen(10), theme)
    names = [trace.name for trace in figure.data]
    assert names == ["Measured 10", *["Uniform sample 60", "Measured 10"] * 2]
    for trace in figure.data:
        assert np.sum(trace.y) == pytest.approx(100)
    assert len(spread.spread_figure(seen(0), theme).data) == 2


@THEMES
def test_spread_marks_the_architectures_shown(theme):
    """Each histogram has a line a mark, none where its value is unknown."""
    marks = [
        {spread.ACCURACY: 80.0, spread.PARAMS: 0.5, spread.MACS: 60.0},
        {spread.ACCURACY: np.nan, spread.PARAMS: 0.6, spread.MACS: 70.0},
    ]
    shapes = spread.spread_figure(seen(10), theme, marks).layout.shapes
    assert [shape.line.dash for shape in shapes].count("dash") == 3
    assert [shape.line.dash for shape in shapes].count("dot") == 2


def test_numbers_can_be_read_back():
    """The CSV of the map has a row a point, empty where nothing was measured."""
    overview = seen(10)
    where = np.zeros((70, 2), dtype=np.float32)
    names = SPACE.format(overview.archs)
    content = csv_bytes(landscape.landscape_columns(overview, where, names)).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["architecture"] for row in rows] == names
    assert [row["measured_accuracy"] for row in rows[:60]] == [""] * 60
    assert float(rows[-1]["measured_accuracy"]) == 0.9
    columns = spread.spread_columns(overview)
    assert len({len(values) for values in columns.values()}) == 1


@THEMES
def test_marked_parts_of_a_cell_stand_out(theme):
    """Marked vertices and edges take the colour of differences, others do not."""
    graph = SPACES["nasbench101"].graph(
        SPACES["nasbench101"].sample(1, np.random.default_rng(0))[0]
    )
    dot = cell_dot(graph.nodes, graph.edges, theme, [1], [0], upright=True)
    assert dot.count(f'color="{theme.vermillion}", penwidth') == 2
    assert theme.vermillion not in cell_dot(graph.nodes, graph.edges, theme)
    assert "rankdir=TB" in dot


def test_a_drawing_can_be_read_back():
    """The numbers of a drawing are its edges, each with both ends and operation."""
    graph = SPACE.graph(SPACE.parse(["123400"])[0])
    columns = cell_columns(graph.nodes, graph.edges)
    rows = zip(columns["from"], columns["to"], columns["operation"], strict=True)
    assert tuple(rows) == graph.edges
    assert columns["to_label"][-1] == "output"


def test_cells_of_one_drawing_stand_below_each_other():
    """A drawing of two cells goes from left to right even where it is narrow."""
    edges = [(0, 1, "pool"), (2, 3, "conv")]
    dot = cell_dot(("a", "b", "c", "d"), edges, LIGHT, upright=True)
    assert "rankdir=LR" in dot
    assert dot.index('"c"') < dot.index('"a"')  # what comes last is drawn on top


def test_vertices_are_numbered_where_they_carry_operations():
    """Words say vertex 1, so a drawing of operations on vertices has numbers."""
    on_vertices = numbered(("input", "pool", "output"), ((0, 1, ""), (1, 2, "")))
    assert on_vertices == ("input", "1: pool", "output")
    on_edges = numbered(("input", "1", "output"), ((0, 1, "pool"), (1, 2, "")))
    assert on_edges == ("input", "1", "output")


@THEMES
def test_a_chain_is_a_row_of_boxes_with_markup_escaped(theme):
    """Every layer is there in order, numbered, and no label becomes markup."""
    html = chain_html(("input", "a<b>", "c", "output"), theme, [2])
    assert html.index("a&lt;b&gt;") < html.index("c</span>")
    assert html.count(f"2px solid {theme.vermillion}") == 1
