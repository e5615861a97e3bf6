"""What the Compare page knows: the outcomes, and the one selection among members."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from lissnas import oracles
from lissnas.arrays import Archs, Bools, Ints, Keys, Scores
from lissnas.comparison import Members, Outcome, Row
from lissnas.comparison.entries import ORIGINAL
from lissnas.comparison.request import digest
from lissnas.oracles import Table
from lissnas.oracles.counted import find_sorted
from lissnas.sharing.compare_snippets import comparison_snippet, runs_snippet
from lissnas.spaces import Space
from lissnas.ui.compare_choice import Choice
from lissnas.ui.selected import Universe, current

Name = tuple[str, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What is compared and what is known of it.

    `members` holds each row's members, of all its seeds and of its first one.
    """

    choice: Choice
    space: Space
    task: str
    outcomes: list[Outcome]
    rows: list[Row]
    members: dict[Name, tuple[Members, Members]]
    good: float

    @property
    def original(self) -> Members | None:
        """Return members of the original space, None before they are computed."""
        found = self.members.get((ORIGINAL, False))
        return found[1] if found else None

    @property
    def version(self) -> str:
        """Return what everything shown depends on: the choice and what is computed."""
        return f"{self.choice.key}-{digest(repr(self.outcomes))}"

    def all_of(self, row: Row) -> Members:
        """Return a row's members of all seeds."""
        return self.members[row.label, row.matched][0]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """All members of all compared spaces, each once, and which are whose.

    `keys` ``(n,)`` and `predicted` ``(n,)`` are those of `archs` ``(n, d)``; `rows`
    holds for each space the place of each of its members, all seeds together.
    """

    archs: Archs
    keys: Keys
    predicted: Scores
    rows: dict[Name, Ints]


def pool(found: Found) -> Pool:
    """Return all members of what is compared."""
    return _pool(found.version, found)


@st.cache_resource(max_entries=8, show_spinner=False)
def _pool(version: str, _found: Found) -> Pool:
    """Return all members of what is compared, each once."""
    names = list(_found.members)
    parts = [_found.members[name][0] for name in names]
    archs = np.concatenate([part.archs for part in parts])
    predicted = np.concatenate([part.predicted for part in parts])
    keys = _found.space.identity(archs)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    ends = np.cumsum([len(part.archs) for part in parts])
    rows = np.split(inverse.ravel(), ends[:-1])
    return Pool(
        archs[first],
        keys[first],
        predicted[first],
        dict(zip(names, rows, strict=True)),
    )


def universe(found: Found) -> Universe:
    """Return what the page shows of the space, for the selection."""
    known = pool(found)
    return Universe(
        found.space,
        known.archs,
        known.keys,
        "the compared spaces",
        partial(_table, found),
        partial(_predicted, known, found.space),
        "a predictor of this comparison",
    )


def code_of(found: Found, figure: str, kind: str = "true") -> str:
    """Return Python that makes a figure of the page, of errors of that kind."""
    asked = found.choice.comparison
    if asked is None:
        return runs_snippet(figure, found.choice.runs, found.space.name, kind)
    return comparison_snippet(figure, asked, kind)


def lit_rows(found: Found) -> dict[Name, Bools] | None:
    """Return which of each space's members are selected, None if nothing is."""
    chosen, known = current(found.space), pool(found)
    if not len(chosen):
        return None
    inside = chosen.holds(known.keys)
    return {name: inside[rows] for name, rows in known.rows.items()}


def selected_of(found: Found, name: Name) -> tuple[int, int]:
    """Return how many of how many members of a space are selected, each counted once.

    Both are 0 where no members are drawn.
    """
    if name not in found.members:
        return 0, 0
    known = pool(found)
    rows = np.unique(known.rows[name])
    return int(current(found.space).holds(known.keys[rows]).sum()), len(rows)


def members_once(found: Found, name: Name) -> Archs:
    """Return the members ``(k, d)`` of a space, each once."""
    known = pool(found)
    return known.archs[np.unique(known.rows[name])]


def _table(found: Found) -> Table | None:
    """Return the table of the task, None where it is gone."""
    try:
        return oracles.load(found.space.name, found.task)
    except ValueError:
        return None


def _predicted(known: Pool, space: Space, archs: Archs) -> Scores:
    """Return the predictions that the page knows, NaN for all other ``(n,)``."""
    place, there = find_sorted(known.keys, space.identity(archs))
    scores = np.full(len(archs), np.nan)
    scores[there] = known.predicted[place[there]]
    return scores
