"""What the Explore page shows of a space, computed once and kept for a while."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lissnas import embedding
from lissnas.arrays import Archs, Ints, Keys, Scores
from lissnas.embedding import UmapSettings
from lissnas.explain import Overview, changes, overview, sentence, share_below
from lissnas.figures import landscape
from lissnas.oracles import Table
from lissnas.spaces import Space
from lissnas.ui.map_data import Ground

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A space with its sample, the names of that, and the table if there is one."""

    space: Space
    table: Table | None
    seen: Overview
    names: list[str]
    texts: list[str]
    keys: Keys

    @property
    def key(self) -> str:
        """Return what everything shown depends on: the space and the table."""
        return f"{self.space.name} {version(self.table)}"

    def true(self, archs: Archs) -> Scores:
        """Return measured accuracies ``(n,)``, NaN where there is none."""
        if self.table is None:
            return np.full(len(archs), np.nan)
        return self.table.lookup(self.space)(archs)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one architecture; shares are those below it, NaN if unknown."""

    true: float
    params: int
    macs: int
    true_share: float
    params_share: float
    macs_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """The neighbours ``(m, d)`` of an architecture, the best measured first."""

    archs: Archs
    kind: Ints
    names: list[str]
    words: list[str]
    true: Scores
    params: Ints
    macs: Ints


def version(table: Table | None) -> str:
    """Return which content of a table is used, "" without one."""
    return f"{table.checksum} {table.column}" if table else ""


def scene(space: Space, table: Table | None) -> Scene:
    """Return a space with its seeded sample."""
    return _scene(space.name, version(table), space, table)


@st.cache_resource(max_entries=16, show_spinner=False)
def _scene(name: str, version: str, _space: Space, _table: Table | None) -> Scene:
    """Return the sample of a space and of a version of its table."""
    seen = overview(_space, _table, np.random.default_rng(SEED))
    names = _space.short(seen.archs)
    texts, keys = landscape.landscape_texts(seen, names), _space.identity(seen.archs)
    return Scene(_space, _table, seen, names, texts, keys)


@st.cache_resource(max_entries=16, show_spinner=False)
def ground(key: str, _scene: Scene, settings: UmapSettings) -> Ground:
    """Return what the maps of a scene are fitted to: all of its sample."""
    reference = _scene.space.encode(_scene.seen.archs)
    landmarks = embedding.scaled(reference, reference)
    flat = embedding.projection(landmarks)
    return Ground(reference, landmarks, flat, settings)


def facts(shown: Scene, arch: Archs) -> Facts:
    """Return what is known of an architecture, a row ``(d,)``.

    Shares of costs are those of the uniform sample, of accuracies all measured ones.
    """
    cost = shown.space.cost(arch[None])
    true = float(shown.true(arch[None])[0])
    known = shown.table.accuracy if shown.table and true == true else np.zeros(0)
    seen = shown.seen
    params, macs = int(cost.params[0]), int(cost.macs[0])
    return Facts(
        true,
        params,
        macs,
        share_below(true, known),
        share_below(params, seen.params[seen.uniform]),
        share_below(macs, seen.macs[seen.uniform]),
    )


def around(shown: Scene, arch: Archs) -> Around:
    """Return the neighbours of an architecture, a row ``(d,)``."""
    return _around(shown.key, arch.tobytes(), shown, arch)


@st.cache_resource(max_entries=64, show_spinner=False)
def _around(key: str, row: bytes, _shown: Scene, _arch: Archs) -> Around:
    """Return the neighbours of a row: measured ones by accuracy, then by cost."""
    space = _shown.space
    found = space.neighbours(_arch[None])
    true, cost = _shown.true(found.archs), space.cost(found.archs)
    order = np.lexsort((cost.macs, np.nan_to_num(-true, nan=2)))
    archs = found.archs[order]
    words = [sentence(one) for one in changes(space, _arch[None], archs)]
    return Around(
        archs,
        found.kind[order],
        space.short(archs) if len(archs) else [],
        words,
        true[order],
        cost.params[order],
        cost.macs[order],
    )


def first_shown(shown: Scene) -> Archs:
    """Return the architecture that a page opens with: the best measured, or the middle.

    Without any accuracy it is the one of median multiply-adds in the uniform sample.
    """
    if shown.table is not None:
        best: Archs = shown.table.archs[int(np.argmax(shown.table.accuracy))]
        return best
    uniform = np.flatnonzero(shown.seen.uniform)
    order = np.argsort(shown.seen.macs[uniform], kind="stable")
    middle: Archs = shown.seen.archs[uniform[order[len(order) // 2]]]
    return middle
