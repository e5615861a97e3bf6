"""A training started on the page goes on when its server is gone."""

import re

import pytest

from lissnas import jobs

pytest.importorskip("torch")
pytestmark = pytest.mark.browser

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@pytest.fixture
def no_job_left(home, monkeypatch):
    """Let jobs work on one thread in the shared home, and cancel what is left."""
    monkeypatch.setenv("LISSNAS_HOME", str(home))
    monkeypatch.setenv("LISSNAS_DEVICES", "cpu")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    for job in jobs.listed():
        if job.active:
            jobs.cancel(job.id)
            jobs.wait(job.id, 120)


def test_a_training_outlives_its_server(no_job_left, servers, tab):
    """Started by a click, it shows its curves; another server shows the same job."""
    page = tab("dark", 1280, 1500)
    with servers() as address:
        page.goto(f"{address}/supernet")
        epochs = page.get_by_label("Epochs", exact=True)
        epochs.fill("6")
        epochs.press("Enter")
        page.wait_for_selector(READY)
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_url(re.compile(r"job=[0-9]+"))
        number = int(re.search(r"job=([0-9]+)", page.url)[1])
        page.get_by_text("How often each option was trained").wait_for()
        page.wait_for_selector(".js-plotly-plot .main-svg")
        page.goto("about:blank")
    with servers() as address:
        page.goto(f"{address}/supernet?job={number}")
        page.get_by_text(f"Job {number} ·").wait_for()
        assert jobs.wait(number, 300).state == "done"
        page.get_by_role("button", name="Measure its paths").wait_for()
        page.get_by_text("96 of 96").wait_for()
        page.goto("about:blank")
    assert jobs.result(number)["steps"] == 96
