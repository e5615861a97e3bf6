"""The line above all views that says what is selected, keeps sets and exports."""

from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas import selection
from lissnas.figures.files import csv_bytes
from lissnas.runs import json_bytes
from lissnas.selection import Selection
from lissnas.spaces import Space
from lissnas.ui import address
from lissnas.ui.demo import is_demo, refuse_in_demo
from lissnas.ui.selected import (
    IN_ADDRESS,
    PROBLEM,
    Universe,
    clear,
    current,
    opened_key,
    put,
)

MODES = {"replace": "replaces it", "add": "adds to it", "remove": "takes from it"}
HINT = (
    "Draw a box or a lasso on the map, drag along a histogram, click a bar, or mark "
    "rows of a table: all other views then show where these architectures are. Shift "
    "adds, Alt takes away. By keyboard: arrows move, Space picks, Enter opens, Escape "
    "clears."
)


def bar(shown: Universe) -> None:
    """Draw how much is selected, and what can be done with it."""
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")
    found = current(shown.space)
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="selection_bar"
    )
    row.markdown(count_words(found, shown), width="stretch", help=HINT)
    row.button(
        "Clear",
        icon=":material/deselect:",
        disabled=not len(found),
        on_click=clear,
        args=(shown.space,),
        key="selection_clear",
    )
    row.button(
        "Invert",
        icon=":material/flip:",
        on_click=_invert,
        args=(shown,),
        key="selection_invert",
        help=f"Select all others of {shown.name}.",
    )
    with row.popover("Selection", icon=":material/bookmarks:"):
        _tools(st.container(), shown, found)


def count_words(found: Selection, shown: Universe) -> str:
    """Return how much of what is shown is selected, and where that was picked."""
    total = len(shown.archs)
    if not len(found):
        return f":material/select_all: **0 of {total:,} selected**"
    here = int(found.holds(shown.keys).sum())
    text = f":material/select_all: **{here:,} of {total:,} selected**"
    if len(found) > here:
        text += f", and {len(found) - here:,} that {shown.name} does not show"
    source = "; ".join(found.source[-3:])
    more = "...; " if len(found.source) > 3 else ""
    return f"{text}: {more}{_as_text(source)}"


def _tools(where: DeltaGenerator, shown: Universe, found: Selection) -> None:
    """Draw how picks are combined, and what keeps, opens and exports sets."""
    where.segmented_control(
        "A new pick",
        list(MODES),
        default="replace",
        format_func=lambda name: MODES[name],
        key="selection_mode",
        help="Besides, Shift adds and Alt takes away.",
        persist_state="session",
        required=True,
    )
    space = shown.space
    where.text_input("Keep the selection as a set named", key=_title_key(space))
    where.button(
        "Keep",
        icon=":material/bookmark_add:",
        disabled=not len(found) or is_demo(),
        on_click=_keep,
        args=(space,),
        key="selection_keep",
    )
    _kept(where, space)
    _downloads(where, shown, found)


def _kept(where: DeltaGenerator, space: Space) -> None:
    """Draw the sets that are kept, to select or delete one."""
    known = selection.names(space)
    if not known:
        return
    where.selectbox("Kept sets", known, key=_chosen_key(space))
    row = where.container(horizontal=True)
    args = (space,)
    row.button("Select", on_click=_select, args=args, key="selection_open")
    row.button(
        "Delete",
        on_click=_delete,
        args=args,
        disabled=is_demo(),
        key="selection_delete",
    )


def _downloads(where: DeltaGenerator, shown: Universe, found: Selection) -> None:
    """Draw the exports of what is selected."""
    row = where.container(horizontal=True)
    for name, mime, content in (
        ("csv", "text/csv", _csv),
        ("json", "application/json", _json),
    ):
        row.download_button(
            name.upper(),
            data=partial(content, found, shown),
            file_name=f"selection-{shown.space.name}.{name}",
            mime=mime,
            icon=":material/download:",
            disabled=not len(found),
            on_click="ignore",
            key=f"selection_{name}",
        )
    where.caption(
        "Architectures as the field writes them, accuracies with their source, and "
        "exact costs."
    )


def _csv(found: Selection, shown: Universe) -> bytes:
    """Return a selection as CSV."""
    return csv_bytes(selection.columns(found, shown.space, **_known(found, shown)))


def _json(found: Selection, shown: Universe) -> bytes:
    """Return a selection as JSON."""
    return json_bytes(selection.document(found, shown.space, **_known(found, shown)))


def _known(found: Selection, shown: Universe) -> dict[str, Any]:
    """Return where the accuracies of an export come from."""
    known: dict[str, Any] = {"table": shown.table()}
    if shown.predict is not None:
        known |= {"predicted": shown.predict(found.archs), "predictor": shown.predictor}
    return known


def _invert(shown: Universe) -> None:
    """Select all that is shown and was not selected."""
    before = current(shown.space)
    after = selection.inverted(before, shown.space, shown.archs, shown.name)
    put(shown.space, after)


def _title_key(space: Space) -> str:
    """Return the key of what is typed as the name of a set."""
    return f"selection_title_{space.name}"


def _chosen_key(space: Space) -> str:
    """Return the key of the set that is chosen of those kept."""
    return f"selection_sets_{space.name}"


def _keep(space: Space) -> None:
    """Store the selection under the name as typed, and put it into the address.

    What is typed is asked for here: a callback's arguments are those of the run before,
    when the name was not yet there.
    """
    title = str(st.session_state.get(_title_key(space)) or "")
    try:
        refuse_in_demo("a set that is kept")
        _address(space, selection.keep(current(space), space, title).name)
    except (ValueError, OSError) as error:
        st.session_state[PROBLEM] = str(error)


def _select(space: Space) -> None:
    """Select the chosen set, and put it into the address."""
    name = st.session_state[_chosen_key(space)]
    try:
        found = selection.load(space, name)
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)
        return
    put(space, found)
    _address(space, name)


def _delete(space: Space) -> None:
    """Remove the chosen set; what is selected stays selected."""
    name = st.session_state[_chosen_key(space)]
    try:
        refuse_in_demo("a set that is deleted")
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)
        return
    selection.delete(space, name)
    if address.part(IN_ADDRESS) == name:
        address.put({IN_ADDRESS: None})


def _address(space: Space, name: str) -> None:
    """Put a set that is selected into the address."""
    st.session_state[opened_key(space)] = name
    address.put({IN_ADDRESS: name})


def _as_text(words: str) -> str:
    """Return words that are data as markdown that shows them."""
    return "".join(
        f"\\{one}" if one in "\\`*_{}[]()#+-.!<>|~$:" else one for one in words
    )
