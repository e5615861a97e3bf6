"""The Compare page in every state: nothing, some, or all of it computed, or runs."""

import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from drawn import figures, names, states
from streamlit.testing.v1 import AppTest

from lissnas import archive, selection
from lissnas.comparison import ENTRIES, Comparison, cells, execute, finished
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.naive import Naive
from lissnas.spaces import SPACES
from lissnas.ui.compare_choice import EXAMPLE
from lissnas.ui.view.codes import decode
from tests.comparison.conftest import LARGE, QUICK, SMALL

ROOT = Path(__file__).resolve().parents[2]
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
FIGURES = 5  # measures, errors, multiply-adds, searches, maps
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def compare(theme="light", **address):
    """Return the Compare page as a browser that comes with this address sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=300)
    at.context["theme"] = theme
    for name, value in address.items():
        at.query_params[f"compare_{name}"] = str(value)
    return at.switch_page("pages/compare.py").run()


def asked(comparison):
    """Return the address of a comparison."""
    names = ("space", "task", "size", "queries", "seeds", "sizes")
    found = {name: getattr(comparison, name) for name in names}
    return found | {"methods": ",".join(comparison.methods)}


def button(at, label):
    """Return the button of that label."""
    return next(found for found in at.button if found.label == label)


def selected(at):
    """Return how many of how many the page says are selected."""
    text = next(one.value for one in at.markdown if " selected**" in one.value)
    return tuple(
        int(part.replace(",", "")) for part in text.split("**")[1].split()[::2]
    )


def address(at, name):
    """Return one part of the page's address."""
    value = at.query_params[f"compare_{name}"]
    return value[0] if isinstance(value, list) else value


@pytest.fixture
def quick(small):
    """A comparison with the page's own predictor settings but for time."""
    return replace(small, methods=("naive", "abs"), predictor=QUICK)


@THEMES
def test_opens_with_what_was_asked_for_last(quick, theme):
    """A finished comparison is there at once, with table, figures and address."""
    list(execute(quick))
    at = compare(theme)
    assert not at.exception and not at.error and not at.warning
    table = at.dataframe[0].value
    assert table["method"].tolist() == ["ABS", "Naive random", "Original space"]
    assert table["seeds"].tolist() == [2, 2, 2]
    assert len(figures(at)) == FIGURES
    assert any("looking at" in one.label for one in at.expander)
    assert address(at, "methods") == "naive,abs"
    assert address(at, "space") == SMALL and address(at, "seeds") == "2"
    assert button(at, "Compute").disabled and button(at, "Stop").disabled


def test_the_first_visit_computes_an_example(home):
    """With nothing stored the page computes a small comparison by itself."""
    at = compare()
    assert not at.exception and not at.error
    assert len(finished(EXAMPLE)) == len(cells(EXAMPLE))
    assert len(figures(at)) == FIGURES
    assert at.dataframe[0].value["seeds"].tolist() == [EXAMPLE.seeds] * 5
    assert "compare_running" not in at.session_state


def test_a_part_is_shown_and_continued(quick):
    """What is there is shown; Continue computes the rest and nothing else."""
    list(islice(execute(quick), 3))
    at = compare()
    assert at.dataframe[0].value["seeds"].tolist() == [1, 1, 1]
    assert len(figures(at)) == FIGURES
    button(at, "Continue").click().run()
    assert not at.exception and len(finished(quick)) == len(cells(quick))
    assert at.dataframe[0].value["seeds"].tolist() == [2, 2, 2]


def test_another_choice_waits_for_its_button(quick):
    """A change of the sidebar computes nothing before Compute is pressed.

    What is typed as the button is pressed counts.
    """
    list(execute(quick))
    at = compare()
    at.number_input("compare_size").set_value(200).run()
    assert address(at, "size") == "200"
    assert not button(at, "Continue").disabled  # the original space is there already
    at.multiselect("compare_methods").set_value(["random"]).run()
    assert address(at, "methods") == "random"
    at.number_input("compare_size").set_value(300)
    button(at, "Continue").click().run()
    assert at.dataframe[0].value["Size"].tolist() == ["300", "3,969"]


def test_the_address_leads_to_a_choice(quick):
    """An address with methods and numbers sets the widgets."""
    at = compare(**asked(replace(quick, methods=("random", "naive:keep=0.3"))))
    assert not at.exception and not at.warning
    assert at.selectbox("compare_space").value == SMALL
    assert at.multiselect("compare_methods").value == ["random", "naive:keep=0.3"]
    assert at.number_input("compare_queries").value == 900
    assert "Nothing is computed yet" in at.info[-1].value
    assert figures(at) == []
    assert not any("looking at" in one.label for one in at.expander)


@pytest.mark.parametrize(
    "bad", [{"seeds": "many"}, {"space": "nowhere"}, {"methods": "nope"}]
)
def test_a_bad_address_is_answered(quick, bad):
    """What cannot be is said in a sentence, and the latest comparison is shown."""
    list(execute(quick))
    at = compare(**bad)
    assert not at.exception
    assert "asks for no comparison that can be" in at.warning[0].value
    assert len(figures(at)) == FIGURES


