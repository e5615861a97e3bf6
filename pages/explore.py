"""Look at a search space: its size, its map, an architecture and its neighbours."""

import streamlit as st

from lissnas import ui

ui.page("Explore")
st.title("Explore a search space", anchor=False)

shown = ui.explored()
ui.space_headline(shown)
ui.selection_bar(ui.space_universe(shown))

left, right = st.columns([3, 2], gap="medium")
with left:
    ui.landscape_panel(shown)
with right:
    ui.spread_panel(shown)

st.subheader("Architecture", anchor=False)
ui.arch_inputs(shown)
ui.arch_cards(shown)
ui.neighbours_panel(shown)
