"""The figures of a run by name: the same on a page, in a report, a file or Python."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Ints, Scores
from lissnas.figures import costs, edf, quality, timeline
from lissnas.figures.theme import LIGHT, Columns, Figure, Theme
from lissnas.sharing.mapping import MAP_ABOUT, can_map, map_picture, map_table
from lissnas.sharing.reading import Record

TIMELINE_ABOUT = """
One dot an iteration. Left: how many architectures the space holds, on a logarithmic
axis. Middle: their mean accuracy, **true** (solid line, circles) where a benchmark
table knows it and **predicted** (dotted line, diamonds) always; the gap is the
predictor's optimism. Right: the share of *good* architectures, those that reach the
80th percentile of the original space. A hollow dot is an iteration whose space was
discarded; the large dot is the one that is shown.

*In the paper:* sections 4.3 and 4.4, the iterations and their two conditions.
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure of a run: what it is, whether a record has it, and how it is made.

    `draw` and `table` take a record and an iteration; `about` explains to readers.
    """

    title: str
    about: str
    has: Callable[[Record], bool]
    draw: Callable[[Record, int, Theme], Figure]
    table: Callable[[Record, int], Columns]


def draw(
    record: Record, name: str, step: int | None = None, theme: Theme = LIGHT
) -> Figure:
    """Return a figure of a run at an iteration, by default that of the result.

    Raises
    ------
    ValueError
        If there is no such figure or iteration, or the run lacks what it shows.
    """
    return _chosen(record, name).draw(record, _step(record, step), theme)


def columns(record: Record, name: str, step: int | None = None) -> Columns:
    """Return the numbers behind a figure of a run, as columns."""
    return _chosen(record, name).table(record, _step(record, step))


def available(record: Record) -> list[str]:
    """Return the names of the figures that a run has the data for."""
    return [name for name, picture in PICTURES.items() if picture.has(record)]


def _chosen(record: Record, name: str) -> Picture:
    """Return a figure that the record has; ValueError for any other."""
    if name not in available(record):
        raise ValueError(
            f"figure must be one that run {record.run.name} has data for: "
            f"{', '.join(available(record)) or 'none'}; got {name!r}"
        )
    return PICTURES[name]


def _step(record: Record, step: int | None) -> int:
    """Return the iteration asked for; ValueError if there is none."""
    count = len(record.measures)
    if step is None:
        return count - 1 if record.result is None else record.result
    if not 0 <= step < count:
        raise ValueError(f"step must be in 0..{count - 1} for this run, got {step}")
    return step


def errors(record: Record) -> tuple[dict[str, Scores], float, bool]:
    """Return the errors of the original and each later space, which is good, if true.

    Errors are the true ones where every space has any, else the predicted ones.
    """
    start, later = record.start, record.stored[1:]
    assert start is not None
    true = [start.true, *(one.true["space"] for one in later)]
    known = all(not np.isnan(values).all() for values in true)
    guessed = [start.predicted, *(one.iteration.space_predicted for one in later)]
    names = ["original", *(f"iteration {one.iteration.step}" for one in later)]
    shown = zip(names, true if known else guessed, strict=True)
    good = 1 - start.threshold if known else float("nan")
    return {name: 1 - values for name, values in shown}, good, known


def _errors_figure(record: Record, step: int, theme: Theme) -> Figure:
    """Return the error distributions of all iterations."""
    found, good, known = errors(record)
    return edf.edf_figure(found, theme, f"iteration {step}", good, known)


def macs(record: Record, step: int) -> tuple[Ints, Ints]:
    """Return the multiply-adds of the original and of an iteration's space."""
    assert record.start is not None and record.space is not None
    original = record.start.macs
    if step == 0 or step >= len(record.stored):
        return original, original
    space: Ints = record.space.cost(record.stored[step].iteration.space).macs
    return original, space


def pairs(record: Record) -> tuple[Scores, Scores]:
    """Return true and predicted accuracies that tell how good the predictor is.

    Of pairs held out; of a run from before these were kept, of the original's sample.
    """
    start = record.start
    assert start is not None
    if len(start.held_true):
        return start.held_true, start.held_predicted
    return start.true, start.predicted


def _known_pairs(record: Record) -> bool:
    """Return whether there are any."""
    return record.start is not None and not np.isnan(pairs(record)[0]).all()


def _timeline(record: Record, step: int, theme: Theme) -> Figure:
    """Return the run at a glance."""
    accepted = [one.iteration.accepted for one in record.stored]
    accepted += [True] * (len(record.measures) - len(accepted))
    return timeline.timeline_figure(record.measures, accepted, step, theme)


PICTURES: Mapping[str, Picture] = {
    "timeline": Picture(
        "The run at a glance",
        TIMELINE_ABOUT,
        lambda record: bool(record.measures),
        _timeline,
        lambda record, _: timeline.timeline_columns(record.measures),
    ),
    "map": Picture("The map", MAP_ABOUT, can_map, map_picture, map_table),
    "errors": Picture(
        "Error distribution",
        edf.ABOUT,
        lambda record: record.start is not None and bool(record.stored),
        _errors_figure,
        lambda record, _: edf.edf_columns(errors(record)[0]),
    ),
    "multiply-adds": Picture(
        "Multiply-adds",
        costs.ABOUT,
        lambda record: None not in (record.start, record.space) and bool(record.stored),
        lambda record, step, theme: costs.cost_figure(
            *macs(record, step), theme, f"Iteration {step}"
        ),
        lambda record, step: costs.cost_columns(*macs(record, step)),
    ),
    "predictor": Picture(
        "Predictor",
        quality.ABOUT,
        _known_pairs,
        lambda record, _, theme: quality.quality_figure(*pairs(record), theme),
        lambda record, _: quality.quality_columns(*pairs(record)),
    ),
}
"""Name: figure, in the order of a report."""
