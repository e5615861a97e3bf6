"""The first four lessons: a space, a walk, seeds and neighbours, one iteration."""

import numpy as np
import streamlit as st

from lissnas.arrays import Archs
from lissnas.figures import edf, teaching
from lissnas.figures.theme import Figure, percent
from lissnas.metrics.locality import LocalitySettings
from lissnas.records import Iteration
from lissnas.session import Session
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces.base import threshold_edit_distance
from lissnas.teaching import Round, by_hand, one_round
from lissnas.ui.drawing import draw
from lissnas.ui.frames import under
from lissnas.ui.locality_choice import Choice, Subject
from lissnas.ui.locality_walk import walk_panel
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme
from lissnas.ui.tour.ground import KEY, ground, source

HISTORY, PROBLEM = f"{KEY}_history", f"{KEY}_problem"
OPENING = (3, 1, 4, 1, 3, 3)  # a cell that is fair, not the best
SEED = 0


def space() -> None:
    """Let the reader build an architecture, and say how good it really is."""
    session = ground()
    row = st.container(horizontal=True, gap="small")
    chosen = [
        row.selectbox(
            decision.name,
            decision.options,
            index=min(OPENING[j], len(decision.options) - 1),
            key=f"{KEY}_decision_{j}",
            persist_state="session",
            width=168,
        )
        for j, decision in enumerate(session.space.decisions)
    ]
    options = [d.options for d in session.space.decisions]
    picked = [names.index(name) for names, name in zip(options, chosen, strict=True)]
    arch = np.array([picked], dtype=np.int8)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        draw(session.space.graph(session.space.canonical(arch)[0]))
        st.caption(f"`{session.space.format(arch)[0]}`")
    with right:
        _standing(session, arch)
    st.caption(source())


