"""Tables of accuracies that lissnas measured itself and that come with it.

`lissnas supernet ship SPACE` makes them again; each tells in its metadata how.
"""

from functools import partial
from pathlib import Path

from lissnas.home import app_dir
from lissnas.oracles.shipped.base import Shipped

PACKAGE = "lissnas"
SPACES = (
    "nasbench101",
    "transnasbench101-macro",
    "shufflenetv2",
    "mobilenet-fairnas",
    "nasbench301",
    "anynetx",
)


def folder() -> Path:
    """Return where the tables are."""
    return app_dir() / "assets" / "tables"


def own(path: Path) -> bool:
    """Return whether a table's file is one of these."""
    return path.parent == folder()


def table_paths(space: str) -> list[Path]:
    """Return the tables of a space.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = sorted(folder().glob(f"{space}-digits-*.parquet"))
    if not found:
        raise ValueError(
            f"the tables of {space} that come with {PACKAGE} must be in {folder()}, "
            "but there are none"
        )
    return found


MEASURED = tuple(
    Shipped(space, PACKAGE, partial(table_paths, space)) for space in SPACES
)
