"""What the Explore page shows: the space, its size, and how costs are spread in it."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lissnas import oracles
from lissnas.arrays import Archs
from lissnas.figures import spread
from lissnas.figures.catalogue import FIGURES
from lissnas.oracles import Table
from lissnas.sharing.page_snippets import spread_snippet
from lissnas.spaces import SPACES
from lissnas.ui import address
from lissnas.ui import explore_data as data
from lissnas.ui import explore_state as state
from lissnas.ui import explore_words as words
from lissnas.ui.explore_data import Facts, Scene
from lissnas.ui.forms import FIRST, no_table
from lissnas.ui.frames import under
from lissnas.ui.selected import lit, mode, on_stretch, part
from lissnas.ui.shell import current_theme
from lissnas.ui.view import Cells, draw
from lissnas.ui.words import table_line


@dataclass(frozen=True, slots=True, eq=False)
class Explored:
    """What is shown: a space, an architecture ``(d,)``, and one compared with it."""

    scene: Scene
    task: str | None
    arch: Archs
    other: Archs | None

    @property
    def known_task(self) -> str | None:
        """Return the task whose accuracies are shown, None without any."""
        return self.task if self.scene.table is not None else None

    @property
    def marked(self) -> list[Archs]:
        """Return the architectures pointed at in figures, the one shown first."""
        return [self.arch] if self.other is None else [self.arch, self.other]

    @property
    def facts(self) -> list[Facts]:
        """Return what is known of the architectures pointed at."""
        return [data.facts(self.scene, arch) for arch in self.marked]


def explored() -> Explored:
    """Return what the sidebar and the address ask for, with sensible defaults."""
    names = sorted(SPACES, key=lambda name: name != FIRST)
    with st.sidebar:
        name = state.choice(
            st.container(),
            "Space",
            "space",
            names,
            FIRST,
            clears=(*state.OWN, "task"),
            format_func=lambda key: SPACES[key].title,
            help="The search space to look at.",
        )
        task, table = _table(name)
    space = SPACES[name]
    scene = data.scene(space, table)
    arch = state.in_address(space, state.ARCH)
    if arch is None:
        arch = data.first_shown(scene)
    other = state.in_address(space, state.OTHER)
    shown = {"space": name, "task": task, state.ARCH: space.short(arch[None])[0]}
    address.fill(shown)
    return Explored(scene, task, arch, other)


def _table(name: str) -> tuple[str | None, Table | None]:
    """Return the task chosen and its table, None where the space has none."""
    found = oracles.tasks(name)
    if not found:
        st.caption("No accuracies at hand: costs and structure only.")
        with st.expander("How to add a table", icon=":material/database:"):
            no_table(name)
        return None, None
    task = state.choice(
        st.container(),
        "Task",
        "task",
        list(found),
        next(iter(found)),
        help="The data set whose measured accuracies are shown.",
    )
    info = found[task]
    st.caption(table_line(info))
    try:
        return task, oracles.load(name, task)
    except ValueError as error:
        st.error(f"This table cannot be used: {state.short_of(error)}")
        return None, None


def headline(shown: Explored) -> None:
    """Draw how large the space is, what decides, what one edit is, and who made it."""
    space, seen = shown.scene.space, shown.scene.seen
    size = words.size_words(space.size)
    st.markdown(f"#### {size} architectures of {space.title}")
    nearby = data.around(shown.scene, shown.arch)
    counts = np.bincount(nearby.kind, minlength=len(space.edit_kinds)).tolist()
    examples = {
        space.edit_kinds[kind]: sentence
        for kind, sentence in zip(nearby.kind.tolist(), nearby.words, strict=True)
    }
    row = st.container(horizontal=True, vertical_alignment="center")
    parts = (
        words.options_words(space.decisions),
        words.distance_words(space),
        words.known_words(seen.known, space.size, shown.task),
        space.citation,
    )
    row.caption(" · ".join(parts))
    with row.popover("Decisions and edits", icon=":material/list_alt:"):
        st.dataframe(words.decision_rows(space.decisions), hide_index=True)
        st.markdown(words.edit_words(space.edit_kinds, counts, examples))


def spread_panel(shown: Explored) -> None:
    """Draw how accuracies and costs are spread, and where the architectures are."""
    seen = shown.scene.seen
    marks = [
        {
            spread.ACCURACY: 100 * fact.true,
            spread.PARAMS: fact.params / 1e6,
            spread.MACS: fact.macs / 1e6,
        }
        for fact in shown.facts
    ]
    theme, space = current_theme(), shown.scene.space
    cells = tuple(
        Cells(f"xaxis{row if row > 1 else ''}", name, tuple(edges.tolist()))
        for row, (name, edges) in enumerate(spread.bins_of(seen).items(), start=1)
    )
    chosen, values = lit(space, shown.scene.keys), spread.values_of(seen)
    draw(
        spread.spread_figure(seen, theme, marks),
        "explore_spread",
        FIGURES["spread.spread"].alt,
        on_stretch(
            space,
            cells,
            lambda at: part(seen.archs, values[cells[at.place].title], at.low, at.high),
        ),
        overlay=None if chosen is None else spread.spread_overlay(seen, chosen, theme),
        cells=cells,
        mode=mode(),
        keep=shown.scene.key,
    )
    under(
        spread.ABOUT,
        lambda: spread.spread_columns(seen),
        f"spread-{shown.scene.space.name}",
        spread_snippet(space.name, shown.known_task),
    )
