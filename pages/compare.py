"""Compare methods on the same predictor, budget and size, or runs that are saved."""

import streamlit as st

from lissnas import ui

ui.page("Compare")
st.title("Compare methods", anchor=False)

with st.sidebar:
    choice = ui.compare_choice()

if choice is None:
    st.info("Choose on the left what to compare.", icon=":material/arrow_back:")
else:
    found = ui.compare_results(choice)
    if found is not None:
        ui.compare_figures(found)
        ui.paper_panel(found)
        ui.compare_go_on(found)
