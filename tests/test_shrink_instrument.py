"""The Shrink page as an instrument: why, colours, lines, constraints, branch, pins."""

import shutil
from pathlib import Path

import pytest
from drawn import figures
from streamlit.testing.v1 import AppTest

from lissnas import runs
from lissnas.branches import parent_of
from lissnas.pins import read_pins
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.padnas import PadNas
from lissnas.spaces import SPACES

ROOT = Path(__file__).resolve().parents[1]
SPACE = SPACES["nasbench201"]
QUICK = PredictorSettings(pairs=300, rounds=60)
SMALL = Study(
    "nasbench201",
    "cifar10",
    settings=Lissnas(target=300, queries=800, samples=80, iterations=3),
    predictor=QUICK,
)
PRODUCT = Study(
    "nasbench201", "cifar10", "padnas", PadNas(queries=800, samples=100), QUICK
)
WHY = "shrink_why_nasbench201"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def made(tmp_path_factory, home_of):
    """A home with a short run, and one whose result is a product."""
    return home_of(tmp_path_factory.mktemp("made"), (SMALL, ()), (PRODUCT, ()))


@pytest.fixture
def opened(made, tmp_path, monkeypatch):
    """Return a function that opens the Shrink page at the run of a method."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    monkeypatch.setenv("LISSNAS_DATA", "")

    def page(method="lissnas", **address):
        at = AppTest.from_file(ROOT / "app.py", default_timeout=90)
        run = run_of(method)
        for name, value in {"run": run.name, "map": "PCA", **address}.items():
            at.query_params[name] = str(value)
        return at.switch_page("pages/shrink.py").run()

    return page


def run_of(method):
    """Return the stored run of a method that is no branch."""
    found = [one for one in runs.list_runs() if not parent_of(one)]
    return next(r for r in found if r.config["study"]["method"] == method)


def boxes(at):
    """Return what the page's boxes of text say."""
    return [one.value for one in (*at.success, *at.info, *at.error)]


def test_colours_lines_why_and_pins(opened):
    """One reader asks about, pins and colours; nothing on the map moves."""
    at = opened(iteration=2)
    first = figures(at)[1]
    for colour in ("error", "iteration", "seed", "distance"):
        at.selectbox(key="colour").set_value(colour).run()
        assert not at.exception
        assert figures(at)[1]["sheet"] == first["sheet"]
        ranges = [figures(at)[1]["layout"][a]["range"] for a in ("xaxis", "yaxis")]
        assert ranges == [first["layout"][a]["range"] for a in ("xaxis", "yaxis")]
    at.toggle(key="lines").set_value(True).run()
    assert any("lines from seeds" in one.value for one in at.caption)
    assert figures(at)[1]["data"][0]["mode"] == "lines"
    worst = SPACE.short(SPACE.enumerate()[:1])[0]
    at.text_input(key=WHY).set_value(worst).run()
    assert any(f"`{worst}`: It is not in" in one for one in boxes(at))
    worse = SPACE.short(SPACE.enumerate()[1:2])[0]
    at.text_input(key=WHY).set_value(worse)  # typed and pinned at once
    at.button(key="shrink_pin_one").click().run()
    assert not at.exception
    table = next(d.value for d in at.dataframe if "▸ 2" in d.value.columns)
    assert table["architecture"].tolist() == [worse] and table["0"][0]
    run = run_of("lissnas")
    assert SPACE.short(read_pins(run.path, SPACE)) == [worse]
    at.text_input(key=WHY).set_value("nonsense").run()
    assert not at.exception and any("nonsense" in one.value for one in at.error)
    at.button(key="shrink_unpin_all").click().run()
    assert not len(read_pins(run.path, SPACE))


def test_branch_with_constraints_and_the_tree(opened):
    """Forbidding an option and branching makes a run below its parent, which plays."""
    at = opened(iteration=1)
    at.multiselect(key="shrink_forbid_nasbench201").set_value(["none"]).run()
    at.button(key="shrink_branch").click().run()
    assert not at.exception and not at.error
    branch = next(one for one in runs.list_runs() if parent_of(one))
    assert parent_of(branch) == (run_of("lissnas").name, 1) and branch.steps == 3
    assert branch.config["study"]["steering"]["forbid"] == "none"
    assert at.multiselect(key="shrink_forbid_nasbench201").value == ["none"]
    assert not at.button(key=f"shrink_tree_{run_of('lissnas').name}").disabled
    assert any("forbid: nothing to none" in one.value for one in at.markdown)
    at.text_input(key=WHY).set_value(SPACE.short(SPACE.enumerate()[:1])[0]).run()
    assert any("is forbidden" in one for one in boxes(at))
    at.button(key="shrink_play").click().run()
    assert not at.exception
    labels = {one.label for one in at.button if one.key.startswith("shrink_p")}
    assert len(labels & {"Play", "Pause"}) == 1


def test_a_product_says_which_option_was_dropped_and_takes_no_constraints(opened):
    """Pages of other methods explain their own kind of result, in words."""
    at = opened("padnas")
    assert not at.exception and not at.multiselect
    assert any("Only LISSNAS takes constraints" in one.value for one in at.caption)
    run = run_of("padnas")
    last = runs.read_iteration(run, run.steps - 1).iteration
    out = next(
        arch
        for arch in SPACE.enumerate()[::97]
        if any(
            option not in allowed
            for option, allowed in zip(arch, last.subset["allowed"], strict=True)
        )
    )
    at.text_input(key=WHY).set_value(SPACE.short(out[None])[0]).run()
    assert any("It was dropped in iteration" in one for one in boxes(at))
