"""The map of a run's iteration."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.embedding import Plane, UmapSettings
from lissnas.figures import map as map_module
from lissnas.figures.map import map_columns
from lissnas.figures.theme import Figure, Theme, option_palette
from lissnas.figures.tints import COLOURS, Colour, accuracy, error
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
from lissnas.ui.why_panel import show_why
from lissnas.ui.words import count_line

BUDGETS, BUDGET = (2_000, 8_000, 20_000), 8_000
MAP_CONFIG = {"scrollZoom": True, "displayModeBar": True}
VIEWS = ("UMAP", "PCA")
LINES = "Lines"
Choice = TypeVar("Choice", int, str)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The architectures of an iteration where the map has them now."""

    people: Cast
    where: tuple[Plane, Plane]
    key: tuple[str, int, int, str]
    colour: Colour
    lined: bool


def placed(shown: View, step: int) -> Placed:
    """Draw the map's switches, see to its UMAP, and return what the map shows."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    kind = _switch(row, "Map", VIEWS, "map", "UMAP")
    colour = _colour(row)
    budget = _switch(row, "Points", BUDGETS, "points", BUDGET)
    settings = umap_settings(row, "shrink") if kind == "UMAP" else UmapSettings()
    basis = st.session_state.setdefault(f"basis_{shown.run.name}", len(shown.stored))
    fitted = data.ground(shown.key[0], shown, basis, settings)
    ready = kind == "UMAP" and umap_is_ready(fitted, "shrink")
    people = data.cast(shown.key[0], shown, step, budget, fitted)
    key = (shown.key[0], step, budget, fitted.key if ready else "")
    lined = _lined(row, shown, step)
    where = data.positions(key, people, fitted, key[-1])
    return Placed(people, where, key, colour, lined)


def map_panel(shown: View, step: int) -> None:
    """Draw the map of an iteration with its switches, and see to its UMAP."""
    found = placed(shown, step)
    people, (where, _) = found.people, found.where
    theme = current_theme()
    drawn, said = _drawn(shown, step, found, theme)
    st.caption(f"{count_line(len(people.names), sum(people.shown.total))}{said}")
    drawn_ones = replace(universe(shown, step), archs=people.shown.archs)
    draw(
        drawn,
        "shrink_map",
        f"Map of {len(people.names):,} architectures at iteration {step}",
        on_points(
            drawn_ones,
            f"the map of iteration {step}",
            lambda arch: show_why(shown, arch),
        ),
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


def _drawn(shown: View, step: int, found: Placed, theme: Theme) -> tuple[Figure, str]:
    """Return the map's figure, and what is to be said of its lines and colours."""
    people, colour = found.people, found.colour
    by_seed = colour in data.BY_SEED
    known = data.origins(found.key, shown, step, people, by_seed)
    joined, said = None, ""
    if found.lined:
        joined = data.lines(shown, step, people)
        total = len(shown.stored[step].iteration.neighbours)
        said = f" Showing {len(joined):,} of {total:,} lines from seeds."
    if by_seed and not len(known.seeds):
        said += " This iteration has no seeds, so no point belongs to one."
    elif colour in ("true", "error") and np.isnan(people.shown.true).all():
        said += " No true accuracy of these is known, so all are grey."
    drawn = data.figure(
        found.key, people, found.where, theme.name, colour, found.lined, known, joined
    )
    return drawn, said


def _colour(where: DeltaGenerator) -> Colour:
    """Return by what the map is coloured; the address remembers it."""
    return address.choose(
        where.selectbox,
        "Colour",
        "colour",
        tuple(COLOURS),
        "role",
        help="  \n".join(f"**{name}**: {text}" for name, text in COLOURS.items()),
        width=170,
    )


def _lined(where: DeltaGenerator, shown: View, step: int) -> bool:
    """Return whether lines are drawn from seeds to neighbours."""
    return address.switch(
        where.toggle,
        LINES,
        "lines",
        disabled=not len(shown.stored[step].iteration.neighbours),
        help="From the seeds of this iteration to neighbours made from them, "
        f"{data.MOST_LINES:,} at most.",
    )


def _sheet(space: Space, people: Cast, where: Plane, theme: Theme) -> Sheet:
    """Return what the map's cards say."""
    shown = people.shown
    came = np.where(people.born < 0, np.nan, people.born)
    edits = np.where(shown.distance < 0, np.nan, shown.distance)
    fields = (
        Field("true", 100 * shown.true, 2, " %"),
        Field("predicted", 100 * shown.predicted, 2, " %"),
        Field("", 100 * accuracy(shown), 2, " %"),
        Field("predicted less true", error(shown), 2, " points"),
        Field("edits from its seed", edits, 0),
        Field("came in at iteration", came, 0),
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
