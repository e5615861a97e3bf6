"""A study as files: a page that needs nothing else, a CSV a table, and JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from lissnas import __version__
from lissnas.comparison.summary import INTERVAL, MEASURES, TEXTS
from lissnas.figures.files import csv_bytes, figure_html, page_html, table_html
from lissnas.figures.theme import UNKNOWN, Columns
from lissnas.home import write_atomic
from lissnas.report.published import claims as locality_claims
from lissnas.reproduce import verdicts
from lissnas.reproduce.claims import claim_table, trend
from lissnas.reproduce.paper import ABSENT, TITLES
from lissnas.reproduce.pictures import Picture, locality_pictures, space_pictures
from lissnas.reproduce.results import Results, results
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.tables import (
    Line,
    matched_tables,
    paper_tables,
    reduction_table,
)
from lissnas.reproduce.work import Record
from lissnas.runs import json_bytes
from lissnas.spaces import SPACES

TITLE = "LISSNAS reproduced"
SHOWN = (
    *("size", "mean_true", "max_true", "shrink_index", "ks", "auc", "dispersion"),
    *("flop_coverage", "queries", "contains_best", "top100_recall"),
)
PERCENT = ("mean_true", "max_true", "aad", "supernet_top1")


def write(
    records: Sequence[Record], settings: StudySettings, out: Path, command: str
) -> Path:
    """Write the report of a study's records into a folder; return the page's path."""
    found = results(records)
    tables = all_tables(found, settings)
    for name, lines in tables.items():
        write_atomic(out / f"{name}.csv", csv_bytes(columns(lines)))
    values = {
        "title": TITLE,
        "provenance": provenance(records, settings, command),
        "verdict_rules": verdicts.__doc__,
        "absent": absent(found),
        "tables": tables,
    }
    write_atomic(out / "reproduction.json", json_bytes(values))
    page = out / "reproduction.html"
    parts = list(_parts(found, settings, tables, values))
    write_atomic(page, page_html(TITLE, parts))
    return page


def all_tables(found: Results, settings: StudySettings) -> dict[str, list[Line]]:
    """Return every table by the name of its file."""
    tables = {
        f"table-{name.split()[0].lower() if ' ' not in name else '5-6'}": lines
        for name, lines in paper_tables(found, settings).items()
    }
    tables["table-6-all-spaces"] = reduction_table(found)
    extra = trend(found)
    tables["claims"] = claim_table(found, settings) + ([extra] if extra else [])
    tables["locality"] = _locality(found, settings)
    tables |= {f"matched-{n}": lines for n, lines in matched_tables(found).items()}
    return {name: lines for name, lines in tables.items() if lines}


def _locality(found: Results, settings: StudySettings) -> list[Line]:
    """Return what is published on locality, with ours."""
    names = ("what", "published", "ours", "verdict")
    claims = locality_claims(list(found.surveys.values()), settings.pairs, 0)
    return [{name: getattr(one, name) for name in names} for one in claims]


def provenance(
    records: Sequence[Record], settings: StudySettings, command: str
) -> dict[str, Any]:
    """Return all that the numbers depend on."""
    tables = {}
    for record in records:
        about = {k: v for k, v in record["about"].items() if not k.endswith("_tau")}
        tables[f"{record['unit']['space']} {record['unit']['task']}"] = about
    return {
        "command": command,
        "version": __version__,
        "settings": asdict(settings),
        "tables": tables,
        "units": len(records),
        "cpu_seconds": sum(record["cpu_seconds"] for record in records),
    }


def absent(found: Results) -> dict[str, str]:
    """Return what could not be made, and why."""
    missing = dict(ABSENT)
    for space in ("nasbench101", "shufflenetv2", "transnasbench101-macro"):
        if space not in found.tasks:
            missing[SPACES[space].title] = "There is no table of its accuracies here."
    missing[SPACES["nasbench301"].title] = "There is no table of its accuracies here."
    if "nasbench301" in found.tasks:
        del missing[SPACES["nasbench301"].title]
    return missing


def columns(lines: Sequence[Line]) -> Columns:
    """Return lines as columns."""
    return {name: [line[name] for line in lines] for name in lines[0]}


def _parts(
    found: Results,
    settings: StudySettings,
    tables: dict[str, list[Line]],
    values: dict[str, Any],
) -> Iterator[str]:
    """Yield the parts of the page."""
    about = values["provenance"]
    yield f"<h1>{TITLE}</h1>"
    yield _note(
        f"{settings.seeds} seeds, lissnas {__version__}, {about['units']} units, "
        f"{about['cpu_seconds']:,.0f} CPU-seconds, by `{about['command']}`. {INTERVAL}."
    )
    yield "<h2>Verdicts</h2>" + table_html(tally(tables))
    yield "".join(_note(text) for text in (verdicts.__doc__ or "").split("\n\n"))
    yield "<h2>What could not be made</h2>" + table_html(
        {"what": list(values["absent"]), "why": list(values["absent"].values())}
    )
    yield "<h2>The paper's tables</h2>"
    for name, title in TITLES.items():
        file = "table-5-6" if " " in name else f"table-{name.lower()}"
        if file in tables:
            yield f"<h3>{escape(title)}</h3>" + _numbers(tables[file])
    for file, title in (
        ("table-6-all-spaces", "Table 6 on every space: LISSNAS until it stops"),
        ("claims", "The paper's claims, all methods with equal size and budget"),
        ("locality", "Locality beside the papers"),
    ):
        if file in tables:
            lines = first_tasks(tables[file], found)
            yield f"<h2>{title}</h2>" + table_html(columns(_plain(lines)))
    yield "<h2>Locality</h2>" + _figures(locality_pictures(found), "locality")
    for space in found.tasks:
        yield f"<h2>{escape(SPACES[space].title)}</h2>"
        task = found.first_task(space)
        for name, lines in tables.items():
            if name.startswith(f"matched-{space}-{task}-"):
                yield f"<h3>{escape(name.split('-', 1)[1])}</h3>" + _measures(lines)
        yield _figures(space_pictures(found, space, settings), space)
    yield "<h2>Where the numbers come from</h2>" + table_html(
        {
            "table": list(about["tables"]),
            "truth": [one["truth"] for one in about["tables"].values()],
            "SHA-256": [one["checksum"] for one in about["tables"].values()],
        }
    )


def tally(tables: dict[str, list[Line]]) -> Columns:
    """Return how many verdicts of each kind the tables hold."""
    counts = {
        name: Counter(line["verdict"] for line in lines)
        for name, lines in tables.items()
        if "rule" in lines[0]
    }
    kinds = ("agrees", "agrees in order", "differs", "given", "not measured")
    found: Columns = {"table": list(counts)}
    for kind in kinds:
        found[kind] = [count[kind] for count in counts.values()]
    return found


def first_tasks(lines: Sequence[Line], found: Results) -> list[Line]:
    """Return the lines of each space's first task; the files hold all."""
    return [
        line
        for line in lines
        if not line.get("task") or line["task"] == found.first_task(line["space"])
    ]


