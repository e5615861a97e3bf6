"""Where a user's runs, tables and caches live, and where what comes with lissnas does.

``LISSNAS_HOME`` overrides the home folder, ``LISSNAS_DATA`` names further folders
with benchmark tables, separated like ``PATH``. Both are read at every call and
nothing but `write_atomic` makes a folder.
"""

import os
import tempfile
from pathlib import Path

from platformdirs import user_data_dir

PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """Return the folder that holds everything of the user."""
    configured = os.environ.get("LISSNAS_HOME")
    return Path(configured or user_data_dir("lissnas", appauthor=False)).expanduser()


def cache_dir() -> Path:
    """Return the folder of files that can be made again at any time."""
    return home() / "cache"


def runs_dir() -> Path:
    """Return the folder of runs, one folder a run."""
    return home() / "runs"


def tables_dir() -> Path:
    """Return the folder in which the user's own benchmark tables go."""
    return home() / "tables"


def data_dirs() -> list[Path]:
    """Return the further folders with benchmark tables, which are only read."""
    configured = os.environ.get("LISSNAS_DATA", "")
    return [Path(part).expanduser() for part in configured.split(os.pathsep) if part]


def app_dir() -> Path:
    """Return the folder of app.py, pages and assets: in a wheel, or the repository."""
    inside = PACKAGE / "_app"
    return inside if inside.is_dir() else PACKAGE.parent


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all, making its folder.

    A reader sees the old file or the new one, never a part, even when the writer is
    killed or two write at once; the last one wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
