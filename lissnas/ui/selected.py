"""The one selection of a session and space: picked in any view, shown in all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from lissnas import selection
from lissnas.arrays import Archs, Bools, Keys, Scores
from lissnas.oracles import Table
from lissnas.selection import PICKS, Selection
from lissnas.spaces import Space
from lissnas.ui import address
from lissnas.ui.text import plain
from lissnas.ui.view import Cells, Stretch, range_of, row_of, rows_of

IN_ADDRESS = "set"
PROBLEM = "selection_problem"


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """What a page shows of a space ``(n, d)``, and what is known of it besides.

    Parameters
    ----------
    name
        What it is, for readers, such as "the sample".
    table
        Where measured accuracies come from, read when they are asked for.
    predict
        Predicted accuracies of any architectures, NaN where unknown.
    predictor
        What predicted them.
    """

    space: Space
    archs: Archs
    keys: Keys
    name: str
    table: Callable[[], Table | None] = lambda: None
    predict: Callable[[Archs], Scores] | None = None
    predictor: str = ""


def current(space: Space) -> Selection:
    """Return what is selected of a space, or the set that the address names."""
    asked = address.part(IN_ADDRESS)
    if asked and st.session_state.get(opened_key(space)) != asked:
        st.session_state[opened_key(space)] = asked
        try:
            st.session_state[_key(space)] = selection.load(space, asked)
        except ValueError as error:
            sentence = f"The address names no set: {plain(str(error))}"
            st.warning(sentence, icon=":material/link_off:")
            address.put({IN_ADDRESS: None})
    found: Selection | None = st.session_state.get(_key(space))
    return selection.empty(space) if found is None else found


def lit(space: Space, keys: Keys) -> Bools | None:
    """Return which identities ``(n,)`` are selected, None if nothing is."""
    found = current(space)
    return found.holds(keys) if len(found) else None


def mode() -> str:
    """Return what a new pick does to those before."""
    chosen = st.session_state.get("selection_mode")
    return chosen if chosen in PICKS else "replace"


def pick(space: Space, archs: Archs, source: str, how: str | None = None) -> None:
    """Select architectures ``(n, d)``; what is wrong is said by the next `bar`."""
    try:
        put(
            space, selection.picked(current(space), space, archs, source, how or mode())
        )
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)


def clear(space: Space) -> None:
    """Select nothing."""
    put(space, selection.empty(space))


def on_points(
    shown: Universe, where: str, opened: Callable[[Archs], None] | None = None
) -> Callable[[Mapping[str, Any]], None]:
    """Return what is done with picks among the points of a universe.

    `opened` is called with the architecture ``(d,)`` that was clicked.
    """
    total = len(shown.archs)

    def act(about: Mapping[str, Any]) -> None:
        kind = about.get("kind")
        if kind == "rows":
            rows = rows_of(about, total)
            pick(shown.space, shown.archs[rows], where, _how(about))
        elif kind == "open" and opened is not None:
            opened(shown.archs[row_of(about, total)])
        elif kind == "clear":
            clear(shown.space)

    return _trusted(act)


def on_stretch(
    space: Space, cells: tuple[Cells, ...], members: Callable[[Stretch], Archs]
) -> Callable[[Mapping[str, Any]], None]:
    """Return what is done with a stretch of an axis: its members are picked."""

    def act(about: Mapping[str, Any]) -> None:
        if about.get("kind") == "range":
            found = range_of(about, cells)
            title = cells[found.place].title
            source = f"{title} {found.low:.4g} to {found.high:.4g}"
            pick(space, members(found), source, _how(about))
        elif about.get("kind") == "clear":
            clear(space)

    return _trusted(act)


def put(space: Space, found: Selection) -> None:
    """Select something else than the address may name."""
    st.session_state[_key(space)] = found
    st.session_state.pop(opened_key(space), None)
    address.put({IN_ADDRESS: None})


def _trusted(
    act: Callable[[Mapping[str, Any]], None],
) -> Callable[[Mapping[str, Any]], None]:
    """Return `act` with an answer in words to what a browser should not have said."""

    def guarded(about: Mapping[str, Any]) -> None:
        try:
            act(about)
        except ValueError as error:
            st.session_state[PROBLEM] = str(error)

    return guarded


def _how(about: Mapping[str, Any]) -> str:
    """Return what a pick does, as the browser says."""
    found = str(about.get("mode"))
    return found if found in PICKS else "replace"


def _key(space: Space) -> str:
    """Return where a session keeps what is selected of a space."""
    return f"selection_of_{space.name}"


def opened_key(space: Space) -> str:
    """Return where a session keeps which set of a space was opened last."""
    return f"selection_set_of_{space.name}"


def part(archs: Archs, values: Scores, low: float, high: float) -> Archs:
    """Return the architectures ``(k, d)`` whose value ``(n,)`` is in a stretch."""
    inside = (values >= low) & (values <= high) & ~np.isnan(values)
    return archs[inside]
