"""A random walk to watch: play, pause, step, and begin anew."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lissnas import embedding
from lissnas.arrays import Archs, Scores
from lissnas.embedding import Plane
from lissnas.explain import changes, compared, sentence
from lissnas.figures import walk
from lissnas.figures.theme import Figure
from lissnas.metrics.locality import random_walks, running_autocorrelation
from lissnas.spaces import SPACES, Space
from lissnas.survey import Answer, answer_for
from lissnas.ui.drawing import draw
from lissnas.ui.frames import under
from lissnas.ui.locality_choice import KEY, Choice, Subject, checksum
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme

CLOUD, STEPS, LAGS, OPENING = 1_200, 60, 12, 15
SECONDS = 1.0
AT, PLAYING, NUMBER = (f"{KEY}_walk_{name}" for name in ("at", "playing", "number"))


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """A walk of a space on its map: scores in percent or millions, by step.

    `cloud` ``(n, 2)`` with `scores` ``(n,)`` is a sample of the space; `archs`
    ``(t, d)``, `way` ``(t, 2)``, `values` ``(t,)`` and `names` are the walk's, `edits`
    ``(t - 1)`` what its steps change in words; `unit` is the scores'.
    """

    space: Space
    cloud: Plane
    scores: Scores
    archs: Archs
    way: Plane
    values: Scores
    names: tuple[str, ...]
    edits: tuple[str, ...]
    unit: str
    about: str


@st.cache_resource(max_entries=16, show_spinner=False)
def _answer(subject: Subject, seed: int, table: str) -> Answer:
    """Return who scores the architectures of a subject."""
    return answer_for(*subject, seed)


@st.cache_resource(max_entries=32, show_spinner=False)
def _walked(subject: Subject, seed: int, number: int, table: str) -> Walked:
    """Return a walk, the `number`-th of a seed."""
    space, answer = SPACES[subject.space], _answer(subject, seed, table)
    cloud = space.sample(CLOUD, np.random.default_rng(seed))
    rng = np.random.default_rng(np.random.SeedSequence([seed, 7, number]))
    archs = random_walks(space, 1, STEPS, rng)[0]
    features = space.encode(cloud)
    flat = embedding.projection(embedding.scaled(features, features))
    factor, unit = (
        (1.0, "M multiply-adds")
        if answer.source == "costs"
        else (
            100.0,
            f"{'' if answer.source == 'measured' else 'predicted '}accuracy, %",
        )
    )
    return Walked(
        space,
        cloud=flat(embedding.scaled(features, features)),
        scores=factor * answer.oracle(cloud),
        archs=archs,
        way=flat(embedding.scaled(space.encode(archs), features)),
        values=factor * answer.oracle(archs),
        names=tuple(space.short(archs)),
        edits=tuple(map(sentence, changes(space, archs[:-1], archs[1:]))),
        unit=unit,
        about=answer.about,
    )


def walk_panel(choice: Choice) -> None:
    """Draw the walk of one of the chosen subjects, with its controls."""
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
            walked = _walked(subject, choice.seed, number, checksum(subject))
    except ValueError as error:
        st.warning(str(error), icon=":material/warning:")
        return
    st.caption(f"Scores are {walked.about}.")
    playing = bool(st.session_state[PLAYING])
    shown = st.fragment(_draw, run_every=SECONDS if playing else None)
    shown(walked, playing, number)


def _draw(walked: Walked, playing: bool, number: int) -> None:
    """Draw the walk so far; while it plays, one step further each time.

    A button that changes what the page has to set up, the timer or the walk, makes it
    run as a whole.
    """
    if (playing, number) != (st.session_state[PLAYING], st.session_state[NUMBER]):
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
    theme, values = current_theme(), walked.values[: at + 1]
    with left:
        drawn = walk.walk_map(
            walked.cloud, walked.scores, walked.way[: at + 1], theme, walked.unit
        )
        _chart(drawn, "map", f"The walker at step {at} on the map")
    with right:
        st.markdown(_sentence(walked, at), help="The architecture, its score and step.")
        drawn = walk.step_figure(values, STEPS, theme, walked.unit)
        _chart(drawn, "steps", "Score by step")
        running = running_autocorrelation(values, LAGS)
        _chart(walk.lag_figure(running, theme), "lags", "Autocorrelation so far")
    _drawing(walked, at)
    under(
        walk.ABOUT,
        lambda: walk.walk_columns(list(walked.names[: at + 1]), values, walked.unit),
        "locality-walk",
    )


def _drawing(walked: Walked, at: int) -> None:
    """Draw where the walker is, with what the last edit brought marked."""
    if not at:
        draw(walked.space.graph(walked.archs[0]))
        return
    pair = compared(walked.space, *walked.archs[at - 1 : at + 1])
    found = pair.difference
    nodes = {after for _, after in found.relabelled} | {*found.added}
    draw(pair.second, nodes, found.new_edges)


def _sentence(walked: Walked, at: int) -> str:
    """Return where the walker is, what it scores there, and how many pairs it met."""
    lines = [f"**Step {at}** of {STEPS}: `{walked.names[at]}`"]
    name, percent, _ = walked.unit.partition(", %")
    value = f"{name} {walked.values[at]:.2f}{' %' if percent else ''}"
    if name.startswith("M "):
        value = f"{walked.values[at]:.2f} {name}"
    if at:
        change = walked.values[at] - walked.values[at - 1]
        value += f", {change:+.2f} by the last edit"
    lines.append(f"{value[0].upper()}{value[1:]}.")
    if at:
        lines.append(f"Last edit: {walked.edits[at - 1]}.")
    pairs = "pair" if at == 1 else "pairs"
    lines.append(f"So far {at} {pairs} of neighbours.")
    return "  \n".join(lines)


def _controls(playing: bool, at: int) -> None:
    """Draw the buttons of the walk."""
    row = st.container(horizontal=True, vertical_alignment="center")
    ended, number = at == STEPS, int(st.session_state[NUMBER])
    label, symbol = ("Pause", "pause") if playing else ("Play", "play_arrow")
    anew = {AT: 0, PLAYING: False, NUMBER: number + 1}
    changes: tuple[tuple[str, str, str, bool, dict[str, int | bool]], ...] = (
        (label, "play", symbol, ended, {PLAYING: not playing}),
        ("Step", "step", "skip_next", ended or playing, {AT: at + 1}),
        ("Reset", "reset", "replay", at == 0, {AT: 0, PLAYING: False}),
        ("Another walk", "next", "casino", False, anew),
    )
    for label, name, symbol, disabled, change in changes:
        row.button(
            label,
            key=f"{KEY}_walk_{name}_button",
            icon=f":material/{symbol}:",
            type="primary" if name == "play" else "secondary",
            disabled=disabled,
            on_click=st.session_state.update,
            args=(change,),
        )


def _chart(drawn: Figure, name: str, alt: str) -> None:
    """Draw a figure of the walk."""
    key = f"{KEY}_walk_{name}"
    st.plotly_chart(drawn, theme=None, key=key, config=CONFIG, alt=alt)
