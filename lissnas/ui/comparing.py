"""What the Compare page compares: the choice in the sidebar and in the address."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lissnas import runs
from lissnas.comparison import (
    ENTRIES,
    Comparison,
    comparison_dict,
    entry,
    stored_comparisons,
)
from lissnas.comparison.entries import ORIGINAL
from lissnas.comparison.request import digest
from lissnas.comparison.saved import run_title
from lissnas.oracles import tasks
from lissnas.predictor import PredictorSettings
from lissnas.spaces import SPACES
from lissnas.ui.forms import FIRST, fill_form, no_table, settings_form
from lissnas.ui.store import study_of

KEY = "compare"
METHODS, RUNS = "Methods", "Saved runs"
EXAMPLE = Comparison(FIRST, "cifar10")
SIZES = {
    "matched": "The same for all",
    "own": "Each method's own",
    "both": "Both, as two rows",
}


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


def choice() -> Choice | None:
    """Draw the sidebar and return what is chosen; None after saying what is missing."""
    _open()
    what = st.segmented_control(
        "Compare",
        (METHODS, RUNS),
        default=METHODS,
        key=f"{KEY}_what",
        bind="query-params",
        help="Methods, computed here on one predictor a seed; or runs that are stored.",
    )
    if what == RUNS:
        return _runs()
    return _methods()


def _open() -> None:
    """At the first visit without a choice in the address, take the latest one stored.

    Without any the example is computed.
    """
    if st.session_state.get(f"{KEY}_opened"):
        return
    st.session_state[f"{KEY}_opened"] = True
    if any(name.startswith(f"{KEY}_") for name in st.query_params):
        for name in ("methods", "seeds"):
            if f"{KEY}_{name}" not in st.query_params:
                _set(EXAMPLE, name)
        return
    known = [one for one in stored_comparisons() if one.task in tasks(one.space)]
    fill(known[0] if known else EXAMPLE)
    if not known:
        start(Choice(EXAMPLE))


def fill(comparison: Comparison) -> None:
    """Set the widgets of the sidebar to a comparison's values."""
    for name in ("space", "task", "methods", "size", "queries", "seeds", "sizes"):
        _set(comparison, name)
    fill_form(comparison.predictor, f"{KEY}_predictor")


def _set(comparison: Comparison, name: str) -> None:
    """Set one widget of the sidebar to a comparison's value."""
    value = getattr(comparison, name)
    shown = list(value) if isinstance(value, tuple) else value
    st.session_state[f"{KEY}_{name}"] = shown


def start(chosen: Choice) -> None:
    """Let the page compute what the choice lacks."""
    st.session_state[f"{KEY}_running"] = chosen.key


def stop() -> None:
    """Let the page compute no more."""
    st.session_state.pop(f"{KEY}_running", None)


def running(chosen: Choice) -> bool:
    """Return whether the page is to compute what the choice lacks."""
    return bool(st.session_state.get(f"{KEY}_running") == chosen.key)


def _methods() -> Choice | None:
    """Return the comparison that the widgets describe."""
    common: dict[str, Any] = {"bind": "query-params"}
    space = st.selectbox(
        "Space",
        sorted(SPACES, key=lambda name: name != FIRST),
        format_func=lambda name: SPACES[name].title,
        key=f"{KEY}_space",
        help="The search space to shrink.",
        **common,
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
    task = st.selectbox("Task", list(found), key=f"{KEY}_task", **common)
    st.caption(f"{found[task].known:,} real accuracies · {found[task].title}")
    methods = st.multiselect(
        "Methods",
        [name for name in ENTRIES if name != ORIGINAL],
        format_func=_title,
        key=f"{KEY}_methods",
        accept_new_options=True,
        help="Add one with a setting of your own by typing, such as `naive:keep=0.3`. "
        "The original space is always compared.",
        **common,
    )
    values = _numbers(space)
    try:
        with st.expander("Predictor settings", icon=":material/model_training:"):
            predictor = settings_form(PredictorSettings, f"{KEY}_predictor")
        if not methods:
            st.info("Choose at least one method.", icon=":material/checklist:")
            return None
        return Choice(
            Comparison(space, task, tuple(methods), predictor=predictor, **values)
        )
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        return None


def _title(label: str) -> str:
    """Return the name of a method for readers; what is none stays as it is."""
    try:
        return entry(label).title
    except ValueError:
        return label


def _numbers(space: str) -> dict[str, Any]:
    """Return size, budget, seeds and the kind of sizes."""
    empty = Comparison(space, "any")
    size = st.number_input(
        "Size",
        min_value=0,
        step=1,
        key=f"{KEY}_size",
        bind="query-params",
        help=f"Architectures that all are cut to; 0 means {empty.target:,} here, a "
        "32nd of the space.",
    )
    queries = st.number_input(
        "Query budget",
        min_value=0,
        step=1,
        key=f"{KEY}_queries",
        bind="query-params",
        help="Most distinct questions a method may ask the predictor; 0 means "
        f"{empty.budget:,} here.",
    )
    seeds = st.number_input(
        "Seeds",
        min_value=1,
        max_value=100,
        step=1,
        key=f"{KEY}_seeds",
        bind="query-params",
        help="Repetitions, each with a predictor of its own that all methods share.",
    )
    sizes = st.selectbox(
        "Sizes",
        list(SIZES),
        format_func=lambda name: SIZES[name],
        key=f"{KEY}_sizes",
        bind="query-params",
        help="A space larger than the common size is cut to it by uniform draws.",
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
            titles[run.name] = f"{space}, {study.task}: {run_title(run)}"
    if len(titles) < 2:
        st.info(
            "There are fewer than two saved runs. The Shrink page makes them.",
            icon=":material/inbox:",
        )
        return None
    chosen = st.multiselect(
        "Runs of one space and task",
        list(titles),
        format_func=lambda name: titles[name],
        key=f"{KEY}_runs",
        max_selections=12,
        bind="query-params",
        help="Any two or more; of different methods, settings or seeds.",
    )
    if len(chosen) < 2:
        st.info("Choose at least two runs.", icon=":material/checklist:")
        return None
    return Choice(runs=tuple(chosen))
