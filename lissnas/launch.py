"""Start the dashboard: `streamlit run app.py`, wherever this package is installed."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def app_file() -> Path:
    """Return the dashboard's script: inside a wheel, or at the repository's root.

    Streamlit reads its settings from the folder ``.streamlit`` beside it.

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
    """Return the command that starts the dashboard with further Streamlit options."""
    return [sys.executable, "-m", "streamlit", "run", str(app_file()), *options]


def main(options: Sequence[str] = ()) -> None:
    """Run the dashboard until it is stopped, and exit with its code."""
    try:
        sys.exit(subprocess.call(command(options)))
    except KeyboardInterrupt:
        sys.exit(130)
