"""Several figures as one with a slider, and figures as vectors, for pages and files."""

from collections.abc import Sequence

import plotly.graph_objects as go

from lissnas.figures.theme import Theme


def sliding(
    figures: Sequence[go.Figure],
    labels: Sequence[str],
    selected: int,
    prefix: str,
    theme: Theme,
) -> go.Figure:
    """Return a figure that shows one of `figures` at a time, with the first's layout.

    The slider only turns traces on and off, so zoom and pan stay as they are.
    """
    if not len(figures) == len(labels) > selected >= 0:
        raise ValueError(
            f"selected must be one of {len(figures)} labelled figures, got {selected}"
        )
    owner = [place for place, one in enumerate(figures) for _ in one.data]
    found = go.Figure(layout=figures[selected].layout)
    for one in figures:
        found.add_traces(one.data)
    for trace, place in zip(found.data, owner, strict=True):
        trace.visible = place == selected
    steps = [
        {
            "label": label,
            "method": "restyle",
            "args": ["visible", [one == place for one in owner]],
        }
        for place, label in enumerate(labels)
    ]
    slider = {
        "active": selected,
        "steps": steps,
        "currentvalue": {"prefix": prefix, "font": {"color": theme.ink, "size": 14}},
        "font": {"color": theme.muted, "size": 12},
        "bordercolor": theme.muted,
        "pad": {"t": 40, "b": 8},
    }
    found.update_layout(sliders=[slider], height=(found.layout.height or 560) + 90)
    return found


def vector(figure: go.Figure) -> go.Figure:
    """Return the figure without WebGL: sharp in print, and drawn by any browser."""
    found = figure.to_dict()
    for trace in found["data"]:
        if trace["type"] == "scattergl":
            trace["type"] = "scatter"
    return go.Figure(found)
