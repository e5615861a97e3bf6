"""Which run and iteration are shown: the page's address says it, and nothing else."""

import streamlit as st

from lissnas.ui import address
from lissnas.ui.text import quoted

NEW, EXAMPLE = "new", "example"
"""Addresses that are no run's name: none yet, and the example that opens first."""


def shown_run() -> str | None:
    """Return the name of the run in the address, None if there is none."""
    return address.part("run") or None


def show(run: str | None, step: int | None = None) -> None:
    """Put a run and an iteration into the address; None takes them out.

    Another run brings its own space and task; where there is none yet, the address
    says those of the form.
    """
    changes = {"run": run, "iteration": None if step is None else str(step)}
    if run != shown_run():
        form = ("space", "task") if run == NEW else ()
        kept = {name: st.session_state.get(name) for name in form}
        changes |= {"space": None, "task": None, **kept}
    address.put(changes)


def shown_step(count: int) -> int:
    """Return the iteration in the address, within 0..count-1; the last without one.

    An address that names an iteration that is not there is answered in words.
    """
    asked = address.part("iteration")
    if asked is None:
        return count - 1
    if asked.isdecimal() and int(asked) < count:
        return int(asked)
    st.warning(
        f"Iteration must be in 0..{count - 1} for this run, got {quoted(asked)}; "
        "the last one is shown.",
        icon=":material/link_off:",
    )
    return count - 1


def go_to(step: int) -> None:
    """Show another iteration of the run that is shown."""
    show(shown_run(), step)
