"""Widgets for settings: a form is the fields of a frozen dataclass."""

from collections.abc import Collection
from typing import Any, TypeVar

import streamlit as st

from lissnas.home import home
from lissnas.oracles import missing, problems, tasks
from lissnas.predictor import PredictorSettings
from lissnas.session import Study
from lissnas.settings import Option, options
from lissnas.shrink import SHRINKERS
from lissnas.spaces import SPACES
from lissnas.subsets import KINDS
from lissnas.ui import address
from lissnas.ui.steering import fill_steering, steering_form
from lissnas.ui.words import table_line

Settings = TypeVar("Settings")

FIRST = "nasbench201"  # its tables come with the installation

NO_TABLE = """
**No accuracies of {title} are at hand.** Put a benchmark table in the documented
Parquet schema (`assets/docs/tables.md`) into the folder `tables` of your home folder
(`{home}`), or name its folder in the environment variable `LISSNAS_DATA`, and open the
page again. Runs that are stored already can still be looked at.
"""


def settings_form(settings: type[Settings], key: str) -> Settings:
    """Return an instance of a settings dataclass from one widget a field.

    Raises
    ------
    ValueError
        If the class refuses the values.
    """
    return settings(**form_values(settings, key))


def form_values(
    settings: type, key: str, without: Collection[str] = ()
) -> dict[str, Any]:
    """Return the values of one widget a field, of all fields but some."""
    return {
        option.name: _widget(option, f"{key}_{option.name}")
        for option in options(settings)
        if option.name not in without
    }


def fill_form(settings: Any, key: str) -> None:
    """Set the widgets of `settings_form` to the values of an instance."""
    for option in options(type(settings)):
        st.session_state[f"{key}_{option.name}"] = getattr(settings, option.name)


def _widget(option: Option, key: str) -> Any:
    """Return the value of the widget that fits an option's type."""
    label = option.name.replace("_", " ").capitalize()
    st.session_state.setdefault(key, option.default)
    common: dict[str, Any] = {"key": key, "help": option.help or None}
    common["persist_state"] = "session"
    if option.choices:
        return st.selectbox(label, option.choices, **common)
    if option.type is bool:
        return st.toggle(label, **common)
    if option.type is int:
        return st.number_input(label, step=1, **common)
    if option.type is float:
        return st.number_input(label, step=0.01, format="%.4g", **common)
    return st.text_input(label, **common)


def study_form(key: str) -> Study | None:
    """Return the study that the sidebar's widgets describe, None if there is none."""
    spaces = sorted(SPACES, key=lambda name: name != FIRST)
    space = _followed("space", spaces)
    st.selectbox(
        "Space",
        spaces,
        format_func=lambda name: SPACES[name].title,
        key="space",
        on_change=_to_address,
        persist_state="session",
        help="The search space to shrink.",
    )
    task = _task(space)
    method = st.selectbox(
        "Method",
        list(SHRINKERS),
        key=f"{key}_method",
        format_func=lambda name: SHRINKERS[name].title,
        persist_state="session",
        help="How the space is shrunk.",
    )
    st.caption(f"Returns {KINDS[SHRINKERS[method].kind]}.")
    seed = st.number_input(
        "Seed",
        min_value=0,
        step=1,
        key=f"{key}_seed",
        persist_state="session",
        help="Equal seeds and settings give equal runs, to the last digit.",
    )
    try:
        with st.expander("Method settings", icon=":material/tune:"):
            settings = settings_form(SHRINKERS[method], f"{key}_{method}")
        with st.expander("Predictor settings", icon=":material/model_training:"):
            predictor = settings_form(PredictorSettings, f"{key}_predictor")
        with st.expander("Constraints", icon=":material/block:"):
            steering = steering_form(space, method, key)
        if task is None:
            return None
        return Study(space, task, method, settings, predictor, int(seed), steering)
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        return None


def fill_study(study: Study, key: str) -> None:
    """Set the widgets of `study_form` to a study, whatever the address says."""
    fill_widgets(study, key)
    address.put({"space": None, "task": None})


def fill_widgets(study: Study, key: str) -> None:
    """Set the widgets of `study_form`, where the address says no others."""
    st.session_state["space"] = study.space
    st.session_state["task"] = study.task
    st.session_state[f"{key}_method"] = study.method
    st.session_state[f"{key}_seed"] = study.seed
    fill_form(study.settings, f"{key}_{study.method}")
    fill_form(study.predictor, f"{key}_predictor")
    fill_steering(study.steering, study.space, key)


def _task(space: str) -> str | None:
    """Return the task chosen, None where the space has no table."""
    found = tasks(space)
    if not found:
        no_table(space)
        return None
    chosen = _followed("task", list(found))
    st.selectbox(
        "Task",
        list(found),
        key="task",
        on_change=_to_address,
        persist_state="session",
        help="The data set whose accuracies are used, from a benchmark table.",
    )
    info = found[chosen]
    st.caption(table_line(info))
    return chosen


def _followed(name: str, options: list[str]) -> str:
    """Return what a select box is set to: by the address, else as it was left."""
    before = st.session_state.get(name)
    value = address.asked(name, options, before if before in options else options[0])
    st.session_state[name] = value
    return value


def _to_address() -> None:
    """Put the space and task of the form into the address."""
    space = st.session_state["space"]
    task = st.session_state.get("task")
    address.follow({"space": space, "task": task if task in tasks(space) else None})


def no_table(space: str) -> None:
    """Say how to add a table, and which files were refused."""
    text = NO_TABLE.format(title=SPACES[space].title, home=home())
    refused = [f"- {sentence}" for _, sentence in problems()]
    refused += [f"- {sentence}" for name, sentence in missing() if name == space]
    st.info("\n".join([text, *refused]), icon=":material/database:")
