"""The Explore page's map: what it shows, how it is coloured, and clicks on it."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas import embedding
from lissnas.embedding import Plane, UmapSettings, jobs
from lissnas.figures import landscape
from lissnas.figures.landscape import Mark
from lissnas.figures.theme import Theme, option_palette
from lissnas.sharing.page_snippets import map_snippet
from lissnas.ui import address
from lissnas.ui import explore_data as data
from lissnas.ui import explore_state as state
from lissnas.ui import explore_words as words
from lissnas.ui.explore import Explored
from lissnas.ui.explore_data import Scene
from lissnas.ui.frames import under
from lissnas.ui.map_data import Ground
from lissnas.ui.maps import MAP_CONFIG
from lissnas.ui.selected import Universe, lit, mode, on_points
from lissnas.ui.shell import current_theme
from lissnas.ui.umap_panel import umap_is_ready, umap_settings
from lissnas.ui.view import Field, Sheet, draw

VIEWS = ("PCA", "UMAP")
MODES = {
    state.ARCH: "shows it",
    state.OTHER: "compares with it",
    state.SELECT: "selects it",
}


def universe(shown: Explored) -> Universe:
    """Return what the page shows of the space, for the selection."""
    scene = shown.scene
    return Universe(
        scene.space, scene.seen.archs, scene.keys, "the sample", lambda: scene.table
    )


def map_panel(shown: Explored) -> None:
    """Draw the map of the sample; a click on a point shows, compares or selects it."""
    scene = shown.scene
    seen, space = scene.seen, scene.space
    colours = landscape.colours_of(space, bool(seen.known))
    row = st.container(horizontal=True, vertical_alignment="bottom")
    colour = state.choice(row, "Colour", "colour", colours, colours[0], width=220)
    kind = _view(row)
    _mode(row)
    settings = umap_settings(row, state.KEY) if kind == "UMAP" else UmapSettings()
    fitted = data.ground(scene.key, scene, settings)
    ready = kind == "UMAP" and umap_is_ready(fitted, state.KEY)
    where = _places(scene.key, fitted, fitted.key if ready else "")
    axes = ("UMAP 1", "UMAP 2") if ready else ("PCA 1", "PCA 2")
    st.caption(words.count_words(seen))
    theme = current_theme()
    figure = landscape.landscape_figure(
        landscape.shades_of(space, seen, colour, theme),
        where,
        scene.texts,
        theme,
        colour,
        axes,
        _marks(shown, fitted, where, ready),
    )
    draw(
        figure,
        "explore_map",
        f"Map of {len(seen.archs):,} architectures by {colour}",
        on_points(universe(shown), "the map", lambda arch: state.clicked(space, arch)),
        sheet=_sheet(scene, where, theme),
        lit=lit(space, scene.keys),
        mode=mode(),
        keep=f"{scene.key} {axes[0]} {fitted.key}",
        config=MAP_CONFIG,
    )
    under(
        landscape.ABOUT,
        lambda: landscape.landscape_columns(seen, where, space.format(seen.archs)),
        f"map-{space.name}",
        map_snippet(
            space.name, shown.known_task, colour, settings if kind == "UMAP" else None
        ),
    )


def _sheet(scene: Scene, where: Plane, theme: Theme) -> Sheet:
    """Return what the map's cards say."""
    seen = scene.seen
    fields = (
        Field("measured", 100 * seen.true, 2, " %", "not measured"),
        Field("parameters", seen.params / 1e6, 2, " M"),
        Field("multiply-adds", seen.macs / 1e6, 1, " M"),
    )
    palette, decisions = option_palette(theme), scene.space.decisions
    return Sheet(where, scene.names, seen.archs, decisions, fields, palette)


def _view(where: DeltaGenerator) -> str:
    """Return which map is asked for."""
    draw = where.segmented_control
    key = "explore_view"
    return address.choose(draw, "Map", "map", VIEWS, VIEWS[0], key, required=True)


def _mode(where: DeltaGenerator) -> None:
    """Draw what a click on a point or a neighbour does."""
    where.segmented_control(
        "A click",
        list(MODES),
        default=state.ARCH,
        format_func=lambda name: MODES[name],
        key="explore_click",
        required=True,
        help="On a point of the map or a neighbour in the table.",
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _places(key: str, _ground: Ground, umap_key: str) -> Plane:
    """Return where the sample is on the map."""
    if not umap_key:
        return _ground.flat(_ground.landmarks)
    return jobs.load(umap_key)


def _marks(shown: Explored, fitted: Ground, where: Plane, umap: bool) -> list[Mark]:
    """Return the architectures pointed at, with their places on the map."""
    space = shown.scene.space
    archs = np.stack(shown.marked)
    features = embedding.scaled(space.encode(archs), fitted.reference)
    places = (
        embedding.place(features, fitted.landmarks, where, metric=fitted.metric)
        if umap
        else fitted.flat(features)
    )
    names = ("Shown", "Compared with")
    return [
        Mark(name, float(x), float(y))
        for name, (x, y) in zip(names, places.tolist(), strict=False)
    ]
