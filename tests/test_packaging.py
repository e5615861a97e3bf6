"""What is installed is what runs: launcher, wheel, pinned versions."""

import os
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest

from lissnas import launch

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_launcher_finds_the_app_and_passes_options_on():
    """`lissnas app` runs our app.py, and further options reach Streamlit last."""
    command = launch.command(["--server.port", "8600"])
    assert command[1:5] == ["-P", "-m", "streamlit", "run"]
    assert Path(command[5]).samefile(ROOT / "app.py")
    assert command[6:] == ["--server.port", "8600"]


def serving(port, path="_stcore/health"):
    """Tell whether a server answers on a port of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as r:
            return r.status == 200
    except OSError:
        return False


def test_app_starts_anywhere_and_stops_whole(tmp_path):
    """No file of the working directory disturbs it; stopped, no server stays behind."""
    (tmp_path / "random.py").write_text("raise SystemExit('shadowed')")
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/config.toml").write_text("[server]\naddress = '0.0.0.0'\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.headless", "true", "--server.port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "lissnas", "app", *options]
    log = tmp_path / "log"
    with log.open("w") as out:
        app = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=out, stderr=out
        )
    try:
        end = time.monotonic() + 90
        while app.poll() is None and not serving(port) and time.monotonic() < end:
            time.sleep(0.2)
        assert serving(port), log.read_text()
        assert serving(port, "")
        assert f"127.0.0.1:{port}" in log.read_text()
    finally:
        app.terminate()
        app.wait(timeout=30)
    assert not serving(port)


def test_defaults_are_private():
    """The dashboard listens on this machine only and reports to nobody."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["showEmailPrompt"] is False
    assert {"light", "dark"} <= set(config["theme"])


def test_every_dependency_is_pinned():
    """Each requirement has one exact version in the constraints file."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {name.lower().replace("_", "-"): version for name, version in pins.items()}
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    names = [text.split(">")[0].split("=")[0].strip() for text in wanted]
    assert set(names) <= set(pins)
    assert pins["torch"] == "2.13.0"


def test_readme_says_the_two_commands():
    """The commands that CI takes from the README are the ones promised to users."""
    marked = (ROOT / "README.md").read_text(encoding="utf-8")
    marked = marked.split("<!-- commands -->")[1].split("<!-- end -->")[0]
    commands = [line for line in marked.splitlines() if line.startswith("pip ")]
    assert commands == [
        "pip install -c constraints.txt -e . && lissnas app",
        'pip install -c constraints.txt -e ".[test]" && pytest',
    ]


def python(code, folder):
    """Run `code` in a new interpreter in `folder`."""
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The built wheel, where the build backend is installed."""
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    out = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(out)!r}))"
    done = python(code, ROOT)
    return out / done.stdout.split()[-1]


def test_wheel_carries_the_dashboard(wheel, tmp_path):
    """A wheel holds app, pages and settings, and the launcher finds them there."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path)
    inside = {"app.py", ".streamlit/config.toml"}
    inside |= {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    assert {f"lissnas/_app/{name}" for name in inside} <= names
    code = "from lissnas import launch; print(launch.app_file())"
    done = python(code, tmp_path)
    assert Path(done.stdout.strip()) == tmp_path / "lissnas" / "_app" / "app.py"


def test_wheel_carries_what_figures_need_in_the_browser(wheel, tmp_path):
    """The scripts of the figures are in the wheel; Plotly's is that of its package."""
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "plotly.min" in name]
        archive.extractall(tmp_path)
    code = "from lissnas.ui.view import folders; print(*folders().values(), sep='\\n')"
    own, plotly = map(Path, python(code, tmp_path).stdout.split())
    assert own == tmp_path / "lissnas" / "ui" / "view" / "frontend"
    assert {path.suffix for path in own.iterdir()} == {".js", ".css"}
    assert (plotly / "plotly.min.js").is_file()
    assert not plotly.is_relative_to(tmp_path)
