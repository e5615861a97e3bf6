"""The paper's figures from a study: locality, error distributions, multiply-adds."""

from collections.abc import Iterator, Sequence

import numpy as np

from lissnas.comparison import entry
from lissnas.figures import locality, overlays
from lissnas.figures.locality import Series as Curve
from lissnas.figures.overlays import Series
from lissnas.figures.theme import LIGHT, Figure, Style, styles
from lissnas.reproduce.results import Results
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.units import METHODS, ORIGINAL, Unit, matched
from lissnas.reproduce.work import Record
from lissnas.spaces import SPACES

DRAWN = (*METHODS, "top-predicted")
Picture = tuple[str, Figure]  # a heading and a figure


def locality_pictures(found: Results) -> Iterator[Picture]:
    """Yield Figure 2, all spaces on one axis, and the kinds of edits of Table 8."""
    curves = [
        Curve(one.name, one.source, one.pairs, one.walk, one.threshold, one.total)
        for (space, task), one in found.surveys.items()
        if task == found.first_task(space)
    ]
    if curves:
        drawn = curves[: locality.MOST]
        title = "Figure 2: correlation of neighbours (RWA) by share of all edits"
        yield title, locality.rwa_figure(drawn, LIGHT, share=True)
        title = "Section 4.2: accuracy difference (AAD) by share of all edits"
        yield title, locality.aad_figure(drawn, LIGHT, share=True, relative=True)
    for one in curves:
        if len(one.pairs.aad_by_kind) > 1:
            title = f"Table 8 as a figure: {one.name}"
            yield title, locality.kind_figure(one, LIGHT)


def space_pictures(
    found: Results, space: str, settings: StudySettings
) -> Iterator[Picture]:
    """Yield Figures 4 and 5 (and appendix I) of a space, at each matched size."""
    task = found.first_task(space)
    if task is None:
        return
    original = found.records(Unit("shrink", space, task, ORIGINAL), task)
    for size, queries in matched(SPACES[space], settings):
        about = f"{SPACES[space].title}, {task}, {size:,} architectures each"
        pairs = [(ORIGINAL, original)]
        for label in DRAWN:
            run = Unit("shrink", space, task, label, size, queries)
            pairs.append((label, found.records(run, task)))
        known = [(label, records) for label, records in pairs if drawable(records)]
        if len(known) < 2:
            continue
        kind = known[0][1][0]["about"]["truth"]
        kind = {"measured": "true", "judged": "judged"}.get(kind, kind)
        good = 1 - known[0][1][0]["threshold"]
        title = f"Figure 4 and appendix I: error distributions, {about}"
        errors = _series(known, "errors")
        yield title, overlays.errors_figure(errors, LIGHT, kind, good)
        title = f"Figure 5: multiply-adds, {about}"
        yield title, overlays.costs_figure(_series(known, "macs"), LIGHT)


def drawable(records: Sequence[Record]) -> bool:
    """Return whether records hold distributions."""
    return bool(records) and all("errors" in one for one in records)


def _series(known: Sequence[tuple[str, list[Record]]], name: str) -> list[Series]:
    """Return the values of all seeds of each method, to draw."""
    found, looks = [], styles(LIGHT)
    for place, (label, records) in enumerate(known):
        look = looks[place % len(looks)]
        if label == ORIGINAL:
            look = Style(LIGHT.muted, "dash", "line-ns")
        elif entry(label).role == "control":
            look = Style(LIGHT.ink, "dot", "diamond-open")
        values = np.concatenate([np.asarray(one[name]) for one in records])
        found.append(Series(entry(label).title, look, values))
    return found
