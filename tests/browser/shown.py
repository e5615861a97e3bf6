"""What journeys wait for, and what they read from a page."""

import re

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PLOT = ".st-key-{} .js-plotly-plot"
LIT = "gd => gd._fullData.reduce((n, t) => n + (t.selectedpoints?.length ?? 0), 0)"


def rest(page):
    """Wait until the page has answered, and its figures are drawn anew."""
    page.wait_for_timeout(300)
    page.wait_for_selector(READY)
    page.wait_for_timeout(300)


def iteration(page, number):
    """Wait until the page shows an iteration."""
    page.get_by_text(f"Iteration {number}.", exact=True).wait_for()
    rest(page)


def checked(page, key):
    """Return which of a row of buttons is chosen."""
    return page.locator(f".st-key-{key} [aria-checked=true]").inner_text()


def run_in(page):
    """Return the run in the page's address."""
    return re.search(r"run=([a-z0-9-]+)", page.url)[1]
