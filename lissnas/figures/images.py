"""Figures as SVG and PNG files, drawn by a Chrome or Chromium of the machine."""

from importlib.util import find_spec

import plotly.graph_objects as go

from lissnas.figures.theme import LIGHT, Theme

FORMATS = ("svg", "png")
WIDTH, SCALE = 900, 2
NEEDED = 'the extra "lissnas[images]" (pip install "lissnas[images]")'


def image_bytes(
    figure: go.Figure, kind: str = "svg", theme: Theme = LIGHT, width: int = WIDTH
) -> bytes:
    """Return a figure as an image on the theme's surface; PNG has two pixels a unit.

    Raises
    ------
    ValueError
        If the format is unknown, or what draws is not installed.
    """
    if kind not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {kind!r}")
    if find_spec("kaleido") is None:
        raise ValueError(f"format {kind} needs {NEEDED} and Chrome, got none")
    from plotly.io import to_image

    shown = go.Figure(figure)
    shown.update_layout(paper_bgcolor=theme.surface, plot_bgcolor=theme.surface)
    scale = SCALE if kind == "png" else 1
    try:
        height = figure.layout.height
        return bytes(to_image(shown, kind, width=width, height=height, scale=scale))
    except (RuntimeError, OSError) as error:
        first = str(error).strip().split("\n")[0]
        raise ValueError(
            f"format {kind} needs a Chrome or Chromium that starts: {first}"
        ) from None
