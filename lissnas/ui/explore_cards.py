"""The Explore page's drawings: an architecture, or two with what differs marked."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lissnas.explain import Change, compared
from lissnas.figures import cell
from lissnas.figures.theme import Columns
from lissnas.sharing.page_snippets import arch_snippet, pair_snippet
from lissnas.ui import explore_words as words
from lissnas.ui.drawing import draw
from lissnas.ui.explore import Explored
from lissnas.ui.explore_data import Facts
from lissnas.ui.frames import under

ROW, TALLEST = 36, 470


def cards(shown: Explored) -> None:
    """Draw the architecture shown, and beside it the one it is compared with."""
    space, archs = shown.scene.space, shown.marked
    if len(archs) == 1:
        graph = space.graph(archs[0])
        draw(graph)
        _string(shown, 0)
        _metrics(shown, shown.facts[0])
        _source(shown)
        under(
            cell.ABOUT,
            lambda: cell.cell_columns(graph.nodes, graph.edges),
            f"graph-{space.name}",
            arch_snippet(space.name, space.short(archs[0][None])[0]),
            pictures=False,
        )
        return
    pair = compared(space, *archs)
    found = pair.difference
    nodes = {a for a, _ in found.relabelled} | {*found.removed}
    others = {b for _, b in found.relabelled} | {*found.added}
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Shown**")
        draw(pair.first, nodes, found.lost_edges, upright=True)
        _string(shown, 0)
    with right:
        st.markdown("**Compared with**")
        draw(pair.second, others, found.new_edges, upright=True)
        _string(shown, 1)
    _numbers(shown)
    _differences(space.name, space.short(np.stack(archs)), pair.changes)
    _source(shown)


def _string(shown: Explored, place: int) -> None:
    """Draw the official string, which can be copied."""
    text = shown.scene.space.format(shown.marked[place][None])[0]
    st.code(text, language=None, wrap_lines=True)


def _metrics(shown: Explored, fact: Facts) -> None:
    """Draw accuracy and costs with their percentiles."""
    table = shown.scene.table
    known = len(table.accuracy) if table else 0
    sampled = int(shown.scene.seen.uniform.sum())
    rows = (
        ("Accuracy", words.measured(fact.true), fact.true_share, known, "measured"),
        (
            "Parameters",
            words.millions(fact.params),
            fact.params_share,
            sampled,
            "sampled",
        ),
        (
            "Multiply-adds",
            words.millions(fact.macs),
            fact.macs_share,
            sampled,
            "sampled",
        ),
    )
    row = st.container(horizontal=True, gap="small")
    for label, value, share, count, of in rows:
        above = words.better_words(share, count, of) or "not in any table"
        row.metric(label, value, above, "off", border=True, delta_arrow="off")


def _numbers(shown: Explored) -> None:
    """Draw accuracy and costs of both architectures, and the differences."""
    first, second = shown.facts
    rows = [
        (
            "accuracy",
            *(words.measured(fact.true) for fact in shown.facts),
            words.points(second.true - first.true),
        ),
        (
            "parameters",
            *(words.millions(fact.params) for fact in shown.facts),
            f"{(second.params - first.params) / 1e6:+,.3f} M",
        ),
        (
            "multiply-adds",
            *(words.millions(fact.macs) for fact in shown.facts),
            f"{(second.macs - first.macs) / 1e6:+,.1f} M",
        ),
    ]
    names = ("", "shown", "compared with", "difference")
    st.dataframe(
        [dict(zip(names, row, strict=True)) for row in rows],
        hide_index=True,
        key="explore_numbers",
    )


def _differences(name: str, names: Sequence[str], found: Sequence[Change]) -> None:
    """Draw what differs between the two architectures, in words."""
    count = len(found)
    if not count:
        st.info("Both are the same architecture.", icon=":material/equal:")
        return
    st.markdown(
        f"**{count} difference{'' if count == 1 else 's'}**, marked in the drawings"
    )
    st.dataframe(
        difference_columns(found),
        hide_index=True,
        key="explore_differences",
        height=min(ROW * (count + 1) + 2, TALLEST),
    )
    under(
        cell.ABOUT_PAIR,
        lambda: difference_columns(found),
        f"differences-{name}",
        pair_snippet(name, *names),
        pictures=False,
    )


def difference_columns(found: Sequence[Change]) -> Columns:
    """Return what differs between two architectures: where, and what each has."""
    return {
        "where": [one.what for one in found],
        "shown": [words.side(one, one.old) for one in found],
        "compared with": [words.side(one, one.new) for one in found],
    }


def _source(shown: Explored) -> None:
    """Say where the accuracies come from."""
    table = shown.scene.table
    if table is None:
        return
    named = f"{table.title}, column `{table.column}`"
    parts = [named, table.description, table.caveats, f"Source: {table.source}"]
    told = [part.strip().rstrip(".") for part in parts if part]
    text = ". ".join(f"{part[0].upper()}{part[1:]}" for part in told)
    st.caption(f"Accuracies: {text}.")
