"""One selection in all views: lit here, dimmed there, kept, exported, never lost."""

import shutil
from pathlib import Path

import pytest
from drawn import figures, names, states
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from lissnas import runs, selection
from lissnas.embedding import jobs
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES
from lissnas.ui.view.codes import decode

ROOT = Path(__file__).resolve().parents[1]
SPACE = SPACES["nasbench201"]
KEY = "selection_of_nasbench201"
VIEWS = {
    "explore": ("explore_map", "explore_spread"),
    "shrink": ("shrink_map", "shrink_edf", "shrink_costs"),
}
SMALL = Study(
    "nasbench201",
    "cifar10",
    settings=Lissnas(target=300, queries=1500, samples=200, iterations=3),
    predictor=PredictorSettings(pairs=300, rounds=60),
)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def made(tmp_path_factory, home_of):
    """A home with a short run."""
    return home_of(tmp_path_factory.mktemp("made"), (SMALL, ()))


@pytest.fixture(autouse=True)
def home(made, tmp_path, monkeypatch):
    """A home of the test's own with that run."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    monkeypatch.setenv("LISSNAS_DATA", "")
    yield tmp_path
    for lock in (tmp_path / "cache" / "embeddings").glob("*.lock"):
        jobs.cancel(lock.stem)  # a UMAP that nobody waits for


def opened(page, chosen=None, **address):
    """Return a page on which architectures are selected already."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=90)
    about = {"run": runs.list_runs()[0].name} if page == "shrink" else {}
    for name, value in {"map": "PCA", **about, **address}.items():
        at.query_params[name] = value
    if chosen is not None:
        at.session_state[KEY] = chosen
    return at.switch_page(f"pages/{page}.py").run()


