"""Keep and hand on runs: notes, figures, bundles, reports, comparison."""

import streamlit as st

from lissnas import ui

ui.page("Runs")
st.title("Runs", anchor=False)

with st.sidebar:
    ui.runs_upload()

ui.runs_messages()
ui.runs_chosen(ui.runs_table())
ui.runs_trash()
