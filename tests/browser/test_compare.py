"""The Compare page in a real browser, from the first visit to a comparison's address.

Its pictures are made by ``LISSNAS_SCREENSHOTS=folder pytest -k compare tests/browser``.
"""

import pytest

from tests.browser.test_journeys import READY, settled

pytestmark = pytest.mark.browser
TERMS = "compare_space=nasbench201&compare_task=imagenet16-120&compare_seeds=2"


def test_compute_stop_and_continue(server, tab):
    """Rows appear while the page computes; Stop keeps them, Continue goes on."""
    page = tab()
    page.goto(f"{server}/compare?{TERMS}&compare_methods=lissnas,naive,abs,random")
    page.get_by_text("Nothing is computed yet").wait_for()
    page.wait_for_selector(READY)
    page.get_by_role("button", name="Compute", exact=True).click()
    table = page.locator('[data-testid="stDataFrame"]')
    table.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Continue", exact=True).wait_for()
    page.wait_for_selector(READY)
    assert table.count() == 1
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("All 10 results").wait_for()
    settled(page)
    assert "compare_methods=lissnas%2Cnaive%2Cabs%2Crandom" in page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_compare_page(server, tab, screenshots, theme):
    """An address opens a comparison with all its figures, in both themes."""
    page = tab(theme, 1500, 2300, scale=0.8)
    page.goto(f"{server}/compare?{TERMS}&compare_methods=lissnas,naive,abs,random")
    settled(page)
    page.get_by_text("Where they lie").wait_for()
    page.locator(".st-key-compare_maps .js-plotly-plot .gl-canvas").first.wait_for()
    page.wait_for_timeout(1500)  # WebGL draws after its element is there
    page.screenshot(path=screenshots / f"compare-{theme}.png")
    assert page.locator(".js-plotly-plot").count() == 5
    names = page.evaluate(
        "[...document.querySelector('.st-key-compare_edf .js-plotly-plot')._fullData]"
        ".map(trace => [trace.name, trace.line.color, trace.line.dash].join())"
    )
    assert len(set(names)) == len(names) == 5
