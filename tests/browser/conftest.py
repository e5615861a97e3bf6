"""A real browser and real servers; both are skipped with a reason where missing."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 90_000


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium, from LISSNAS_CHROMIUM or the PATH."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    path = os.environ.get("LISSNAS_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no chromium on the PATH, and LISSNAS_CHROMIUM names none")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A home folder shared by the journeys; the first one makes the example."""
    return tmp_path_factory.mktemp("home")


@contextmanager
def serving(home, script=ROOT / "app.py", options=(), path="", **variables):
    """Run a server of its own on a free port, and give its address.

    `path` is where the dashboard is below the host, `options` are Streamlit's.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += ["--server.fileWatcherType", "none", *options]
    if path:
        command += ["--server.baseUrlPath", path]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        **variables,
        "LISSNAS_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(paths),
    }
    with (home / "server.log").open("a", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            root = f"http://127.0.0.1:{port}" + (f"/{path}" if path else "")
            _await_health(f"{root}/_stcore/health", server)
            yield root
        finally:
            server.terminate()
            server.wait(timeout=30)


def _await_health(address, server):
    """Wait until a server answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not answer; it ended with {server.poll()}")


@pytest.fixture(scope="session")
def server(home):
    """A server that all journeys share."""
    with serving(home) as address:
        yield address


@pytest.fixture
def cold_server(home):
    """A server of the shared home that has not seen anybody yet."""
    with serving(home) as address:
        yield address


@pytest.fixture
def servers(home):
    """Return a function that runs a server of the shared home, one after the other."""
    return lambda: serving(home)


@pytest.fixture
def tab(chromium):
    """Return a function that opens a tab, and fails the test on console errors."""
    errors, contexts = [], []

    def opened(theme="light", width=1400, height=1000, scale=1.0, motion=None):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            color_scheme=theme,
            reduced_motion=motion,
        )
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note(message, errors))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors, f"errors on the browser's console: {errors}"


def _note(message, errors):
    """Note a console error, unless it is Streamlit's own search for its server.

    On a page that is not the first, Streamlit asks for its health below the page's
    path before it asks at the root, and the browser reports that as missing.
    """
    searched = "/_stcore/" in message.location.get("url", "")
    if message.type == "error" and not searched:
        errors.append(message.text)
