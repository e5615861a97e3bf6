"""The glossary: terms to search, each with its place in the paper and its page."""

import streamlit as st

from lissnas.teaching import TERMS, found
from lissnas.ui import address
from lissnas.ui.shell import PAGES


def glossary() -> None:
    """Draw the terms that contain the words searched for."""
    words = address.words(
        st.text_input,
        "Search",
        "glossary",
        placeholder="a word, such as seed",
        icon=":material/search:",
        width=360,
    )
    terms = found(words)
    if not terms:
        st.info(
            f"No term contains {words!r}. An empty search shows all {len(TERMS)}.",
            icon=":material/search_off:",
        )
    labels = {path: (label, icon) for path, label, icon, _ in PAGES}
    for term in terms:
        left, right = st.columns([5, 1.4], vertical_alignment="top", gap="medium")
        left.markdown(f"**{term.name}.** {term.text}")
        with right:
            if term.section:
                st.caption(f"Paper: {term.section}")
            if term.page:
                label, icon = labels[term.page]
                st.page_link(term.page, label=label, icon=icon)
