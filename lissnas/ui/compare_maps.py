"""The small maps of the Compare page, all on one plane."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from lissnas import embedding
from lissnas.arrays import Archs, Ints, Keys, Scores
from lissnas.comparison import Row
from lissnas.embedding import Plane, UmapSettings, jobs
from lissnas.figures import multiples
from lissnas.figures.catalogue import FIGURES
from lissnas.figures.multiples import Spot
from lissnas.figures.theme import Style, Theme, option_palette
from lissnas.ui.compare_choice import KEY, running
from lissnas.ui.compare_found import Found, Name, code_of
from lissnas.ui.compare_table import row_title
from lissnas.ui.frames import under
from lissnas.ui.map_data import Ground
from lissnas.ui.maps import MAP_CONFIG
from lissnas.ui.selected import Universe, lit, mode, on_points
from lissnas.ui.shell import current_theme
from lissnas.ui.umap_panel import umap_is_ready, umap_settings
from lissnas.ui.view import Field, Sheet, draw

MEMBERS, GROUND = 400, 1500
VIEWS = ("PCA", "UMAP")
Paired = Sequence[tuple[Row, Style]]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The points of all panels, one below the other, the original's first.

    `parts` are the rows of each space, `totals` how many members each has; `features`
    are scaled, `single` ``(u,)`` are rows that name each architecture once, and
    `places` ``(n,)`` where in these a row's architecture is.
    """

    parts: list[Ints]
    totals: list[int]
    archs: Archs
    keys: Keys
    names: list[str]
    true: Scores
    predicted: Scores
    macs: Ints
    reference: embedding.Plane
    features: embedding.Plane
    single: Ints
    places: Ints


def map_panel(found: Found, paired: Paired, theme: Theme) -> None:
    """Draw one small map a space, on the plane of the original's sample."""
    if found.original is None or len(paired) < 2:
        return
    st.subheader("Where they lie", anchor=False)
    names = tuple((row.label, row.matched) for row, _ in paired)
    shown = _shown(found.version, names, found)
    where, kind = _places(found, names, shown)
    spots = _spots(paired, shown, where)
    draw(
        multiples.multiples_figure(spots[0], spots, theme),
        f"{KEY}_maps",
        FIGURES["multiples.multiples"].alt,
        on_points(
            Universe(found.space, shown.archs, shown.keys, "the small maps"),
            "the small maps",
        ),
        sheet=_sheet(found, shown, where),
        lit=lit(found.space, shown.keys),
        mode=mode(),
        keep=f"{found.choice.key} {kind}",
        config=MAP_CONFIG,
    )
    under(
        multiples.ABOUT,
        lambda: multiples.multiples_columns(spots),
        f"maps-{found.choice.key}",
        code_of(found, "maps"),
    )


def _places(found: Found, names: tuple[Name, ...], shown: Shown) -> tuple[Plane, str]:
    """Draw the choice of a plane, and return all points on it and which it is."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    kind = row.segmented_control(
        "Map", VIEWS, default=VIEWS[0], key=f"{KEY}_map", required=True
    )
    if kind != "UMAP":
        return _flat(found.version, names, shown), "PCA"
    settings = umap_settings(row, KEY)
    if running(found.choice):
        st.caption("A UMAP is made of all spaces when they are there. Until then: PCA.")
        return _flat(found.version, names, shown), "PCA"
    fitted = _ground(found.version, names, shown, settings)
    if umap_is_ready(fitted, KEY):
        return jobs.load(fitted.key)[shown.places], f"UMAP {fitted.key}"
    return _flat(found.version, names, shown), "PCA"


@st.cache_resource(max_entries=16, show_spinner=False)
def _flat(version: str, names: tuple[Name, ...], _shown: Shown) -> Plane:
    """Return all points on the plane of the original's principal components."""
    reference = embedding.scaled(_shown.reference, _shown.reference)
    return embedding.projection(reference)(_shown.features)


@st.cache_resource(max_entries=16, show_spinner=False)
def _ground(
    version: str, names: tuple[Name, ...], _shown: Shown, settings: UmapSettings
) -> Ground:
    """Return what a UMAP of all points is fitted to: each architecture once."""
    landmarks = _shown.features[_shown.single]
    flat = embedding.projection(landmarks)
    return Ground(_shown.reference, landmarks, flat, settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _shown(version: str, names: tuple[Name, ...], _found: Found) -> Shown:
    """Return at most so many members of each space."""
    space, original = _found.space, _found.original
    assert original is not None
    everyone = [_found.members[name][1] for name in names]
    chosen = [
        _some(len(one.archs), MEMBERS if place else GROUND)
        for place, one in enumerate(everyone)
    ]

    def column(name: str) -> npt.NDArray[Any]:
        pairs = zip(everyone, chosen, strict=True)
        return np.concatenate([getattr(one, name)[rows] for one, rows in pairs])

    archs = column("archs")
    keys, reference = space.identity(archs), space.encode(original.archs)
    _, single, places = np.unique(keys, return_index=True, return_inverse=True)
    ends = np.cumsum([len(rows) for rows in chosen])
    return Shown(
        np.split(np.arange(len(archs)), ends[:-1]),
        [len(one.archs) for one in everyone],
        archs,
        keys,
        space.short(archs),
        column("true"),
        column("predicted"),
        column("macs"),
        reference,
        embedding.scaled(space.encode(archs), reference),
        single,
        places.ravel(),
    )


def _some(total: int, most: int) -> Ints:
    """Return at most so many rows of a total, drawn with a fixed seed, sorted."""
    if total <= most:
        return np.arange(total)
    return np.sort(np.random.default_rng(0).permutation(total)[:most])


def _spots(paired: Paired, shown: Shown, where: Plane) -> list[Spot]:
    """Return the points of each space as its panel draws them."""
    spots = []
    for (row, style), rows, total in zip(
        paired, shown.parts, shown.totals, strict=True
    ):
        true = shown.true[rows]
        size = row.estimates["size"].mean if "size" in row.estimates else total
        spots.append(
            Spot(
                row_title(row),
                style,
                where[rows],
                [shown.names[i] for i in rows.tolist()],
                np.where(np.isnan(true), shown.predicted[rows], true),
                rows,
                f"{len(rows):,} of {size:,.0f} drawn",
            )
        )
    return spots


def _sheet(found: Found, shown: Shown, where: Plane) -> Sheet:
    """Return what the cards of the maps say."""
    fields = (
        Field("true", 100 * shown.true, 2, " %", "not measured"),
        Field("predicted", 100 * shown.predicted, 2, " %"),
        Field("multiply-adds", shown.macs / 1e6, 1, " M"),
    )
    palette = option_palette(current_theme())
    decisions = found.space.decisions
    return Sheet(where, shown.names, shown.archs, decisions, fields, palette)
