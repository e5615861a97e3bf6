"""Play and pause: the stored iterations of a run, one after the other.

While it plays, the page waits when it is drawn and then goes to the next iteration; the
map keeps its element and its places, so points only come and go. It pauses at the last
stored iteration, and whenever somebody steps, scrubs or picks another run. A fragment
that runs every so often would not do: on a busy machine its messages hold the slider
and the address of the iteration before, which looks as if the reader had scrubbed.
"""

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.ui import state
from lissnas.ui.store import View

KEY = "shrink_playing"
SECONDS = 2.0  # of an iteration on screen
LISTEN = 0.1  # seconds between two looks at what the reader did


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
        key="shrink_pause" if now else "shrink_play",  # or one press may do both
    )


def play_on(shown: View, step: int) -> None:
    """Go on while the run plays: called when the whole page is drawn.

    So every iteration is on screen for a while, however long its page takes. Waiting
    ends as soon as the reader does anything.
    """
    if not playing(shown):
        return
    if step < len(shown.stored) - 1:
        listen, end = st.empty(), time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(LISTEN)
            listen.empty()  # here Streamlit takes up what the reader did
        state.go_to(step + 1)
    else:
        stop()
    st.rerun()


def _start(shown: View, step: int) -> None:
    """Play a run from the iteration shown, from the first if that is the last."""
    st.session_state[KEY] = shown.run.name
    if step >= len(shown.stored) - 1:
        state.go_to(0)
