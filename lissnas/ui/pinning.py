"""Pins: architectures of a run that are followed through its iterations."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.arrays import Archs
from lissnas.fate import WORDS, Fates, fates, words
from lissnas.figures.theme import Columns
from lissnas.pins import MOST, pinned, read_pins, unpinned, write_pins
from lissnas.runs import history
from lissnas.ui.demo import is_demo
from lissnas.ui.frames import under
from lissnas.ui.run_selection import true_of
from lissnas.ui.selected import current, pick
from lissnas.ui.store import View

PROBLEM = "pins_problem"
ABOUT = "\n".join(
    [
        "Each row is a pinned architecture, each column an iteration; the word says "
        "what that iteration did with it. Predicted is what the run knows of it by the "
        "iteration shown, true what the benchmark table says. Marked rows are selected "
        "in all views. Pins are kept beside the run.",
        "",
        *(f"- **{word}**: {text}" for word, text in WORDS.items()),
    ]
)


def pins_of(shown: View) -> Archs:
    """Return the pinned architectures of a run ``(p, d)``; what is wrong is said."""
    key = _key(shown)
    if key not in st.session_state:
        try:
            st.session_state[key] = read_pins(shown.run.path, shown.space)
        except ValueError as error:
            st.session_state[key] = np.zeros((0, len(shown.space.decisions)), np.int8)
            st.session_state[PROBLEM] = str(error)
    found: Archs = st.session_state[key]
    return found


def pin_buttons(where: DeltaGenerator, shown: View, arch: Archs) -> None:
    """Draw the buttons that pin one architecture ``(d,)``, or what is selected."""
    chosen = current(shown.space).archs
    for label, archs, key in (
        ("Pin this one", arch[None], "one"),
        (f"Pin the selected ({len(chosen):,})", chosen, "selected"),
    ):
        if where.button(  # no callback: it would get what was typed before
            label,
            icon=":material/keep:",
            disabled=not len(archs),
            key=f"shrink_pin_{key}",
            help=f"Follow it through the iterations; {MOST} at most.",
        ):
            _pin(shown, archs)
            st.rerun()


def pins_panel(shown: View, step: int) -> None:
    """Draw what became of the pinned architectures, iteration by iteration."""
    pins = pins_of(shown)
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")
    st.markdown("**Pins**", help="Architectures followed through the iterations.")
    if not len(pins):
        st.caption("Nothing is pinned: pin the architecture above, or a selection.")
        return
    known = fates(shown.space, history(shown.stored), pins)
    key = f"shrink_pins_{len(pins)}_{step}"
    st.dataframe(
        table(shown, known, step),
        hide_index=True,
        key=key,
        on_select=lambda: _marked(shown, pins, key),
        selection_mode="multi-row",
        column_config={
            name: st.column_config.NumberColumn(format="%.2f")
            for name in ("predicted, %", "true, %")
        },
    )
    row = st.container(horizontal=True)
    row.button(
        "Unpin the marked",
        icon=":material/keep_off:",
        on_click=_unpin_marked,
        args=(shown, pins, key),
        key="shrink_unpin",
    )
    row.button(
        "Unpin all",
        on_click=_put,
        args=(shown, pins[:0]),
        key="shrink_unpin_all",
    )
    under(ABOUT, lambda: table(shown, known, step), f"pins-{shown.run.name}-{step}")


def table(shown: View, known: Fates, step: int) -> Columns:
    """Return pinned architectures, their accuracies, and a column an iteration."""
    told = words(known)
    columns: Columns = {
        "architecture": shown.space.short(known.archs),
        "predicted, %": 100 * known.predicted[:, step],
        "true, %": 100 * true_of(shown, known.archs),
    }
    for place, number in enumerate(known.steps.tolist()):
        name = f"▸ {number}" if number == step else str(number)
        columns[name] = [row[place] for row in told]
    return columns


def _pin(shown: View, archs: Archs) -> None:
    """Pin architectures ``(n, d)``."""
    try:
        _put(shown, pinned(shown.space, pins_of(shown), archs))
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)


def _unpin_marked(shown: View, pins: Archs, key: str) -> None:
    """Unpin the rows that are marked in the table."""
    rows = st.session_state[key]["selection"]["rows"]
    _put(shown, unpinned(shown.space, pins, pins[rows]))


def _marked(shown: View, pins: Archs, key: str) -> None:
    """Select the pins whose rows are marked."""
    rows = st.session_state[key]["selection"]["rows"]
    pick(shown.space, pins[rows], "pins", "replace")


def _put(shown: View, archs: Archs) -> None:
    """Keep pins in the session, and beside the run unless that is read-only."""
    st.session_state[_key(shown)] = archs
    if is_demo():
        return
    try:
        write_pins(shown.run.path, shown.space, archs)
    except OSError as error:
        st.session_state[PROBLEM] = f"The pins are not stored: {error}"


def _key(shown: View) -> str:
    """Return where a session keeps the pins of a run."""
    return f"pins_of_{shown.run.name}"
