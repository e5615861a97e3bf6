"""The Explore page's architecture: typed or edited, drawn, with costs and accuracy."""

from collections.abc import Collection

import numpy as np
import streamlit as st

from lissnas.arrays import Archs
from lissnas.explain import changes, difference, is_chain
from lissnas.figures import cell
from lissnas.figures.theme import UNKNOWN, percent
from lissnas.spaces import Space
from lissnas.spaces.base import Graph
from lissnas.ui import explore_state as state
from lissnas.ui import explore_words as words
from lissnas.ui.explore import Explored
from lissnas.ui.explore_data import Facts
from lissnas.ui.shell import current_theme

CHAIN = 6  # nodes from which a chain is drawn as a row of boxes
SELECT = 150
FORM = "explore_edit"


def inputs(shown: Explored) -> None:
    """Draw where architectures are typed, swapped and edited."""
    space = shown.scene.space
    state.show_problem()
    left, right, end = st.columns([3, 3, 2], vertical_alignment="bottom")
    with left:
        _typed(space, "Architecture", state.ARCH, shown.arch)
    with right:
        _typed(space, "Compare with", state.OTHER, shown.other)
    row = end.container(horizontal=True)
    row.button(
        "Swap",
        icon=":material/swap_horiz:",
        key="explore_swap",
        disabled=shown.other is None,
        on_click=_swap,
        args=(space, shown.arch, shown.other),
    )
    row.button(
        "One only",
        icon=":material/close:",
        key="explore_alone",
        disabled=shown.other is None,
        on_click=state.go,
        args=(space, None, state.OTHER),
        help="Stop comparing.",
    )
    with st.expander("Edit decision by decision", icon=":material/edit:"):
        _editor(space, shown.arch)


def _typed(space: Space, label: str, name: str, arch: Archs | None) -> None:
    """Draw the text of an architecture, which can be replaced by any other string."""
    text = "" if arch is None else space.short(arch[None])[0]
    key, seen = f"explore_{name}", f"explore_{name}_seen"
    if st.session_state.get(seen) != (space.name, text) or key not in st.session_state:
        st.session_state[key], st.session_state[seen] = text, (space.name, text)
    st.text_input(
        label,
        key=key,
        on_change=lambda: state.attempt(lambda: _read(space, name)),
        placeholder="official or short string",
        help="The space's official string or the short one of the tables here.",
    )


def _read(space: Space, name: str) -> None:
    """Show the architecture that was typed."""
    text = st.session_state[f"explore_{name}"]
    if text.strip() or name == state.ARCH:
        state.go(space, state.read(space, text), name)
    else:
        state.go(space, None, name)


def _swap(space: Space, arch: Archs, other: Archs) -> None:
    """Show the architecture compared with, and compare with the one shown."""
    state.go(space, other)
    state.go(space, arch, state.OTHER)


def _editor(space: Space, arch: Archs) -> None:
    """Draw a select box for each decision, and take them all at once."""
    keys = [f"{FORM}_{space.name}_{i}" for i in range(len(space.decisions))]
    now = (space.name, arch.tobytes())
    stale = st.session_state.get(f"{FORM}_seen") != now
    st.session_state[f"{FORM}_seen"] = now
    with st.form(FORM, border=False):
        row = st.container(horizontal=True, gap="small")
        for key, decision, option in zip(
            keys, space.decisions, arch.tolist(), strict=True
        ):
            if stale or key not in st.session_state:
                st.session_state[key] = decision.options[option]
            row.selectbox(decision.name, decision.options, key=key, width=SELECT)
        st.form_submit_button(
            "Apply",
            icon=":material/check:",
            key=f"{FORM}_apply",
            on_click=lambda: state.attempt(lambda: _apply(space, keys)),
        )


def _apply(space: Space, keys: list[str]) -> None:
    """Show the architecture that the select boxes describe."""
    row = [
        decision.options.index(st.session_state[key])
        for key, decision in zip(keys, space.decisions, strict=True)
    ]
    try:
        arch = space.canonical(np.array([row], dtype=np.int8))[0]
    except ValueError as error:
        raise ValueError(
            f"These options together are no architecture of {space.title}: {error}"
        ) from None
    state.go(space, arch)


