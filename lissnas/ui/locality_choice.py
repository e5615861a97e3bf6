"""What the Locality page compares, and the surveys of that, each made once."""

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from lissnas.figures.locality import MOST
from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.oracles import load, tasks
from lissnas.spaces import SPACES
from lissnas.survey import COSTS, SOURCES, Source, Survey, survey
from lissnas.ui import address
from lissnas.ui.forms import FIRST
from lissnas.ui.text import quoted

KEY = "locality"
PAIRS = (1_000, 2_000, 5_000, 10_000, 20_000)
OPENING = ("cifar10", "imagenet16-120")
SCORES = ("accuracies", "their ranks")


class Subject(NamedTuple):
    """A task of a space, or its costs."""

    space: str
    task: str

    @property
    def label(self) -> str:
        """Return the subject for readers."""
        return f"{SPACES[self.space].title} · {self.task}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page compares, and how."""

    subjects: tuple[Subject, ...]
    settings: LocalitySettings
    seed: int
    source: Source


def subjects() -> dict[str, Subject]:
    """Return all that can be compared, by label: the tasks and costs of each space."""
    found = [
        Subject(space, task)
        for space in sorted(SPACES, key=lambda name: name != FIRST)
        for task in (*tasks(space), COSTS)
    ]
    return {one.label: one for one in found}


def opening(known: dict[str, Subject]) -> list[str]:
    """Return what is compared at first: two tasks, or the space in the address."""
    asked = address.part("space")
    of_space = [label for label, one in known.items() if one.space == asked]
    if of_space:
        return of_space[:1]
    usual = [Subject(FIRST, task).label for task in OPENING]
    with_table = [label for label, one in known.items() if one.task != COSTS]
    return [label for label in usual if label in known] or (
        with_table[:2] or list(known)[:1]
    )


def locality_choice() -> Choice:
    """Return what the page's widgets describe: what above, how in the sidebar."""
    known = subjects()
    chosen = _asked(known)
    st.session_state["compare"] = chosen
    st.multiselect(
        "Compare",
        list(known),
        max_selections=MOST,
        key="compare",
        on_change=_follow,
        help="Tasks of any spaces, on one axis. Every space also has its exact "
        "multiply-adds, whose locality needs no accuracies.",
    )
    with st.sidebar:
        settings, seed, source = _how()
    return Choice(tuple(known[label] for label in chosen), settings, seed, source)


def _follow() -> None:
    """Put the tasks that are chosen into the address."""
    address.follow({"compare": st.session_state["compare"] or ""})


def _asked(known: dict[str, Subject]) -> list[str]:
    """Return what the address compares; what cannot be is answered in words."""
    asked = st.query_params.get_all("compare")
    if not asked:
        return opening(known)
    found = [label for label in dict.fromkeys(asked) if label in known][:MOST]
    lost = [quoted(label) for label in asked if label not in known]
    if any(asked) and lost:
        shown = ", ".join(found) or "nothing"
        sentence = f"compare must name tasks of spaces, got {', '.join(lost[:3])}"
        address.refuse(sentence, shown)
    return found


def _how() -> tuple[LocalitySettings, int, Source]:
    """Return how locality is measured: settings, seed and source."""
    pairs = address.choose(
        st.select_slider,
        "Pairs at each distance",
        "pairs",
        PAIRS,
        2_000,
        format_func=lambda count: f"{count:,}",
        help="More pairs make the bands narrower. The paper wants at least 1,000.",
    )
    scores = address.choose(
        st.segmented_control,
        "Correlate",
        "correlate",
        SCORES,
        SCORES[0],
        required=True,
        help="A few failed trainings can rule the correlation of accuracies, but not "
        "that of their ranks.",
    )
    source = address.choose(
        st.selectbox,
        "Source of accuracies",
        "source",
        SOURCES[:3],
        SOURCES[0],
        key=f"{KEY}_source",
        help="Of a partial table, `auto` takes measured pairs where they reach the "
        "threshold distance, and else a predictor fitted to the table.",
    )
    seed = address.number(
        st.number_input,
        "Seed",
        "seed",
        0,
        help="Equal seeds give equal numbers, to the last digit.",
    )
    return LocalitySettings(pairs=pairs, ranks=scores == SCORES[1]), seed, source


@st.cache_resource(max_entries=64, show_spinner=False)
def _survey(
    subject: Subject, settings: LocalitySettings, seed: int, source: Source, table: str
) -> Survey:
    """Return the survey of a subject; `table` is its checksum, so new ones count."""
    return survey(*subject, settings, WalkSettings(), seed, source)


def measured(choice: Choice) -> list[Survey]:
    """Return the surveys of what was chosen; those that cannot be made are told."""
    found = []
    note = st.empty()
    for place, subject in enumerate(choice.subjects):
        sentence = f"Measuring {subject.label} ({place + 1} of {len(choice.subjects)})"
        try:
            with note, st.spinner(sentence, show_time=True):
                source: Source = "costs" if subject.task == COSTS else choice.source
                key = (subject, choice.settings, choice.seed, source)
                found.append(_survey(*key, checksum(subject)))
        except ValueError as error:
            st.warning(f"{subject.label}: {error}", icon=":material/warning:")
    note.empty()
    return found


def checksum(subject: Subject) -> str:
    """Return the checksum of a subject's table, nothing for costs."""
    return "" if subject.task == COSTS else load(*subject).checksum
