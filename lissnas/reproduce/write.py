"""A study as files: a page that needs nothing else, a CSV a table, Markdown, JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lissnas import __version__
from lissnas.figures.files import csv_bytes, page_html
from lissnas.figures.theme import Columns
from lissnas.home import write_atomic
from lissnas.report.published import claims as locality_claims
from lissnas.reproduce import verdicts
from lissnas.reproduce.claims import claim_table, trend
from lissnas.reproduce.markdown import markdown_text
from lissnas.reproduce.page import TITLE, page_parts
from lissnas.reproduce.paper import ABSENT
from lissnas.reproduce.rankings import Ranking
from lissnas.reproduce.results import Results, results
from lissnas.reproduce.searches import search_table
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.tables import (
    Line,
    columns,
    file_of,
    matched_tables,
    paper_tables,
    reduction_table,
    sensitivity_table,
    tally,
)
from lissnas.reproduce.work import Record
from lissnas.runs import json_bytes
from lissnas.spaces import SPACES

NO_TABLE = "There is no published table of its accuracies here."


def write(
    records: Sequence[Record],
    settings: StudySettings,
    out: Path,
    command: str,
    rankings: Sequence[Ranking] = (),
) -> Path:
    """Write the report of a study's records into a folder; return the page's path.

    `rankings` are numbers of supernets, which Table 3 holds.
    """
    found = results(records, rankings)
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
    text = markdown_text(found, settings, tables, values)
    write_atomic(out / "reproduction.md", text.encode())
    page = out / "reproduction.html"
    parts = list(page_parts(found, settings, tables, values))
    write_atomic(page, page_html(TITLE, parts))
    return page


def all_tables(found: Results, settings: StudySettings) -> dict[str, list[Line]]:
    """Return every table by the name of its file."""
    tables = {
        file_of(name): lines for name, lines in paper_tables(found, settings).items()
    }
    tables["table-6-all-spaces"] = reduction_table(found)
    tables["table-1-sensitivity"] = sensitivity_table(found)
    extra = trend(found)
    tables["claims"] = claim_table(found, settings) + ([extra] if extra else [])
    tables["locality"] = _locality(found, settings)
    for (space, task), one in found.searches.items():
        tables[f"search-{space}-{task}"] = search_table(one, space, task)
    tables |= {f"matched-{n}": lines for n, lines in matched_tables(found).items()}
    return {name: lines for name, lines in tables.items() if lines}


def _locality(found: Results, settings: StudySettings) -> list[Line]:
    """Return what is published on locality, with ours."""
    names = ("what", "published", "ours", "verdict")
    claims = locality_claims(list(found.surveys.values()), settings.pairs, 0)
    return [{name: getattr(one, name) for name in names} for one in claims]


def counted(
    records: Sequence[Record],
    settings: StudySettings,
    rankings: Sequence[Ranking] = (),
) -> Columns:
    """Return how many verdicts of each kind the tables of a study hold."""
    return tally(all_tables(results(records, rankings), settings))


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
    if found.rankings:
        del missing["Table 3"]
    for space in ("nasbench101", "shufflenetv2", "transnasbench101-macro"):
        if space not in found.tasks:
            missing[SPACES[space].title] = NO_TABLE
    missing[SPACES["nasbench301"].title] = NO_TABLE
    if "nasbench301" in found.tasks:
        del missing[SPACES["nasbench301"].title]
    return missing
