"""The parts of the form that all kinds of work share: space, data, recipe, device."""

from pathlib import Path
from typing import Any

import streamlit as st

from lissnas import jobs, runs
from lissnas.comparison.saved import run_title
from lissnas.home import home
from lissnas.settings import options
from lissnas.spaces import SPACES
from lissnas.supernet.data import NAMED
from lissnas.supernet.recipes import RECIPES, Recipe
from lissnas.supernet.scale import scale_of
from lissnas.ui.demo import is_demo
from lissnas.ui.forms import form_values
from lissnas.ui.supernet.words import KEY

FIRST = "shufflenetv2"
KEPT: dict[str, Any] = {"persist_state": "session"}


def spaces() -> list[str]:
    """Return the spaces whose networks read images, the paper's first."""
    found = [name for name in SPACES if not scale_of(name, "tiny").nodes]
    return sorted(found, key=lambda name: name != FIRST)


def data_choice() -> str:
    """Return the name or the path of the images."""
    data = st.selectbox(
        "Data",
        NAMED,
        key=f"{KEY}_data",
        accept_new_options=not is_demo(),
        help="`digits` is there at once; CIFAR's binary files go into the folder "
        "`data` of your home folder. Or type a path on the server: CIFAR's files, a "
        "folder with one folder of images a class, or an `.npz` file.",
        **KEPT,
    )
    if data not in NAMED and not Path(str(data)).expanduser().exists():
        raise ValueError(f"data must be {', '.join(NAMED)} or a path, got {data!r}")
    return str(data)


def subset_choice(space: str) -> str:
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


def recipe_choice(kind: str, usual: Recipe) -> Recipe:
    """Return how networks are trained: a preset, its epochs, and what was changed.

    A kind of job begins with the preset that is its `usual` recipe.
    """
    preset = st.selectbox(
        "Recipe",
        list(RECIPES),
        index=list(RECIPES.values()).index(usual),
        key=f"{KEY}_{kind}_preset",
        help="`tiny` and `tiny-supernet` are for a processor, the others are the "
        "papers'.",
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


def device_choice(distributed: bool) -> tuple[str, str]:
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
