"""What a visitor does on the Explore page, in a real browser."""

import re

import pytest

pytestmark = pytest.mark.browser

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
MAP = ".st-key-explore_map .js-plotly-plot"
ROW = 35  # pixels a row of a table has
WHERE = """gd => {
    const trace = gd._fullData[0], x = gd._fullLayout.xaxis, y = gd._fullLayout.yaxis;
    const box = gd.getBoundingClientRect();
    let best = 0;
    for (let i = 1; i < trace.x.length; i++) if (trace.x[i] > trace.x[best]) best = i;
    return [box.left + x._offset + x.l2p(trace.x[best]),
            box.top + y._offset + y.l2p(trace.y[best])];
}"""


def settled(page):
    """Wait until the page's script has run and its charts are there."""
    page.wait_for_selector(READY)
    page.get_by_role("heading", name="Neighbours").wait_for()
    page.wait_for_selector(f"{MAP} .main-svg")
    page.wait_for_selector(READY)


def shown(page, name, text):
    """Wait until the address holds an architecture, and its field says so too."""
    page.wait_for_url(re.compile(rf"[?&]{name}={re.escape(text)}(&|$)"))
    page.wait_for_selector(READY)
    settled(page)


def choose_neighbour(page, row):
    """Mark a row of the table of neighbours, the first one being 0."""
    grid = page.locator('[class*="st-key-explore_neighbours"] .dvn-scroller').first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 18, "y": ROW * (row + 1.5)})


def test_type_click_and_compare(server, tab):
    """An architecture is typed, a neighbour chosen, another compared and swapped."""
    page = tab()
    page.goto(server)
    page.get_by_role("link", name="Explore", exact=True).click()
    settled(page)
    assert "space=nasbench201" in page.url and "task=cifar10" in page.url

    field = page.get_by_role("textbox", name="Architecture")
    field.fill("333333")
    field.press("Enter")
    shown(page, "arch", "333333")
    official = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|"
    page.get_by_text(official).first.wait_for()
    drawing = page.locator('[data-testid="stGraphVizChart"] svg')
    assert drawing.get_by_text("nor_conv_3x3").count() == 6

    choose_neighbour(page, 0)
    page.wait_for_url(lambda url: "arch=333333" not in url)
    settled(page)
    neighbour = re.search(r"arch=(\d{6})", page.url)[1]
    assert sum(a != "3" for a in neighbour) == 1

    page.get_by_role("radio", name="compares with it").click()
    page.wait_for_selector(READY)
    choose_neighbour(page, 1)
    page.wait_for_url(re.compile("with="))
    settled(page)
    assert drawing.count() == 2
    page.get_by_text(re.compile("difference.*marked in the drawings")).wait_for()
    other = re.search(r"with=(\d{6})", page.url)[1]
    page.get_by_role("button", name="Swap").click()
    shown(page, "arch", other)
    assert f"with={neighbour}" in page.url
    page.wait_for_timeout(1000)  # tables and WebGL are drawn on a canvas


def test_a_click_on_the_map_shows_the_architecture(server, tab):
    """The point that is clicked is the architecture that is shown, more than once."""
    page = tab()
    page.goto(f"{server}/explore?space=nasbench201&arch=333333")
    settled(page)
    page.wait_for_selector(f"{MAP} .gl-canvas")
    page.wait_for_timeout(1500)  # WebGL draws after its element is there
    x, y = page.locator(MAP).evaluate(WHERE)
    page.mouse.move(x, y, steps=3)
    card = page.locator(".st-key-explore_map .lissnas-view-card b")
    card.wait_for()
    name = card.inner_text()
    page.mouse.click(x, y)
    shown(page, "arch", name)


def test_deep_link_on_a_cold_server(cold_server, tab):
    """The first request a server ever gets shows space, colour and both cells."""
    page = tab("dark", 1024, 900)
    page.goto(
        f"{cold_server}/explore?space=nasbench101&colour=vertex%201"
        "&arch=3m:01,02,13,23&with=31:01,02,13,23"
    )
    settled(page)
    assert (
        page.get_by_role("textbox", name="Compare with").input_value().startswith("3")
    )
    page.get_by_text("1 difference").wait_for()
    names = page.locator(MAP).evaluate("gd => gd._fullData.map(trace => trace.name)")
    assert any(name.startswith("maxpool3x3") for name in names)


def test_umap_comes_by_itself(server, tab):
    """PCA is there at once, and UMAP replaces it when it was asked for and is ready."""
    page = tab("dark", 1440, 1900, scale=0.8)
    page.goto(f"{server}/explore?map=UMAP")
    settled(page)
    page.locator(MAP).get_by_text("UMAP 1").wait_for()
