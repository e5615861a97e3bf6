"""What the Explore page shows: its address says it, widgets only change the address."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.arrays import Archs
from lissnas.spaces import Space
from lissnas.ui import address, selected
from lissnas.ui.text import plain

KEY = "explore"
ARCH, OTHER = "arch", "with"
SELECT = "select"
OWN = (ARCH, OTHER, "colour")
LONGEST = 300


def choice(
    where: DeltaGenerator,
    label: str,
    name: str,
    options: Sequence[str],
    default: str,
    clears: Sequence[str] = (),
    **widget: Any,
) -> str:
    """Return what is chosen in a select box that follows the address.

    A new choice takes the parts `clears` out of the address.
    """
    key = f"{KEY}_{name}"
    draw = where.selectbox
    return address.choose(draw, label, name, options, default, key, clears, **widget)


def read(space: Space, text: str) -> Archs:
    """Return the canonical row ``(d,)`` of a string; ValueError says what is wrong."""
    row: Archs = space.canonical(space.parse([text.strip()]))[0]
    return row


def in_address(space: Space, name: str) -> Archs | None:
    """Return the architecture in a part of the address, None without one.

    One that cannot be read is answered in words.
    """
    text = address.part(name)
    if not text:
        return None
    try:
        return read(space, text)
    except ValueError as error:
        st.error(f"The address names no architecture: {plain(short_of(error))}")
        address.fill({name: None})
        return None


def go(space: Space, arch: Archs | None, name: str = ARCH) -> None:
    """Put an architecture ``(d,)`` into the address; None takes it out."""
    address.put({name: None if arch is None else space.short(arch[None])[0]})


def click_target() -> str:
    """Return which part of the address a click changes, `SELECT` if it selects."""
    return str(st.session_state.get(f"{KEY}_click") or ARCH)


def clicked(space: Space, arch: Archs) -> None:
    """Do with an architecture ``(d,)`` what a click on it is said to do."""
    if click_target() != SELECT:
        go(space, arch, click_target())
        return
    chosen = selected.current(space).holds(space.identity(arch[None]))[0]
    selected.pick(space, arch[None], "a click", "remove" if chosen else "add")


def attempt(act: Callable[[], None]) -> None:
    """Do what a widget asks for, and remember what is wrong if it cannot be done."""
    try:
        act()
    except ValueError as error:
        st.session_state[f"{KEY}_problem"] = short_of(error)


def show_problem() -> None:
    """Say once what was wrong with the last thing asked for."""
    problem = st.session_state.pop(f"{KEY}_problem", None)
    if problem:
        st.error(problem, icon=":material/error:")


def short_of(error: ValueError) -> str:
    """Return an error's sentence, cut where it quotes a long text."""
    text = str(error)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
