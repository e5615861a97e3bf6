"""The UMAP of a map: its settings, its progress, and what it shows."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas.embedding import UmapSettings, jobs
from lissnas.ui.demo import is_demo
from lissnas.ui.forms import settings_form
from lissnas.ui.map_data import Ground

UMAP_NOTE = """
**What a UMAP shows:** which architectures are alike. Points in one pocket are
neighbours in the space, and separate pockets are apart.

**What it does not:** distances between pockets, their sizes and how dense they are mean
little, and neither axis has a meaning. Other settings give another picture of the same
architectures; trust what stays. Every map is made once, with a fixed seed, and kept.
"""


def umap_settings(where: DeltaGenerator, page: str) -> UmapSettings:
    """Return how a UMAP is asked for; a refused setting is answered in words.

    A read-only dashboard computes no more than the usual one.
    """
    if is_demo():
        with where.popover("About UMAP", icon=":material/help:"):
            st.markdown(UMAP_NOTE)
        return UmapSettings()
    with where.popover("UMAP settings", icon=":material/tune:"):
        st.markdown(UMAP_NOTE)
        try:
            return settings_form(UmapSettings, f"{page}_umap")
        except ValueError as error:
            st.error(str(error), icon=":material/error:")
            return UmapSettings()


def umap_is_ready(fitted: Ground, page: str) -> bool:
    """Return whether the UMAP is there; start it, and say how far it is, if not."""
    off = f"umap_off_{fitted.key}"
    state = jobs.status(fitted.key)
    if state.state == "ready":
        return True
    if state.state == "failed":
        st.warning(
            f"UMAP could not be computed, so the map shows PCA. {state.message}",
            icon=":material/warning:",
        )
        if st.button("Try again", key=f"{page}_umap_again"):
            jobs.start(fitted.landmarks, settings=fitted.settings)
            st.rerun()
        return False
    if state.state == "absent" and st.session_state.get(off):
        if st.button("Compute UMAP", key=f"{page}_umap_start"):
            st.session_state[off] = False
            st.rerun()
        return False
    if state.state == "absent":
        try:
            jobs.start(fitted.landmarks, settings=fitted.settings)
        except OSError as error:
            st.warning(f"UMAP could not be started, so the map shows PCA. {error}")
            return False
    _watch(fitted.key, off, page)
    return False


@st.fragment(run_every=2)
def _watch(key: str, off: str, page: str) -> None:
    """Say how long the UMAP has taken, and draw the page anew when it is done."""
    state = jobs.status(key)
    if state.state != "running":
        st.rerun()
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(
        f":material/hourglass_top: UMAP is being computed in the background, "
        f"{state.seconds:.0f} s so far, 10 to 30 s in all. Until then this is PCA."
    )
    if right.button("Cancel", key=f"{page}_umap_cancel", width="stretch"):
        jobs.cancel(key)
        st.session_state[off] = True
        st.rerun()
