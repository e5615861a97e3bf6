"""What the words mean, and where the paper and the pages have them."""

import streamlit as st

from lissnas import ui

ui.page("Glossary")
st.title("Glossary", anchor=False)
ui.glossary()
