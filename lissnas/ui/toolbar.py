"""Step, Run to the end, Back and Reset: what moves through a run and makes it."""

import streamlit as st

from lissnas.session import Study
from lissnas.ui import address, branching, forms, play, state, store
from lissnas.ui.demo import is_demo
from lissnas.ui.store import View

KEY = "shrink"
SLIDER = 420


def toolbar(study: Study | None, shown: View | None, step: int) -> None:
    """Draw the buttons and the slider, and do what was asked for.

    `study` is what the sidebar describes; if it is not that of the run shown, Step and
    Run to the end start a new run.
    """
    same = shown is not None and (study == shown.study or study is None)
    count = len(shown.stored) if shown and same else 0
    at_end = count > 0 and step >= count - 1
    over = shown is not None and same and shown.stops and at_end
    blocked = (study is None or is_demo()) and not (same and shown and not at_end)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    if row.button(
        "Back",
        icon=":material/skip_previous:",
        disabled=not count or step < 1,
        help="Show the iteration before.",
        key=f"{KEY}_back",
    ):
        play.stop()
        state.go_to(step - 1)
        st.rerun()
    if row.button(
        "Step",
        icon=":material/skip_next:",
        disabled=over or blocked,
        help="Show the next iteration, computing it if it is new.",
        key=f"{KEY}_step",
    ):
        _forward(study, shown if same else None, step, whole=False)
    if row.button(
        "Run to the end",
        icon=":material/fast_forward:",
        type="primary",
        disabled=over or blocked,
        help="Compute all iterations that are left, and show the last.",
        key=f"{KEY}_run",
    ):
        _forward(study, shown if same else None, step, whole=True)
    row.button(
        "Reset",
        icon=":material/restart_alt:",
        help="Start over with the settings on the left. Stored runs stay stored.",
        on_click=_reset,
        key=f"{KEY}_reset",
    )
    play.play_button(row, shown, step)
    with row:
        _slider(len(shown.stored) if shown else 0, step)
    if shown and not same:
        _differs(study, shown, step)


def _slider(count: int, step: int) -> None:
    """Draw the slider over the iterations of the run."""
    if count < 2:
        return
    st.session_state[f"{KEY}_at"] = step
    st.slider(
        "Iteration",
        0,
        count - 1,
        key=f"{KEY}_at",
        on_change=_scrub,
        width=SLIDER,
    )


def _scrub() -> None:
    """Show the iteration that the slider is at; whoever scrubs does not play."""
    if address.by_itself():
        return
    play.stop()
    state.go_to(st.session_state[f"{KEY}_at"])


def _differs(study: Study | None, shown: View, step: int) -> None:
    """Say that the sidebar describes another study than the run shown."""
    st.info(
        "The settings on the left are not those of the run below. **Step** or **Run to "
        "the end** starts a new run with them. **Branch** keeps iterations up to "
        f"{step} and goes on with them.",
        icon=":material/tune:",
    )
    row = st.container(horizontal=True)
    branching.branch_button(row, study, shown, step)
    row.button(
        "Take the run's settings",
        on_click=forms.fill_study,
        args=(shown.study, KEY),
        key=f"{KEY}_take",
    )


def _reset() -> None:
    """Show no run, so that the next step starts one."""
    play.stop()
    state.show(state.NEW)


def _forward(study: Study | None, shown: View | None, step: int, whole: bool) -> None:
    """Show a later iteration, computing and storing what is new."""
    play.stop()
    last = len(shown.stored) - 1 if shown else -1
    if shown and ((step < last and not whole) or shown.stops):
        state.go_to(last if whole else step + 1)
        st.rerun()
    with st.status("Preparing", expanded=True) as status:

        def progress(sentence: str) -> None:
            status.update(label=sentence.split(":")[0])
            st.write(sentence)

        try:
            run = shown.run if shown else None
            if run is None:
                if study is None:
                    raise ValueError("task must be chosen first, got none")
                run = store.begin(study, progress)
            steps = store.advance(run, None if whole else 1, progress)
        except (ValueError, OSError) as error:
            status.update(label="This study cannot be run", state="error")
            st.error(str(error), icon=":material/error:")
            return
    st.session_state[f"{KEY}_loaded"] = run.name
    state.show(run.name, steps - 1)
    st.rerun()
