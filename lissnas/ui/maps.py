"""The map's data, the background UMAP, and the panel that shows both."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas import embedding
from lissnas.arrays import Archs, Features, Ints, first_occurrences, row_keys
from lissnas.embedding import Plane, jobs
from lissnas.figures import map as map_module
from lissnas.figures.map import limits, map_columns, map_figure
from lissnas.figures.points import Part, Points, points
from lissnas.figures.theme import Figure, theme_of
from lissnas.sharing.snippets import figure_snippet
from lissnas.subsets import restore
from lissnas.ui.frames import under
from lissnas.ui.shell import current_theme
from lissnas.ui.store import View
from lissnas.ui.words import count_line

FROM_ORIGINAL, FROM_RUN = 3000, 3000
BUDGETS, BUDGET = (2_000, 8_000, 20_000), 8_000
VIEWS = ("UMAP", "PCA")
COLOURS: tuple[map_module.Colour, ...] = ("role", "accuracy")
Choice = TypeVar("Choice", int, str, map_module.Colour)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a run's maps are fitted to: scaled features of its landmarks."""

    reference: Features
    landmarks: Features
    flat: embedding.Projection
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """The architectures of one iteration on the map, ready to be drawn."""

    shown: Points
    features: Features
    names: list[str]
    macs: Ints


@st.cache_resource(max_entries=8, show_spinner=False)
def ground(key: str, _view: View, basis: int) -> Ground:
    """Return what the maps of a run are fitted to: its first `basis` iterations."""
    rng = np.random.default_rng(0)
    start = _view.start.archs[:FROM_ORIGINAL]
    parts = [
        part
        for stored in _view.stored[:basis]
        for part in (
            stored.iteration.space,
            stored.iteration.seeds,
            stored.iteration.sample,
        )
    ]
    rest = _distinct(np.concatenate([start, *parts]))[len(start) :]
    chosen = np.sort(rng.permutation(len(rest))[:FROM_RUN])
    encode = _view.space.encode
    reference = encode(_view.start.archs)
    landmarks = encode(np.concatenate([start, rest[chosen]]))
    landmarks = embedding.scaled(landmarks, reference)
    flat = embedding.projection(embedding.scaled(reference, reference))
    return Ground(reference, landmarks, flat, jobs.key_of(landmarks))


@st.cache_resource(max_entries=32, show_spinner=False)
def cast(key: str, _view: View, step: int, budget: int, _ground: Ground) -> Cast:
    """Return the architectures that the map shows at an iteration."""
    start = _view.start
    reference = Part(start.archs, start.predicted, start.true, 0)
    now = _view.stored[step]
    before = _view.stored[step - 1] if step else None
    iteration, inside = now.iteration, None
    if iteration.sampled:
        inside = restore(_view.space, iteration.subset, iteration.space).contains
    shown = points(
        reference,
        (now.iteration, now.true),
        (before.iteration, before.true) if before else None,
        budget,
        np.random.default_rng(step),
        inside,
    )
    space = _view.space
    features = embedding.scaled(space.encode(shown.archs), _ground.reference)
    return Cast(shown, features, space.short(shown.archs), space.cost(shown.archs).macs)


@st.cache_resource(max_entries=32, show_spinner=False)
def positions(
    key: tuple[str, int, int, str],
    _cast: Cast,
    _ground: Ground,
    umap_key: str,
) -> tuple[Plane, Plane]:
    """Return where an iteration's architectures and the landmarks are."""
    if not umap_key:
        return _ground.flat(_cast.features), _ground.flat(_ground.landmarks)
    anchors = jobs.load(umap_key)
    return embedding.place(_cast.features, _ground.landmarks, anchors), anchors


