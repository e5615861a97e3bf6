"""Whether a server's memory stays flat over many reruns and many visitors."""

import os
import re

import psutil
import pytest

from tests.browser.conftest import chromium, serving  # noqa: F401  (a fixture)
from tests.browser.shown import READY

RERUNS = int(os.environ.get("LISSNAS_RERUNS", "1000"))
VISITS = int(os.environ.get("LISSNAS_VISITS", "100"))
MOST = 1.15  # of the memory after the first fifth
VISITED = ("shrink?map=PCA", "explore?map=PCA", "runs", "", "tour?step=3")


def server_of(port):
    """Return the process that listens on a port."""
    for process in psutil.Process().children(recursive=True):
        if str(port) in process.cmdline():
            return process
    raise AssertionError(f"no server on port {port}")


def memory(server):
    """Return what a process holds of its own, in MiB."""
    return server.memory_info().rss / 2**20


def told(capsys, what, found):
    """Print what was measured, and hold it to the limit."""
    later, early = found[-1], found[len(found) // 5]
    with capsys.disabled():
        shown = ", ".join(f"{value:.0f}" for value in found)
        print(f"\n{what}: {shown} MiB; {later / early - 1:+.1%} after the first fifth")
    assert later <= MOST * early


@pytest.fixture
def shrink_page(chromium, tmp_path):  # noqa: F811
    """A server, its process, and a page of it with the example's last iteration."""
    with serving(tmp_path) as address:
        page = chromium.new_context().new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}/shrink?map=PCA")
        page.get_by_text("Iteration 8.", exact=True).wait_for()
        page.wait_for_selector(READY)
        yield address, server_of(re.search(r":(\d+)", address)[1]), page


def test_memory_over_reruns(shrink_page, capsys):
    """A visitor steps back and forth through the example a thousand times."""
    _, server, page = shrink_page
    found, at = [], 8
    for count in range(RERUNS):
        back = at > 0 and (count // 8) % 2 == 0
        name = "Back" if back else "Step"
        at += -1 if back else 1
        page.get_by_role("button", name=name, exact=True).click()
        page.get_by_text(f"Iteration {at}.", exact=True).wait_for()
        page.wait_for_selector(READY)
        if count % max(RERUNS // 20, 1) == 0:
            found.append(memory(server))
    told(capsys, f"{RERUNS:,} reruns of one visitor", found)


def test_memory_over_visitors(shrink_page, chromium, capsys):  # noqa: F811
    """Visitors come, look at five pages each, and leave."""
    address, server, _ = shrink_page
    found = []
    for count in range(VISITS):
        context = chromium.new_context()
        page = context.new_page()
        page.set_default_timeout(120_000)
        for path in VISITED:
            page.goto(f"{address}/{path}")
            page.wait_for_selector(READY)
        context.close()
        if count % max(VISITS // 20, 1) == 0:
            found.append(memory(server))
    told(capsys, f"{VISITS:,} visitors of five pages", found)
