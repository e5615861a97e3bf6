"""All pages in both themes: readable, nothing wider than the window, pictures of them.

The pictures of the README are made, reduced to 128 colours, by
``LISSNAS_SCREENSHOTS=assets/screenshots pytest tests/browser/test_all_pages.py``.
"""

import io
import os

import pytest
from PIL import Image

from tests.browser.shown import PLOT, READY, iteration, rest

pytestmark = pytest.mark.browser

PAGES = {  # address: its window's width and height, and what it shows when it is there
    "": (1280, 900, '[data-testid="stDataFrame"]'),
    "tour?step=3": (1280, 1000, ".js-plotly-plot .main-svg"),
    "explore?arch=333333": (1440, 1500, ".st-key-explore_map .gl-canvas"),
    "locality": (1280, 1500, ".st-key-locality_walk_map .main-svg"),
    "shrink?run=example&iteration=4": (1500, 1750, ".st-key-shrink_map .gl-canvas"),
    "compare?compare_methods=lissnas,naive,abs,random&compare_seeds=2": (
        1500,
        1900,
        '[data-testid="stMain"] button',
    ),
    "supernet": (1280, 900, '[data-testid="stMain"] button'),
    "runs": (1280, 900, '[data-testid="stDataFrame"]'),
    "glossary": (1280, 900, '[data-testid="stMain"] input'),
}
WIDTHS = (1024, 2560)
COLOURS = 128
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNREADABLE = """() => {
  const parse = (text) => {
    const found = text.match(/[\\d.]+/g);
    return found ? found.map(Number) : [0, 0, 0, 0];
  };
  const over = (top, below) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((i) => alpha * top[i] + (1 - alpha) * below[i]);
  };
  const light = (colour) => colour.slice(0, 3)
    .map((value) => value / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if ((colour[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node) continue;
    if (node.closest("svg, canvas, script, style, :disabled, [aria-disabled=true]")) {
      continue;
    }
    // A slider's number hangs above its knob; signs repeat what words beside them say.
    if (node.closest('[data-testid="stSliderThumbValue"]')) continue;
    if (!/[a-z0-9]/i.test(node.textContent)) continue;
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) {
      continue;
    }
    const box = node.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(node);
    const ground = behind(node);
    const pair = [light(over(parse(style.color), ground)), light(ground)];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    const size = parseFloat(style.fontSize);
    const icon = /Material/.test(style.fontFamily);
    const large = icon || size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    const text = walker.currentNode.textContent.trim().slice(0, 40);
    if (ratio < (large ? 3 : 4.5)) found.set(text, ratio.toFixed(2));
  }
  return [...found];
}"""


PICTURES = pytest.mark.skipif(
    "LISSNAS_SCREENSHOTS" not in os.environ,
    reason="LISSNAS_SCREENSHOTS names no folder",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_pages(server, tab, theme):
    """Every page fits 1024 and 2560 pixels, and its words stand out (WCAG AA)."""
    page = tab(theme, scale=0.8, motion="reduce")
    problems = []
    for address, (width, height, there) in PAGES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{server}/{address}")
        page.locator(there).first.wait_for()
        rest(page)
        compute(page)
        keep(page, f"{address.partition('?')[0] or 'home'}-{theme}")
        problems += [(address, *one) for one in page.evaluate(UNREADABLE)]
        for other in WIDTHS:
            page.set_viewport_size({"width": other, "height": 900})
            page.wait_for_timeout(200)
            if page.evaluate(WIDER) > 0:
                problems.append((address, f"wider than {other} pixels"))
    assert not problems


def test_motion_is_reduced_where_that_is_asked_for(server, tab):
    """Nothing glides for a reader who asked for less motion."""
    page = tab(motion="reduce")
    page.goto(f"{server}/glossary")
    page.get_by_label("Search").wait_for()
    page.wait_for_selector(READY)
    longest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('button, a, input')].map("
        "one => parseFloat(getComputedStyle(one).transitionDuration)))"
    )
    assert longest <= 0.001


@PICTURES
def test_moving_picture(server, tab):
    """The Shrink page can be filmed stepping through its iterations."""
    page = tab(width=1400, height=1300, scale=0.6)
    page.goto(f"{server}/shrink?run=example&iteration=0&map=PCA")
    iteration(page, 0)
    page.locator(f"{PLOT.format('shrink_map')} .gl-canvas").first.wait_for()
    frames = []
    last = 8 if "LISSNAS_SCREENSHOTS" in os.environ else 1
    for step in range(last + 1):
        if step:
            page.get_by_role("button", name="Step", exact=True).click()
            iteration(page, step)
        page.wait_for_timeout(900)  # points glide to where they are now
        picture = Image.open(io.BytesIO(page.screenshot()))
        frames.append(picture.convert("RGB").quantize(COLOURS))
    assert len({frame.tobytes() for frame in frames}) == last + 1
    if place := os.environ.get("LISSNAS_SCREENSHOTS"):
        times = [1200] * last + [2600]
        path = f"{place}/shrink-steps.gif"
        more = {"append_images": frames[1:], "duration": times, "loop": 0}
        frames[0].save(path, save_all=True, optimize=True, **more)


def compute(page):
    """Compute what the Compare page would show, if pictures are asked for."""
    button = page.get_by_role("button", name="Compute", exact=True)
    if "LISSNAS_SCREENSHOTS" in os.environ and button.count() and button.is_enabled():
        button.click()
        page.locator(".st-key-compare_maps .gl-canvas").first.wait_for()
        rest(page)


def keep(page, name):
    """Take a picture if pictures are asked for, in few colours so that it is small."""
    place = os.environ.get("LISSNAS_SCREENSHOTS")
    if not place:
        return
    page.wait_for_timeout(2500)  # WebGL, tables and UMAP are drawn late
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(f"{place}/{name}.png", optimize=True)
