"""The Locality page in a real browser: compare, then take a walk."""

import re
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
WALKER = ".st-key-locality_walk_map .main-svg"


def settled(page):
    """Wait until the walk, the last part of the page, is there."""
    page.wait_for_selector(WALKER)
    page.wait_for_selector(READY)


def step(page):
    """Return the step at which the walk is."""
    return int(re.search(r"Step (\d+)", page.get_by_text("of 60:").inner_text())[1])


def curves(page):
    """Return the names of the curves of the first figure."""
    return page.evaluate(
        "document.querySelector('.st-key-locality_rwa .js-plotly-plot')._fullData"
        ".filter(trace => trace.mode === 'lines+markers').map(trace => trace.name)"
    )


def test_compare_two_tasks_and_walk(server, tab):
    """Two tasks and the costs on one axis; the walk plays, pauses, steps, restarts."""
    page = tab()
    page.goto(f"{server}/locality")
    settled(page)
    assert curves(page) == [
        "NAS-Bench-201 · cifar10",
        "NAS-Bench-201 · imagenet16-120",
    ]
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("Step 18", exact=True).wait_for()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_selector(READY)
    paused = step(page)
    page.wait_for_timeout(2500)  # two ticks of the timer that must not run
    assert step(page) == paused
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text(f"Step {paused + 1}", exact=True).wait_for()
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_text("Step 0", exact=True).wait_for()


def test_the_address_holds_the_choice(server, tab):
    """A link opens the spaces it names, without table too."""
    names = ["NAS-Bench-201 · cifar100", "NAS-Bench-Macro · multiply-adds"]
    page = tab("dark", 1440, 2300)
    asked = "&".join(f"compare={quote(name)}" for name in names)
    page.goto(f"{server}/locality?{asked}")
    settled(page)
    assert curves(page) == names
    page.get_by_text("multiply-adds, not accuracy").first.wait_for()
