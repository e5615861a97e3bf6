"""The form of constraints: what a run must not draw, ask about or keep."""

import streamlit as st

from lissnas.arrays import Archs
from lissnas.shrink.constraints import Steering
from lissnas.spaces import SPACES, Space
from lissnas.ui.store import View

METHOD = "lissnas"
MILLION = 1e6
ABOUT = """
What is forbidden is never drawn, made as a neighbour, asked about or kept. An option
can be forbidden at one decision or at all that have it; multiply-adds can be limited
from below and above. Constraints belong to the run, so it can be replayed and
continued. To change them in the middle of a run, branch from the iteration shown.
"""


def barred(shown: View, arch: Archs) -> str:
    """Return which constraint of a run forbids a row ``(d,)``; empty if none does."""
    return shown.study.steering.barred(shown.space, arch)


def choices(space: Space) -> list[str]:
    """Return what can be forbidden: options of all decisions, then of each."""
    each = [f"{d.name}={option}" for d in space.decisions for option in d.options]
    shared = [option for d in space.decisions for option in d.options]
    several = [one for one in dict.fromkeys(shared) if shared.count(one) > 1]
    return several + each


def steering_form(space: str, method: str, key: str) -> Steering:
    """Return the constraints that the widgets describe.

    Raises
    ------
    ValueError
        If they leave nothing.
    """
    if method != METHOD:
        st.caption("Only LISSNAS takes constraints.")
        return Steering()
    names = _keys(space, key)
    st.session_state.setdefault(names[0], [])
    for name in names[1:]:
        st.session_state.setdefault(name, 0.0)
    forbid = st.multiselect(
        "Forbid",
        choices(SPACES[space]),
        key=names[0],
        help=ABOUT,
        placeholder="Nothing is forbidden",
        persist_state="session",
    )
    low, high = (
        st.number_input(
            f"{label} multiply-adds, millions",
            min_value=0.0,
            step=1.0,
            format="%.4g",
            key=name,
            help="0 means no limit.",
            persist_state="session",
        )
        for label, name in zip(("Least", "Most"), names[1:], strict=True)
    )
    found = Steering(", ".join(forbid), round(low * MILLION), round(high * MILLION))
    found.check(SPACES[space])
    return found


def fill_steering(found: Steering, space: str, key: str) -> None:
    """Set the widgets of `steering_form` to constraints."""
    names, known = _keys(space, key), choices(SPACES[space])
    parts = [part for part in found.forbid.split(", ") if part in known]
    st.session_state[names[0]] = parts
    st.session_state[names[1]] = found.min_macs / MILLION
    st.session_state[names[2]] = found.max_macs / MILLION


def _keys(space: str, key: str) -> tuple[str, str, str]:
    """Return the widgets' keys."""
    return f"{key}_forbid_{space}", f"{key}_min_macs", f"{key}_max_macs"
