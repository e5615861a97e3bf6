"""What is installed is what runs: launcher, wheel, pinned versions."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from lissnas import launch

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_launcher_finds_the_app_and_passes_options_on():
    """`lissnas app` runs our app.py, and further options reach Streamlit last."""
    command = launch.command(["--server.port", "8600"])
    assert command[1:4] == ["-m", "streamlit", "run"]
    assert Path(command[4]).samefile(ROOT / "app.py")
    assert command[5:] == ["--server.port", "8600"]


def test_defaults_are_private():
    """The dashboard listens on this machine only and reports to nobody."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
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
