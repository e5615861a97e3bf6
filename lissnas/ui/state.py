"""Which run and iteration are shown: the page's address says it, and nothing else."""

import streamlit as st

NEW, EXAMPLE = "new", "example"
"""Addresses that are no run's name: none yet, and the example that opens first."""


def shown_run() -> str | None:
    """Return the name of the run in the address, None if there is none."""
    found: str | None = st.query_params.get("run")
    return found or None


def show(run: str | None, step: int | None = None) -> None:
    """Put a run and an iteration into the address; None takes them out."""
    for name, value in (("run", run), ("iteration", step)):
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def shown_step(count: int) -> int:
    """Return the iteration in the address, within 0..count-1; the last without one.

    An address that names an iteration that is not there is answered in words.
    """
    asked = st.query_params.get("iteration")
    if asked is None:
        return count - 1
    if asked.isdecimal() and int(asked) < count:
        return int(asked)
    st.warning(
        f"Iteration must be in 0..{count - 1} for this run, got {asked[:40]!r}; "
        "the last one is shown.",
        icon=":material/link_off:",
    )
    return count - 1


def go_to(step: int) -> None:
    """Show another iteration of the run that is shown."""
    show(shown_run(), step)
