"""What is sent to a figure in the browser, and what is believed of its answers."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lissnas.spaces import SPACES
from lissnas.ui.view import Cells, Field, Sheet, folders, range_of, row_of, rows_of
from lissnas.ui.view.codes import decode, encode
from lissnas.ui.view.parts import figure_part, sheet_part, state_part

SPACE = SPACES["nasbench201"]
CELLS = (Cells("xaxis", "error", (0.0, 1.0, 2.0)), Cells("xaxis2", "cost", (1.0, 5.0)))


def sheet(count=500):
    rng = np.random.default_rng(0)
    archs = SPACE.enumerate()[:count]
    accuracy = np.where(np.arange(count) % 5 == 0, np.nan, rng.random(count))
    fields = (
        Field("accuracy", 100 * accuracy, 2, " %", "not measured"),
        Field("cost", SPACE.cost(archs).macs / 1e6),
    )
    where = rng.normal(size=(count, 2)).astype(np.float32)
    names = SPACE.short(archs)
    return Sheet(where, names, archs, SPACE.decisions, fields, ["#000000"])


def part_of(figure, known):
    traces = [trace.to_plotly_json() for trace in figure.data]
    layout = figure.layout.to_plotly_json()
    return figure_part("map", traces, layout, "a map", (known, "id"))


@given(
    st.integers(1, 3000).flatmap(
        lambda total: st.tuples(
            st.just(total), st.sets(st.integers(0, total - 1), max_size=total)
        )
    )
)
def test_rows_come_back_from_their_text(case):
    """Any set of rows of any total is the same after a journey as text."""
    total, rows = case
    rows = np.array(sorted(rows), dtype=np.int64)
    np.testing.assert_array_equal(decode(encode(rows, total), total), rows)


@pytest.mark.parametrize("total", [7_000, 20_000, 250_000])
def test_seven_thousand_rows_are_short(total):
    """7,000 selected points take at most 20 kB, however many there are."""
    rows = np.sort(np.random.default_rng(0).permutation(total)[:7_000])
    assert len(encode(rows, total)) <= 20_000
    assert len(encode(np.arange(total), total)) <= 4 * total / 3 / 8 + 8


@pytest.mark.parametrize(
    "text", ["", "x", "d1.0", "d-1", "d1..2", "dzzzzzzzzzzzzzzz", "d7d", "b!!", "bAAAA"]
)
def test_damaged_text_is_refused_in_words(text):
    """Text from a browser that names no rows is a ValueError."""
    with pytest.raises(ValueError, match=r"rows must be a code of rows in 0\.\.99"):
        decode(text, 100)


def test_browser_and_server_write_rows_alike(tmp_path):
    """The browser's code reads what the server writes, and the other way round."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node to run the browser's code with")
    rng = np.random.default_rng(0)
    cases = [
        (total, np.sort(rng.permutation(total)[:count]).tolist())
        for total, count in ((9, 0), (9, 9), (1000, 4), (1000, 900), (70_000, 30_000))
    ]
    texts = [encode(np.array(rows, dtype=np.int64), total) for total, rows in cases]
    source = (folders()["view"] / "codes.js").read_text()
    (tmp_path / "codes.mjs").write_text(source)
    script = (
        "import {encode, decode} from './codes.mjs';"
        f"const cases = {json.dumps(list(zip(cases, texts, strict=True)))};"
        "console.log(JSON.stringify(cases.map(([[total, rows], text]) =>"
        " [encode(rows, total) === text, decode(text).join() === rows.join()])));"
    )
    (tmp_path / "try.mjs").write_text(script)
    done = subprocess.run(
        [node, "try.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[True, True]] * len(cases)


def test_a_colour_that_is_known_of_the_points_costs_nothing():
    """Arrays that repeat the sheet are sent by name, in another trace's order too."""
    known = sheet()
    figure = go.Figure()
    for rows in (np.arange(0, 500, 2), np.arange(1, 500, 2)):
        figure.add_scattergl(
            x=known.where[rows, 0],
            y=known.where[rows, 1],
            marker={"color": known.fields[0].values[rows]},
            customdata=rows,
            text=["<a href='x'>"] * len(rows),
        )
    figure.update_layout(template="none")
    part = part_of(figure, known)
    assert [trace["x"] for trace in part["traces"]] == [{"take": "x"}] * 2
    assert part["traces"][1]["marker"]["color"] == {"take": "field0"}
    assert len(json.dumps(part["traces"])) < 1000
    rows = [decode(trace["rows"], 500) for trace in part["traces"]]
    assert sorted(np.concatenate(rows).tolist()) == list(range(500))
    assert "text" not in part["traces"][0] and "href" not in json.dumps(part)


def test_other_arrays_are_sent_as_they_are():
    """What the sheet does not know is sent in bytes or, if it is short, as a list."""
    known = sheet()
    long, short = np.linspace(0, 1, 500), np.array([1.0, np.nan])
    figure = go.Figure(go.Scatter(x=long, y=long**2))
    figure.add_trace(go.Bar(x=short, y=short))
    first, second = part_of(figure, known)["traces"]
    raw = base64.b64decode(first["x"]["bdata"])
    np.testing.assert_allclose(np.frombuffer(raw, "f4"), long, rtol=1e-6)
    assert second["x"] == [1.0, None]


def test_parts_have_the_identity_of_their_content():
    """Equal content is not sent again, other content is told apart."""
    first, again, other = sheet_part("a", sheet()), sheet_part("a", sheet()), sheet(400)
    assert first == again and first[1] != sheet_part("a", other)[1]


def test_a_sheet_is_read_back_from_its_bytes():
    """Header and aligned arrays are where the format says."""
    known = sheet()
    raw, name = sheet_part("map", known)
    size = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + size])
    assert (4 + size) % 8 == 0 and header["id"] == name and header["part"] == "sheet"

    def column(key):
        about = header["arrays"][key]
        assert about["offset"] % 8 == 0
        return np.frombuffer(
            raw, about["dtype"], about["length"], 4 + size + about["offset"]
        )

    np.testing.assert_array_equal(column("x"), known.where[:, 0])
    np.testing.assert_array_equal(column("archs").reshape(-1, 6), known.archs)
    np.testing.assert_allclose(column("field0"), known.fields[0].values, rtol=1e-6)
    assert header["names"] == list(known.names)
    assert header["fields"][0]["missing"] == "not measured"


