"""Keep and hand on runs: search, notes, figures, bundles, reports, comparison, trash."""

import streamlit as st

from lissnas import ui

ui.page("Runs")
st.title("Runs", anchor=False)

with st.sidebar:
    ui.runs_upload()

ui.runs_messages()
ui.runs_chosen(ui.runs_table())
ui.runs_trash()
