"""What the Shrink page opens with: the run in the address, or the finished example."""

import streamlit as st

from lissnas.ui import address, forms, state, store
from lissnas.ui.store import View
from lissnas.ui.text import plain

FAILED = (ValueError, OSError)


def open_run() -> View | None:
    """Return the run that the address asks for, None where there is none.

    Without a run in the address it is the example, which is computed the first time.
    A run that cannot be read is answered in words. When a run is shown for the first
    time, the widgets of the study form take its values.
    """
    name = state.shown_run()
    if name == state.NEW:
        return None
    if name in (None, state.EXAMPLE):
        name = _example()
        if name is None:
            return None
    try:
        found = store.view(name)
    except FAILED as error:
        st.error(
            f"This run cannot be shown: {plain(str(error))}. Choose settings on the "
            "left and press **Step** to make a new one, or take a run from the home "
            "page.",
            icon=":material/broken_image:",
        )
        return None
    if st.session_state.get("shrink_loaded") != name:
        st.session_state["shrink_loaded"] = name
        forms.fill_widgets(found.study, "shrink")
    return found


def _example() -> str | None:
    """Return the example's name and put it into the address."""
    note = st.empty()
    with note.status("Opening the example", expanded=False) as status:
        try:
            name = store.example(
                lambda sentence: status.update(label=sentence.split(":")[0])
            )
        except FAILED as error:
            note.error(f"The example cannot be run: {error}")
            return None
    note.empty()
    address.fill({"run": name})
    return name
