"""How long a page takes to show something, for every space on a warm server.

Processor seconds of one whole run of a page in a process that has shown the home page:
first of the first visitor of a space, for whom its table is read, its sample drawn and
its costs counted, then of a second one.
"""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lissnas.oracles import tasks
from lissnas.spaces import SPACES
from lissnas.ui.compare_choice import KEY as COMPARE

ROOT = Path(__file__).resolve().parents[2]
MOST = 2.0  # processor seconds of a second visit
PAGES = {  # page: its address for a space
    "explore": lambda name: {"space": name, "map": "PCA"},
    "locality": lambda name: {"space": name},
    "shrink": lambda name: {"space": name, "run": "new"},
    "compare": lambda name: {f"{COMPARE}_space": name, f"{COMPARE}_methods": "naive"},
}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def spent(page, **address):
    """Return the processor seconds of one run of a page."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=300)
    for part, value in address.items():
        at.query_params[part] = value
    at = at.switch_page(f"pages/{page}.py") if page else at
    start = time.process_time()
    at.run()
    seconds = time.process_time() - start
    assert not at.exception and len(at.main) > 1
    return seconds


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    """A home of its own, and a process that has shown its first page."""
    patch = pytest.MonkeyPatch()
    patch.setenv("LISSNAS_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setenv("LISSNAS_DATA", "")
    spent("")
    yield
    patch.undo()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_something_for_every_space(page, capsys):
    """A page of a space takes at most two processor seconds once it was open before."""
    lines = {}
    for name in SPACES:
        address = PAGES[page](name)
        if page == "compare" and not tasks(name):
            continue
        lines[name] = [spent(page, **address) for _ in range(2)]
    with capsys.disabled():
        print(f"\n{page}: first and second visit, CPU-seconds")
        for name, (first, second) in lines.items():
            print(f"  {name:24} {first:6.2f} {second:6.2f}")
    assert max(second for _, second in lines.values()) <= MOST
