"""The curves of a job: training, how often options were trained, what was measured."""

from pathlib import Path

import streamlit as st

from lissnas.arrays import Scores
from lissnas.figures import reached, training
from lissnas.jobs import Job
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme
from lissnas.ui.supernet.read import logs_in, scores_in, visits_in
from lissnas.ui.supernet.words import KEY

FAIR = 0.01  # of an even share, below which the page calls counts even


def draw(job: Job, folder: Path) -> None:
    """Draw what a job has written so far.

    Raises
    ------
    ValueError
        If a file is damaged.
    """
    theme = current_theme()
    logs = logs_in(job.kind, folder)
    if logs:
        st.markdown("##### Training")
        name = f"training-{job.id}"
        figure = training.curves_figure(logs, theme)
        st.plotly_chart(
            figure,
            key=f"{KEY}_{name}",
            config=CONFIG,
            theme=None,
            alt="Loss, accuracy, rate and speed by step",
        )
        under(training.ABOUT, lambda: training.curves_columns(logs), name)
    _visits(job, folder)
    found = scores_in(job.kind, folder)
    places = st.columns(max(len(found), 1))
    for number, (place, what) in enumerate(zip(places, found, strict=False)):
        with place:
            _reached(what, found[what], f"reached-{job.id}-{number}")


def _reached(what: str, scores: Scores, name: str) -> None:
    """Draw how accuracies are spread that were measured."""
    st.markdown(f"##### {len(scores):,} {what}")
    figure = reached.reached_figure(scores, current_theme())
    st.plotly_chart(
        figure,
        key=f"{KEY}_{name}",
        config=CONFIG,
        theme=None,
        alt=f"How {what} are spread",
    )
    under(reached.ABOUT, lambda: reached.reached_columns(scores), name)


def _visits(job: Job, folder: Path) -> None:
    """Draw how often each option was trained, of one of the trainings."""
    found = visits_in(job.kind, folder)
    if not found:
        return
    st.markdown("##### How often each option was trained")
    names = list(found)
    chosen = names[-1]
    if len(names) > 1:
        key = f"{KEY}_visits_of_{job.id}"
        chosen = (
            st.segmented_control("Supernet", names, default=names[0], key=key)
            or names[0]
        )
    visits = found[chosen]
    low, high = training.spread_of(visits)
    even = high - low < FAIR
    st.caption(
        "Every option was trained equally often."
        if even
        else f"The least trained option has {low:.2f} of an even share, the most "
        f"trained {high:.2f}."
    )
    name = f"visits-{job.id}-{names.index(chosen)}"
    figure = training.visits_figure(visits, current_theme())
    st.plotly_chart(
        figure,
        key=f"{KEY}_{name}",
        config=CONFIG,
        theme=None,
        alt="How often each option was trained",
    )
    under(training.ABOUT_VISITS, lambda: training.visits_columns(visits), name)
