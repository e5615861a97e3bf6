"""Branch a run from the iteration shown, and the tree of its branches."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas import runs
from lissnas.branches import Branch, family
from lissnas.figures.theme import percent
from lissnas.runs import Run
from lissnas.session import Study
from lissnas.ui import state, store
from lissnas.ui.demo import is_demo
from lissnas.ui.store import View

ABOUT = """
A branch is a run of its own: its first iterations are the parent's, up to the one it
left at, and from there it goes on with other settings, constraints or another seed.
Predictor and sample are the parent's, so all of a tree can be compared.
"""


def branch_button(
    where: DeltaGenerator, study: Study | None, shown: View, step: int
) -> None:
    """Draw the button that goes on from the iteration shown with other settings."""
    if where.button(
        f"Branch from iteration {step}",
        icon=":material/alt_route:",
        disabled=study is None or study == shown.study or is_demo(),
        help="A new run that keeps the iterations up to this one and goes on with the "
        "settings, constraints and seed on the left. Change any of these first.",
        key="shrink_branch",
    ):
        try:
            with st.spinner("Computing the first iteration of the branch"):
                name = store.branch(shown.run, step, study)
        except (ValueError, OSError) as error:
            st.error(str(error), icon=":material/error:")
            return
        st.session_state["shrink_loaded"] = name
        state.show(name, step + 1)
        st.rerun()


def _show(name: str) -> None:
    """Show a run on the Shrink page."""
    state.show(name, None)


def tree_panel(
    run: Run, show: Callable[[str], None] = _show, key: str = "shrink_tree"
) -> None:
    """Draw the tree of branches that a run is in; nothing where it has none.

    `show` is called with the name of the run whose button is pressed; the buttons' keys
    begin with `key`.
    """
    tree = family(run, runs.list_runs())
    if len(tree) < 2 and not tree[0].missing:
        return
    with st.expander(
        f"Branches ({len(tree)} runs)", icon=":material/account_tree:", expanded=True
    ):
        st.caption(ABOUT)
        for one in tree:
            gap, text = st.columns([0.08 * one.depth + 0.01, 3])
            del gap
            row = text.container(horizontal=True, vertical_alignment="center")
            is_shown = one.run.name == run.name
            row.button(
                one.run.name,
                icon=":material/visibility:"
                if is_shown
                else ":material/subdirectory_arrow_right:",
                disabled=is_shown,
                on_click=show,
                args=(one.run.name,),
                key=f"{key}_{one.run.name}",
                type="tertiary",
            )
            row.markdown(describe(one), width="stretch")


def describe(one: Branch) -> str:
    """Return what is to be said of a run in a tree, in one line of markdown."""
    parts = []
    if one.iteration is not None:
        parent = f" of `{one.parent}`, which is not here" if one.missing else ""
        parts.append(f"from iteration {one.iteration}{parent}")
        parts += [f"`{change}`" for change in one.changes]
    try:
        last = store.view(one.run.name).stored[-1]
    except (ValueError, OSError, IndexError):
        return " · ".join([*parts, "cannot be read"])
    true = last.measures.get("mean_true")
    parts.append(f"{last.iteration.step} iterations, size {last.iteration.size:,}")
    mean = percent(last.iteration.mean_predicted)
    parts.append(f"predicted {mean}, true {percent(true)}")
    return " · ".join(parts)
