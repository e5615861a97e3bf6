"""The figures of a run as files of their own, without a browser."""

from pathlib import Path

from lissnas.figures.images import FORMATS, image_bytes
from lissnas.figures.theme import LIGHT, Theme
from lissnas.home import write_atomic
from lissnas.sharing.pictures import available, draw
from lissnas.sharing.reading import read


def write_figures(
    name: str,
    folder: Path,
    kind: str = FORMATS[0],
    step: int | None = None,
    theme: Theme = LIGHT,
) -> list[Path]:
    """Write every figure of a run to a folder as SVG or PNG, and return their paths.

    `step` is the iteration that is shown, by default that of the result.

    Raises
    ------
    ValueError
        If there is nothing to draw, or what draws is not installed.
    """
    record = read(name)
    names = available(record)
    if not names:
        raise ValueError(f"run {name} must have data for a figure, got none")
    figures = [draw(record, one, step, theme) for one in names]
    paths = [folder / f"{one}.{kind}" for one in names]
    for path, content in zip(paths, image_bytes(figures, kind, theme), strict=True):
        write_atomic(path, content)
    return paths
