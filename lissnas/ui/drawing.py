"""The drawing of one architecture."""

from collections.abc import Collection

import streamlit as st

from lissnas.explain import is_chain
from lissnas.figures import cell
from lissnas.spaces.base import Graph
from lissnas.ui.shell import current_theme

CHAIN = 6  # nodes from which a chain is drawn as a row of boxes


def draw(
    graph: Graph,
    nodes: Collection[int] = (),
    edges: Collection[int] = (),
    upright: bool = False,
) -> None:
    """Draw a graph with marked vertices and edges, a long chain as rows of boxes."""
    theme = current_theme()
    if is_chain(graph) and len(graph.nodes) >= CHAIN:
        st.html(cell.chain_html(graph.nodes, theme, nodes))
        return
    drawing = cell.cell_dot(graph.nodes, graph.edges, theme, nodes, edges, upright)
    st.graphviz_chart(drawing)
