"""What the whole tour stands on: one space, its truth, a predictor, the example run."""

import streamlit as st

from lissnas.arrays import Archs
from lissnas.oracles import load
from lissnas.records import final
from lissnas.session import Session
from lissnas.ui import store
from lissnas.ui.store import View

KEY = "tour"


def ground() -> Session:
    """Return the session of the example run, made at the very first time.

    Raises
    ------
    ValueError
        If the example's table is missing.
    """
    found = example()
    return store.session(str(found.run.path), found.run)


def example() -> View:
    """Return the finished example run."""
    note = st.empty()
    with note.status(
        "Training the predictor on real accuracies", expanded=False
    ) as box:
        name = store.example(lambda text: box.update(label=text.split(":")[0]))
    note.empty()
    return store.view(name)


def kept() -> Archs:
    """Return the architectures that the example run kept, ``(k, d)``."""
    return final([one.iteration for one in example().stored]).space


def source() -> str:
    """Return what the accuracies of the tour are, in one line."""
    study = store.EXAMPLE
    table = load(study.space, study.task)
    return f"Real accuracies: {table.title} ({table.licence})."
