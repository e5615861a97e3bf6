"""The small maps of the Compare page, all on one plane."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lissnas import embedding
from lissnas.arrays import Features
from lissnas.comparison import Members, Row
from lissnas.figures import multiples
from lissnas.figures.multiples import Spot
from lissnas.figures.theme import Style, Theme
from lissnas.spaces import Space
from lissnas.ui.compare_choice import KEY
from lissnas.ui.compare_results import Found
from lissnas.ui.compare_table import row_title
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG

MEMBERS, GROUND = 400, 1500


def map_panel(found: Found, paired: Sequence[tuple[Row, Style]], theme: Theme) -> None:
    """Draw one small map a space, on the plane of the original's sample."""
    original = found.original
    if original is None or len(paired) < 2:
        return
    st.subheader("Where they lie", anchor=False)
    reference = found.space.encode(original.archs)
    plane = embedding.projection(embedding.scaled(reference, reference))
    spots = [
        _spot(
            found.space,
            (row_title(row), style),
            found.members[row.label, row.matched][1],
            (reference, plane),
            MEMBERS if place else GROUND,
        )
        for place, (row, style) in enumerate(paired)
    ]
    st.plotly_chart(
        multiples.multiples_figure(spots[0], spots[1:], theme),
        theme=None,
        key=f"{KEY}_maps",
        config=CONFIG,
        alt="Small maps of all compared spaces on one plane",
    )
    under(
        multiples.ABOUT,
        lambda: multiples.multiples_columns(spots),
        f"maps-{found.choice.key}",
    )


def _spot(
    space: Space,
    look: tuple[str, Style],
    members: Members,
    plane: tuple[Features, embedding.Projection],
    most: int,
) -> Spot:
    """Return at most so many members of a space on the plane."""
    rows = np.arange(len(members.archs))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    archs, true = members.archs[rows], members.true[rows]
    reference, projected = plane
    where = projected(embedding.scaled(space.encode(archs), reference))
    accuracy = np.where(np.isnan(true), members.predicted[rows], true)
    return Spot(*look, where, space.short(archs), accuracy)
