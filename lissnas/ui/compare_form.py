"""The sidebar of the Compare page: methods and their terms, or saved runs."""

from typing import Any

import streamlit as st

from lissnas import runs
from lissnas.comparison import ENTRIES, Comparison, entry
from lissnas.comparison.entries import ORIGINAL
from lissnas.comparison.saved import run_title
from lissnas.oracles import tasks
from lissnas.predictor import PredictorSettings
from lissnas.spaces import SPACES
from lissnas.ui.compare_choice import (
    KEY,
    METHODS,
    RUNS,
    Choice,
    first_choice,
    to_address,
)
from lissnas.ui.forms import FIRST, no_table, settings_form
from lissnas.ui.store import study_of

SIZES = {
    "matched": "The same for all",
    "own": "Each method's own",
    "both": "Both, as two rows",
}
KEPT: dict[str, Any] = {"persist_state": "session"}


def choice() -> Choice | None:
    """Draw the sidebar and return what is chosen; None after saying what is missing."""
    first_choice()
    what = st.segmented_control(
        "Compare",
        (METHODS, RUNS),
        key=f"{KEY}_what",
        help="Methods, computed here on one predictor a seed; or runs that are stored.",
        **KEPT,
    )
    chosen = _runs() if what == RUNS else _methods()
    if chosen is not None:
        to_address(chosen)
    return chosen


def _methods() -> Choice | None:
    """Return the comparison that the widgets describe."""
    space = st.selectbox(
        "Space",
        sorted(SPACES, key=lambda name: name != FIRST),
        format_func=lambda name: SPACES[name].title,
        key=f"{KEY}_space",
        help="The search space to shrink.",
        **KEPT,
    )
    found = tasks(space)
    if not found:
        st.warning(
            "A comparison needs a predictor, and a predictor needs a table of "
            "accuracies to learn from; this space has none yet.",
            icon=":material/database_off:",
        )
        no_table(space)
        return None
    if st.session_state.get(f"{KEY}_task") not in found:
        st.session_state.pop(f"{KEY}_task", None)
    task = st.selectbox("Task", list(found), key=f"{KEY}_task", **KEPT)
    st.caption(f"{found[task].known:,} real accuracies · {found[task].title}")
    methods = st.multiselect(
        "Methods",
        [name for name in ENTRIES if name != ORIGINAL],
        format_func=_title,
        key=f"{KEY}_methods",
        accept_new_options=True,
        help="Add one with a setting of your own by typing, such as `naive:keep=0.3`. "
        "The original space is always compared.",
        **KEPT,
    )
    try:
        values = _terms(space)
        with st.expander("Predictor settings", icon=":material/model_training:"):
            predictor = settings_form(PredictorSettings, f"{KEY}_predictor")
        if not methods:
            st.info("Choose at least one method.", icon=":material/checklist:")
            return None
        names = tuple(methods)
        return Choice(Comparison(space, task, names, predictor=predictor, **values))
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        return None


def _title(label: str) -> str:
    """Return the name of a method for readers; what is none stays as it is."""
    try:
        return entry(label).title
    except ValueError:
        return label


def _terms(space: str) -> dict[str, Any]:
    """Return size, budget, seeds and the kind of sizes."""
    empty = Comparison(space, "any")
    size = st.number_input(
        "Size",
        min_value=0,
        step=1,
        key=f"{KEY}_size",
        help=f"Architectures that all are cut to; 0 means {empty.target:,} here, a "
        "32nd of the space.",
        **KEPT,
    )
    queries = st.number_input(
        "Query budget",
        min_value=0,
        step=1,
        key=f"{KEY}_queries",
        help="Most distinct questions a method may ask the predictor; 0 means "
        f"{empty.budget:,} here.",
        **KEPT,
    )
    seeds = st.number_input(
        "Seeds",
        min_value=1,
        max_value=1000,
        step=1,
        key=f"{KEY}_seeds",
        help="Repetitions, each with a predictor of its own that all methods share.",
        **KEPT,
    )
    sizes = st.selectbox(
        "Sizes",
        list(SIZES),
        format_func=lambda name: SIZES[name],
        key=f"{KEY}_sizes",
        help="A space larger than the common size is cut to it by uniform draws.",
        **KEPT,
    )
    return {
        "size": int(size),
        "queries": int(queries),
        "seeds": int(seeds),
        "sizes": sizes,
    }


def _runs() -> Choice | None:
    """Return the saved runs that are chosen."""
    titles = {}
    for run in runs.list_runs():
        try:
            study = study_of(run)
        except ValueError:
            continue
        if run.steps:
            space = SPACES[study.space].title
            titles[run.name] = f"{run_title(run)}, {space}, {study.task}"
    if len(titles) < 2:
        st.info(
            "There are fewer than two saved runs. The Shrink page makes them.",
            icon=":material/inbox:",
        )
        return None
    known = [name for name in st.session_state[f"{KEY}_runs"] if name in titles]
    st.session_state[f"{KEY}_runs"] = known
    chosen = st.multiselect(
        "Runs of one space and task",
        list(titles),
        format_func=lambda name: titles[name],
        key=f"{KEY}_runs",
        max_selections=12,
        help="Any two or more; of different methods, settings or seeds.",
        **KEPT,
    )
    if len(chosen) < 2:
        st.info("Choose at least two runs.", icon=":material/checklist:")
        return None
    return Choice(runs=tuple(chosen))
