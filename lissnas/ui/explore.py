"""The upper half of the Explore page: the space, its size, its map and its spread."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lissnas import embedding, oracles
from lissnas.arrays import Archs, Ints
from lissnas.embedding import Plane, jobs
from lissnas.figures import landscape, spread
from lissnas.figures.landscape import Mark
from lissnas.oracles import Table
from lissnas.spaces import SPACES
from lissnas.ui import explore_data as data
from lissnas.ui import explore_state as state
from lissnas.ui import explore_words as words
from lissnas.ui.explore_data import Facts, Scene
from lissnas.ui.forms import FIRST, no_table
from lissnas.ui.frames import under
from lissnas.ui.maps import Ground, umap_is_ready
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme

VIEWS = ("PCA", "UMAP")
MODES = {state.ARCH: "shows it", state.OTHER: "compares with it"}


@dataclass(frozen=True, slots=True, eq=False)
class Explored:
    """What is shown: a space, an architecture ``(d,)``, and one compared with it."""

    scene: Scene
    task: str | None
    arch: Archs
    other: Archs | None

    @property
    def marked(self) -> list[Archs]:
        """Return the architectures pointed at in figures, the one shown first."""
        return [self.arch] if self.other is None else [self.arch, self.other]

    @property
    def facts(self) -> list[Facts]:
        """Return what is known of the architectures pointed at."""
        return [data.facts(self.scene, arch) for arch in self.marked]


def explored() -> Explored:
    """Return what the sidebar and the address ask for, with sensible defaults."""
    names = sorted(SPACES, key=lambda name: name != FIRST)
    with st.sidebar:
        name = state.choice(
            st.container(),
            "Space",
            "space",
            names,
            FIRST,
            clears=(*state.OWN, "task"),
            format_func=lambda key: SPACES[key].title,
            help="The search space to look at.",
        )
        task, table = _table(name)
    space = SPACES[name]
    scene = data.scene(space, table)
    arch = state.in_address(space, state.ARCH)
    if arch is None:
        arch = data.first_shown(scene)
        state.go(space, arch)
    return Explored(scene, task, arch, state.in_address(space, state.OTHER))


def _table(name: str) -> tuple[str | None, Table | None]:
    """Return the task chosen and its table, None where the space has none."""
    found = oracles.tasks(name)
    if not found:
        st.caption("No accuracies at hand: costs and structure only.")
        with st.expander("How to add a table", icon=":material/database:"):
            no_table(name)
        return None, None
    task = state.choice(
        st.container(),
        "Task",
        "task",
        list(found),
        next(iter(found)),
        help="The data set whose measured accuracies are shown.",
    )
    info = found[task]
    st.caption(f"{info.known:,} real accuracies · {info.title} · {info.licence}")
    try:
        return task, oracles.load(name, task)
    except ValueError as error:
        st.error(f"This table cannot be used: {state.short_of(error)}")
        return None, None


def headline(shown: Explored) -> None:
    """Draw how large the space is, what decides, what one edit is, and who made it."""
    space, seen = shown.scene.space, shown.scene.seen
    st.markdown(f"**{words.size_words(space.size)}** architectures of {space.title}")
    nearby = data.around(shown.scene, shown.arch)
    counts = np.bincount(nearby.kind, minlength=len(space.edit_kinds)).tolist()
    examples = {
        space.edit_kinds[kind]: sentence
        for kind, sentence in zip(nearby.kind.tolist(), nearby.words, strict=True)
    }
    row = st.container(horizontal=True, vertical_alignment="center")
    parts = (
        words.options_words(space.decisions),
        words.distance_words(space),
        words.known_words(seen.known, space.size, shown.task),
        space.citation,
    )
    row.caption(" · ".join(parts))
    with row.popover("Decisions and edits", icon=":material/list_alt:"):
        st.dataframe(words.decision_rows(space.decisions), hide_index=True)
        st.markdown(words.edit_words(space.edit_kinds, counts, examples))


def map_panel(shown: Explored) -> None:
    """Draw the map of the sample; a click on a point shows or compares it."""
    scene = shown.scene
    seen, space = scene.seen, scene.space
    colours = landscape.colours_of(space, bool(seen.known))
    row = st.container(horizontal=True, vertical_alignment="bottom")
    colour = state.choice(row, "Colour", "colour", colours, colours[0], width=220)
    kind = _view(row)
    _mode(row)
    fitted = data.ground(scene.key, scene)
    ready = kind == "UMAP" and umap_is_ready(fitted, state.KEY)
    where = _places(scene.key, fitted, fitted.key if ready else "")
    axes = ("UMAP 1", "UMAP 2") if ready else ("PCA 1", "PCA 2")
    st.caption(_count_line(shown))
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
    st.plotly_chart(
        figure,
        theme=None,
        key="explore_map",
        on_select=lambda: _clicked(scene),
        selection_mode="points",
        config={"displaylogo": False, "scrollZoom": True},
        alt=f"Map of {len(seen.archs):,} architectures by {colour}",
    )
    under(
        landscape.ABOUT,
        lambda: landscape.landscape_columns(seen, where, space.format(seen.archs)),
        f"map-{space.name}",
    )


def _view(where: st.delta_generator.DeltaGenerator) -> str:
    """Return which map is asked for."""
    value = state.asked("map", VIEWS, VIEWS[0])
    st.session_state["explore_view"] = value
    where.segmented_control(
        "Map", VIEWS, key="explore_view", on_change=_put_view, required=True
    )
    return value


def _put_view() -> None:
    """Put the map asked for into the address."""
    st.query_params["map"] = st.session_state["explore_view"] or VIEWS[0]


def _mode(where: st.delta_generator.DeltaGenerator) -> None:
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


def click_target() -> str:
    """Return which part of the address a click changes."""
    return str(st.session_state.get("explore_click") or state.ARCH)


def _clicked(scene: Scene) -> None:
    """Put the architecture whose point was clicked into the address."""
    found = st.session_state["explore_map"]["selection"]["points"]
    row = found[0].get("customdata") if found else None
    if row is not None:
        row = int(np.ravel(row)[0])
        state.go(scene.space, scene.seen.archs[row], click_target())


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
        embedding.place(features, fitted.landmarks, where)
        if umap
        else fitted.flat(features)
    )
    names = ("Shown", "Compared with")
    return [
        Mark(name, float(x), float(y))
        for name, (x, y) in zip(names, places.tolist(), strict=False)
    ]


def _count_line(shown: Explored) -> str:
    """Return how much of the space the map shows, and how much of it was measured."""
    seen = shown.scene.seen
    uniform, extra = int(seen.uniform.sum()), int((~seen.uniform).sum())
    text = f"Showing {uniform:,} of {seen.size:,}, sampled uniformly with a fixed seed"
    if uniform == seen.size:
        text = f"Showing all {uniform:,}"
    if extra:
        text += f", and {extra:,} more of the {seen.known:,} measured"
    measured: Ints = np.flatnonzero(seen.measured)
    return f"{text}; {len(measured):,} of these {len(seen.archs):,} were measured."


def spread_panel(shown: Explored) -> None:
    """Draw how accuracies and costs are spread, and where the architectures are."""
    seen = shown.scene.seen
    marks = [
        {
            spread.ACCURACY: 100 * fact.true,
            spread.PARAMS: fact.params / 1e6,
            spread.MACS: fact.macs / 1e6,
        }
        for fact in shown.facts
    ]
    st.plotly_chart(
        spread.spread_figure(seen, current_theme(), marks),
        theme=None,
        key="explore_spread",
        config=CONFIG,
        alt="Histograms of accuracy, parameters and multiply-adds",
    )
    under(
        spread.ABOUT,
        lambda: spread.spread_columns(seen),
        f"spread-{shown.scene.space.name}",
    )
