"""What every lesson of the tour has around it: text, question, and the way on."""

from collections.abc import Callable

import streamlit as st

from lissnas.teaching import LESSONS, Lesson
from lissnas.ui import address
from lissnas.ui.shell import presenting
from lissnas.ui.text import quoted
from lissnas.ui.tour import first, later
from lissnas.ui.tour.ground import KEY, ground

DRAW: dict[str, Callable[[], None]] = {
    "space": first.space,
    "locality": first.locality,
    "seeds": first.seeds,
    "iteration": first.iteration,
    "index": later.index,
    "diversity": later.diversity,
    "ablation": later.ablation,
    "search": later.search,
}
WRONG = "Step must be in 1..{last} in this tour, got {asked}; the first one is shown."


def tour() -> None:
    """Draw the lesson that the address names, and the way to the others."""
    at = _place()
    lesson = LESSONS[at]
    _way(at, "top")
    st.caption(f"Step {at + 1} of {len(LESSONS)} · {lesson.section} of the paper")
    st.header(lesson.title, anchor=False)
    st.markdown(lesson.text)
    try:
        ground()
        DRAW[lesson.key]()
    except (ValueError, OSError) as error:
        st.error(f"This step cannot be shown: {error}", icon=":material/error:")
    _question(lesson)
    if at == len(LESSONS) - 1:
        _onwards()


def _place() -> int:
    """Return the lesson in the address, counted from 0."""
    asked = address.part("step") or "1"
    if asked.isdecimal() and 1 <= int(asked) <= len(LESSONS):
        return int(asked) - 1
    st.warning(
        WRONG.format(last=len(LESSONS), asked=quoted(asked)), icon=":material/link_off:"
    )
    return 0


def _go(at: int) -> None:
    """Put another lesson into the address."""
    address.put({"step": str(at + 1)})


def _way(at: int, place: str) -> None:
    """Draw back, the lessons, on, and the switch for presenters."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.button(
        "Back",
        icon=":material/arrow_back:",
        shortcut="Left",
        disabled=at == 0,
        on_click=_go,
        args=(at - 1,),
        key=f"{KEY}_back_{place}",
    )
    row.button(
        "On",
        icon=":material/arrow_forward:",
        shortcut="Right",
        type="primary",
        disabled=at == len(LESSONS) - 1,
        on_click=_go,
        args=(at + 1,),
        key=f"{KEY}_on_{place}",
    )
    row.progress((at + 1) / len(LESSONS), width=200)
    row.button(
        "Leave the presentation" if presenting() else "Present",
        icon=":material/co_present:",
        shortcut="P",
        help="Hide the menu and show everything larger. The arrow keys go on and back.",
        on_click=_present,
        key=f"{KEY}_present",
    )
    if not presenting():
        with row.popover("All steps", icon=":material/list:"):
            for place_of, lesson in enumerate(LESSONS):
                st.button(
                    f"{place_of + 1}. {lesson.title}",
                    type="tertiary",
                    on_click=_go,
                    args=(place_of,),
                    key=f"{KEY}_to_{lesson.key}",
                )


def _present() -> None:
    """Begin or end the presentation; the address holds it."""
    address.put({"present": None if presenting() else "1"})


def _question(lesson: Lesson) -> None:
    """Draw the lesson's question, with its answer to open."""
    with st.container(border=True):
        st.markdown(f":material/psychology_alt: **Think.** {lesson.question}")
        with st.expander("An answer"):
            st.markdown(lesson.answer)


def _onwards() -> None:
    """Draw where to go after the tour."""
    st.subheader("That was the tour", anchor=False)
    row = st.container(horizontal=True)
    row.page_link(
        "pages/shrink.py", label="Shrink a space", icon=":material/filter_alt:"
    )
    row.page_link(
        "pages/compare.py", label="Compare methods", icon=":material/compare_arrows:"
    )
    row.page_link(
        "pages/explore.py", label="Explore a space", icon=":material/explore:"
    )
    row.page_link("pages/glossary.py", label="Glossary", icon=":material/dictionary:")
