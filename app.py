"""The landing page: what LISSNAS is, what is there, and where to start."""

import streamlit as st

from lissnas import ui

ui.page("Home")

st.title("Find the pockets of good networks")
st.markdown(
    "A neural-architecture search space holds thousands to quintillions of networks, "
    "and most of them are not worth training. **LISSNAS** uses *locality*, the fact "
    "that similar architectures reach similar accuracies: it keeps the neighbourhoods "
    "of the best ones and lets the rest go, iteration by iteration. What is left is a "
    "space that is small, good and still diverse: a better place to start a search."
)

left, middle, right = st.columns(3)
with left.container(border=True, height="stretch"):
    st.subheader("Explore a space", anchor=False)
    st.markdown(
        "A map of it, any architecture with its drawing, costs and accuracy, and what "
        "one edit changes."
    )
    st.page_link("pages/explore.py", label="Explore a space", icon=":material/explore:")
with middle.container(border=True, height="stretch"):
    st.subheader("Is it local?", anchor=False)
    st.markdown(
        "How alike networks perform that are few edits apart, measured; and a random "
        "walk to drive yourself."
    )
    st.page_link(
        "pages/locality.py", label="Measure locality", icon=":material/scatter_plot:"
    )
with right.container(border=True, height="stretch"):
    st.subheader("Watch it shrink", anchor=False)
    st.markdown("A finished run on real accuracies opens by itself; then run your own.")
    st.page_link(
        "pages/shrink.py", label="Open the example", icon=":material/play_arrow:"
    )
    st.page_link(
        "pages/shrink.py",
        label="Set up a run",
        icon=":material/tune:",
        query_params={"run": "new"},
    )

st.subheader("Search spaces", anchor=False)
ui.spaces_table()

st.subheader("Latest runs", anchor=False)
ui.latest_runs()

st.subheader("From a terminal", anchor=False)
st.markdown("The same runs, stored in the same place, as text or JSON.")
st.code("lissnas shrink nasbench201 cifar10", language="bash")