def _numbers(lines: Sequence[Line]) -> str:
    """Return a table of the paper's numbers."""
    shown = []
    for line in lines:
        keep = ("space", "method", "measure")
        one = {name: line[name] for name in keep}
        one["paper"] = number_text(line["measure"], line["paper"])
        one["ours"] = number_text(line["measure"], line["ours"])
        low, high = (number_text(line["measure"], line[n]) for n in ("low", "high"))
        one["95% interval"] = UNKNOWN if UNKNOWN in (low, high) else f"{low} to {high}"
        one |= {name: line[name] for name in ("verdict", "rule", "reason")}
        shown.append(one)
    return table_html(columns(shown))


def _measures(lines: Sequence[Line]) -> str:
    """Return a table of methods and their main measures, means with intervals."""
    shown = []
    for line in lines:
        one = {"method": line["method"]}
        for name in SHOWN:
            form = TEXTS[MEASURES[name].format]
            value, low = line[name], line[f"{name}_low"]
            text = UNKNOWN if value is None else form.format(value)
            if value is not None and low == low and value - low > 1e-9:
                text += f" ±{form.format(value - low)}"
            one[MEASURES[name].title] = text
        shown.append(one | {"": line["problem"]})
    return table_html(columns(shown))


def _plain(lines: Sequence[Line]) -> list[Line]:
    """Return lines with numbers as readers want them."""
    return [{k: _text(value) for k, value in line.items()} for line in lines]


def _text(value: Any) -> Any:
    if value is None or value != value:
        return UNKNOWN
    if isinstance(value, int | float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
    return value


def number_text(measure: str, value: float | None) -> str:
    """Return a number in the unit of its measure."""
    if value is None or value != value:
        return UNKNOWN
    if measure.startswith(PERCENT):
        return f"{100 * value:.2f} %"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"


def _figures(pictures: Iterator[Picture], stem: str) -> str:
    """Return figures with headings."""
    return "".join(
        f"<h3>{escape(title)}</h3>" + figure_html(figure, f"{stem}-{place}")
        for place, (title, figure) in enumerate(pictures)
    )


def _note(text: str) -> str:
    """Return a paragraph of plain text."""
    return f'<p class="note">{escape(text.replace("**", ""))}</p>'
