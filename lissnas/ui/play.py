"""Play and pause: the stored iterations of a run, one after the other.

While it plays, a fragment goes to the next iteration every so many seconds; the map
keeps its element and its places, so points only come and go. It pauses at the last
stored iteration, and whenever somebody steps, scrubs or picks another run.
"""

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.ui import state
from lissnas.ui.store import View

KEY = "shrink_playing"
LAST = "shrink_played_at"
SECONDS = 2.0  # of an iteration on screen


def playing(shown: View | None) -> bool:
    """Return whether the run shown is being played."""
    return shown is not None and st.session_state.get(KEY) == shown.run.name


def stop() -> None:
    """Pause, if anything plays."""
    st.session_state.pop(KEY, None)


def play_button(where: DeltaGenerator, shown: View | None, step: int) -> None:
    """Draw Play or Pause."""
    count = len(shown.stored) if shown else 0
    now = playing(shown)
    where.button(
        "Pause" if now else "Play",
        icon=":material/pause:" if now else ":material/play_circle:",
        disabled=count < 2,
        help="Show the stored iterations one after the other, from the first if the "
        "last is shown.",
        on_click=stop if now else _start,
        args=() if now or shown is None else (shown, step),
        key="shrink_play",
    )


def play_on(shown: View, step: int) -> None:
    """Go on while the run plays: called when the whole page is drawn.

    So every iteration is on screen for a while, however long its page takes.
    """
    if not playing(shown):
        return
    if step >= len(shown.stored) - 1:
        stop()
        st.rerun()
    st.session_state[LAST] = time.monotonic()
    _tick(step)


def _start(shown: View, step: int) -> None:
    """Play a run from the iteration shown, from the first if that is the last."""
    st.session_state[KEY] = shown.run.name
    if step >= len(shown.stored) - 1:
        state.go_to(0)


@st.fragment(run_every=SECONDS / 4)
def _tick(step: int) -> None:
    """Go to the iteration after `step` once that was on screen for long enough."""
    if time.monotonic() - st.session_state.get(LAST, 0.0) >= SECONDS:
        state.go_to(step + 1)
        st.rerun()
