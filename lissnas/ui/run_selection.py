"""The selection on the Shrink page: of what, and where it lies in a run's space."""

from functools import partial

import numpy as np
import streamlit as st

from lissnas import oracles
from lissnas.arrays import Archs, Bools, Keys, Scores
from lissnas.fate import looked_up
from lissnas.oracles import Table
from lissnas.oracles.counted import find_sorted
from lissnas.ui import map_data
from lissnas.ui.map_data import Everyone
from lissnas.ui.selected import Universe, lit
from lissnas.ui.store import View


def universe(shown: View, step: int) -> Universe:
    """Return all architectures of an iteration, for the selection."""
    found = map_data.everyone(shown.key[0], shown, step)
    return Universe(
        shown.space,
        found.points.archs,
        found.keys,
        f"iteration {step}",
        partial(_table, shown),
        partial(_predicted, shown, found),
        f"the predictor of run {shown.run.name}",
    )


def members(shown: View, step: int) -> Archs:
    """Return the space of an iteration ``(k, d)``, the original's sample at step 0."""
    return shown.stored[step].iteration.space if step else shown.start.archs


def lit_members(shown: View, step: int) -> Bools | None:
    """Return which of an iteration's `members` are selected, None if nothing is."""
    return lit(shown.space, _member_keys(shown.key[0], shown, step))


@st.cache_resource(max_entries=32, show_spinner=False)
def _member_keys(key: str, _view: View, step: int) -> Keys:
    """Return the identities of an iteration's members."""
    return _view.space.identity(members(_view, step))


def _table(shown: View) -> Table | None:
    """Return the table of a run's task, None where it is gone."""
    try:
        return oracles.load(shown.study.space, shown.study.task)
    except ValueError:
        return None


def _predicted(shown: View, known: Everyone, archs: Archs) -> Scores:
    """Return the predictions that an iteration knows, NaN for all other ``(n,)``."""
    order = np.argsort(known.keys, kind="stable")
    place, found = find_sorted(known.keys[order], shown.space.identity(archs))
    scores = np.full(len(archs), np.nan)
    scores[found] = known.points.predicted[order][place[found]]
    return scores


def true_of(shown: View, archs: Archs) -> Scores:
    """Return true accuracies ``(n,)`` of canonical rows, NaN where they are unknown.

    What the run has stored is looked up there. Only for others its table is read, if
    it is still the one that the run was made with.
    """
    start = shown.start
    parts = [(start.archs, start.true)]
    for one in shown.stored:
        its, true = one.iteration, one.true
        parts += [(its.space, true["space"]), (its.seeds, true["seed"])]
        parts += [(its.neighbours, true["neighbour"]), (its.sample, true["sample"])]
    values = looked_up(parts, archs)
    rest = np.flatnonzero(np.isnan(values))
    about = shown.run.config.get("table") or {}
    if len(rest) and about:
        table = _table(shown)
        if table is not None and table.checksum == about.get("checksum"):
            values[rest] = table.lookup(shown.space)(archs[rest])
    return values
