"""A page of nothing but a map of 250,000 points, and how many are selected."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from lissnas.spaces import SPACES
from lissnas.ui.view import Field, Sheet, draw, rows_of

COUNT = 250_000


@st.cache_resource(max_entries=1)
def points():
    """Return the figure and what is known of its points."""
    rng = np.random.default_rng(0)
    space = SPACES["nasbench201"]
    where = rng.normal(size=(COUNT, 2)).astype(np.float32)
    archs = space.enumerate()[rng.integers(space.size, size=COUNT)]
    field = Field("value", rng.random(COUNT))
    names = [f"{one:x}" for one in range(COUNT)]
    trace = go.Scattergl(
        x=where[:, 0], y=where[:, 1], customdata=np.arange(COUNT), mode="markers"
    )
    figure = go.Figure(trace, go.Layout(height=500, dragmode="select"))
    return figure, Sheet(where, names, archs, space.decisions, (field,), ["#000000"])


def act(about):
    """Keep which points were picked."""
    if about["kind"] == "rows":
        picked = np.zeros(COUNT, dtype=bool)
        picked[rows_of(about, COUNT)] = True
        st.session_state["picked"] = picked


figure, sheet = points()
lit = st.session_state.get("picked")
draw(figure, "many", "Many points", act, sheet=sheet, lit=lit)
st.text(f"{0 if lit is None else int(lit.sum()):,} picked")
