"""Shrink a search space step by step, and see what happens in every iteration."""

import streamlit as st

from lissnas import ui

ui.page("Shrink")
st.title("Shrink a search space", anchor=False)

shown = ui.open_run()

with st.sidebar:
    study = ui.study_form("shrink")

step = ui.shown_step(len(shown.stored)) if shown and shown.stored else 0
ui.toolbar(study, shown, step)

if shown is None or not shown.stored:
    st.info(
        "**Step** draws the first sample of the space chosen on the left and trains "
        "the predictor. **Run to the end** does everything at once.",
        icon=":material/play_arrow:",
    )
else:
    ui.headline(shown, step)
    ui.metrics_row(shown, step)
    ui.timeline_panel(shown, step)
    ui.tree_panel(shown.run)
    ui.selection_bar(ui.run_universe(shown, step))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        ui.map_panel(shown, step)
        ui.why_panel(shown, step)
        ui.pins_panel(shown, step)
        ui.best_panel(shown, step)
    with right:
        ui.edf_panel(shown, step)
        ui.costs_panel(shown, step)
        ui.predictor_panel(shown)
    ui.play_on(shown, step)
