"""A random walk to watch: play, pause, step, and begin anew."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from lissnas.arrays import first_occurrences
from lissnas.explain import compared
from lissnas.figures import walk
from lissnas.figures.catalogue import FIGURES
from lissnas.figures.theme import Columns
from lissnas.metrics.locality import running_autocorrelation
from lissnas.sharing.page_snippets import walk_snippet
from lissnas.ui import drawing
from lissnas.ui.frames import under
from lissnas.ui.locality_choice import KEY, Choice, checksum
from lissnas.ui.locality_data import STEPS, Walked, places, shown_of, steps, walked
from lissnas.ui.panels import CONFIG
from lissnas.ui.selected import Universe, lit, mode, on_points
from lissnas.ui.selection_bar import bar
from lissnas.ui.shell import current_theme
from lissnas.ui.view import Act, draw
from lissnas.ui.words import exact_or_about

LAGS, OPENING, SECONDS = 12, 15, 1.0
PICKED = f"{KEY}_walk_picked"
AT, PLAYING, NUMBER = (f"{KEY}_walk_{name}" for name in ("at", "playing", "number"))


def walk_panel(choice: Choice, linked: bool = True) -> None:
    """Draw the walk of one of the chosen subjects, with its controls.

    `linked` shows the selection there and lets points be picked.
    """
    st.subheader("Take a walk", anchor=False)
    names = [one.label for one in choice.subjects]
    name = st.selectbox("Through", names, key=f"{KEY}_walk_of")
    subject = choice.subjects[names.index(name)]
    begun = (subject, choice.seed)
    if st.session_state.get(f"{KEY}_walk_begun") != begun:
        st.session_state[f"{KEY}_walk_begun"] = begun
        st.session_state.update({AT: OPENING, PLAYING: False, NUMBER: 0})
    try:
        with st.spinner("Preparing the walk"):
            number = st.session_state[NUMBER]
            found = walked(subject, choice.seed, number, checksum(subject))
    except ValueError as error:
        st.warning(str(error), icon=":material/warning:")
        return
    if linked:
        bar(_once(shown_of(found)))
    st.caption(
        f"Scores are {found.about}. The cloud shows {len(found.sample):,} of "
        f"{exact_or_about(found.space.size)} architectures, drawn uniformly with a "
        "fixed seed."
    )
    playing = bool(st.session_state[PLAYING])
    shown = st.fragment(_draw, run_every=SECONDS if playing else None)
    shown(found, playing, linked)


def _once(shown: Universe) -> Universe:
    """Return a universe of which each architecture counts once."""
    rows = first_occurrences(shown.keys)
    return replace(shown, archs=shown.archs[rows], keys=shown.keys[rows])


def _draw(found: Walked, playing: bool, linked: bool) -> None:
    """Draw the walk so far; while it plays, one step further each time.

    A button that changes what the page has to set up, the timer or the walk, makes it
    run as a whole, and so does a pick, which other parts of the page show.
    """
    picked = st.session_state.pop(PICKED, False)
    now = (st.session_state[PLAYING], st.session_state[NUMBER])
    if picked or (playing, found.number) != now:
        st.rerun()
    at = int(st.session_state[AT])
    if playing:
        at = min(at + 1, STEPS)
        st.session_state[AT] = at
        if at == STEPS:
            st.session_state[PLAYING] = False
            st.rerun()
    _controls(playing, at)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(found, at, linked)
    with right:
        st.markdown(_sentence(found, at), help="The architecture, its score and step.")
        _steps(found, at, linked)
        _lags(found, at)
    _drawing(found, at)


def _map(found: Walked, at: int, linked: bool) -> None:
    """Draw the walker on the map; points of the sample and the walk can be picked."""
    theme, shown = current_theme(), shown_of(found)
    way = found.way[: at + 1]
    draw(
        walk.walk_map(found.cloud, found.scores, way, theme, found.unit),
        f"{KEY}_walk_map",
        f"The walker at step {at} on the map",
        _picking(shown, "the map of the walk", linked),
        sheet=places(found),
        lit=lit(found.space, shown.keys) if linked else None,
        mode=mode(),
        keep=f"{found.subject.label} {found.names}",
    )
    code = _code("map", found, at)
    under(walk.ABOUT, lambda: _columns(found, at), "locality-walk", code)


def _steps(found: Walked, at: int, linked: bool) -> None:
    """Draw the scores by step, whose points can be picked."""
    theme, shown = current_theme(), shown_of(found, walk=True)
    draw(
        walk.step_figure(found.values[: at + 1], STEPS, theme, found.unit),
        f"{KEY}_walk_steps",
        FIGURES["walk.step"].alt,
        _picking(shown, "the steps of the walk", linked),
        sheet=steps(found),
        lit=lit(found.space, shown.keys) if linked else None,
        mode=mode(),
        keep=f"{found.subject.label} {found.names}",
    )
    code = _code("step", found, at)
    under(walk.ABOUT_STEPS, lambda: _columns(found, at), "locality-steps", code)


def _columns(found: Walked, at: int) -> Columns:
    """Return the walk so far, one row a step."""
    names = list(found.names[: at + 1])
    return walk.walk_columns(names, found.values[: at + 1], found.unit)


def _code(figure: str, found: Walked, at: int) -> str:
    """Return Python that takes the same walk."""
    return walk_snippet(figure, *found.subject, found.seed, found.number, (at, STEPS))


def _lags(found: Walked, at: int) -> None:
    """Draw the autocorrelation so far."""
    running = running_autocorrelation(found.values[: at + 1], LAGS)
    st.plotly_chart(
        walk.lag_figure(running, current_theme()),
        theme=None,
        key=f"{KEY}_walk_lags",
        config=CONFIG,
        alt=FIGURES["walk.lag"].alt,
    )
    code = _code("lag", found, at)
    under(walk.ABOUT_LAGS, lambda: walk.lag_columns(running), "locality-lags", code)


def _picking(shown: Universe, where: str, linked: bool) -> Act:
    """Return what is done with picks, after which the whole page runs."""
    pick = on_points(shown, where)

    def act(about: Mapping[str, Any]) -> None:
        if linked:
            pick(about)
            st.session_state[PICKED] = True

    return act


def _drawing(found: Walked, at: int) -> None:
    """Draw where the walker is, with what the last edit brought marked."""
    if not at:
        drawing.draw(found.space.graph(found.archs[0]))
        return
    pair = compared(found.space, *found.archs[at - 1 : at + 1])
    other = pair.difference
    nodes = {after for _, after in other.relabelled} | {*other.added}
    drawing.draw(pair.second, nodes, other.new_edges)


def _sentence(found: Walked, at: int) -> str:
    """Return where the walker is, what it scores there, and how many pairs it met."""
    lines = [f"**Step {at}** of {STEPS}: `{found.names[at]}`"]
    name, percent, _ = found.unit.partition(", %")
    value = f"{name} {found.values[at]:.2f}{' %' if percent else ''}"
    if name.startswith("M "):
        value = f"{found.values[at]:.2f} {name}"
    if at:
        change = found.values[at] - found.values[at - 1]
        value += f", {change:+.2f} by the last edit"
    lines.append(f"{value[0].upper()}{value[1:]}.")
    if at:
        lines.append(f"Last edit: {found.edits[at - 1]}.")
    pairs = "pair" if at == 1 else "pairs"
    lines.append(f"So far {at} {pairs} of neighbours.")
    return "  \n".join(lines)


def _controls(playing: bool, at: int) -> None:
    """Draw the buttons of the walk.

    Play and Pause are two buttons with keys of their own: a press that arrives twice
    pauses twice.
    """
    row = st.container(horizontal=True, vertical_alignment="center")
    ended, number = at == STEPS, int(st.session_state[NUMBER])
    label, symbol = ("Pause", "pause") if playing else ("Play", "play_arrow")
    anew = {AT: 0, PLAYING: False, NUMBER: number + 1}
    changes: tuple[tuple[str, str, str, bool, dict[str, int | bool]], ...] = (
        (label, label.lower(), symbol, ended, {PLAYING: not playing}),
        ("Step", "step", "skip_next", ended or playing, {AT: at + 1}),
        ("Reset", "reset", "replay", at == 0, {AT: 0, PLAYING: False}),
        ("Another walk", "next", "casino", False, anew),
    )
    for label, name, symbol, disabled, change in changes:
        row.button(
            label,
            key=f"{KEY}_walk_{name}_button",
            icon=f":material/{symbol}:",
            type="primary" if name in ("play", "pause") else "secondary",
            disabled=disabled,
            on_click=st.session_state.update,
            args=(change,),
        )
