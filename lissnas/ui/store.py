"""Stored runs for pages: read once, continued, and the example that opens first."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lissnas import archive, runs
from lissnas.evaluation import Original
from lissnas.pins import read_pins, write_pins
from lissnas.runs import Run, Stored
from lissnas.session import Session, Study, open_session, study_from_dict
from lissnas.spaces import SPACES, Space
from lissnas.ui.demo import refuse_in_demo

EXAMPLE = Study("nasbench201", "cifar10")
EXAMPLE_TAG = "example"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A run as read from disk: nothing in it is computed."""

    run: Run
    study: Study
    space: Space
    start: Original
    stored: tuple[Stored, ...]
    final: dict[str, Any] | None

    @property
    def stops(self) -> bool:
        """Whether the run is finished."""
        return bool(self.stored) and self.stored[-1].iteration.stops

    @property
    def key(self) -> tuple[str, int]:
        """Return what the run's content depends on: its folder and its length."""
        return str(self.run.path), len(self.stored)


def view(name: str) -> View:
    """Return a stored run; ValueError in a sentence if it cannot be read."""
    run = runs.load(name)
    return _view(str(run.path), run.steps, runs.read_final(run) is not None, run)


@st.cache_resource(max_entries=8, show_spinner=False)
def _view(path: str, steps: int, finished: bool, _run: Run) -> View:
    """Return the run in a folder that holds so many iterations."""
    study = study_of(_run)
    stored = tuple(runs.read_iteration(_run, step) for step in range(steps))
    final = runs.read_final(_run) if finished else None
    return View(_run, study, SPACES[study.space], archive.original(_run), stored, final)


def study_of(run: Run) -> Study:
    """Return the study of a stored run; ValueError if it holds none."""
    try:
        return study_from_dict(run.config["study"])
    except KeyError:
        raise ValueError(f"run {run.name} must hold a study, got none") from None


@st.cache_resource(max_entries=2, show_spinner=False)
def session(path: str, _run: Run) -> Session:
    """Return a run's session, with its predictor, to continue the run."""
    return archive.reopen(_run)


def begin(study: Study, progress: Progress, tags: tuple[str, ...] = ()) -> Run:
    """Return a new run of a study, without iterations yet."""
    if EXAMPLE_TAG not in tags:
        refuse_in_demo("A new run")
    return archive.start(open_session(study, progress), tags)


def advance(run: Run, count: int | None, progress: Progress) -> int:
    """Compute and store `count` further iterations, or all; return how many there are.

    A run that gets no first iteration, because its settings do not fit the space,
    leaves nothing behind.
    """
    if EXAMPLE_TAG not in (run.config.get("tags") or []):
        refuse_in_demo("A further iteration")
    stored = [runs.read_iteration(run, step) for step in range(run.steps)]
    try:
        for one in archive.advance(session(str(run.path), run), run, stored):
            progress(f"Iteration {one.iteration.step}: {one.iteration.reason}")
            if count is not None and one.iteration.step + 1 >= len(stored) + count:
                break
    except ValueError:
        if not run.steps:
            runs.delete(run)
        raise
    return run.steps


def branch(parent: Run, step: int, study: Study | None) -> str:
    """Return the name of a new run that goes on from an iteration of another.

    It has the pins of its parent.
    """
    refuse_in_demo("A branch")
    if study is None:
        raise ValueError("settings must be chosen first, got none")
    session, run = archive.branch(parent, step, study)
    with contextlib.suppress(ValueError, OSError):
        write_pins(run.path, session.space, read_pins(parent.path, session.space))
    return run.name


@st.cache_resource(show_spinner=False)
def _example_lock() -> threading.Lock:
    """Return the lock under which the example is computed once a process."""
    return threading.Lock()


def example(progress: Progress) -> str:
    """Return the name of the finished example, computing it at the very first time.

    One that was left unfinished is continued.
    """
    with _example_lock():
        known = None
        for run in runs.list_runs():
            if EXAMPLE_TAG in (run.config.get("tags") or []):
                with contextlib.suppress(ValueError):
                    same = study_of(run) == EXAMPLE
                    if same and runs.read_final(run) is not None:
                        return run.name
                    known = run if same else known
        run = known or begin(EXAMPLE, progress, (EXAMPLE_TAG,))
        advance(run, None, progress)
        return run.name
