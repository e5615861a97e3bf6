"""How the Explore page is told an architecture: typed, swapped, or edited."""

import numpy as np
import streamlit as st

from lissnas.arrays import Archs
from lissnas.spaces import Space
from lissnas.ui import address
from lissnas.ui import explore_state as state
from lissnas.ui.explore import Explored

TEXT, SELECT = 260, 150
FORM = "explore_edit"


def inputs(shown: Explored) -> None:
    """Draw where architectures are typed, swapped and edited."""
    space = shown.scene.space
    state.show_problem()
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        _typed(space, "Architecture", state.ARCH, shown.arch)
        _typed(space, "Compare with", state.OTHER, shown.other)
    row.button(
        "Swap",
        icon=":material/swap_horiz:",
        key="explore_swap",
        disabled=shown.other is None,
        on_click=_swap,
        args=(space, shown.arch, shown.other),
    )
    row.button(
        "One only",
        icon=":material/close:",
        key="explore_alone",
        disabled=shown.other is None,
        on_click=state.go,
        args=(space, None, state.OTHER),
        help="Stop comparing.",
    )
    with st.expander("Edit decision by decision", icon=":material/edit:"):
        _editor(space, shown.arch)


def _typed(space: Space, label: str, name: str, arch: Archs | None) -> None:
    """Draw the text of an architecture, which can be replaced by any other string."""
    text = "" if arch is None else space.short(arch[None])[0]
    key, seen = f"explore_{name}", f"explore_{name}_seen"
    if st.session_state.get(seen) != (space.name, text) or key not in st.session_state:
        st.session_state[key], st.session_state[seen] = text, (space.name, text)
    st.text_input(
        label,
        key=key,
        on_change=lambda: state.attempt(lambda: _read(space, name)),
        placeholder="official or short string",
        width=TEXT,
        help="The space's official string or the short one of the tables here.",
    )


def _read(space: Space, name: str) -> None:
    """Show the architecture that was typed."""
    if address.by_itself():
        return
    text = st.session_state[f"explore_{name}"]
    if text.strip() or name == state.ARCH:
        state.go(space, state.read(space, text), name)
    else:
        state.go(space, None, name)


def _swap(space: Space, arch: Archs, other: Archs) -> None:
    """Show the architecture compared with, and compare with the one shown."""
    state.go(space, other)
    state.go(space, arch, state.OTHER)


def _editor(space: Space, arch: Archs) -> None:
    """Draw a select box for each decision, and take them all at once."""
    keys = [f"{FORM}_{space.name}_{i}" for i in range(len(space.decisions))]
    now = (space.name, arch.tobytes())
    stale = st.session_state.get(f"{FORM}_seen") != now
    st.session_state[f"{FORM}_seen"] = now
    with st.form(FORM, border=False):
        row = st.container(horizontal=True, gap="small")
        for key, decision, option in zip(
            keys, space.decisions, arch.tolist(), strict=True
        ):
            if stale or key not in st.session_state:
                st.session_state[key] = decision.options[option]
            row.selectbox(
                decision.name,
                decision.options,
                key=key,
                width=SELECT,
                disabled=len(decision.options) == 1,
            )
        st.form_submit_button(
            "Apply",
            icon=":material/check:",
            key=f"{FORM}_apply",
            on_click=lambda: state.attempt(lambda: _apply(space, keys)),
        )


def _apply(space: Space, keys: list[str]) -> None:
    """Show the architecture that the select boxes describe."""
    row = [
        decision.options.index(st.session_state[key])
        for key, decision in zip(keys, space.decisions, strict=True)
    ]
    try:
        arch = space.canonical(np.array([row], dtype=np.int8))[0]
    except ValueError as error:
        raise ValueError(
            f"These options together are no architecture of {space.title}: {error}"
        ) from None
    state.go(space, arch)