def cards(shown: Explored) -> None:
    """Draw the architecture shown, and beside it the one it is compared with."""
    graphs = [shown.scene.space.graph(arch) for arch in shown.marked]
    if len(graphs) == 1:
        _card(shown, 0, graphs[0], (), ())
        return
    found = difference(*graphs)
    marked = (
        ({a for a, _ in found.relabelled} | {*found.removed}, found.lost_edges),
        ({b for _, b in found.relabelled} | {*found.added}, found.new_edges),
    )
    for place, column in enumerate(st.columns(2, gap="medium")):
        with column:
            _card(shown, place, graphs[place], *marked[place])
    _differences(shown)


def _card(
    shown: Explored,
    place: int,
    graph: Graph,
    nodes: Collection[int],
    edges: Collection[int],
) -> None:
    """Draw one architecture: its graph, its string and its numbers."""
    theme, space = current_theme(), shown.scene.space
    arch, fact = shown.marked[place], shown.facts[place]
    if len(shown.marked) > 1:
        st.markdown(f"**{('Shown', 'Compared with')[place]}**")
    if is_chain(graph) and len(graph.nodes) >= CHAIN:
        st.html(cell.chain_html(graph.nodes, theme, nodes))
    else:
        drawing = cell.cell_dot(graph.nodes, graph.edges, theme, nodes, edges)
        st.graphviz_chart(drawing)
    st.code(space.format(arch[None])[0], language=None, wrap_lines=True)
    before = shown.facts[0] if place else None
    _metrics(shown, fact, before)
    if place == 0 and len(shown.marked) == 1:
        _source(shown, fact)


def _metrics(shown: Explored, fact: Facts, before: Facts | None) -> None:
    """Draw accuracy and costs with their percentiles, or their change from `before`."""
    seen, table = shown.scene.seen, shown.scene.table
    uniform = int(seen.uniform.sum())
    known = len(table.accuracy) if table else 0
    sample = "sampled"
    rows = [
        (
            "Accuracy",
            percent(fact.true) if fact.true == fact.true else "not measured",
            words.better_words(fact.true_share, known, "measured"),
            None if before is None else words.points(fact.true - before.true),
        ),
        (
            "Parameters",
            words.millions(fact.params),
            words.better_words(fact.params_share, uniform, sample),
            None
            if before is None
            else f"{(fact.params - before.params) / 1e6:+,.3f} M",
        ),
        (
            "Multiply-adds",
            words.millions(fact.macs),
            words.better_words(fact.macs_share, uniform, sample),
            None if before is None else f"{(fact.macs - before.macs) / 1e6:+,.1f} M",
        ),
    ]
    row = st.container(horizontal=True, gap="small")
    for label, value, share, delta in rows:
        if value == UNKNOWN or delta == UNKNOWN:
            delta = None
        row.metric(
            label,
            value,
            delta or share,
            "off",
            border=True,
            help=f"Its percentile: {share}." if delta and share else None,
            delta_arrow="auto" if delta else "off",
        )


def _source(shown: Explored, fact: Facts) -> None:
    """Say where the accuracy comes from, and of what networks the costs are."""
    table = shown.scene.table
    if table is None:
        return
    measured = "" if fact.true == fact.true else "This one was not measured. "
    parts = [
        f"{table.title}, column `{table.column}`",
        table.description,
        table.caveats,
    ]
    text = ". ".join(part.strip().rstrip(".") for part in parts if part)
    st.caption(f"{measured}Accuracies: {text}.")


def _differences(shown: Explored) -> None:
    """Draw what differs between the two architectures, in words."""
    space = shown.scene.space
    assert shown.other is not None
    found = changes(space, shown.arch[None], shown.other[None])[0]
    if not found:
        st.info("Both are the same architecture.", icon=":material/equal:")
        return
    count = f"{len(found)} difference{'' if len(found) == 1 else 's'}"
    st.markdown(f"**{count}**, marked in the drawings")
    st.dataframe(
        [
            {"where": one.what, "shown": one.old or "-", "compared": one.new or "-"}
            for one in found
        ],
        hide_index=True,
        key="explore_differences",
        height=min(36 * len(found) + 38, 300),
    )
    st.caption(
        "Architectures are in canonical form; where vertices or layers can be arranged "
        "in several ways, the second is matched to the first as well as possible."
    )
