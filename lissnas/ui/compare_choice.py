"""What the Compare page is to compare: in the address, and in the session's state."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lissnas.comparison import Comparison, comparison_dict, stored_comparisons
from lissnas.comparison.request import digest
from lissnas.oracles import tasks
from lissnas.ui import address
from lissnas.ui.demo import is_demo
from lissnas.ui.forms import FIRST, fill_form
from lissnas.ui.text import plain

KEY = "compare"
METHODS, RUNS = "Methods", "Saved runs"
EXAMPLE = Comparison(FIRST, "cifar10")
NUMBERS = ("size", "queries", "seeds")
NAMES = ("space", "task", "methods", "size", "queries", "seeds", "sizes")
PARTS = tuple(f"{KEY}_{name}" for name in (*NAMES, "runs"))


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be compared: methods, or the names of saved runs."""

    comparison: Comparison | None = None
    runs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what stands for the choice, for states and caches."""
        if self.comparison is None:
            return digest(list(self.runs))
        return digest(comparison_dict(self.comparison))


def first_choice() -> None:
    """Fill the widgets at a session's first visit, and when the address is another.

    With what the address asks for, else with the comparison asked for last, else with
    the example, which is then computed.
    """
    opened = st.session_state.setdefault(f"{KEY}_opened", False)
    silent = not any(address.part(name) for name in PARTS)
    if (not address.is_news(KEY, PARTS) and opened) or (opened and silent):
        return
    st.session_state[f"{KEY}_opened"] = True
    named = address.part(f"{KEY}_runs") or ""
    st.session_state[f"{KEY}_what"] = RUNS if named else METHODS
    st.session_state[f"{KEY}_runs"] = [name for name in named.split(",") if name]
    try:
        found = _from_address()
    except ValueError as error:
        st.warning(
            f"The address asks for no comparison that can be: {plain(str(error))}.",
            icon=":material/link_off:",
        )
        found = None
    if found is None:
        known = (one for one in stored_comparisons() if one.task in tasks(one.space))
        found = next(known, None)
    if found is None:
        start(Choice(EXAMPLE))
    fill(found or EXAMPLE)


def _from_address() -> Comparison | None:
    """Return the comparison in the address, None without one."""
    values: dict[str, Any] = {}
    for name in NAMES:
        text = address.part(f"{KEY}_{name}")
        if text is None:
            continue
        if name == "methods":
            values[name] = tuple(part for part in text.split(",") if part)
        elif name in NUMBERS:
            if not text.isdecimal():
                raise ValueError(f"{name} must be a number, got {text[:40]!r}")
            values[name] = int(text)
        else:
            values[name] = text
    return replace(EXAMPLE, **values) if values else None


def to_address(chosen: Choice) -> None:
    """Put a choice into the address, so that a copy of it leads here again."""
    wanted: dict[str, str | None] = dict.fromkeys(PARTS)
    if chosen.comparison is None:
        wanted[f"{KEY}_runs"] = ",".join(chosen.runs)
    else:
        for name in NAMES:
            value = getattr(chosen.comparison, name)
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            wanted[f"{KEY}_{name}"] = text
    address.put_seen(KEY, wanted, PARTS)


def fill(comparison: Comparison) -> None:
    """Set the widgets of the sidebar to a comparison's values."""
    for name in NAMES:
        value = getattr(comparison, name)
        shown = list(value) if isinstance(value, tuple) else value
        st.session_state[f"{KEY}_{name}"] = shown
    fill_form(comparison.predictor, f"{KEY}_predictor")


def start(chosen: Choice) -> None:
    """Let the page compute what the choice lacks."""
    st.session_state[f"{KEY}_running"] = chosen.key


def stop() -> None:
    """Let the page compute no more."""
    st.session_state.pop(f"{KEY}_running", None)


def running(chosen: Choice) -> bool:
    """Return whether the page is to compute what the choice lacks."""
    asked = st.session_state.get(f"{KEY}_running") == chosen.key
    return asked and not is_demo()
