"""A run's map by PCA: one iteration, or all of them behind a slider."""

from collections.abc import Sequence

import numpy as np

from lissnas import embedding
from lissnas.embedding import Plane
from lissnas.figures.map import limits, map_columns, map_figure
from lissnas.figures.points import Part, Points, points
from lissnas.figures.sliding import sliding
from lissnas.figures.theme import Columns, Figure, Theme
from lissnas.runs import Stored
from lissnas.sharing.reading import Record
from lissnas.subsets import restore

BUDGET = 8_000
AXES = ("PCA 1", "PCA 2")


MAP_ABOUT = """
Every point is an architecture; similar architectures lie close to each other. The map
is the flattest view (**PCA**) of the features that the predictor sees, fitted once to
the original space; nothing moves between iterations. Colour *and* symbol tell what
happened: the **seeds** (stars) are the best so far, **neighbours** were made from them
by a few edits, **kept** architectures were in the space before, **dropped** ones left
it. The grey cloud is a uniform sample of the original space. The legend counts all
architectures of a kind; where there are too many to draw, each kind is sampled with a
fixed seed.

*In the paper:* section 4.3 and Figure 3, seeds and neighbours; it draws no map.
"""


def can_map(record: Record) -> bool:
    """Return whether a run has what a map shows."""
    return None not in (record.start, record.space) and bool(record.stored)


def cast(record: Record, step: int, budget: int = BUDGET) -> Points:
    """Return the architectures that the map shows at an iteration."""
    start, space = record.start, record.space
    assert start is not None and space is not None
    reference = Part(start.archs, start.predicted, start.true, 0)
    now, before = _at(record.stored, step), record.stored[step - 1] if step else None
    inside = None
    if now.iteration.sampled:
        members = restore(space, now.iteration.subset, now.iteration.space)
        inside = members.contains
    return points(
        reference,
        (now.iteration, now.true),
        (before.iteration, before.true) if before else None,
        budget,
        np.random.default_rng(step),
        inside,
    )


def _at(stored: Sequence[Stored], step: int) -> Stored:
    """Return an iteration; ValueError where its arrays could not be read."""
    if step >= len(stored):
        raise ValueError(f"step must have arrays, up to {len(stored) - 1}, got {step}")
    return stored[step]


def places(record: Record, shown: Sequence[Points]) -> list[Plane]:
    """Return where the architectures are, of each of several iterations."""
    assert record.start is not None and record.space is not None
    encode = record.space.encode
    reference = encode(record.start.archs)
    flat = embedding.projection(embedding.scaled(reference, reference))
    return [flat(embedding.scaled(encode(one.archs), reference)) for one in shown]


def map_picture(record: Record, step: int, theme: Theme) -> Figure:
    """Return the map of one iteration."""
    shown = cast(record, step)
    (where,) = places(record, [shown])
    return _figure(record, shown, where, where, theme)


def map_table(record: Record, step: int) -> Columns:
    """Return the numbers behind the map of one iteration."""
    shown = cast(record, step)
    (where,) = places(record, [shown])
    assert record.space is not None
    names, macs = record.space.short(shown.archs), record.space.cost(shown.archs).macs
    return map_columns(shown, where, names, macs)


def map_of_all(
    record: Record, steps: Sequence[int], selected: int, budget: int, theme: Theme
) -> Figure:
    """Return the maps of several iterations in one figure with a slider."""
    shown = [cast(record, step, budget) for step in steps]
    where = places(record, shown)
    everything = np.concatenate(where)
    figures = [
        _figure(record, one, spots, everything, theme)
        for one, spots in zip(shown, where, strict=True)
    ]
    labels = [str(step) for step in steps]
    return sliding(figures, labels, list(steps).index(selected), "Iteration ", theme)


def _figure(
    record: Record, shown: Points, where: Plane, frame: Plane, theme: Theme
) -> Figure:
    """Return a map whose axes hold all of `frame`."""
    assert record.space is not None
    names, macs = record.space.short(shown.archs), record.space.cost(shown.archs).macs
    ranges = limits(frame)
    return map_figure(shown, where, names, macs, theme, "role", ranges, AXES)
