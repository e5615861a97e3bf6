"""The list of stored runs: search, tags, a table with curves, and what is chosen."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import streamlit as st

from lissnas import sharing
from lissnas.sharing import Card
from lissnas.ui import address
from lissnas.ui.demo import is_demo
from lissnas.ui.text import quoted

KEY, PAGE = "runs", 100
SHOWN, TURN = f"{KEY}_shown", f"{KEY}_table_turn"
CURVE = st.column_config.LineChartColumn
NUMBER = st.column_config.NumberColumn


def runs_table() -> list[Card]:
    """Draw the search and the table; return the runs that are chosen."""
    known = sharing.cards()
    if not known:
        st.info(
            "There are no runs yet. The Shrink page makes one"
            + ("." if is_demo() else ", or open a bundle on the left."),
            icon=":material/inbox:",
        )
        st.page_link(
            "pages/shrink.py", label="To the Shrink page", icon=":material/filter_alt:"
        )
        return []
    found = _filtered(known)
    if not found:
        st.info(
            "No run holds all of these words and tags.", icon=":material/search_off:"
        )
        return []
    shown = _one_page(found)
    linked = _linked(known)
    rows = [place for place, card in enumerate(shown) if card.name in linked]
    chosen = st.dataframe(
        [_row(card) for card in shown],
        hide_index=True,
        key=table_key(shown, st.session_state[TURN]),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows}},
        row_height=38,
        height=min(38 * len(shown) + 37, 38 * 12),
        placeholder="–",
        column_config=_columns(),
        alt=f"{len(shown)} stored runs with their key numbers",
    )
    picked = [shown[row] for row in chosen["selection"]["rows"] if row < len(shown)]
    _to_address([card.name for card in picked])
    st.caption(_count(len(known), len(found), len(shown), len(picked)))
    return picked


def table_key(shown: Sequence[Card], turn: int) -> str:
    """Return the table's key: another list, or address, starts with its own choice."""
    names = ",".join(card.name for card in shown)
    return f"{KEY}_table_{turn}_{sha256(names.encode()).hexdigest()[:12]}"


def _linked(known: Sequence[Card]) -> list[str]:
    """Return the runs that the address chooses; those that are not there are told."""
    st.session_state.setdefault(TURN, 0)
    asked = [name for name in (address.part(SHOWN) or "").split(",") if name]
    if address.is_news(KEY, (SHOWN,)):
        st.session_state[TURN] += 1
        names = {card.name for card in known}
        lost = [quoted(name) for name in asked if name not in names]
        if lost:
            st.warning(
                f"The address names runs that are not stored here: {', '.join(lost)}.",
                icon=":material/link_off:",
            )
    return asked


def _filtered(known: Sequence[Card]) -> list[Card]:
    """Draw the search and the tags, and return the runs that fit."""
    left, right = st.columns([3, 2])
    text = address.words(
        left.text_input,
        "Search",
        f"{KEY}_search",
        placeholder="words in names, titles, tags, notes, spaces, tasks and methods",
    )
    tags = sorted({tag for card in known for tag in card.about.tags})
    wanted = st.session_state.get(f"{KEY}_tags") or []
    st.session_state[f"{KEY}_tags"] = [tag for tag in wanted if tag in tags]
    chosen = right.multiselect(
        "Tags",
        tags,
        key=f"{KEY}_tags",
        persist_state="session",
        placeholder="all" if tags else "there are none yet",
        disabled=not tags,
    )
    return sharing.matching(known, text, chosen)


def _one_page(found: list[Card]) -> list[Card]:
    """Return the runs on the page of the list that is shown."""
    pages = -(-len(found) // PAGE)
    if pages < 2:
        return found
    page = st.pagination(pages, key=f"{KEY}_page_{len(found)}")
    return found[PAGE * (page - 1) : PAGE * page]


def _count(total: int, found: int, shown: int, picked: int) -> str:
    """Return what is shown of how many, and what can be done."""
    text = f"Showing {shown:,} of {total:,} runs"
    if found < total and shown == found:
        text += " that match"
    if not picked:
        return f"{text}. Choose one for details, several to compare, by their boxes."
    return f"{text}, {picked} chosen."


def _row(card: Card) -> dict[str, Any]:
    """Return what the table says of a run."""
    state = "finished" if card.finished else f"{card.steps} steps"
    if card.problem:
        state = "read-only" if card.space else "damaged"
    share = None if card.mean_true is None else 100 * card.mean_true
    return {
        "run": card.title,
        "state": state,
        "space": card.space,
        "task": card.task,
        "size by iteration": [float(one) for one in card.sizes] or None,
        "accuracy by iteration": [100 * one for one in card.accuracies] or None,
        "size": None if card.size is None else float(card.size),  # beyond 64 bits too
        "true mean, %": share,
        "method": card.method,
        "seed": card.seed,
        "when": card.created[:16].replace("T", " "),
        "tags": list(card.about.tags),
        "queries": card.queries,
        "shrink index": card.shrink_index,
    }


def _columns() -> dict[str, Any]:
    """Return how the table's columns look."""
    return {
        "run": st.column_config.TextColumn(width=170),
        "state": st.column_config.TextColumn(width=75),
        "space": st.column_config.TextColumn(width=130),
        "task": st.column_config.TextColumn(width=90),
        "size by iteration": CURVE("size ↘", width=90, help="Members by iteration."),
        "accuracy by iteration": CURVE(
            "accuracy ↗",
            width=90,
            help="Mean accuracy by iteration: true where it is known for all, else "
            "predicted.",
        ),
        "size": NUMBER(format="localized", width=75, help="Members of the result."),
        "true mean, %": NUMBER(format="%.2f", width=95),
        "seed": NUMBER(width=55),
        "queries": NUMBER(format="localized", width=80),
        "shrink index": NUMBER(format="%.3f", width=95),
        "tags": st.column_config.ListColumn(width=130),
    }


def _to_address(names: Sequence[str]) -> None:
    """Put the chosen runs into the address, so that a copy of it leads here again."""
    address.put_seen(KEY, {SHOWN: ",".join(names) or None}, (SHOWN,))
