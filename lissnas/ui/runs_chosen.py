"""What can be done with the chosen runs: look, note, hand on, compare, delete."""

from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lissnas import sharing
from lissnas.branches import parent_of
from lissnas.figures.theme import Figure, theme_of
from lissnas.home import runs_dir
from lissnas.sharing import PICTURES, Card, Record
from lissnas.sharing.bundle import SUFFIX
from lissnas.sharing.cards import stamps
from lissnas.sharing.snippets import figure_snippet, study_snippet
from lissnas.sharing.summary import summary, title_line
from lissnas.ui import address
from lissnas.ui.branching import tree_panel
from lissnas.ui.compare_choice import KEY as COMPARE
from lissnas.ui.demo import is_demo
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG
from lissnas.ui.runs_files import FAILED, KEY, delete
from lissnas.ui.shell import current_theme
from lissnas.ui.text import plain

MOST = 12


def runs_chosen(cards: list[Card]) -> None:
    """Draw the details of one run, or what several can be used for."""
    if len(cards) == 1:
        _one(cards[0])
    elif cards:
        _several(cards)


def _several(cards: list[Card]) -> None:
    """Draw the way to the Compare page, and the deletion of all."""
    kinds = {(card.space, card.task) for card in cards}
    why = ""
    if len(kinds) > 1:
        why = "Only runs of one space and task can be compared."
    elif any(card.problem or not card.steps for card in cards):
        why = "Runs that can only be looked at, or have no iteration, do not compare."
    elif len(cards) > MOST:
        why = f"At most {MOST} runs can be compared."
    names = [card.name for card in cards]
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button(
        f"Compare these {len(cards)}",
        icon=":material/compare_arrows:",
        type="primary",
        disabled=bool(why),
        key=f"{KEY}_compare",
    ):
        wanted = {f"{COMPARE}_runs": ",".join(names)}
        st.switch_page("pages/compare.py", query_params=wanted)
    _delete_button(row, names)
    if why:
        st.caption(why)


def _delete_button(row: DeltaGenerator, names: list[str]) -> None:
    """Draw the button that moves runs to the trash."""
    row.button(
        "Delete" if len(names) == 1 else f"Delete these {len(names)}",
        icon=":material/delete:",
        on_click=delete,
        args=(names,),
        disabled=is_demo(),
        help="Moves to the trash; can be undone.",
        key=f"{KEY}_delete",
    )


def _one(card: Card) -> None:
    """Draw everything on one run."""
    st.subheader(plain(card.title), anchor=False)
    try:
        path = runs_dir() / card.name
        record = _record(str(path), *stamps(path))
    except FAILED as error:
        st.error(
            f"This run cannot be read: {plain(str(error))}",
            icon=":material/broken_image:",
        )
        _delete_button(st.container(horizontal=True), [card.name])
        return
    st.caption(plain(title_line(record)))
    if record.problems:
        listed = "\n".join(f"- {plain(text)}" for text in record.problems)
        st.warning(
            f"**Read-only.** What is there is shown.\n\n{listed}",
            icon=":material/lock:",
        )
    _buttons(card, record)
    _figure(record)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        for text in summary(record):
            st.markdown(plain(text))
        if record.study:
            with st.expander("This run again, in Python", icon=":material/code:"):
                st.code(
                    study_snippet(record.study, parent_of(record.run)),
                    language="python",
                )
    with right:
        _about_form(card, record)
    tree_panel(record.run, _choose, f"{KEY}_tree")


def _choose(name: str) -> None:
    """Choose a run in the list."""
    address.put({f"{KEY}_shown": name})


@st.cache_resource(max_entries=8, show_spinner=False)
def _record(path: str, *stamps: int) -> Record:
    """Return a run as it was when its files had these times of change."""
    return sharing.read(Path(path).name)


def _buttons(card: Card, record: Record) -> None:
    """Draw the ways to other pages, the downloads and the deletion."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.page_link(
        "pages/shrink.py",
        label="Open",
        icon=":material/filter_alt:",
        query_params={"run": card.name},
        disabled=bool(record.problems),
        help="Step through it on the Shrink page.",
    )
    row.download_button(
        "Download bundle",
        data=lambda: sharing.bundle_bytes(card.name),
        file_name=f"{card.name}{SUFFIX}",
        mime="application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        disabled=bool(record.problems),
        help="The whole run as one file, for this page on another machine.",
        key=f"{KEY}_get_bundle",
    )
    row.download_button(
        "Download report",
        data=lambda: sharing.report_bytes(card.name),
        file_name=f"{card.name}.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        help="A page with interactive figures that needs no server.",
        key=f"{KEY}_get_report",
    )
    _delete_button(row, [card.name])


@st.cache_resource(max_entries=16, show_spinner=False)
def _drawn(key: str, _record: Record, figure: str, step: int, theme: str) -> Figure:
    """Return a figure of a run; equal keys are the same drawing."""
    return sharing.draw(_record, figure, step, theme_of(theme))


def _figure(record: Record) -> None:
    """Draw one of the run's figures, and the switch between them."""
    names = sharing.available(record)
    if not names:
        st.info("There is nothing to draw yet.", icon=":material/inbox:")
        return
    row = st.container(horizontal=True, vertical_alignment="bottom")
    name = row.pills(
        "Figure",
        names,
        default=names[0],
        key=f"{KEY}_figure_{'-'.join(names)}",
        format_func=lambda one: PICTURES[one].title,
        width="content",
    )
    name, step = name or names[0], record.result or 0
    key = f"{record.run.path}{stamps(record.run.path)}"
    st.plotly_chart(
        _drawn(key, record, name, step, current_theme().name),
        theme=None,
        key=f"{KEY}_chart",
        config=CONFIG,
        alt=f"{PICTURES[name].title} of run {record.run.name}",
    )
    under(
        PICTURES[name].about,
        lambda: sharing.columns(record, name, step),
        f"{name}-{record.run.name}",
        figure_snippet(record.run.name, name, step),
    )


def _about_form(card: Card, record: Record) -> None:
    """Draw title, tags and notes, to be changed where that is allowed."""
    about, key = card.about, f"{KEY}_{card.name}"
    with st.form(f"{key}_form", border=True):
        title = st.text_input(
            "Title", about.title, placeholder=card.name, key=f"{key}_title"
        )
        tags = st.text_input(
            "Tags",
            ", ".join(about.tags),
            key=f"{key}_tags",
            help="Commas between them.",
        )
        notes = st.text_area("Notes", about.notes, key=f"{key}_notes", height=110)
        saved = st.form_submit_button(
            "Save", icon=":material/save:", disabled=is_demo(), key=f"{key}_save"
        )
    if not saved or is_demo():
        return
    try:
        wanted = replace(
            about, title=title.strip(), notes=notes, tags=sharing.tags_from(tags)
        )
        sharing.write_about(record.run.path, wanted)
    except FAILED as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    address.put({f"{KEY}_shown": card.name})
    st.session_state[f"{KEY}_message"] = "Saved."
    st.rerun()
