"""The component that draws a figure in the browser, and what is picked there.

Streamlit's own chart forgets zoom and selection whenever its figure changes. This one
keeps its element; its script lies beside this file, and `plotly.min.js` is served from
where the package plotly is installed, so nothing is copied and nothing is loaded from
elsewhere.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st

from lissnas import __version__
from lissnas.arrays import Bools
from lissnas.figures.theme import Figure
from lissnas.ui.view.parts import Cells, Sheet, figure_part, sheet_part, state_part

VIEW, PLOTLY, PICTURE = "view", "plotly", "picture"
HERE = Path(__file__).resolve().parent
Act = Callable[[Mapping[str, Any]], None]
_LOG = logging.getLogger(__name__)
_lock = threading.Lock()


def draw(
    figure: Figure,
    key: str,
    alt: str,
    act: Act,
    sheet: Sheet | None = None,
    lit: Bools | None = None,
    overlay: Figure | None = None,
    cells: Sequence[Cells] = (),
    mode: str = "replace",
    keep: str = "",
    config: Mapping[str, Any] | None = None,
) -> None:
    """Draw a figure whose points or bars can be picked, and keep it where it is.

    Parameters
    ----------
    figure
        Traces with custom data draw the rows of `sheet` that these name.
    alt
        What the figure shows, for those who do not see it.
    act
        Called with what was done before the page runs again: its `kind` is "rows",
        "range", "open" or "clear"; module `events` reads it.
    lit
        Rows ``(n,)`` of the sheet that are selected, None if nothing is.
    overlay
        A figure whose traces stand for what is selected, above a faint `figure`.
    cells
        Parts of axes that are picked one by one; without any, points are.
    mode
        What a new pick does to those before: "replace", "add" or "remove".
    keep
        Zoom, pan and legend are kept for as long as this stays the same.
    """
    mount = _mounted(VIEW)
    if mount is None:
        _fallback(figure, key, alt, overlay)
        return
    known = sheet_part(key, sheet) if sheet else None
    part = figure_part(
        key,
        _traces(figure),
        figure.layout.to_plotly_json() | {"uirevision": keep or key},
        alt,
        (sheet, known[1]) if sheet and known else None,
        cells,
        config,
    )
    name = f"{key}_view"
    with st.container(key=key, gap=None):
        if known:
            mount(key=f"{key}_view_sheet", data=known[0])
        mount(key=f"{key}_view_figure", data=part)
        mount(
            key=name,
            data=state_part(key, part["id"], lit, _traces(overlay), mode),
            on_act_change=lambda: _told(name, act, known[1] if known else None),
        )


def _traces(figure: Figure | None) -> list[dict[str, Any]]:
    """Return the traces of a figure with their arrays as arrays."""
    return [trace.to_plotly_json() for trace in figure.data] if figure else []


def _told(name: str, act: Act, sheet: str | None) -> None:
    """Hand on what was done in a view, unless it concerns points of an earlier one."""
    about = st.session_state[name].act
    if isinstance(about, Mapping) and about.get("sheet", sheet) == sheet:
        act(about)


def _fallback(figure: Figure, key: str, alt: str, overlay: Figure | None) -> None:
    """Draw a figure in which nothing can be picked."""
    for trace in overlay.data if overlay else ():
        figure.add_trace(trace)
    st.plotly_chart(figure, theme=None, key=key, alt=alt)


def picture(name: str) -> None:
    """Draw buttons that save the figure above as PNG or SVG, in the browser.

    The figure is the nearest one before them, whatever draws it. Nothing is drawn where
    Streamlit knows no components.
    """
    mount = _mounted(PICTURE)
    if mount is not None:
        data = {"part": PICTURE, "name": name}
        mount(key=f"picture_{name}", data=data, width="content")


def _mounted(component: str) -> Any:
    """Return the function that mounts a component, None where there is no such.

    Streamlit looks for components in installed packages. Telling it where these files
    are works from a source tree as well, and spares a copy of Plotly's script.
    """
    try:
        from streamlit.components.v2 import manifest_scanner as scanner
        from streamlit.components.v2.get_bidi_component_manager import (
            get_bidi_component_manager,
        )

        manager = get_bidi_component_manager()
        with _lock:
            if manager.get_component_asset_root(f"lissnas.{VIEW}") is None:
                served = folders()
                for name, folder in {**served, PICTURE: served[VIEW]}.items():
                    config = scanner.ComponentConfig(name, folder.name)
                    found = scanner.ComponentManifest("lissnas", __version__, [config])
                    manager.register_from_manifest(found, folder.parent)
    except (ImportError, AttributeError, ValueError) as error:
        _LOG.warning("figures are drawn without picking: %s", error)
        return None
    return _component(component)


@cache
def _component(name: str) -> Any:
    """Return a component, made once."""
    return st.components.v2.component(
        f"lissnas.{name}", js=f"{name}.js", css="view.css", isolate_styles=False
    )


def folders() -> dict[str, Path]:
    """Return what is served to browsers: our script, and Plotly's as installed."""
    spec = find_spec("plotly")
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / "package_data"
        if (folder / "plotly.min.js").is_file():
            return {VIEW: HERE / "frontend", PLOTLY: folder}
    raise ValueError("plotly must hold package_data/plotly.min.js, it does not")
