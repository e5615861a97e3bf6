"""What stands under every figure: an explanation, its numbers, the code, pictures."""

from collections.abc import Callable

import streamlit as st

from lissnas.figures.files import csv_bytes
from lissnas.figures.theme import Columns
from lissnas.ui.view import picture

ROWS, TALLEST, WIDTH = 1_000, 360, 680


def under(
    about: str,
    columns: Callable[[], Columns],
    name: str,
    code: str = "",
    pictures: bool = True,
) -> None:
    """Draw what belongs to the figure above, which is the nearest one.

    Parameters
    ----------
    about
        What it shows, how it is read, and where the paper has it.
    columns
        Its numbers, made when they are asked for.
    name
        The name of its files, which no other figure of the page has.
    code
        Python that makes the same.
    pictures
        Whether there is a figure to be saved, and not a table or a drawing.
    """
    with st.expander("What am I looking at?", icon=":material/help:"):
        st.markdown(about)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        _numbers(columns, name)
        if code:
            with st.popover(
                "Python", icon=":material/code:", help="The same in Python."
            ):
                st.code(code, language="python", width=WIDTH)
        if pictures:
            picture(name)


def _numbers(columns: Callable[[], Columns], name: str) -> None:
    """Draw the numbers behind a figure as a table that opens, and as a file."""
    opened = st.popover(
        "Numbers",
        icon=":material/table:",
        help="The numbers behind this.",
        key=f"numbers_{name}",
        on_change="rerun",
    )
    with opened:
        if opened.open:
            _table(columns())
        st.download_button(
            "Numbers as CSV",
            data=lambda: csv_bytes(columns()),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"csv_{name}",
        )


def _table(found: Columns) -> None:
    """Draw at most 1,000 rows of numbers, and say so if there are more."""
    total = max((len(values) for values in found.values()), default=0)
    shown = {column: list(values[:ROWS]) for column, values in found.items()}
    st.dataframe(
        shown, hide_index=True, width=WIDTH, height=min(TALLEST, 35 * total + 38)
    )
    if total > ROWS:
        st.caption(f"Showing {ROWS:,} of {total:,} rows; the file holds all.")


def code_below(code: str) -> None:
    """Draw the Python code that makes what is shown above."""
    with st.expander("The same in Python", icon=":material/code:"):
        st.code(code, language="python")
