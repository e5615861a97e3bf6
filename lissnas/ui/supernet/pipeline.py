"""What a pipeline found: the predictor, ranking, the search, and the best."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from lissnas.figures import correlations, quality, ranking, reached
from lissnas.figures.theme import Columns, Figure, percent
from lissnas.jobs import Job
from lissnas.supernet.folders import result_in
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme
from lissnas.ui.supernet.read import held_out_in, retrained_in, search_in
from lissnas.ui.supernet.words import KEY

REPORT = "report.html"
PARTS = correlations.SAMPLES


def draw(job: Job, folder: Path) -> None:
    """Draw each result of a pipeline as soon as its stage is done."""
    result = result_in(folder)
    if result is not None:
        ranks(job, result)
    left, right = st.columns(2)
    with left:
        predictor(job, folder)
    with right:
        search(job, folder)
    best_table(retrained_in(job.kind, folder), f"best-{job.id}")
    page = folder / REPORT
    if page.is_file():
        st.download_button(
            "The whole report, one page",
            data=page.read_bytes,
            file_name=f"pipeline-{job.id}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            key=f"{KEY}_report_{job.id}",
        )


def _shown(
    title: str, figure: Figure, about: str, columns: Callable[[], Columns], name: str
) -> None:
    """Draw a figure with its title, its explanation and its numbers."""
    st.markdown(f"##### {title}")
    st.plotly_chart(figure, key=f"{KEY}_{name}", config=CONFIG, theme=None, alt=title)
    under(about, columns, name)


def predictor(job: Job, folder: Path) -> None:
    """Draw what shrinking did, and predicted against measured accuracies."""
    found = result_in(folder, "shrink.json")
    if found is None:
        return
    held = held_out_in(folder)
    if held is not None and len(held[0]):
        _shown(
            "Predicted against measured, of paths held out",
            quality.quality_figure(*held, current_theme()),
            quality.ABOUT_PATHS,
            lambda: quality.quality_columns(*held),
            f"predictor-{job.id}",
        )
    st.caption(
        f"Shrunk by {found['method']} to {found['size']:,} architectures with "
        f"{found['queries']:,} queries of the predictor. {found['reason']}"
    )


def ranks(job: Job, result: dict[str, Any]) -> None:
    """Draw how well both supernets rank, with intervals and as clouds of points."""
    theme, known = current_theme(), result["ranking"]
    left, right = st.columns(2)
    with left:
        _shown(
            "Does the supernet rank better on the shrunk space?",
            correlations.correlation_figure(known, theme),
            correlations.ABOUT,
            lambda: correlations.correlation_columns(known),
            f"ranking-{job.id}",
        )
    pairs = {
        f"{key.split()[0]} supernet, {PARTS[key.split()[1]]}": (
            np.array(both[0], dtype=float),
            np.array(both[1], dtype=float),
        )
        for key, both in result["pairs"].items()
    }
    with right:
        _shown(
            "In the supernets against trained alone",
            ranking.ranking_figure(pairs, theme),
            ranking.ABOUT,
            lambda: ranking.ranking_columns(pairs),
            f"pairs-{job.id}",
        )


def search(job: Job, folder: Path) -> None:
    """Draw the search in the shrunk space."""
    scores = search_in(folder)
    if scores is None or not len(scores):
        return
    _shown(
        "The search in the shrunk space",
        reached.best_figure(scores, current_theme()),
        reached.ABOUT_SEARCH,
        lambda: reached.best_columns(scores),
        f"search-{job.id}",
    )


def best_table(found: dict[str, Any] | None, name: str) -> None:
    """Draw what was retrained from scratch, and the test accuracy of the best."""
    if found is None:
        return
    st.markdown("##### The best, trained from scratch")
    st.success(
        f"`{found['best']}` is best in validation ({percent(found['valid'])}). Its "
        f"test accuracy, the only one that was taken: **{percent(found['test'])}**.",
        icon=":material/trophy:",
    )
    rows = [
        {
            "architecture": net["arch"],
            "validation accuracy": percent(net["valid"]),
            "parameters": net["params"],
            "multiply-adds": net["macs"],
        }
        for net in found["networks"]
    ]
    st.dataframe(
        rows,
        hide_index=True,
        key=f"{KEY}_{name}",
        column_config={
            column: st.column_config.NumberColumn(
                format="localized", help="At the paper's scale."
            )
            for column in ("parameters", "multiply-adds")
        },
    )
