"""What stands under every figure: an explanation, its numbers as CSV, the code."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lissnas.figures.files import csv_bytes
from lissnas.figures.theme import Columns

PICTURES = ("PNG", "SVG")
PICTURE = "picture_format"  # of the session: what the camera of a figure saves


def under(
    about: str, columns: Callable[[], Columns], name: str, code: str = ""
) -> None:
    """Draw the explanation of a figure, the download of its numbers, and its code."""
    with st.expander("What am I looking at?", icon=":material/help:"):
        st.markdown(about)
        st.download_button(
            "Numbers as CSV",
            data=lambda: csv_bytes(columns()),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"csv_{name}",
        )
    if code:
        code_below(code)


def code_below(code: str) -> None:
    """Draw the Python code that makes what is shown above."""
    with st.expander("The same in Python", icon=":material/code:"):
        st.code(code, language="python")


def saving(name: str, **more: Any) -> dict[str, Any]:
    """Draw the choice of what a figure's camera saves; return the figure's options."""
    chosen = st.segmented_control(
        "The camera saves",
        PICTURES,
        default=st.session_state.get(PICTURE, PICTURES[0]),
        key=f"{PICTURE}_{name}",
        width="content",
    )
    chosen = chosen or PICTURES[0]
    st.session_state[PICTURE] = chosen
    saved = {"format": chosen.lower(), "filename": name, "scale": 2}
    common = {"displaylogo": False, "showSendToCloud": False}
    return {**common, "toImageButtonOptions": saved, **more}
