"""The Compare page in a real browser: from a first visit to a comparison's address."""

import re
from pathlib import Path

import pytest

from tests.browser.test_journeys import READY, settled
from tests.browser.test_linked import FIRST_MS, drag, drawn, some_selected, tool

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


def test_compare_page(server, tab):
    """An address opens a comparison with all its figures."""
    page = tab("dark", 1500, 2300, scale=0.8)
    page.goto(f"{server}/compare?{TERMS}&compare_methods=lissnas,naive,abs,random")
    settled(page)
    page.get_by_text("Where they lie").wait_for()
    page.locator(".st-key-compare_maps .js-plotly-plot .gl-canvas").first.wait_for()
    assert page.locator(".js-plotly-plot").count() == 5
    names = page.evaluate(
        "[...document.querySelector('.st-key-compare_edf .js-plotly-plot')._fullData]"
        ".map(trace => [trace.name, trace.line.color, trace.line.dash].join())"
    )
    assert len(set(names)) == len(names) == 5


def test_pick_in_a_map_and_save_pictures(server, tab):
    """A box in one small map is lit everywhere; any figure is saved as PNG and SVG."""
    page = tab("light", 1280, 2700)
    page.goto(f"{server}/compare?{TERMS}&compare_methods=naive,random")
    page.wait_for_selector(READY)
    compute = page.get_by_role("button", name=re.compile("^(Compute|Continue)$"))
    compute.wait_for()
    if compute.is_enabled():
        compute.click()
    page.get_by_text("All 6 results").wait_for(timeout=FIRST_MS)
    settled(page)
    drawn(page, "compare_maps")
    tool(page, "compare_maps", "Box Select")
    drag(page, "compare_maps", [(0.2, 0.2), (0.6, 0.6)])
    count, total = some_selected(page)
    assert 0 < count < total
    curves = drawn(page, "compare_edf").evaluate("gd => gd.data.map(t => t.name)")
    assert any(name.endswith(" selected") for name in curves)
    groups = page.locator(".lissnas-picture")
    assert groups.count() == 5
    for place, name in ((0, "measures"), (1, "errors"), (4, "maps")):
        for kind in ("PNG", "SVG"):
            with page.expect_download() as download:
                groups.nth(place).get_by_role("button", name=kind, exact=True).click()
            found = download.value.suggested_filename
            assert found.startswith(name) and found.endswith(kind.lower())
            start = Path(download.value.path()).read_bytes()[:4]
            assert start == (b"\x89PNG" if kind == "PNG" else b"<svg")
