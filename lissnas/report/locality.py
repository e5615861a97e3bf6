"""The locality of every space and task in one report: a page, tables and JSON.

Each survey is stored beside the report as soon as it is made, so an interrupted study
goes on where it was; one whose table, settings, seed or version changed is made again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from lissnas import __version__
from lissnas.figures import locality as figures
from lissnas.figures import locality_data as data
from lissnas.figures.files import (
    csv_bytes,
    figure_html,
    page_html,
    paragraphs_html,
    table_html,
)
from lissnas.figures.locality import Series
from lissnas.figures.theme import LIGHT, UNKNOWN, Columns
from lissnas.home import write_atomic
from lissnas.metrics.locality import (
    Geometry,
    LocalitySettings,
    WalkSettings,
    geometry,
)
from lissnas.metrics.locality.words import short
from lissnas.oracles import load, tasks
from lissnas.report.published import Claim, claims
from lissnas.spaces import SPACES
from lissnas.survey import (
    COSTS,
    Source,
    Survey,
    request,
    survey,
    survey_dict,
    survey_from_dict,
)

TITLE = "Locality of neural-architecture search spaces"
KINDS = {
    "measured": "Complete tables of measured accuracies",
    "partial": "Partial tables: among measured networks, and predicted",
    "costs": "No table: multiply-adds, not accuracy",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One survey of a study."""

    space: str
    task: str
    source: Source

    @property
    def file(self) -> str:
        """Return the name of the file that holds the survey."""
        return f"{self.space}--{self.task}--{self.source}.json"


def jobs(spaces: Sequence[str] = ()) -> list[Job]:
    """Return what to survey: every task of every space, and its costs without one.

    Partial tables are surveyed twice, among what was measured and by prediction.
    """
    found: list[Job] = []
    for space in spaces or SPACES:
        if space not in SPACES:
            raise ValueError(f"space must be one of {list(SPACES)}, got {space!r}")
        listed = tasks(space)
        for task in listed:
            complete = len(load(space, task).keys) == SPACES[space].size
            found.append(Job(space, task, "measured"))
            if not complete:
                found.append(Job(space, task, "predicted"))
        if not listed:
            found.append(Job(space, COSTS, "costs"))
    return found


def measure(
    job: Job, out: Path, settings: LocalitySettings, walks: WalkSettings, seed: int
) -> Survey | None:
    """Return a survey, from its file in `out` if that is still right.

    None where too little is known for it.
    """
    checksum = "" if job.task == COSTS else load(job.space, job.task).checksum
    wanted = request(settings, walks, seed, checksum)
    path = out / "surveys" / job.file
    if path.is_file():
        try:
            stored = survey_from_dict(json.loads(path.read_text(encoding="utf-8")))
        except ValueError:
            stored = None
        if stored and {n: stored.provenance.get(n) for n in wanted} == wanted:
            return stored
    try:
        found = survey(job.space, job.task, settings, walks, seed, job.source)
    except ValueError:
        if job.source == "predicted":
            return None  # fewer known than a predictor needs
        raise
    write_atomic(path, _json(survey_dict(found)))
    return found


def write(
    found: Sequence[Survey],
    out: Path,
    settings: LocalitySettings,
    walks: WalkSettings,
    seed: int,
) -> Path:
    """Write the report of surveys into a folder, and return the page's path."""
    series = [series_of(one) for one in found]
    near = {
        name: (geometry(SPACES[name], np.random.default_rng(seed)), one.total)
        for name, one in ((one.space, one) for one in found)
    }
    beside = claims(found, settings, seed)
    for name, columns in (
        ("pairs", data.pairs_columns(series)),
        ("kinds", data.kind_columns(series)),
        ("walks", data.walk_columns(series)),
        ("neighbours", data.geometry_columns(near)),
        ("published", _claim_columns(beside)),
    ):
        write_atomic(out / f"{name}.csv", csv_bytes(columns))
    about = {name: value for name, value in request(settings, walks, seed, "").items()}
    about.pop("checksum")
    values = {
        **about,
        "surveys": [survey_dict(one) for one in found],
        "published": [vars_of(claim) for claim in beside],
    }
    write_atomic(out / "locality.json", _json(values))
    page = out / "locality.html"
    write_atomic(page, page_html(TITLE, _parts(found, near, beside, settings, seed)))
    return page


def series_of(one: Survey) -> Series:
    """Return a survey as what the figures draw."""
    return Series(one.name, one.source, one.pairs, one.walk, one.threshold, one.total)


def vars_of(claim: Claim) -> dict[str, str]:
    """Return a claim as a dictionary."""
    return {n: getattr(claim, n) for n in ("what", "published", "ours", "verdict")}


