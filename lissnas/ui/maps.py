"""The map of a run's iteration."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.embedding import Plane, UmapSettings
from lissnas.figures import map as map_module
from lissnas.figures.map import map_columns
from lissnas.figures.theme import Theme, option_palette
from lissnas.sharing.snippets import figure_snippet
from lissnas.spaces import Space
from lissnas.ui import address
from lissnas.ui import map_data as data
from lissnas.ui.frames import under
from lissnas.ui.map_data import Cast
from lissnas.ui.run_selection import universe
from lissnas.ui.selected import lit, mode, on_points
from lissnas.ui.shell import current_theme
from lissnas.ui.store import View
from lissnas.ui.umap_panel import umap_is_ready, umap_settings
from lissnas.ui.view import Field, Sheet, draw
from lissnas.ui.words import count_line

BUDGETS, BUDGET = (2_000, 8_000, 20_000), 8_000
MAP_CONFIG = {"scrollZoom": True, "displayModeBar": True}
VIEWS = ("UMAP", "PCA")
COLOURS: tuple[map_module.Colour, ...] = ("role", "accuracy")
Choice = TypeVar("Choice", int, str, map_module.Colour)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The architectures of an iteration where the map has them now."""

    people: Cast
    where: tuple[Plane, Plane]
    key: tuple[str, int, int, str]
    colour: map_module.Colour


def placed(shown: View, step: int) -> Placed:
    """Draw the map's switches, see to its UMAP, and return what the map shows."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    kind = _switch(row, "Map", VIEWS, "map", "UMAP")
    colour = _switch(row, "Colour", COLOURS, "colour", "role")
    budget = _switch(row, "Points", BUDGETS, "points", BUDGET)
    settings = umap_settings(row, "shrink") if kind == "UMAP" else UmapSettings()
    basis = st.session_state.setdefault(f"basis_{shown.run.name}", len(shown.stored))
    fitted = data.ground(shown.key[0], shown, basis, settings)
    ready = kind == "UMAP" and umap_is_ready(fitted, "shrink")
    people = data.cast(shown.key[0], shown, step, budget, fitted)
    key = (shown.key[0], step, budget, fitted.key if ready else "")
    return Placed(people, data.positions(key, people, fitted, key[-1]), key, colour)


def map_panel(shown: View, step: int) -> None:
    """Draw the map of an iteration with its switches, and see to its UMAP."""
    found = placed(shown, step)
    people, (where, _) = found.people, found.where
    theme = current_theme()
    drawn = data.figure(found.key, people, found.where, theme.name, found.colour)
    st.caption(count_line(len(people.names), sum(people.shown.total)))
    drawn_ones = replace(universe(shown, step), archs=people.shown.archs)
    draw(
        drawn,
        "shrink_map",
        f"Map of {len(people.names):,} architectures at iteration {step}",
        on_points(drawn_ones, f"the map of iteration {step}"),
        sheet=_sheet(shown.space, people, where, theme),
        lit=lit(shown.space, people.keys),
        mode=mode(),
        keep=f"{shown.run.name} {found.key[-1]}",
        config=MAP_CONFIG,
    )
    under(
        map_module.ABOUT,
        lambda: map_columns(people.shown, where, people.names, people.macs),
        f"map-{shown.run.name}-{step}",
        figure_snippet(shown.run.name, "map", step),
    )


def _sheet(space: Space, people: Cast, where: Plane, theme: Theme) -> Sheet:
    """Return what the map's cards say."""
    shown = people.shown
    edits = np.where(shown.distance < 0, np.nan, shown.distance)
    fields = (
        Field("true", 100 * shown.true, 2, " %"),
        Field("predicted", 100 * shown.predicted, 2, " %"),
        Field("", 100 * map_module.accuracy(shown), 2, " %"),
        Field("edits from its seed", edits, 0),
        Field("parameters", people.params / 1e6, 2, " M"),
        Field("multiply-adds", people.macs / 1e6, 1, " M"),
    )
    return Sheet(
        where,
        people.names,
        shown.archs,
        space.decisions,
        fields,
        option_palette(theme),
    )


def _switch(
    where: DeltaGenerator,
    label: str,
    choices: tuple[Choice, ...],
    key: str,
    default: Choice,
) -> Choice:
    """Return what is chosen in a row of buttons that the address remembers."""
    return address.choose(
        where.segmented_control,
        label,
        key,
        choices,
        default,
        required=True,
        format_func=lambda one: f"{one:,}" if isinstance(one, int) else one,
    )
