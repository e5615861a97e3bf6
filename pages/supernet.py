"""Train supernets in the background, watch them, and see how well they rank."""

import streamlit as st

from lissnas import ui

ui.page("Supernet")
st.title("Supernets", anchor=False)
st.markdown(
    "A **supernet** shares its weights between all architectures of a space: trained "
    "once, it measures thousands. Train one, or run the paper's whole section 4.5; "
    "jobs go on without this page."
)

with st.sidebar:
    ui.supernet_start()

job = ui.supernet_jobs()
if job is not None:
    ui.supernet_job(job)