def test_a_typed_method_that_is_none_is_answered(quick):
    """A wrong name among the methods is an error in words."""
    at = compare(**asked(quick))
    at.multiselect("compare_methods").set_value(["naive:keep=lots"]).run()
    assert not at.exception and "keep must be a float" in at.error[0].value


def test_a_space_without_table_says_so(home):
    """Without accuracies there is no predictor, and the page tells what to do."""
    at = compare(space="mnasnet", task="imagenet")
    assert not at.exception and figures(at) == []
    assert "needs a table" in at.warning[0].value


def test_partial_truth_is_drawn_as_predicted(home):
    """Where truth is known of few, errors are predicted ones and labelled so."""
    methods = ("abs", "random", "top-predicted")
    comparison = Comparison(LARGE, "cifar10", methods, 3000, 2000, 1, predictor=QUICK)
    list(execute(comparison))
    at = compare()
    assert not at.exception and not at.error
    assert any("cannot be run here" in caption.value for caption in at.caption)
    found = figures(at)
    assert len(found) == FIGURES - 1  # no search: the truth of what it finds is unknown
    assert found[1]["layout"]["xaxis"]["title"]["text"] == "predicted error, %"
    known = dict(zip(*at.dataframe[0].value[["method", "known"]].values.T, strict=True))
    assert known["Original space"].startswith("800 of ")


def test_more_than_twelve_leave_a_choice(home):
    """All methods are in the table; the figures hold twelve beside the original."""
    comparison = Comparison(
        SMALL, "cifar10", tuple(ENTRIES), 150, 900, 1, predictor=QUICK
    )
    list(execute(comparison))
    at = compare()
    assert not at.exception
    assert len(at.dataframe[0].value) == len(ENTRIES) - 1  # DDS cannot run there
    errors = figures(at)[1]["data"]
    assert len(errors) == 13
    looks = {(one["line"]["color"], one["line"]["dash"]) for one in errors}
    assert len(looks) == 13


def test_saved_runs_of_different_methods(home):
    """Any two runs of a task are compared, and the address holds them."""
    names = []
    for method, settings in (
        ("naive", Naive(target=120, queries=900)),
        ("lissnas", Lissnas(target=100, queries=900, samples=100, iterations=2)),
    ):
        session, run = archive.begin(Study(SMALL, "cifar10", method, settings, QUICK))
        list(archive.advance(session, run, []))
        names.append(run.name)
    at = compare(runs=",".join(names))
    assert not at.exception and not at.error
    assert at.dataframe[0].value["Size"].tolist() == ["120", "100", "3,969"]
    assert len(figures(at)) == FIGURES
    assert address(at, "runs") == ",".join(names)
    at.multiselect("compare_runs").set_value(names[:1]).run()
    assert any("at least two runs" in info.value for info in at.info)


def test_without_runs_the_page_says_so(home):
    """The mode for saved runs explains itself when there are none."""
    at = compare(runs="nowhere")
    assert not at.exception
    assert any("fewer than two saved runs" in info.value for info in at.info)


def test_numbers_under_the_figures(quick):
    """The paper's panel and downloads appear only where there is something to say."""
    list(execute(quick))
    at = compare()
    downloads = [one.proto.label for one in at.get("download_button")]
    assert downloads.count("Numbers as CSV") == FIGURES + 1
    assert not any("paper" in heading.value for heading in at.subheader)


def test_the_selection_is_shown_and_set(quick):
    """What is selected elsewhere is lit here: points, curves, rows of the table."""
    list(execute(quick))
    space = SPACES[SMALL]
    archs = space.enumerate()[::3]
    at = AppTest.from_file(ROOT / "app.py", default_timeout=300)
    chosen = selection.picked(selection.empty(space), space, archs, "another page")
    at.session_state[f"selection_of_{SMALL}"] = chosen
    at.switch_page("pages/compare.py").run()
    assert not at.exception and not at.error
    some, total = selected(at)
    assert 0 < some < total <= space.size
    called = names(at)["compare_maps"]
    lit = {
        called[row] for row in decode(states(at)["compare_maps"]["lit"], len(called))
    }
    assert lit == set(called) & set(space.short(archs))
    for view in ("compare_edf", "compare_costs"):
        assert len(states(at)[view]["overlay"]) == 3, view
    held = dict(at.dataframe[0].value[["method", "selected"]].itertuples(index=False))
    assert re.fullmatch(r"[1-9][\d,]* of [1-9][\d,]*", held["Original space"])

    at.button(key="selection_clear").click().run()
    assert selected(at) == (0, total) and states(at)["compare_maps"]["lit"] is None
    assert not states(at)["compare_edf"]["overlay"]
    assert "selected" not in at.dataframe[0].value
