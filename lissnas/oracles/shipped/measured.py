"""Tables of accuracies that lissnas measured itself and that come with it.

`lissnas supernet ship SPACE` makes them again; each tells in its metadata how.
"""

from functools import partial
from pathlib import Path

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
ROOT = Path(__file__).parents[3]


def folder() -> Path:
    """Return where the tables are: in the repository, or in an installed package."""
    inside = ROOT / "lissnas" / "_app" / "assets" / "tables"
    return inside if inside.is_dir() else ROOT / "assets" / "tables"


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
