"""The Explore page's neighbours: ranked, with what each edit changes in words."""

import numpy as np
import streamlit as st

from lissnas.figures.theme import Columns
from lissnas.sharing.page_snippets import arch_snippet
from lissnas.ui import explore_data as data
from lissnas.ui import explore_state as state
from lissnas.ui import selected
from lissnas.ui.explore import Explored
from lissnas.ui.explore_data import Around
from lissnas.ui.frames import under

ABOUT = """
Every architecture that **one edit** of the one above leads to, each once. Those with a
measured accuracy come first, the best on top; the others follow by multiply-adds, as
nothing is guessed. Differences are neighbour minus the one above: accuracy in
percentage points, costs in millions. Vertex 0 of a cell is its input, its highest
number its output. Locality is when most of the differences in accuracy are small.

*In the paper:* sections 4.2 and 4.3, neighbours and locality.
"""
HEIGHT, LETTER = 330, 8
WIDEST, WIDEST_BESIDE = 340, 270  # of the words; with accuracies beside them


def neighbours_panel(shown: Explored) -> None:
    """Draw the neighbours; a click on one shows or compares it."""
    space, scene = shown.scene.space, shown.scene
    found = data.around(scene, shown.arch)
    fact, name = shown.facts[0], space.short(shown.arch[None])[0]
    st.subheader("Neighbours", anchor=False)
    known = int((found.true == found.true).sum())
    st.caption(
        f"{len(found.names):,} architectures are one edit away; "
        f"{known:,} of {len(found.names):,} were measured. Ranked by "
        f"{'accuracy, then by ' if known else ''}multiply-adds."
    )
    if not found.names:
        return
    st.button(
        "Select all neighbours",
        icon=":material/select_all:",
        on_click=selected.pick,
        args=(space, found.archs, f"the neighbours of {name}"),
        key="explore_select_neighbours",
    )
    table = {
        "what changes": found.words,
        "kind": [space.edit_kinds[kind] for kind in found.kind.tolist()],
        "accuracy, %": 100 * found.true,
        "difference, pt": 100 * (found.true - fact.true),
        "parameters, M": (found.params - fact.params) / 1e6,
        "multiply-adds, M": (found.macs - fact.macs) / 1e6,
        "architecture": found.names,
    }
    chosen = selected.lit(space, space.identity(found.archs))
    if chosen is not None:
        table = {"selected": np.where(chosen, "●", "")} | table
    if len(space.edit_kinds) == 1:
        del table["kind"]
    if not known:
        del table["accuracy, %"], table["difference, pt"]
    signed = st.column_config.NumberColumn(format="%+.2f")
    key = f"explore_neighbours_{scene.key}_{name}"
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        on_select=lambda: _clicked(shown, found, key),
        selection_mode="single-row",
        height=HEIGHT,
        column_config={
            "what changes": st.column_config.TextColumn(
                width=min(
                    LETTER * max(map(len, found.words)) + LETTER,
                    WIDEST_BESIDE if known else WIDEST,
                )
            ),
            "accuracy, %": st.column_config.NumberColumn(format="%.2f"),
            "difference, pt": signed,
            "parameters, M": st.column_config.NumberColumn(format="%+.3f"),
            "multiply-adds, M": signed,
        },
    )
    under(
        ABOUT,
        lambda: neighbour_columns(shown, found),
        f"neighbours-{space.name}",
        arch_snippet(space.name, name),
        pictures=False,
    )


def _clicked(shown: Explored, found: Around, key: str) -> None:
    """Put the neighbour whose row was chosen into the address."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        state.clicked(shown.scene.space, found.archs[rows[0]])


def neighbour_columns(shown: Explored, found: Around) -> Columns:
    """Return the numbers behind the table of neighbours."""
    fact, space = shown.facts[0], shown.scene.space
    return {
        "architecture": space.format(found.archs),
        "change": found.words,
        "kind": [space.edit_kinds[kind] for kind in found.kind.tolist()],
        "measured_accuracy": found.true,
        "accuracy_difference": found.true - fact.true,
        "parameters": found.params,
        "multiply_adds": found.macs,
        "parameters_difference": found.params - fact.params,
        "multiply_adds_difference": found.macs - fact.macs,
    }