def _parts(
    found: Sequence[Survey],
    near: dict[str, tuple[Geometry, int]],
    beside: list[Claim],
    settings: LocalitySettings,
    seed: int,
) -> list[str]:
    """Return the parts of the page."""
    intro = (
        f"Do architectures that are few edits apart perform alike? {len(found)} "
        f"surveys of {len({one.space for one in found})} spaces, {settings.pairs:,} "
        f"pairs a distance, seed {seed}, lissnas {__version__}. Intervals are 95 % by "
        f"{settings.resamples:,} bootstrap resamples."
    )
    parts = [f"<h1>{TITLE}</h1><p>{intro}</p>", "<h2>All spaces</h2>"]
    parts += [*_overview(found), paragraphs_html(data.ABOUT_RWA)]
    parts.append(table_html(_verdicts(found)))
    if beside:
        parts += ["<h2>Beside the papers</h2>", table_html(_claim_columns(beside))]
    for name, entry in near.items():
        parts += _space_parts(name, [o for o in found if o.space == name], entry)
    parts += ["<h2>Where the numbers come from</h2>", table_html(_origins(found))]
    return parts


def _overview(found: Sequence[Survey]) -> list[str]:
    """Return each space's usual task on one axis, by what the scores are.

    There are no more in a figure than can be told apart.
    """
    main = [one for one in found if is_main(one)]
    parts = []
    for name, about in KINDS.items():
        own = [series_of(one) for one in main if kind_of(one) == name]
        for start in range(0, len(own), figures.MOST):
            drawn, key = own[start : start + figures.MOST], f"all-{name}-{start}"
            rwa = figures.rwa_figure(drawn, LIGHT, share=True)
            aad = figures.aad_figure(drawn, LIGHT, share=True, relative=True)
            parts += [f"<h3>{about}</h3>", figure_html(rwa, f"{key}-rwa")]
            parts.append(figure_html(aad, f"{key}-aad"))
    return parts


def kind_of(one: Survey) -> str:
    """Return which of `KINDS` the scores of a survey are."""
    return one.source if one.source == "costs" or one.complete else "partial"


def is_main(one: Survey) -> bool:
    """Return whether a survey is the first of its space: the usual data set."""
    space = SPACES[one.space]
    usual = one.task in (space.datasets[0], COSTS)
    return usual or one.task in tuple(tasks(one.space))[:1]


def _space_parts(
    name: str, found: list[Survey], near: tuple[Geometry, int]
) -> list[str]:
    """Return the section of one space, its tasks in groups that can be told apart."""
    space, parts = SPACES[name], [f"<h2>{escape(SPACES[name].title)}</h2>"]
    parts.append(
        f"<p>{space.size:,} architectures; the total edit distance is "
        f"{space.total_edit_distance}, the threshold {found[0].threshold}. "
        f"Neighbours are counted {escape(near[0].method)}.</p>"
    )
    for start in range(0, len(found), figures.MOST):
        group = [series_of(one) for one in found[start : start + figures.MOST]]
        key = f"{name}-{start}"
        parts.append(figure_html(figures.rwa_figure(group, LIGHT), f"{key}-rwa"))
        relative = all(one.source == "costs" for one in group)
        drawn = figures.aad_figure(group, LIGHT, relative=relative)
        parts.append(figure_html(drawn, f"{key}-aad"))
        if any(one.walk for one in group):
            parts.append(figure_html(figures.walk_figure(group, LIGHT), f"{key}-walk"))
    first = series_of(found[0])
    if len(first.pairs.aad_by_kind) > 1:
        parts.append(f"<h3>By kind of edit: {escape(first.name)}</h3>")
        parts.append(figure_html(figures.kind_figure(first, LIGHT), f"{name}-kind"))
    drawn = figures.geometry_figure({space.title: near}, LIGHT)
    return [*parts, figure_html(drawn, f"{name}-near")]


def _verdicts(found: Sequence[Survey]) -> Columns:
    """Return each survey's sentences and what they rest on."""
    return {
        "task": [one.name for one in found],
        "at the threshold": [one.verdict for one in found],
        "along walks": [one.walk_verdict for one in found],
        "1 edit": [
            short(one.pairs.rwa[0]) if len(one.pairs.rwa) else UNKNOWN for one in found
        ],
        "left out": [
            "distances " + ", ".join(map(str, one.pairs.left_out))
            if one.pairs.left_out
            else ""
            for one in found
        ],
    }


def _origins(found: Sequence[Survey]) -> Columns:
    """Return where each survey's scores come from."""
    return {
        "task": [one.name for one in found],
        "scores": [one.about for one in found],
        "source": [one.provenance.get("source", "") for one in found],
        "licence": [one.provenance.get("licence", "") for one in found],
        "SHA-256 of the table": [one.provenance["checksum"][:16] for one in found],
    }


def _claim_columns(beside: Sequence[Claim]) -> Columns:
    """Return claims as columns."""
    rows = [vars_of(claim) for claim in beside]
    return {
        name: [row[name] for row in rows]
        for name in ("what", "published", "ours", "verdict")
    }


def _json(values: dict[str, Any]) -> bytes:
    """Return JSON without NaN."""
    return (json.dumps(values, indent=1, allow_nan=False) + "\n").encode()
