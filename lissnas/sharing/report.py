"""A run as one web page that needs nothing else: words, figures, tables, provenance."""

from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from lissnas import __version__
from lissnas.branches import parent_of
from lissnas.figures.files import (
    figure_html,
    page_html,
    paragraphs_html,
    saving_html,
    table_html,
)
from lissnas.figures.sliding import vector
from lissnas.figures.theme import LIGHT, UNKNOWN, Columns, percent
from lissnas.home import write_atomic
from lissnas.sharing.mapping import map_of_all
from lissnas.sharing.pictures import PICTURES, available, draw
from lissnas.sharing.reading import Record, read
from lissnas.sharing.snippets import figure_snippet, study_snippet
from lissnas.sharing.summary import summary, title_line

MAX_BYTES = 10_000_000
BUDGETS = (2_000, 1_000, 400, 150)  # points of the map in each iteration
MAPS, BEST = 24, 20
SHARES = ("mean_predicted", "mean_true", "max_true", "p_good")


def write_report(name: str, path: Path) -> None:
    """Write the report of a run to a file."""
    write_atomic(path, report_bytes(name))


def report_bytes(name: str) -> bytes:
    """Return the report of a run as a page of at most 10 MB.

    Figures are interactive; the map has a slider over the iterations. A run that can
    only be looked at gives a report of what it has.
    """
    record = read(name)
    for budget in BUDGETS:
        page = page_html(record.title, _parts(record, budget))
        if len(page) <= MAX_BYTES:
            return page
    raise ValueError(f"report of run {name} must fit 10 MB, got {len(page):,} bytes")


def _parts(record: Record, budget: int) -> list[str]:
    """Return the parts of the page; everything from data is escaped."""
    about = record.about
    tags = "".join(f" · {escape(tag)}" for tag in about.tags)
    parts = [f"<h1>{escape(record.title)}</h1>"]
    parts.append(f'<p class="note">{escape(title_line(record))}{tags}</p>')
    parts += [f'<p class="note">{escape(text)}</p>' for text in record.problems]
    parts += [f"<p>{escape(text)}</p>" for text in summary(record)]
    if about.notes:
        lines = escape(about.notes).replace("\n", "<br>")
        parts.append(f"<h2>Notes</h2><p>{lines}</p>")
    parts += _figures(record, budget)
    if record.measures:
        parts += ["<h2>Iterations</h2>", table_html(iterations_table(record))]
    if _best(record):
        parts += ["<h2>Best by prediction</h2>", table_html(_best(record))]
    parts += ["<h2>Settings</h2>", table_html(settings_table(record))]
    parts += ["<h2>Where the numbers come from</h2>", table_html(provenance(record))]
    return parts + _code(record)


def _figures(record: Record, budget: int) -> list[str]:
    """Return all figures with their explanations."""
    parts = []
    for name in available(record):
        picture = PICTURES[name]
        if name == "map":
            steps = _evenly(len(record.stored), MAPS)
            shown = record.result or 0
            figure = map_of_all(record, steps, shown, budget, LIGHT)
        else:
            figure = draw(record, name)
        parts.append(f"<h2>{escape(picture.title)}</h2>")
        parts += [figure_html(vector(figure), name), saving_html(name)]
        parts.append(paragraphs_html(picture.about))
    return parts


def _evenly(count: int, most: int) -> list[int]:
    """Return at most `most` of the first `count` numbers, the ends among them."""
    chosen = np.linspace(0, count - 1, min(count, most)).round().astype(int)
    return [int(one) for one in np.unique(chosen)]


def iterations_table(record: Record) -> Columns:
    """Return the numbers of all iterations for readers."""
    names = list(dict.fromkeys(name for row in record.measures for name in row))
    return {
        name.replace("_", " "): [_text(name, row.get(name)) for row in record.measures]
        for name in names
    }


def _text(name: str, value: Any) -> str:
    """Return a number for readers, shares in percent."""
    if value is None or value != value:
        return UNKNOWN
    if name in SHARES:
        return percent(value)
    if isinstance(value, float):
        return f"{value:,.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _best(record: Record) -> Columns:
    """Return the best architectures of the result by prediction; none without one."""
    step, space = record.result, record.space
    if not step or space is None:
        return {}
    stored = record.stored[step]
    archs, predicted = stored.iteration.space, stored.iteration.space_predicted
    order = np.argsort(-np.nan_to_num(predicted, nan=-1), kind="stable")[:BEST]
    cost = space.cost(archs[order])
    return {
        "architecture": space.format(archs[order]),
        "predicted": [percent(one) for one in predicted[order]],
        "true": [percent(one) for one in stored.true["space"][order]],
        "parameters, M": [f"{one / 1e6:,.2f}" for one in cost.params],
        "multiply-adds, M": [f"{one / 1e6:,.1f}" for one in cost.macs],
    }


def settings_table(record: Record) -> Columns:
    """Return all settings of the study by their stored names."""
    stored = record.run.config.get("study")
    values = asdict(record.study) if record.study else stored
    return _pairs(values if isinstance(values, dict) else {})


def provenance(record: Record) -> Columns:
    """Return where the accuracies come from, and what computed the run."""
    config = record.run.config
    names = ("created", "format", "table", "quality", "versions")
    found = {name: config.get(name) for name in names}
    return _pairs({"run": record.run.name, **found, "report by lissnas": __version__})


def _pairs(values: Mapping[str, Any]) -> Columns:
    """Return nested values as two columns."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{name}: {inner}": entry for inner, entry in value.items()}
        else:
            found[name] = value
    shown = ["" if value is None else str(value) for value in found.values()]
    return {"name": [name.replace("_", " ") for name in found], "value": shown}


def _code(record: Record) -> list[str]:
    """Return how to have the same in Python."""
    codes = [figure_snippet(record.run.name, name) for name in available(record)[:1]]
    if record.study:
        codes.append(study_snippet(record.study, parent_of(record.run)))
    if not codes:
        return []
    shown = "".join(f"<pre><code>{escape(code)}</code></pre>" for code in codes)
    return [f"<h2>The same in Python</h2>{shown}"]
