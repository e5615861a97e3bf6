"""The read-only dashboard: pages show what is there, and visitors change nothing."""

import os

import streamlit as st

from lissnas.launch import DEMO

SENTENCE = (
    "This dashboard is read-only (`lissnas app --demo`): look at everything that is "
    "stored, and run, upload, rename or delete on one of your own."
)


def is_demo() -> bool:
    """Return whether the dashboard is read-only."""
    return os.environ.get(DEMO, "0") not in ("", "0")


def refuse_in_demo(what: str) -> None:
    """Raise ValueError if the dashboard is read-only; `what` is what was asked for."""
    if is_demo():
        raise ValueError(f"{what} needs a dashboard of your own, this one is read-only")


def demo_note() -> None:
    """Say in the menu that the dashboard is read-only, if it is."""
    if is_demo():
        st.badge("Read-only demo", icon=":material/lock:", color="blue", help=SENTENCE)