def _standing(session: Session, arch: Archs) -> None:
    """Draw what an architecture reached and costs, among all of its space."""
    everything = _truth(session.study.task, session)
    reached = float(session.true(arch)[0])
    better = int((everything > reached).sum())
    cost = session.space.cost(arch)
    row = st.container(horizontal=True, gap="small")
    row.metric("True accuracy", percent(reached), border=True)
    row.metric("Rank", f"{better + 1:,} of {len(everything):,}", border=True)
    row.metric("Multiply-adds", f"{cost.macs[0] / 1e6:.1f} M", border=True)
    row.metric("Parameters", f"{cost.params[0] / 1e6:.2f} M", border=True)
    _chart(
        teaching.spread_figure(everything, reached, current_theme()),
        "spread",
        f"All true accuracies; yours is {percent(reached)}",
    )
    under(
        teaching.ABOUT_SPREAD,
        lambda: teaching.spread_columns(everything),
        f"{KEY}-accuracies",
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _truth(
    _task: str, _session: Session
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return all true accuracies of the space."""
    return _session.true(_session.space.enumerate())


def locality() -> None:
    """Let the reader walk."""
    study = ground().study
    subject = Subject(study.space, study.task)
    choice = Choice((subject,), LocalitySettings(), SEED, "measured")
    walk_panel(choice, linked=False)


def seeds() -> None:
    """Draw what the neighbours of the best are worth, by distance."""
    session = ground()
    row = st.container(horizontal=True)
    samples = row.slider(
        "Networks drawn", 50, 2000, 500, 50, key=f"{KEY}_samples", width=260
    )
    share = row.slider(
        "Best of them kept as seeds, %", 1, 50, 10, key=f"{KEY}_share", width=260
    )
    another = row.number_input(
        "Another draw", 0, 99, SEED, key=f"{KEY}_seed", width=150
    )
    found = _round(samples, share / 100, int(another), session)
    errors = {
        "all networks": 1 - _truth(session.study.task, session),
        "seeds": 1 - session.true(found.seeds),
    }
    for distance in range(1, session.space.total_edit_distance + 1):
        rows = found.distance == distance
        if rows.any():
            name = f"{distance} edit{'s' * (distance > 1)} away"
            errors[name] = 1 - session.true(found.neighbours[rows])
    good = 1 - session.start.threshold
    _chart(
        edf.edf_figure(errors, current_theme(), "seeds", good),
        "seeds",
        "Error distributions of seeds and of their neighbours by distance",
    )
    under(edf.ABOUT, lambda: edf.edf_columns(errors), f"{KEY}-seeds")
    means = ", ".join(f"{name} {percent(1 - e.mean())}" for name, e in errors.items())
    limit = threshold_edit_distance(session.space)
    st.markdown(
        f"Mean true accuracies: {means}. The paper's threshold is **{limit} edits**. "
        f"{len(found.seeds):,} seeds of {len(found.sample):,} networks, "
        f"{len(found.neighbours):,} distinct neighbours."
    )
    st.caption(source())


@st.cache_resource(max_entries=32, show_spinner=False)
def _round(samples: int, share: float, seed: int, _session: Session) -> Round:
    """Return a round of seeds and neighbours."""
    rng = np.random.default_rng(seed)
    farthest = _session.space.total_edit_distance
    return one_round(_session.space, _session.predict, samples, share, farthest, rng)


def iteration() -> None:
    """Let the reader make one iteration after the other."""
    session = ground()
    settings = _knobs(session)
    history: list[Iteration] = st.session_state.setdefault(HISTORY, [])
    row = st.container(horizontal=True)
    if row.button(  # no callback: it would get the settings of the run before
        "Make an iteration" if history else "Draw the first sample",
        icon=":material/skip_next:",
        type="primary",
        key=f"{KEY}_make",
    ):
        _make(session, settings)
        st.rerun()
    row.button(
        "Begin anew",
        icon=":material/restart_alt:",
        disabled=not history,
        on_click=lambda: st.session_state.pop(HISTORY, None),
        key=f"{KEY}_anew",
    )
    if problem := st.session_state.pop(PROBLEM, ""):
        st.warning(problem, icon=":material/flag:")
    if not history:
        st.info(
            "The first press draws a sample of the whole space and scores it; each "
            "further press shrinks.",
            icon=":material/touch_app:",
        )
        return
    _made(session, history)


def _make(session: Session, settings: Lissnas) -> None:
    """Add an iteration made by hand, or keep the sentence that says why not."""
    history = st.session_state[HISTORY]
    try:
        made = by_hand(session, history, settings, SEED)
        st.session_state[HISTORY] = [*history, made]
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)


def _knobs(session: Session) -> Lissnas:
    """Return the settings of the next iteration."""
    row = st.container(horizontal=True)
    limit = session.space.total_edit_distance
    samples = row.slider(
        "Networks drawn", 100, 3000, 1000, 100, key=f"{KEY}_hand_samples", width=220
    )
    share = row.slider("Seeds, %", 1, 50, 10, key=f"{KEY}_hand_share", width=220)
    farthest = row.slider(
        "Edits, at most",
        1,
        limit,
        min(threshold_edit_distance(session.space), limit),
        key=f"{KEY}_hand_distance",
        width=220,
    )
    keep = row.slider(
        "Next size, % of this", 10, 90, 50, 5, key=f"{KEY}_hand_keep", width=220
    )
    return Lissnas(
        variant="published",
        samples=samples,
        seed_share=share / 100,
        max_distance=farthest,
        keep=keep / 100,
        iterations=99,
    )


def _made(session: Session, history: list[Iteration]) -> None:
    """Draw what the iterations made by hand have come to."""
    last = history[-1]
    mark = st.success if last.accepted else st.warning
    mark(f"**Iteration {len(history) - 1}.** {last.reason}")
    errors = {"original": 1 - session.start.true}
    rows = []
    for place, one in enumerate(history):
        true = session.true(one.space) if len(one.space) else session.start.true
        if place:
            name = f"iteration {place}" + ("" if one.accepted else ", refused")
            errors[name] = 1 - true
        rows.append(
            {
                "iteration": place,
                "size": one.size,
                "seeds": len(one.seeds),
                "mean predicted, %": 100 * one.mean_predicted,
                "mean true, %": 100 * float(np.nanmean(true)),
                "queries": one.queries,
                "stands": "yes" if one.accepted else "no: back to the one before",
            }
        )
    left, right = st.columns(2, gap="medium")
    percents = ("mean predicted, %", "mean true, %")
    config = {n: st.column_config.NumberColumn(format="%.2f") for n in percents}
    left.dataframe(rows, hide_index=True, column_config=config, key=f"{KEY}_rows")
    with right:
        good = 1 - session.start.threshold
        selected = list(errors)[-1]
        drawn = edf.edf_figure(errors, current_theme(), selected, good)
        _chart(drawn, "hand", "Error distribution of every iteration made by hand")
        under(edf.ABOUT, lambda: edf.edf_columns(errors), f"{KEY}-by-hand")
    st.caption(source())


def _chart(drawn: Figure, name: str, alt: str) -> None:
    """Draw a figure of the tour."""
    st.plotly_chart(drawn, theme=None, key=f"{KEY}_{name}", config=CONFIG, alt=alt)
