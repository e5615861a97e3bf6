"""Playing, asking and branching on the Shrink page, in a real browser."""

import re

import pytest

from tests.browser.shown import PLOT, iteration, rest, run_in

pytestmark = pytest.mark.browser

MAP = PLOT.format("shrink_map")
POINT = """gd => {
    const x = gd._fullLayout.xaxis, y = gd._fullLayout.yaxis, found = [];
    for (const t of gd._fullData) for (let i = 0; i < (t.x ?? []).length; i++)
        if (t.mode === "markers") found.push([x.l2p(t.x[i]), y.l2p(t.y[i])]);
    const best = found.reduce((a, b) => (b[0] > a[0] ? b : a));
    const box = gd.getBoundingClientRect();
    return [box.left + x._offset + best[0], box.top + y._offset + best[1]];
}"""


def test_play_pause_and_why_by_a_click(server, tab):
    """A run plays by itself on the same map until it is paused; a click asks why."""
    page = tab(motion="reduce")
    page.goto(f"{server}/shrink?map=PCA&iteration=1")
    iteration(page, 1)
    figure = page.locator(MAP)
    figure.locator(".nsewdrag").first.wait_for()
    figure.evaluate("gd => { gd.mine = true; }")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("Iteration 2.", exact=True).wait_for()
    page.get_by_text("Iteration 3.", exact=True).wait_for()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    rest(page)
    paused = re.search(r"iteration=(\d+)", page.url)[1]
    page.wait_for_timeout(2500)
    assert f"iteration={paused}" in page.url and int(paused) >= 3
    assert figure.evaluate("gd => gd.mine")

    page.wait_for_timeout(1000)  # WebGL draws after its element is there
    figure.scroll_into_view_if_needed()
    page.mouse.move(*figure.evaluate(POINT), steps=3)
    card = page.locator(".st-key-shrink_map .lissnas-view-card b")
    card.wait_for()
    name = card.inner_text()
    page.mouse.click(*figure.evaluate(POINT))
    answer = page.get_by_text(f"The one asked for, {name}: It is")
    answer.wait_for()
    rest(page)
    table = page.get_by_text("Iteration by iteration")
    assert table.count() == 1


def test_a_branch_is_made_and_the_tree_leads_back(server, tab, home):
    """With a limit on multiply-adds a run goes on as a new one, below its parent."""
    page = tab()
    page.goto(f"{server}/shrink?map=PCA&iteration=2")  # no UMAP draws it anew
    iteration(page, 2)
    page.locator(f"{MAP} .gl-canvas").first.wait_for()
    rest(page)
    parent = run_in(page)
    branch = page.get_by_role("button", name="Branch from iteration 2")
    page.get_by_text("Constraints").first.click()
    most = page.get_by_label("Most multiply-adds, millions", exact=True)
    most.fill("60")
    most.press("Enter")
    branch.click()
    page.wait_for_url(lambda address: f"run={parent}" not in address)
    iteration(page, 3)
    page.get_by_text("Branches (2 runs)").wait_for()
    child = run_in(page)
    settings = (home / "runs" / child / "run.json").read_text()
    assert '"max_macs": 60000000' in settings and parent in settings
    page.get_by_role("button", name=parent).click()
    page.wait_for_url(lambda address: f"run={parent}" in address)
    rest(page)
    assert page.get_by_role("button", name=child).is_enabled()
