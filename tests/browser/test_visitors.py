"""Several visitors of one server, and a read-only one with an empty home at a path."""

import pytest

from tests.browser.shown import LIT, PLOT, iteration
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
