"""Panels with details: the best architectures, and how good the predictor is."""

import numpy as np
import streamlit as st

from lissnas.arrays import Archs
from lissnas.figures import quality
from lissnas.figures.theme import UNKNOWN
from lissnas.sharing.snippets import best_snippet, figure_snippet
from lissnas.spaces import Space
from lissnas.ui.drawing import draw
from lissnas.ui.frames import code_below, under
from lissnas.ui.panels import CONFIG
from lissnas.ui.selected import lit, pick
from lissnas.ui.shell import current_theme
from lissnas.ui.store import View

BEST = 10


def best_panel(shown: View, step: int) -> None:
    """Draw the best architectures of the space by prediction, and the first of them."""
    one, space = shown.stored[step], shown.space
    archs, predicted = one.iteration.space, one.iteration.space_predicted
    true = one.true["space"]
    if step == 0:
        archs, predicted = one.iteration.sample, one.iteration.sample_predicted
        true = one.true["sample"]
    rows = np.argsort(-np.nan_to_num(predicted, nan=-1), kind="stable")[:BEST]
    cost = space.cost(archs[rows])
    keys = space.identity(archs[rows])
    chosen = lit(space, keys)
    marked = [] if chosen is None else np.flatnonzero(chosen).tolist()
    # Another selection is another table, which opens with its rows marked.
    key = f"shrink_best_{step}_{'-'.join(map(str, marked))}"
    st.markdown("**Best by prediction**")
    st.dataframe(
        {
            "architecture": space.short(archs[rows]),
            "predicted, %": 100 * predicted[rows],
            "true, %": 100 * true[rows],
            "parameters, M": cost.params / 1e6,
            "multiply-adds, M": cost.macs / 1e6,
        },
        hide_index=True,
        key=key,
        on_select=lambda: _marked(space, archs[rows], key),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": marked}},
        column_config={
            name: st.column_config.NumberColumn(format="%.2f")
            for name in ("predicted, %", "true, %", "parameters, M", "multiply-adds, M")
        },
    )
    code_below(best_snippet(shown.run.name, step))
    drawing = space.graph(archs[rows[0]])
    st.markdown("**The first one**")
    draw(drawing)
    st.caption(f"`{space.format(archs[rows[:1]])[0]}`")


def _marked(space: Space, archs: Archs, key: str) -> None:
    """Select the rows that are marked in the table, and no other of its rows."""
    rows = st.session_state[key]["selection"]["rows"]
    pick(space, archs, "the best by prediction", "remove")
    pick(space, archs[rows], "the best by prediction", "add")


def predictor_panel(shown: View) -> None:
    """Draw how good the predictor is, and where the run's numbers come from."""
    found = shown.run.config.get("quality") or {}
    st.markdown("**Predictor**")
    names = (("R²", "r2"), ("tau", "tau"), ("tau, best fifth", "tau_top"))
    for column, (label, name) in zip(st.columns(3), names, strict=True):
        value = found.get(name)
        column.metric(label, UNKNOWN if value is None else f"{value:.3f}")
    start, about = shown.start, quality.ABOUT
    true, predicted = start.held_true, start.held_predicted
    if not len(true):  # a run of an earlier version
        true, predicted, about = start.true, start.predicted, quality.ABOUT_SAMPLE
    if not np.isnan(true).all():
        st.plotly_chart(
            quality.quality_figure(true, predicted, current_theme()),
            theme=None,
            key="shrink_quality",
            config=CONFIG,
            alt="Predicted against true accuracy",
        )
    under(
        about,
        lambda: quality.quality_columns(true, predicted),
        f"predictor-{shown.run.name}",
        figure_snippet(shown.run.name, "predictor"),
    )
    table = shown.run.config.get("table") or {}
    if table:
        st.caption(
            f"{found.get('pairs', 0):,} pairs, {found.get('held_out', 0):,} of them "
            f"held out, of: {table.get('title', '')}, "
            f"{table.get('source', '')} ({table.get('licence', '')})."
        )
