"""What the map of a run shows: landmarks, architectures, and where they are."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lissnas import embedding
from lissnas.arrays import Archs, Features, Ints, Keys, first_occurrences, row_keys
from lissnas.embedding import Plane, UmapSettings, jobs
from lissnas.embedding.settings import Metric
from lissnas.fate import around, born, links
from lissnas.figures.map import limits, map_figure
from lissnas.figures.points import Part, Points, points
from lissnas.figures.theme import Figure, theme_of
from lissnas.figures.tints import Colour, Origins
from lissnas.runs import history
from lissnas.subsets import restore
from lissnas.ui.store import View

FROM_ORIGINAL, FROM_RUN = 3000, 3000
NO_LIMIT = 10**9
MOST_LINES = 1000
BY_SEED = ("seed", "distance")  # colours that need the nearest seed of each point


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a run's maps are fitted to: scaled features of its landmarks."""

    reference: Features
    landmarks: Features
    flat: embedding.Projection
    settings: UmapSettings

    @property
    def key(self) -> str:
        """Return what the UMAP depends on, and where it is kept."""
        return jobs.key_of(self.landmarks, settings=self.settings)

    @property
    def metric(self) -> Metric:
        """Return what makes architectures alike on the UMAP."""
        return self.settings.metric


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """The architectures of one iteration on the map, ready to be drawn."""

    shown: Points
    features: Features
    names: list[str]
    macs: Ints
    params: Ints
    keys: Keys
    born: Ints


@st.cache_resource(max_entries=8, show_spinner=False)
def ground(key: str, _view: View, basis: int, settings: UmapSettings) -> Ground:
    """Return what the maps of a run are fitted to: its first `basis` iterations."""
    rng = np.random.default_rng(0)
    start = _view.start.archs[:FROM_ORIGINAL]
    parts = [
        part
        for stored in _view.stored[:basis]
        for part in (
            stored.iteration.space,
            stored.iteration.seeds,
            stored.iteration.sample,
        )
    ]
    rest = _distinct(np.concatenate([start, *parts]))[len(start) :]
    chosen = np.sort(rng.permutation(len(rest))[:FROM_RUN])
    encode = _view.space.encode
    reference = encode(_view.start.archs)
    landmarks = encode(np.concatenate([start, rest[chosen]]))
    landmarks = embedding.scaled(landmarks, reference)
    flat = embedding.projection(embedding.scaled(reference, reference))
    return Ground(reference, landmarks, flat, settings)


@dataclass(frozen=True, slots=True, eq=False)
class Everyone:
    """All architectures ``(n, d)`` of an iteration, with their identities ``(n,)``."""

    points: Points
    keys: Keys


@st.cache_resource(max_entries=16, show_spinner=False)
def everyone(key: str, _view: View, step: int) -> Everyone:
    """Return all architectures of an iteration, however many the map draws."""
    found = _points(_view, step, NO_LIMIT)
    return Everyone(found, _view.space.identity(found.archs))


@st.cache_resource(max_entries=32, show_spinner=False)
def cast(key: str, _view: View, step: int, budget: int, _ground: Ground) -> Cast:
    """Return the architectures that the map shows at an iteration."""
    shown = _points(_view, step, budget)
    space = _view.space
    features = embedding.scaled(space.encode(shown.archs), _ground.reference)
    cost, names = space.cost(shown.archs), space.short(shown.archs)
    keys = space.identity(shown.archs)
    first = born(history(_view.stored[: step + 1]), shown.archs)
    return Cast(shown, features, names, cost.macs, cost.params, keys, first)


@st.cache_resource(max_entries=16, show_spinner="Looking for the nearest seeds")
def origins(
    key: tuple[str, int, int, str], _view: View, step: int, _cast: Cast, seeds: bool
) -> Origins:
    """Return where the architectures come from, with `seeds` the nearest of each."""
    iteration, archs = _view.stored[step].iteration, _cast.shown.archs
    none = np.full(len(archs), -1, dtype=np.int64)
    seed, distance, names = none, none, []
    if seeds and len(iteration.seeds):
        near = around(_view.space, iteration, archs)
        seed, distance = near.seed, near.distance
        names = _view.space.short(iteration.seeds)
    return Origins(_cast.macs, _cast.params, _cast.born, seed, distance, names)


def lines(view: View, step: int, people: Cast) -> Ints:
    """Return between which of the architectures shown lines are drawn, ``(m, 2)``."""
    rng = np.random.default_rng(step)
    return links(view.stored[step].iteration, people.shown.archs, MOST_LINES, rng)


@st.cache_resource(max_entries=32, show_spinner=False)
def positions(
    key: tuple[str, int, int, str],
    _cast: Cast,
    _ground: Ground,
    umap_key: str,
) -> tuple[Plane, Plane]:
    """Return where an iteration's architectures and the landmarks are."""
    if not umap_key:
        return _ground.flat(_cast.features), _ground.flat(_ground.landmarks)
    anchors = jobs.load(umap_key)
    found = embedding.place(
        _cast.features, _ground.landmarks, anchors, metric=_ground.metric
    )
    return found, anchors


@st.cache_resource(max_entries=16, show_spinner=False)
def figure(
    key: tuple[str, int, int, str],
    _cast: Cast,
    _where: tuple[Plane, Plane],
    theme: str,
    colour: Colour,
    lined: bool,
    _origins: Origins,
    _lines: Ints | None,
) -> Figure:
    """Return the drawn map; equal keys are the same drawing."""
    where, anchors = _where
    kind = "UMAP" if key[-1] else "PCA"
    axes = (f"{kind} 1", f"{kind} 2")
    return map_figure(
        _cast.shown,
        where,
        _cast.names,
        _cast.macs,
        theme_of(theme),
        colour,
        limits(anchors),
        axes,
        _origins,
        _lines,
    )


def _points(view: View, step: int, budget: int) -> Points:
    """Return the architectures of an iteration with their roles."""
    start = view.start
    reference = Part(start.archs, start.predicted, start.true, 0)
    now = view.stored[step]
    before = view.stored[step - 1] if step else None
    iteration, inside = now.iteration, None
    if iteration.sampled:
        inside = restore(view.space, iteration.subset, iteration.space).contains
    return points(
        reference,
        (now.iteration, now.true),
        (before.iteration, before.true) if before else None,
        budget,
        np.random.default_rng(step),
        inside,
    )


def _distinct(archs: Archs) -> Archs:
    """Return each architecture once, in order of first occurrence."""
    return archs[first_occurrences(row_keys(archs))]
