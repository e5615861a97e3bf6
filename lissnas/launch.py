"""Start the dashboard: `streamlit run app.py`, wherever this package is installed."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

PACKAGE = Path(__file__).resolve().parent


def app_file() -> Path:
    """Return the dashboard's script: inside a wheel, or at the repository's root.

    Streamlit prefers the settings in the folder ``.streamlit`` beside it to those of
    the working directory; environment variables and options win over both.

    Raises
    ------
    ValueError
        If it is in neither place.
    """
    for folder in (PACKAGE / "_app", PACKAGE.parent):
        if (folder / "app.py").is_file() and (folder / "pages").is_dir():
            return folder / "app.py"
    raise ValueError(f"app.py must be beside the package, there is none at {PACKAGE}")


def command(options: Sequence[str] = ()) -> list[str]:
    """Return the command that starts the dashboard with further Streamlit options.

    ``-P`` keeps modules in the working directory from hiding those of Python.
    """
    run = [sys.executable, "-P", "-m", "streamlit", "run"]
    return [*run, str(app_file()), *options]


def main(options: Sequence[str] = ()) -> NoReturn:
    """Become the dashboard, so that what stops this process stops the server."""
    line = command(options)
    if os.name == "nt":  # there, exec starts another process and ends this one
        sys.exit(subprocess.call(line))
    sys.stdout.flush()
    os.execv(line[0], line)
