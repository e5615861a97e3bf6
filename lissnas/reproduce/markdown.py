"""The numbers of a study as Markdown, for a page of documentation."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lissnas import __version__
from lissnas.reproduce import verdicts
from lissnas.reproduce.page import (
    SEARCHED,
    Tables,
    first_tasks,
    found_rows,
    heading,
    interval_text,
    measure_rows,
    measure_title,
    number_text,
    plain,
)
from lissnas.reproduce.paper import TITLES
from lissnas.reproduce.results import Results
from lissnas.reproduce.searches import labels_best
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.tables import Line, file_of
from lissnas.spaces import SPACES


def markdown_text(
    found: Results, settings: StudySettings, tables: Tables, values: Mapping[str, Any]
) -> str:
    """Return the document; `values` is what goes to JSON."""
    parts = [
        _run(settings, values["provenance"]),
        "## Verdicts\n\n" + (verdicts.__doc__ or "").strip(),
        *_numbers(tables),
        *_equal_terms(found, tables),
        *_searches(found, tables),
        *_claims(tables),
        _missing(values["absent"]),
        _origins(values["provenance"]),
    ]
    return "\n\n".join(parts) + "\n"


def _run(settings: StudySettings, about: Mapping[str, Any]) -> str:
    """Return what was run, and what it cost."""
    return (
        f"## What was run\n\n```sh\n{about['command']}\n```\n\nwith lissnas "
        f"{__version__}: {about['units']} units, {about['cpu_seconds']:,.0f} "
        f"CPU-seconds in all, predictors included. {settings.seeds} seeds, each with a "
        f"predictor of its own that all methods share; {settings.search_seeds} for "
        "searches."
    )


def _numbers(tables: Tables) -> Iterator[str]:
    """Yield the paper's numbers with ours, of what was measured."""
    yield "## Numbers"
    for name, title in TITLES.items():
        lines = [one for one in tables.get(file_of(name), []) if _measured(one)]
        if lines:
            yield f"### {title}"
        for space in dict.fromkeys(one["space"] for one in lines):
            yield f"{SPACES[space].title}:"
            yield _table([_number(one) for one in lines if one["space"] == space])


def _measured(line: Line) -> bool:
    """Return whether there is a number of ours that was found, not set."""
    return line["ours"] is not None and line["measure"] != "size"


def _number(line: Line) -> Line:
    """Return one number of the paper with ours."""
    measure = line["measure"]
    return {
        "method": line["method"],
        "number": measure_title(measure),
        "paper": number_text(measure, line["paper"]),
        "ours": number_text(measure, line["ours"]) + _bracket(line),
        "verdict": line["verdict"],
    }


def _bracket(line: Line) -> str:
    """Return an interval in brackets, nothing where it has no width."""
    text = interval_text(line)
    width = line["high"] - line["low"] if line["low"] is not None else 0.0
    return f" [{text}]" if width > 0 else ""


def _equal_terms(found: Results, tables: Tables) -> Iterator[str]:
    """Yield reduction factors, and every method at equal size and budget."""
    factors = first_tasks(tables.get("table-6-all-spaces", []), found)
    if factors:
        yield "### Table 6 on every space: LISSNAS as published until it stops"
        yield _table(plain(factors))
    yield "## Equal size, equal budget"
    for space in found.tasks:
        stem = f"matched-{space}-{found.first_task(space)}-"
        for name, lines in tables.items():
            if name.startswith(stem) and max(line["cut_to"] for line in lines):
                yield f"{SPACES[space].title}. {heading(lines)}:"
                yield _table(measure_rows(lines))


def _searches(found: Results, tables: Tables) -> Iterator[str]:
    """Yield what searches of full and shrunk spaces found."""
    if found.searches:
        yield "## Does a shrunk space make search better?"
        yield SEARCHED
    for (space, task), records in found.searches.items():
        lines = tables.get(f"search-{space}-{task}", [])
        if not lines:
            continue
        best = labels_best(records)
        text = f"{SPACES[space].title}, {task}"
        if best is not None:
            value = number_text("max_true", best.mean)
            text += f"; the best of the predictor's own training pairs is at {value}"
        yield f"{text}:"
        yield _table(found_rows(lines))


def _claims(tables: Tables) -> Iterator[str]:
    """Yield how often each claim holds."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for line in tables.get("claims", []):
        key = line["source"], line["claim"], line["variant"]
        counts.setdefault(key, Counter())[line["verdict"]] += 1
    if counts:
        yield "## The paper's claims, at equal size and budget"
        yield _table(
            [
                {"place": place, "LISSNAS has or is": claim, "variant": variant}
                | {"verdicts": ", ".join(f"{n} {v}" for v, n in sorted(one.items()))}
                for (place, claim, variant), one in counts.items()
            ]
        )


def _missing(absent: Mapping[str, str]) -> str:
    """Return what could not be made."""
    lines = [f"- **{what}**: {why}" for what, why in absent.items()]
    return "## What could not be made\n\n" + "\n".join(lines)


def _origins(about: Mapping[str, Any]) -> str:
    """Return the tables of accuracies that the numbers rest on."""
    rows = [
        {"space and task": name, "truth": one["truth"], "SHA-256": one["checksum"]}
        for name, one in about["tables"].items()
    ]
    return "## The tables of accuracies\n\n" + _table(rows)


def _table(rows: Sequence[Line]) -> str:
    """Return rows as a table, numbers as they are."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names)]
    lines += [[str(row[name]).replace("|", "/") for name in names] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
