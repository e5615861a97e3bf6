"""The form that starts work on networks: what, of which space, on which data, how."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import streamlit as st

from lissnas import jobs
from lissnas.settings import options
from lissnas.spaces import SPACES
from lissnas.supernet.folders import settings_in
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    Trained,
    TrainSettings,
    settings_from_dict,
)
from lissnas.ui import address
from lissnas.ui.demo import is_demo, refuse_in_demo
from lissnas.ui.forms import form_values
from lissnas.ui.supernet import estimate
from lissnas.ui.supernet.parts import (
    KEPT,
    data_choice,
    device_choice,
    recipe_choice,
    spaces,
    subset_choice,
)
from lissnas.ui.supernet.words import KEY

KINDS: dict[str, tuple[str, Any]] = {
    "train": ("Train a supernet", TrainSettings),
    "pipeline": ("Whole pipeline of section 4.5", PipelineSettings),
    "measure": ("Measure paths of a supernet", MeasureSettings),
    "alone": ("Train networks alone", AloneSettings),
    "retrain": ("Retrain the best", RetrainSettings),
}
TOP = {"scale", "sampling", "method", "target", "archs", "seed"}  # always in sight
OWN = {"space", "data", "subset", "supernet", "device"}  # have widgets of their own


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be started: a kind of job, its settings, and where it runs.

    `shared` says how the networks are trained; of a measurement, those of its supernet.
    """

    kind: str
    settings: Any
    shared: Trained
    device: str
    engine: Any


def start_form() -> None:
    """Draw the form, the estimate, and the buttons that start."""
    kind = st.selectbox(
        "What",
        list(KINDS),
        format_func=lambda name: KINDS[name][0],
        key=f"{KEY}_kind",
        help="What is to be done, in the background.",
        **KEPT,
    )
    try:
        wish = _measuring() if kind == "measure" else _training(kind)
        if wish is None:
            return
        estimate.draw(wish.settings, wish.shared)
    except (ValueError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    _buttons(wish)


def _training(kind: str) -> Wish:
    """Return the work on a space that the widgets describe."""
    space = st.selectbox(
        "Space",
        spaces(),
        format_func=lambda name: SPACES[name].title,
        key=f"{KEY}_space",
        help="The search space whose networks are trained.",
        **KEPT,
    )
    values: dict[str, Any] = {"space": space, "data": data_choice()}
    settings = KINDS[kind][1]
    if settings is TrainSettings:
        values["subset"] = subset_choice(space)
    names = {option.name for option in options(settings)}
    values |= form_values(settings, f"{KEY}_{kind}", names - TOP)
    recipe = recipe_choice(kind, settings().recipe)
    device, engine = device_choice(distributed=kind == "train")
    with st.expander("Further settings", icon=":material/tune:"):
        values |= form_values(settings, f"{KEY}_{kind}", TOP | OWN)
    wanted = settings(**values, recipe=recipe)
    return Wish(kind, wanted, wanted, device, engine)


def _measuring() -> Wish | None:
    """Return the measurement that the widgets describe, None without a supernet."""
    known = supernets()
    asked = st.session_state.get(f"{KEY}_supernet")
    folders = list(dict.fromkeys([*known, *([asked] if asked else [])]))
    folder = st.selectbox(
        "Supernet",
        folders,
        format_func=lambda name: known.get(name, name),
        key=f"{KEY}_supernet",
        accept_new_options=not is_demo(),
        placeholder="Train one first, or type its folder",
        help="One that is trained to the end.",
        **KEPT,
    )
    if not folder:
        st.info("There is no trained supernet yet.", icon=":material/inbox:")
        return None
    trained = settings_from_dict(TrainSettings, settings_in(Path(folder), "train"))
    names = {option.name for option in options(MeasureSettings)}
    values = form_values(MeasureSettings, f"{KEY}_measure", names - TOP)
    device, engine = device_choice(distributed=False)
    with st.expander("Further settings", icon=":material/tune:"):
        values |= form_values(MeasureSettings, f"{KEY}_measure", TOP | OWN)
    wanted = MeasureSettings(supernet=folder, **values)
    return Wish("measure", wanted, trained, device, engine)


def supernets() -> dict[str, str]:
    """Return the folders of supernets that jobs have trained, with their titles."""
    found = {}
    for job in jobs.listed(["done"]):
        folder = jobs.work_folder(job.id)
        if job.kind == "train":
            found[str(folder)] = f"Job {job.id}: {job.title}"
        if job.kind == "pipeline":
            found[str(folder / "full")] = f"Job {job.id}: full space, {job.title}"
            found[str(folder / "shrunk")] = f"Job {job.id}: shrunk space, {job.title}"
    return found


def _buttons(wish: Wish) -> None:
    """Draw the buttons that start the work, and that measure its speed.

    They are no callbacks: those would be given the settings of the run before, without
    a number that was typed just before the press.
    """
    if st.button(
        "Start",
        icon=":material/play_arrow:",
        type="primary",
        disabled=is_demo(),
        key=f"{KEY}_start",
        help="In the background; it goes on without this page.",
    ):
        submit(wish.kind, wish.settings, wish.device, wish.engine)
    if st.button(
        "Measure the speed",
        icon=":material/speed:",
        disabled=is_demo(),
        key=f"{KEY}_speed",
        help="Train some real steps and measure some real paths, for the estimate.",
    ):
        submit("speed", speed_settings(wish.shared), wish.device, wish.engine)


def speed_settings(shared: Trained) -> TrainSettings:
    """Return the settings of a training whose speed is that of this work."""
    values = {one.name: getattr(shared, one.name) for one in fields(Trained)}
    return TrainSettings(**values, sampling=getattr(shared, "sampling", "uniform"))


def submit(kind: str, settings: Any, device: str, engine: Any) -> None:
    """Submit a job and show it; what is refused the page says."""
    try:
        refuse_in_demo("A new job")
        job = jobs.submit(kind, settings, device=device, engine=engine)
    except (ValueError, OSError) as error:
        st.session_state[f"{KEY}_refused"] = str(error)
        return
    address.put({"job": str(job.id)})
