"""What stands under every figure: an explanation, and its numbers as CSV."""

import csv
import io
from collections.abc import Callable

import streamlit as st

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


def csv_bytes(columns: Columns) -> bytes:
    """Return columns as CSV with a header; unknown numbers are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(
            ["" if value is None or value != value else value for value in row]
        )
    return text.getvalue().encode()
