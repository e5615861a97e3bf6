"""Figures as SVG and PNG files, drawn by a Chrome or Chromium of the machine."""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec

import plotly.graph_objects as go

from lissnas.figures.theme import LIGHT, Theme

FORMATS = ("svg", "png")
WIDTH, SCALE = 900, 2
NEEDED = 'the extra "lissnas[images]" (pip install "lissnas[images]")'


def image_bytes(
    figures: Sequence[go.Figure],
    kind: str = "svg",
    theme: Theme = LIGHT,
    width: int = WIDTH,
) -> list[bytes]:
    """Return figures as images on the theme's surface; PNG has two pixels a unit.

    One browser draws them all.

    Raises
    ------
    ValueError
        If the format is unknown, or what draws is not installed.
    """
    if kind not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {kind!r}")
    if find_spec("kaleido") is None:
        raise ValueError(f"format {kind} needs {NEEDED} and Chrome, got none")
    from kaleido.errors import ChromeNotFoundError

    try:
        return asyncio.run(_drawn(figures, kind, theme, width))
    except (ChromeNotFoundError, RuntimeError, OSError) as error:
        raise ValueError(
            f"format {kind} needs a Chrome or Chromium that starts: "
            f"{str(error).split('. ')[0]}"
        ) from None


async def _drawn(
    figures: Sequence[go.Figure], kind: str, theme: Theme, width: int
) -> list[bytes]:
    """Return figures as images, one after the other."""
    from kaleido import Kaleido

    found = []
    async with Kaleido() as browser:
        for figure in figures:
            shown = go.Figure(figure)
            shown.update_layout(paper_bgcolor=theme.surface, plot_bgcolor=theme.surface)
            size = {"width": width, "height": figure.layout.height}
            size["scale"] = SCALE if kind == "png" else 1
            found.append(await browser.calc_fig(shown, opts={"format": kind, **size}))
    return [bytes(image) for image in found]
