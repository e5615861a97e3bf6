"""What a visitor does, in a real browser: no journey leaves an error on its console."""

import json
import re

import pytest

from tests.browser.shown import READY, run_in

pytestmark = pytest.mark.browser

METRIC = '[data-testid="stMetric"]'


def settled(page):
    """Wait until the page's script has run and its charts are there."""
    page.wait_for_selector(READY)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.wait_for_selector(READY)


def iteration(page, number):
    """Wait until the page shows an iteration."""
    page.get_by_text(f"Iteration {number}.", exact=True).wait_for()
    page.wait_for_selector(READY)


def size(page):
    """Return the number in the first metric."""
    text = page.locator(METRIC).filter(has_text="Size").inner_text()
    return int(re.search(r"^[\d,]+$", text, re.M)[0].replace(",", ""))


def stored_size(home, run, step):
    """Return the size that a stored iteration has."""
    path = home / "runs" / run / f"{step:03d}.json"
    return json.loads(path.read_text())["iteration"]["size"]


def test_first_visit_to_scrubbing(server, tab, home):
    """Home leads to a finished example, in which every way of moving works."""
    page = tab()
    page.goto(server)
    page.get_by_role("link", name="Open the example").click()
    iteration(page, 8)
    settled(page)
    run = run_in(page)
    assert size(page) == stored_size(home, run, 8)

    page.get_by_role("button", name="Back", exact=True).click()
    iteration(page, 7)
    assert size(page) == stored_size(home, run, 7)
    assert "iteration=7" in page.url

    page.get_by_role("slider", name="Iteration").press("ArrowLeft")
    iteration(page, 6)
    page.get_by_role("button", name="Step", exact=True).click()
    iteration(page, 7)

    dots = page.locator(".st-key-shrink_timeline .scatterlayer .trace").first
    dots.locator(".point").nth(2).click(force=True)
    iteration(page, 2)
    assert size(page) == stored_size(home, run, 2)
    dots.locator(".point").nth(4).click(force=True)
    iteration(page, 4)


def test_map_turns_from_pca_to_umap(server, tab):
    """The map is there at once and becomes a UMAP by itself."""
    page = tab("light", 1750, 1300, scale=0.8)
    page.goto(f"{server}/shrink?iteration=4")
    iteration(page, 4)
    settled(page)
    page.locator(".st-key-shrink_map").get_by_text("UMAP 1").wait_for()
    settled(page)
    drawn = page.evaluate(
        "[...document.querySelector('.st-key-shrink_map .js-plotly-plot')._fullData]"
        ".map(trace => [trace.name.replace(/ [0-9,]+$/, ''), trace.marker.symbol])"
    )
    assert len(drawn) >= 5
    assert len({symbol for _, symbol in drawn}) == len(drawn)


def test_deep_link_on_a_cold_server(cold_server, tab, home):
    """The first request a server ever gets shows the run and iteration asked for."""
    runs = sorted(path.name for path in (home / "runs").iterdir())
    page = tab()
    page.goto(f"{cold_server}/shrink?run={runs[0]}&iteration=3")
    iteration(page, 3)
    settled(page)
    assert size(page) == stored_size(home, runs[0], 3)
    assert run_in(page) == runs[0]
    assert page.get_by_role("link", name="Home").count() == 1


def test_a_bad_link_is_answered_and_a_new_run_works(server, tab, home):
    """After a link to nowhere the visitor can step through a run of their own."""
    before = len(list((home / "runs").iterdir()))
    page = tab()
    page.goto(f"{server}/shrink?run=nowhere")
    page.get_by_text("This run cannot be shown").wait_for()
    page.get_by_role("button", name="Step", exact=True).click()
    iteration(page, 0)
    settled(page)
    page.get_by_role("button", name="Step", exact=True).click()
    iteration(page, 1)
    assert size(page) < 15_625
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_text("draws the first sample").wait_for()
    assert len(list((home / "runs").iterdir())) == before + 1


def test_landing_page(server, tab):
    """The landing page shows spaces and runs."""
    page = tab("dark")
    page.goto(server)
    page.get_by_text("Latest runs").wait_for()
    page.wait_for_selector(READY)
    page.get_by_role("link", name=re.compile("seed 0")).first.wait_for()