@st.cache_resource(max_entries=16, show_spinner=False)
def figure(
    key: tuple[str, int, int, str],
    _cast: Cast,
    _where: tuple[Plane, Plane],
    theme: str,
    colour: map_module.Colour,
) -> Figure:
    """Return the drawn map; equal keys are the same drawing."""
    where, anchors = _where
    kind = "UMAP" if key[-1] else "PCA"
    axes = (f"{kind} 1", f"{kind} 2")
    return map_figure(
        _cast.shown,
        where,
        _cast.names,
        _cast.macs,
        theme_of(theme),
        colour,
        limits(anchors),
        axes,
    )


def map_panel(shown: View, step: int) -> None:
    """Draw the map of an iteration with its switches, and see to its UMAP."""
    row = st.container(horizontal=True)
    kind = _switch(row, "Map", VIEWS, "map", "UMAP")
    colour = _switch(row, "Colour", COLOURS, "colour", "role")
    budget = _switch(row, "Points", BUDGETS, "points", BUDGET)
    basis = st.session_state.setdefault(f"basis_{shown.run.name}", len(shown.stored))
    fitted = ground(shown.key[0], shown, basis)
    ready = kind == "UMAP" and umap_is_ready(fitted, "shrink")
    people = cast(shown.key[0], shown, step, budget, fitted)
    key = (shown.key[0], step, budget, fitted.key if ready else "")
    where = positions(key, people, fitted, fitted.key if ready else "")
    drawn = figure(key, people, where, current_theme().name, colour)
    total = sum(people.shown.total)
    st.caption(count_line(len(people.shown.archs), total))
    st.plotly_chart(
        drawn,
        theme=None,
        key="shrink_map",
        alt=f"Map of {len(people.shown.archs):,} architectures at iteration {step}",
        config={"displaylogo": False, "scrollZoom": True},
    )
    under(
        map_module.ABOUT,
        lambda: map_columns(people.shown, where[0], people.names, people.macs),
        f"map-{shown.run.name}-{step}",
        figure_snippet(shown.run.name, "map", step),
    )


def _switch(
    where: DeltaGenerator,
    label: str,
    choices: tuple[Choice, ...],
    key: str,
    default: Choice,
) -> Choice:
    """Return what is chosen in a row of buttons that the address remembers."""
    chosen = where.segmented_control(
        label,
        choices,
        default=default,
        key=key,
        bind="query-params",
        format_func=lambda one: f"{one:,}" if isinstance(one, int) else one,
    )
    return default if chosen is None else chosen


def umap_is_ready(fitted: Ground, page: str) -> bool:
    """Return whether the UMAP is there; start it, and say how far it is, if not."""
    off = f"umap_off_{fitted.key}"
    state = jobs.status(fitted.key)
    if state.state == "ready":
        return True
    if state.state == "failed":
        st.warning(
            f"UMAP could not be computed, so the map shows PCA. {state.message}",
            icon=":material/warning:",
        )
        if st.button("Try again", key=f"{page}_umap_again"):
            jobs.start(fitted.landmarks)
            st.rerun()
        return False
    if state.state == "absent" and st.session_state.get(off):
        if st.button("Compute UMAP", key=f"{page}_umap_start"):
            st.session_state[off] = False
            st.rerun()
        return False
    if state.state == "absent":
        try:
            jobs.start(fitted.landmarks)
        except OSError as error:
            st.warning(f"UMAP could not be started, so the map shows PCA. {error}")
            return False
    _watch(fitted.key, off, page)
    return False


@st.fragment(run_every=2)
def _watch(key: str, off: str, page: str) -> None:
    """Say how long the UMAP has taken, and draw the page anew when it is done."""
    state = jobs.status(key)
    if state.state != "running":
        st.rerun()
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(
        f":material/hourglass_top: UMAP is being computed in the background, "
        f"{state.seconds:.0f} s so far, 10 to 30 s in all. Until then this is PCA."
    )
    if right.button("Cancel", key=f"{page}_umap_cancel", width="stretch"):
        jobs.cancel(key)
        st.session_state[off] = True
        st.rerun()


def _distinct(archs: Archs) -> Archs:
    """Return each architecture once, in order of first occurrence."""
    return archs[first_occurrences(row_keys(archs))]
