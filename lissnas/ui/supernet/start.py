"""The form that starts work on networks: what, of which space, on which data, how."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import streamlit as st

from lissnas import jobs, runs
from lissnas.comparison.saved import run_title
from lissnas.home import home
from lissnas.settings import options
from lissnas.spaces import SPACES
from lissnas.supernet.data import NAMED
from lissnas.supernet.folders import settings_in
from lissnas.supernet.recipes import RECIPES, Recipe
from lissnas.supernet.scale import scale_of
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    Trained,
    TrainSettings,
    settings_from_dict,
)
from lissnas.ui.demo import is_demo
from lissnas.ui.forms import form_values
from lissnas.ui.supernet import estimate
from lissnas.ui.supernet.words import KEY

KINDS: dict[str, tuple[str, Any]] = {
    "train": ("Train a supernet", TrainSettings),
    "pipeline": ("Whole pipeline of section 4.5", PipelineSettings),
    "measure": ("Measure paths of a supernet", MeasureSettings),
    "alone": ("Train networks alone", AloneSettings),
    "retrain": ("Retrain the best", RetrainSettings),
}
FIRST = "shufflenetv2"
TOP = {"scale", "sampling", "method", "target", "archs", "seed"}  # always in sight
OWN = {"space", "data", "subset", "supernet", "device"}  # have widgets of their own
KEPT: dict[str, Any] = {"persist_state": "session"}


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
        _spaces(),
        format_func=lambda name: SPACES[name].title,
        key=f"{KEY}_space",
        help="The search space whose networks are trained.",
        **KEPT,
    )
    values: dict[str, Any] = {"space": space, "data": _data()}
    settings = KINDS[kind][1]
    if settings is TrainSettings:
        values["subset"] = _subset(space)
    names = {option.name for option in options(settings)}
    values |= form_values(settings, f"{KEY}_{kind}", names - TOP)
    recipe = _recipe()
    device, engine = _device(distributed=kind == "train")
    with st.expander("Further settings", icon=":material/tune:"):
        values |= form_values(settings, f"{KEY}_{kind}", TOP | OWN)
    wanted = settings(**values, recipe=recipe)
    return Wish(kind, wanted, wanted, device, engine)


def _spaces() -> list[str]:
    """Return the spaces whose networks read images, the paper's first."""
    found = [name for name in SPACES if not scale_of(name, "tiny").nodes]
    return sorted(found, key=lambda name: name != FIRST)


def _data() -> str:
    """Return the name or the path of the images."""
    data = st.selectbox(
        "Data",
        NAMED,
        key=f"{KEY}_data",
        accept_new_options=True,
        help="`digits` is there at once; CIFAR's binary files go into the folder "
        "`data` of your home folder. Or type a path on the server: CIFAR's files, a "
        "folder with one folder of images a class, or an `.npz` file.",
        **KEPT,
    )
    if data not in NAMED and not Path(str(data)).expanduser().exists():
        raise ValueError(f"data must be {', '.join(NAMED)} or a path, got {data!r}")
    return str(data)


def _subset(space: str) -> str:
    """Return the run whose shrunk space is trained, empty for the whole space."""
    there = [
        run
        for run in runs.list_runs()
        if run.steps and run.config.get("study", {}).get("space") == space
    ]
    titles = {"": "The whole space"} | {run.name: run_title(run) for run in there}
    chosen = st.selectbox(
        "Part of it",
        list(titles),
        format_func=lambda name: titles.get(name, name),
        key=f"{KEY}_subset_{space}",
        help="The shrunk space of a stored run of this space; the Shrink page makes "
        "them.",
        **KEPT,
    )
    return str(chosen or "")


def _recipe() -> Recipe:
    """Return how networks are trained: a preset, its epochs, and what was changed."""
    preset = st.selectbox(
        "Recipe",
        list(RECIPES),
        key=f"{KEY}_recipe",
        help="`tiny` is for a processor, the others are the papers'.",
        **KEPT,
    )
    key = f"{KEY}_recipe_{preset}"
    for option in options(Recipe):
        value = getattr(RECIPES[preset], option.name)
        st.session_state.setdefault(f"{key}_{option.name}", value)
    every = {option.name for option in options(Recipe)}
    values = form_values(Recipe, key, every - {"epochs"})
    with st.expander("Recipe in detail", icon=":material/menu_book:"):
        values |= form_values(Recipe, key, {"epochs"})
    return Recipe(**values)


def _device(distributed: bool) -> tuple[str, str]:
    """Return the device and the engine."""
    gpus = [slot for slot in jobs.slots() if slot.startswith("gpu:")]
    there = ["auto", "cpu", *(["gpu"] if gpus else []), *gpus]
    if distributed:
        there += [f"gpu*{count}" for count in range(2, len(gpus) + 1)]
    slurm = (home() / "slurm.toml").is_file()
    engine = "local"
    if slurm:
        engine = st.selectbox(
            "Run on",
            ["local", "slurm"],
            key=f"{KEY}_engine",
            help="As `slurm.toml` says.",
        )
    if engine == "slurm":
        return "auto", engine
    device = st.selectbox(
        "Device",
        there,
        key=f"{KEY}_device",
        help="`auto` takes a GPU if there is one. A job waits for its device.",
        **KEPT,
    )
    return str(device), engine


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
        accept_new_options=True,
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
    device, engine = _device(distributed=False)
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
    """Draw the buttons that start the work, and that measure its speed."""
    st.button(
        "Start",
        icon=":material/play_arrow:",
        type="primary",
        on_click=submit,
        args=(wish.kind, wish.settings, wish.device, wish.engine),
        disabled=is_demo(),
        key=f"{KEY}_start",
        help="In the background; it goes on without this page.",
    )
    st.button(
        "Measure the speed",
        icon=":material/speed:",
        on_click=submit,
        args=("speed", speed_settings(wish.shared), wish.device, wish.engine),
        disabled=is_demo(),
        key=f"{KEY}_speed",
        help="Train some real steps and measure some real paths, for the estimate.",
    )


def speed_settings(shared: Trained) -> TrainSettings:
    """Return the settings of a training whose speed is that of this work."""
    values = {one.name: getattr(shared, one.name) for one in fields(Trained)}
    return TrainSettings(**values, sampling=getattr(shared, "sampling", "uniform"))


def submit(kind: str, settings: Any, device: str, engine: Any) -> None:
    """Submit a job and show it; what is refused the page says."""
    try:
        job = jobs.submit(kind, settings, device=device, engine=engine)
    except (ValueError, OSError) as error:
        st.session_state[f"{KEY}_refused"] = str(error)
        return
    st.query_params["job"] = str(job.id)
