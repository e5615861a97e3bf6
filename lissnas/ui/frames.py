"""What stands under every figure: an explanation, and its numbers as CSV."""

from collections.abc import Callable

import streamlit as st

from lissnas.figures.files import csv_bytes
from lissnas.figures.theme import Columns


def under(about: str, columns: Callable[[], Columns], name: str) -> None:
    """Draw the explanation of a figure and the download of its numbers."""
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
