"""A run goes from one home to another, and to a page that needs no server."""

import re
import shutil

import pytest

pytestmark = pytest.mark.browser

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .filter(one => one._fullData && one._fullData.length).map(one => one.id)"""
SHOWN = """() => document.getElementById('map')._fullData
  .filter(one => one.visible === true).length"""


@pytest.fixture
def example(server, tab, home):
    """The name of the example, which a first visit makes."""
    page = tab()
    page.goto(f"{server}/shrink?map=PCA")
    page.wait_for_url(re.compile(r"run=[0-9]"))
    page.wait_for_selector(READY)
    return re.search(r"run=([a-z0-9-]+)", page.url)[1]


def downloaded(page, label, folder):
    """Return the file that a download button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_run_is_handed_on(server, tab, home, example, tmp_path):
    """Download, a bad upload, a good one, the report from disk: no console error."""
    page = tab("dark", 1280, 1200)
    page.goto(f"{server}/runs?runs_shown={example}")
    page.get_by_text("1 chosen").wait_for()
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.wait_for_selector(READY)
    bundle = downloaded(page, "Download bundle", tmp_path)
    report = downloaded(page, "Download report", tmp_path)
    assert bundle.suffix == ".lissnas" and report.suffix == ".html"

    bad = tmp_path / "bad.lissnas"
    bad.write_bytes(bundle.read_bytes()[:100_000])
    upload = page.locator('[data-testid="stFileUploader"] input[type=file]')
    upload.set_input_files(bad)
    page.get_by_text("was not opened").wait_for()
    before = len(list((home / "runs").iterdir()))
    upload.set_input_files(bundle)
    page.get_by_text("Opened as run").wait_for()
    assert len(list((home / "runs").iterdir())) == before + 1
    page.wait_for_selector(READY)
    opened = re.search(r"runs_shown=([a-z0-9-]+)", page.url)[1]
    assert opened.startswith(example) and opened != example

    page.get_by_role("link", name="Open", exact=True).click()
    page.get_by_text("Iteration 8.", exact=True).wait_for()
    assert opened in page.url
    shutil.rmtree(home / "runs" / opened)

    page = tab("dark", 1280, 1200)
    page.goto(report.as_uri())
    page.locator("#predictor .scatterlayer .point").first.wait_for()
    assert len(page.evaluate(DRAWN)) == 5
    assert page.get_by_role("heading", name="Error distribution").count() == 1
    assert page.evaluate(SHOWN) > 1
    rail = page.locator("#map .slider-rail-touch-rect")
    rail.scroll_into_view_if_needed()
    box = rail.bounding_box()
    page.mouse.click(box["x"] + 10, box["y"] + box["height"] / 2)
    page.locator("#map").get_by_text("Iteration 0").wait_for()
    assert page.evaluate(SHOWN) == 2  # the original space and the sample
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as SVG").first.click()
    assert download.value.suggested_filename == "timeline.svg"
