"""Several visitors of one server, and a read-only one with an empty home at a path."""

import pytest

from tests.browser.conftest import serving
from tests.browser.shown import LIT, PLOT, iteration, rest
from tests.browser.test_linked import selected, some_selected

pytestmark = pytest.mark.browser


def test_two_visitors_never_see_each_others_state(server, tab):
    """Iterations, colours and selections belong to who made them."""
    one = tab()
    one.goto(f"{server}/shrink?run=example&iteration=2&map=PCA&points=2000")
    iteration(one, 2)
    two = tab("dark")
    terms = "iteration=5&map=PCA&points=2000&colour=accuracy"
    two.goto(f"{server}/shrink?run=example&{terms}")
    iteration(two, 5)
    one.bring_to_front()  # a tab behind another draws nothing
    one.locator(PLOT.format("shrink_map")).wait_for()
    one.get_by_role("button", name="Invert").click()
    mine, _ = some_selected(one)
    two.bring_to_front()
    two.get_by_role("button", name="Back", exact=True).click()
    iteration(two, 4)
    assert selected(two)[0] == 0 < mine
    assert two.locator(PLOT.format("shrink_map")).evaluate(LIT) == 0
    one.bring_to_front()
    one.get_by_role("button", name="Back", exact=True).click()
    iteration(one, 1)
    assert "colour" not in one.url
    assert selected(one)[0] > 0


def test_an_empty_home_read_only_below_a_path(tmp_path, tab):
    """Behind a path, a demo without any run shows home, tour and the example."""
    with serving(tmp_path, path="nas/demo", LISSNAS_DEMO="1", LISSNAS_DATA="") as at:
        page = tab()
        page.goto(at)
        page.get_by_text("There are no runs yet").wait_for()
        page.get_by_text("Read-only demo").first.wait_for()
        page.get_by_role("link", name="Tour", exact=True).click()
        page.get_by_text("Step 1 of").wait_for()
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        save = page.locator(".lissnas-picture button").first
        assert save.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
        assert page.url.startswith(f"{at}/tour")
        scripts = []
        page.on("response", lambda answer: scripts.append(answer))
        page.get_by_role("link", name="Shrink", exact=True).click()
        iteration(page, 8)
        page.locator(f"{PLOT.format('shrink_map')} .main-svg").first.wait_for()
        assert page.url.startswith(f"{at}/shrink?") and "run=" in page.url
        plotly = [one for one in scripts if "plotly.min.js" in one.url]
        assert [one.status for one in plotly] == [200]
        assert page.get_by_role("button", name="Run to the end").is_disabled()
        page.go_back()  # to the page before it had chosen a run
        page.wait_for_url(lambda address: "run=" not in address)
        rest(page)
        assert "run=" not in page.url  # it leads nobody forth again
        page.go_back()
        page.get_by_text("Step 1 of").wait_for()
        page.goto("about:blank")