def some(count=900):
    archs = SPACE.enumerate()[:: SPACE.size // count]
    return selection.picked(selection.empty(SPACE), SPACE, archs, "a test")


def said(at):
    """Return what the page says is selected."""
    return next(m.value for m in at.markdown if " selected" in m.value)


def lit_in(at, view):
    """Return what is lit in a view, None if nothing is, and how many points it has."""
    called, code = names(at)[view], states(at)[view]["lit"]
    lit = None if code is None else decode(code, len(called)).tolist()
    return None if lit is None else {called[row] for row in lit}, len(called)


@pytest.mark.parametrize("page", VIEWS)
def test_without_a_selection_nothing_is_dimmed(page):
    """A page opens with everything lit, and says that nothing is selected."""
    at = opened(page)
    assert not at.exception and not at.error
    for view in VIEWS[page]:
        assert states(at)[view]["lit"] is None and not states(at)[view]["overlay"]
    assert "**0 of" in said(at)
    assert at.button(key="selection_clear").disabled


@pytest.mark.parametrize("page", VIEWS)
def test_all_views_show_what_is_selected(page):
    """Points are lit by identity, histograms and curves draw the part on top."""
    at = opened(page, some())
    assert not at.exception and not at.error
    rows, total = lit_in(at, VIEWS[page][0])
    assert 0 < len(rows) < total
    for view in VIEWS[page][1:]:
        assert states(at)[view]["overlay"], view
    count = int(said(at).split("**")[1].split(" of ")[0].replace(",", ""))
    assert count >= len(rows) and "a test" in said(at)


def test_the_lit_points_are_the_selected_architectures():
    """What is lit on the map is what was selected, not its neighbours in a list."""
    chosen = some()
    at = opened("explore", chosen)
    assert lit_in(at, "explore_map")[0] == (
        set(SPACE.short(chosen.archs)) & set(names(at)["explore_map"])
    )


def test_it_survives_the_way_to_another_page():
    """A selection made on one page is there on the next, for the same space."""
    at = opened("explore", some())
    at.query_params["run"] = runs.list_runs()[0].name
    at.switch_page("pages/shrink.py").run()
    assert not at.exception
    assert len(lit_in(at, "shrink_map")[0]) > 0
    assert len(at.session_state[KEY]) == len(some())


@pytest.mark.parametrize("page", VIEWS)
def test_invert_and_clear(page):
    """Inverting lights what was dimmed, clearing lights everything."""
    at = opened(page, some())
    before, total = lit_in(at, VIEWS[page][0])
    at.button(key="selection_invert").click().run()
    after, _ = lit_in(at, VIEWS[page][0])
    assert len(before) + len(after) == total
    at.button(key="selection_clear").click().run()
    assert lit_in(at, VIEWS[page][0])[0] is None and "**0 of" in said(at)


def test_a_set_is_kept_and_its_address_opens_it_elsewhere():
    """Keeping puts the set into the address, which shows it to a new session.

    The name is typed and the button pressed at once, as a reader does.
    """
    at = opened("explore", some())
    at.text_input(key="selection_title_nasbench201").set_value("My cells")
    at.button(key="selection_keep").click().run()
    assert not at.exception and not at.error
    assert at.query_params["set"] in ("my-cells", ["my-cells"])
    again = opened("explore", set="my-cells")
    assert lit_in(again, "explore_map") == lit_in(at, "explore_map")
    again.button(key="selection_clear").click().run()
    assert "set" not in again.query_params and "**0 of" in said(again)
    again.button(key="selection_open").click().run()
    assert "My cells" in said(again)
    again.button(key="selection_delete").click().run()
    assert selection.names(SPACE) == []


@pytest.mark.parametrize("name", ["nowhere", "../../x", "", "a" * 500])
@pytest.mark.parametrize("page", VIEWS)
def test_an_address_of_no_set_is_answered_in_words(page, name):
    """A link to a set that is not there says so, and the page works."""
    at = opened(page, set=name)
    assert not at.exception
    assert bool(at.warning) == bool(name)
    assert lit_in(at, VIEWS[page][0])[0] is None


def test_a_title_that_is_no_name_is_answered_in_words():
    """A set without a usable name is not kept, and the page says why."""
    at = opened("explore", some())
    at.text_input(key="selection_title_nasbench201").set_value("...").run()
    at.button(key="selection_keep").click().run()
    assert not at.exception and "title must hold" in at.error[0].value


def test_neighbours_are_selected_at_once():
    """All neighbours of the architecture shown are picked by one button, and marked."""
    at = opened("explore")
    at.button(key="explore_select_neighbours").click().run()
    assert not at.exception
    table = next(d.value for d in at.dataframe if "what changes" in d.value.columns)
    assert set(table["selected"]) == {"●"}
    assert len(at.session_state[KEY]) == len(table)


def test_a_map_keeps_zoom_over_iterations_and_colours():
    """The figure's revision stays while the map is the same, and no longer."""

    def kept(**address):
        at = opened("shrink", **address)
        return figures(at)[1]["layout"]["uirevision"]

    first = kept(iteration="1")
    assert first == kept(iteration="2") == kept(iteration="1", colour="accuracy")


def test_umap_settings_out_of_range_are_answered_in_words():
    """A refused setting is an error beside it, and the map is drawn all the same."""
    at = opened("explore", map="UMAP")
    at.number_input(key="explore_umap_neighbours").set_value(1).run()
    assert not at.exception
    assert "neighbours must be in 2..200, got 1" in at.error[0].value
    assert figures(at)


@pytest.mark.parametrize("page", VIEWS)
def test_without_the_component_figures_are_drawn_by_streamlit(page, monkeypatch):
    """Where Streamlit knows no such components, all figures are there all the same."""
    monkeypatch.delattr(manifest_scanner, "ComponentManifest")
    at = opened(page, some())
    assert not at.exception and not states(at)
    assert len(figures(at)) == {"explore": 2, "shrink": 5}[page]


def test_a_read_only_dashboard_selects_but_keeps_nothing(monkeypatch):
    """Visitors of a demo pick and export, and leave nothing behind."""
    monkeypatch.setenv("LISSNAS_DEMO", "1")
    selection.keep(some(), SPACE, "theirs")
    at = opened("explore", some(), map="UMAP")
    assert not at.exception and len(lit_in(at, "explore_map")[0]) > 0
    assert at.button(key="selection_keep").disabled
    assert at.button(key="selection_delete").disabled
    assert not [one for one in at.number_input if "umap" in one.key]
