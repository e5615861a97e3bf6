"""The address holds what is shown: back, forward, and copies of it lead there."""

import re

import pytest

from tests.browser.shown import checked, iteration, rest

pytestmark = pytest.mark.browser


def test_back_and_forward(server, tab):
    """Each action is one step of the browser's history, within a page and between."""
    page = tab()
    page.goto(f"{server}/shrink?run=example&map=PCA")
    iteration(page, 8)
    steps = page.evaluate("history.length")
    page.get_by_role("button", name="Back", exact=True).click()
    iteration(page, 7)
    page.locator(".st-key-points").get_by_role("radio", name="2,000").click()
    page.wait_for_url(re.compile("points=2000"))
    rest(page)
    assert page.evaluate("history.length") == steps + 2
    page.go_back()
    page.wait_for_url(lambda url: "points" not in url)
    rest(page)
    assert checked(page, "points") == "8,000"
    page.go_back()
    iteration(page, 8)
    page.go_forward()
    iteration(page, 7)
    page.go_forward()
    page.wait_for_url(re.compile("points=2000"))
    rest(page)
    assert checked(page, "points") == "2,000"

    page.get_by_role("link", name="Glossary", exact=True).click()
    search = page.get_by_role("textbox", name="Search")
    search.fill("seed")
    search.press("Enter")
    page.wait_for_url(re.compile("glossary=seed"))
    rest(page)
    page.go_back()
    page.wait_for_url(lambda url: "glossary=" not in url)
    rest(page)
    assert search.input_value() == ""
    page.go_back()
    iteration(page, 7)
    assert checked(page, "points") == "2,000"

    page.get_by_role("link", name="Glossary", exact=True).click()
    search.wait_for()
    rest(page)
    page.get_by_role("link", name="Shrink", exact=True).first.click()
    iteration(page, 7)  # the menu leads back to what was left
    assert "run=" in page.url and "iteration=7" in page.url


def test_addresses_on_a_cold_server(cold_server, tab):
    """Addresses of several pages show the same in a browser that was never there."""
    page = tab(width=1280)
    page.goto(f"{cold_server}/tour?step=5")
    page.get_by_text("Step 5 of 8").wait_for()
    rest(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("step=6"))
    address = page.url
    other = tab(width=1280)
    other.goto(address)
    other.get_by_text("Step 6 of 8").wait_for()
    other.goto(f"{cold_server}/locality?compare=nothing&pairs=7&seed=x")
    for part in ("compare must name tasks", "pairs must be one of", "seed must be a"):
        other.get_by_text(part).wait_for()
    rest(other)
    page.goto(f"{cold_server}/glossary?glossary=shrink%20index")
    page.get_by_text("raises the chance that at least k").wait_for()
    rest(page)
