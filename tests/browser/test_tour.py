"""The tour from its first step to its last, by the keyboard, in a presentation."""

import pytest

from lissnas.teaching import LESSONS
from tests.browser.shown import READY, rest

pytestmark = pytest.mark.browser


def test_tour_end_to_end(server, tab):
    """Arrow keys lead through all steps; what a step offers is done on the way."""
    page = tab("dark", 1280, 900)
    page.goto(server)
    page.get_by_role("link", name="Tour", exact=True).click()
    for at, lesson in enumerate(LESSONS, start=1):
        page.get_by_role("heading", name=lesson.title).wait_for()
        page.get_by_text(f"Step {at} of {len(LESSONS)}").wait_for()
        page.wait_for_selector(READY)
        rest(page)
        if lesson.key == "iteration":
            page.get_by_role("button", name="Draw the first sample").click()
            page.get_by_text("Iteration 0.", exact=True).wait_for()
            page.get_by_role("button", name="Make an iteration").click()
            page.get_by_text("Iteration 1.", exact=True).wait_for()
            rest(page)
        elif lesson.key != "diversity":
            page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.get_by_text("An answer").click()
        page.get_by_text(lesson.answer[:30]).wait_for()
        assert page.locator('[data-testid="stException"]').count() == 0
        if at < len(LESSONS):
            page.keyboard.press("ArrowRight")
            page.wait_for_url(lambda url, step=at + 1: f"step={step}" in url)
    page.get_by_role("heading", name="That was the tour").wait_for()
    page.keyboard.press("p")
    page.wait_for_url(lambda url: "present=1" in url)
    rest(page)
    assert not page.get_by_role("link", name="Home", exact=True).is_visible()
    page.keyboard.press("ArrowLeft")
    page.get_by_text(f"Step {len(LESSONS) - 1} of").wait_for()
