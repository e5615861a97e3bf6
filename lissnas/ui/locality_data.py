"""What the walk of the Locality page shows, and what of it can be selected."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from lissnas import embedding
from lissnas.arrays import Archs, Keys, Scores
from lissnas.embedding import Plane
from lissnas.explain import changes, sentence
from lissnas.figures.theme import option_palette
from lissnas.metrics.locality import random_walks
from lissnas.oracles import Table, load
from lissnas.oracles.counted import find_sorted
from lissnas.spaces import SPACES, Space
from lissnas.survey import COSTS, Answer, answer_for
from lissnas.ui.locality_choice import Subject
from lissnas.ui.selected import Universe
from lissnas.ui.shell import current_theme
from lissnas.ui.view import Field, Sheet

CLOUD, STEPS = 1_200, 60


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """A walk of a space on its map: scores in percent or millions, by step.

    `sample` ``(n, d)`` with `cloud` ``(n, 2)`` and `scores` ``(n,)`` is drawn from the
    space; `archs` ``(t, d)``, `way` ``(t, 2)``, `values` ``(t,)`` and `names` are the
    walk's, `edits` ``(t - 1)`` what its steps change in words; `unit` is the scores'.
    `keys` are the identities of all, the sample's first. It is the `number`-th walk of
    a `seed` through a `subject`.
    """

    space: Space
    sample: Archs
    cloud: Plane
    scores: Scores
    archs: Archs
    way: Plane
    values: Scores
    names: tuple[str, ...]
    edits: tuple[str, ...]
    unit: str
    about: str
    keys: Keys
    source: str
    subject: Subject
    seed: int
    number: int

    @property
    def every(self) -> Archs:
        """Return the cloud's architectures, then the walk's ``(n + t, d)``."""
        return np.concatenate([self.sample, self.archs])


@st.cache_resource(max_entries=16, show_spinner=False)
def _answer(subject: Subject, seed: int, table: str) -> Answer:
    """Return who scores the architectures of a subject."""
    return answer_for(*subject, seed)


@st.cache_resource(max_entries=32, show_spinner=False)
def walked(subject: Subject, seed: int, number: int, table: str) -> Walked:
    """Return a walk, the `number`-th of a seed."""
    space, answer = SPACES[subject.space], _answer(subject, seed, table)
    cloud = space.sample(CLOUD, np.random.default_rng(seed))
    rng = np.random.default_rng(np.random.SeedSequence([seed, 7, number]))
    archs = random_walks(space, 1, STEPS, rng)[0]
    features = space.encode(cloud)
    flat = embedding.projection(embedding.scaled(features, features))
    factor, unit = (
        (1.0, "M multiply-adds")
        if answer.source == "costs"
        else (
            100.0,
            f"{'' if answer.source == 'measured' else 'predicted '}accuracy, %",
        )
    )
    return Walked(
        space,
        sample=cloud,
        cloud=flat(embedding.scaled(features, features)),
        scores=factor * answer.oracle(cloud),
        archs=archs,
        way=flat(embedding.scaled(space.encode(archs), features)),
        values=factor * answer.oracle(archs),
        names=tuple(space.short(archs)),
        edits=tuple(map(sentence, changes(space, archs[:-1], archs[1:]))),
        unit=unit,
        about=answer.about,
        keys=space.identity(np.concatenate([cloud, archs])),
        source=answer.source,
        subject=subject,
        seed=seed,
        number=number,
    )


def places(found: Walked) -> Sheet:
    """Return what the cards of the map say, of the sample and the walk."""
    names = [*found.space.short(found.sample), *found.names]
    where = np.concatenate([found.cloud, found.way])
    fields = (_score(found, np.concatenate([found.scores, found.values])),)
    return Sheet(where, names, found.every, found.space.decisions, fields, _palette())


def steps(found: Walked) -> Sheet:
    """Return what the cards of the steps say."""
    count = np.arange(len(found.archs))
    where = np.stack([count, found.values], axis=1)
    fields = (Field("step", count, 0), _score(found, found.values))
    decisions = found.space.decisions
    return Sheet(where, found.names, found.archs, decisions, fields, _palette())


def _score(found: Walked, values: Scores) -> Field:
    """Return the scores as a line of a card."""
    name, percent, _ = found.unit.partition(", %")
    if percent:
        return Field(name, values, 2, " %")
    return Field(name.removeprefix("M "), values, 2, " M")


def _palette() -> list[str]:
    """Return the colours of options."""
    return option_palette(current_theme())


def shown_of(found: Walked, walk: bool = False) -> Universe:
    """Return what can be selected: the sample and the walk, or the walk alone."""
    start = len(found.sample) if walk else 0
    return Universe(
        found.space,
        found.every[start:],
        found.keys[start:],
        "the walk" if walk else "the sample and the walk",
        partial(_table, found.subject),
        _predict(found) if found.source == "predicted" else None,
        found.about,
    )


def _table(subject: Subject) -> Table | None:
    """Return the table of a subject, None where there is none."""
    try:
        return None if subject.task == COSTS else load(*subject)
    except ValueError:
        return None


def _predict(found: Walked) -> Callable[[Archs], Scores]:
    """Return the predictions of the walk's panel, NaN for architectures it has not."""
    order = np.argsort(found.keys, kind="stable")
    values = np.concatenate([found.scores, found.values])[order] / 100

    def predicted(archs: Archs) -> Scores:
        keys = found.space.identity(archs)
        place, there = find_sorted(found.keys[order], keys)
        scores = np.full(len(archs), np.nan)
        scores[there] = values[place[there]]
        return scores

    return predicted
