"""Start the dashboard: `streamlit run app.py`, wherever this package is installed."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from lissnas.home import app_dir

DEMO = "LISSNAS_DEMO"
"""Environment variable under which the dashboard is read-only."""

DEMO_OPTIONS = ("--server.maxUploadSize", "1", "--client.showErrorDetails", "none")


def app_file() -> Path:
    """Return the dashboard's script: inside a wheel, or at the repository's root.

    Streamlit prefers the settings in the folder ``.streamlit`` beside it to those of
    the working directory; environment variables and options win over both.

    Raises
    ------
    ValueError
        If it is in neither place.
    """
    folder = app_dir()
    if (folder / "app.py").is_file() and (folder / "pages").is_dir():
        return folder / "app.py"
    raise ValueError(f"app.py must be beside the package, there is none in {folder}")


def command(options: Sequence[str] = (), demo: bool = False) -> list[str]:
    """Return the command that starts the dashboard with further Streamlit options.

    ``-P`` keeps modules in the working directory from hiding those of Python.
    """
    run = [sys.executable, "-P", "-m", "streamlit", "run"]
    return [*run, str(app_file()), *(DEMO_OPTIONS if demo else ()), *options]


def main(options: Sequence[str] = (), demo: bool = False) -> NoReturn:
    """Become the dashboard, so that what stops this process stops the server.

    A `demo` is read-only: its pages compute and store nothing for those who visit.
    """
    line = command(options, demo)
    if demo:
        os.environ[DEMO] = "1"
    if os.name == "nt":  # there, exec starts another process and ends this one
        sys.exit(subprocess.call(line))
    sys.stdout.flush()
    os.execv(line[0], line)