def test_what_is_lit_is_little():
    """A selection elsewhere sends the rows that are lit here, not the figure."""
    lit = np.arange(20_000) % 3 == 0
    assert len(json.dumps(state_part("map", "id", lit))) < 4000
    assert state_part("map", "id", None)["lit"] is None


def test_answers_are_read_with_distrust():
    """Rows, points and stretches that are not there are refused in words."""
    assert rows_of({"rows": "d1.1", "total": 9}, 9).tolist() == [0, 1]
    assert row_of({"row": 3}, 9) == 3
    assert range_of({"axis": "xaxis2", "low": 4, "high": 2.5}, CELLS) == (1, 2.5, 4)
    for bad in ({}, {"rows": "d1", "total": 8}, {"rows": ["d1"], "total": 9}):
        with pytest.raises(ValueError):
            rows_of(bad, 9)
    for bad in ({}, {"row": -1}, {"row": 9}, {"row": "3"}, {"row": 1.5}):
        with pytest.raises(ValueError, match=r"row must be in 0\.\.8"):
            row_of(bad, 9)
    infinite = {"axis": "xaxis", "low": float("nan"), "high": 1}
    for bad in ({}, {"axis": "yaxis"}, {"axis": "xaxis", "low": "0"}, infinite):
        with pytest.raises(ValueError):
            range_of(bad, CELLS)


def test_the_scripts_that_are_served_are_there():
    """Our script and Plotly's, as installed, are found; none is a copy of ours."""
    found = folders()
    assert (found["view"] / "view.js").is_file()
    assert (found["plotly"] / "plotly.min.js").stat().st_size > 1_000_000
    assert "site-packages" in str(found["plotly"]) or found["plotly"] != Path.cwd()
    own = {path.name for path in found["view"].iterdir()}
    scripts = {"view", "picture", "library", "parts", "codes", "card", "keys"}
    assert own == {f"{name}.js" for name in scripts} | {"view.css"}


def test_nothing_in_the_browser_writes_markup():
    """Text from data is never read as HTML, and nothing is loaded from elsewhere."""
    for path in folders()["view"].glob("*.js"):
        text = path.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "http:"):
            assert word not in text, (path.name, word)
        assert "https:" not in text
