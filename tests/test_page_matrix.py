"""Pages open for every space and every state of runs, in both themes.

One home holds a run of each space in each state; themes take turns over spaces and
states, and each page is opened in both. Explore and Locality have tests of their own
for every space and table.
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import figures
from made_tables import write_table
from streamlit.testing.v1 import AppTest

from lissnas import archive, runs
from lissnas.oracles import tasks
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES
from lissnas.ui.compare_choice import EXAMPLE

ROOT = Path(__file__).resolve().parents[1]
NEW, FRESH, FINISHED, DAMAGED = "new", "fresh", "finished", "damaged"
STATES = (NEW, FRESH, FINISHED, DAMAGED)
THEMES = ("light", "dark")
PAGES = ("home", *sorted(path.stem for path in (ROOT / "pages").glob("*.py")))
SETTINGS = Lissnas(target=60, queries=300, samples=100, iterations=2)
PREDICTOR = PredictorSettings(pairs=150, rounds=15)
CHARTS = 5  # timeline, map, error distribution, multiply-adds, predictor
KNOWN = 300
JUNK = "no<b>such</b>thing"
PARTS = {  # what a page reads of its address
    "home": (),
    "tour": ("step", "present"),
    "explore": ("space", "task", "arch", "with", "colour", "map", "set"),
    "locality": ("compare", "pairs", "correlate", "source", "seed", "space"),
    "shrink": ("run", "iteration", "space", "task", "map", "colour", "points", "set"),
    "compare": ("compare_space", "compare_methods", "compare_size", "compare_errors"),
    "supernet": ("job",),
    "runs": ("runs_shown",),
    "glossary": ("glossary",),
}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def task_of(tmp_path_factory):
    """The task of each space; its home holds a run of it in every state."""
    patch = pytest.MonkeyPatch()
    home, tables = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("tables")
    patch.setenv("LISSNAS_HOME", str(home))
    patch.setenv("LISSNAS_DATA", str(tables))
    found = {}
    for name in SPACES:
        before = set(tasks(name))
        write_table(tables, name, KNOWN)
        found[name] = next(iter(set(tasks(name)) - before))
        study = Study(name, found[name], settings=SETTINGS, predictor=PREDICTOR)
        session, run = archive.begin(study)
        list(archive.advance(session, run, []))
        for state in STATES[1:]:
            _copied(run.path, run.path.with_name(f"{name}-{state}"), state)
        runs.delete(run)
    yield found
    patch.undo()


def _copied(path, place, state):
    """Copy a finished run, as far as it is to be, or with half a file."""
    shutil.copytree(path, place)
    if state == FRESH:
        for file in [*place.glob("00[1-9].*"), place / "final.json"]:
            file.unlink()
    if state == DAMAGED:
        file = place / "001.npz"
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def opened(page, theme, **address):
    """Return a page as a browser that comes with this address first sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    at.context["theme"] = theme
    for name, value in address.items():
        at.query_params[name] = value
    return (at if page == "home" else at.switch_page(f"pages/{page}.py")).run()


@pytest.mark.parametrize(
    ("name", "state"),
    [
        (name, state)
        for place, name in enumerate(SPACES)
        for state in (FRESH, FINISHED, (NEW, DAMAGED)[place % 2])
    ],
)
def test_shrink_page(task_of, name, state):
    """A run shows its five figures with the promised traces, or one sentence."""
    theme = THEMES[(list(SPACES).index(name) + STATES.index(state)) % 2]
    address = {"run": NEW if state == NEW else f"{name}-{state}"}
    if state == NEW:
        address |= {"space": name, "task": task_of[name]}
    at = opened("shrink", theme, map="PCA", **address)
    assert not at.exception and not at.warning
    drawn = figures(at)
    if state in (NEW, DAMAGED):
        assert not drawn and len(at.error) == (state == DAMAGED)
        step = next(one for one in at.button if one.label == "Step")
        assert not step.disabled
        return
    assert not at.error and len(drawn) == CHARTS
    assert all(figure["data"] for figure in drawn)
    said = [trace.get("name") or "" for trace in drawn[1]["data"]]
    roles = {"Original space", "Sample" if state == FRESH else "Seed"}
    assert roles <= {text.rsplit(" ", 1)[0] for text in said}


@pytest.mark.parametrize("name", SPACES)
def test_compare_page(task_of, name):
    """A comparison on each space and a small table of it can be set up."""
    theme = THEMES[list(SPACES).index(name) % 2]
    terms = {"space": name, "task": task_of[name], "methods": "naive", "seeds": "1"}
    address = {f"compare_{part}": value for part, value in terms.items()}
    at = opened("compare", theme, **address)
    assert not at.exception and not at.error
    assert any("Nothing is computed yet" in info.value for info in at.info)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_with_all_of_these_runs(task_of, page, theme):
    """Fresh, finished and damaged runs of all spaces at once break no page."""
    chosen = f"nasbench201-{FINISHED},nasbench101-{DAMAGED},mnasnet-{FRESH}"
    address = {"runs_shown": chosen, "run": f"mnasnet-{FRESH}", "map": "PCA"}
    at = opened(page, theme, compare_methods="naive", compare_seeds="1", **address)
    assert not at.exception


@pytest.mark.parametrize("page", PAGES)
def test_unknown_values_in_an_address_are_answered_in_words(task_of, page, monkeypatch):
    """Nothing in an address is an exception, and markup in it stays text."""
    small = replace(EXAMPLE, methods=("random",), seeds=1)  # it is computed here
    monkeypatch.setattr(sys.modules["lissnas.ui.compare_choice"], "EXAMPLE", small)
    run = f"mnasnet-{FINISHED}" if page == "shrink" else JUNK
    address = {name: JUNK for name in PARTS[page]} | {"run": run}
    at = opened(page, "light", **address)
    assert not at.exception
    said = [*at.warning, *at.error, *at.info]
    if PARTS[page] and page != "glossary":
        assert any("no<b>such" in one.value or "no\\<b" in one.value for one in said)
