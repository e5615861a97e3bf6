"""The page of a study: verdicts, what is missing, the tables and the figures."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from lissnas import __version__
from lissnas.comparison.summary import INTERVAL, MEASURES, TEXTS
from lissnas.figures.files import figure_html, table_html
from lissnas.figures.theme import UNKNOWN
from lissnas.reproduce import verdicts
from lissnas.reproduce.paper import TITLES
from lissnas.reproduce.pictures import Picture, locality_pictures, space_pictures
from lissnas.reproduce.results import Results
from lissnas.reproduce.searches import labels_best, search_picture
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.tables import Line, columns, file_of, tally
from lissnas.spaces import SPACES

TITLE = "LISSNAS reproduced"
SHOWN = (
    *("size", "mean_true", "max_true", "shrink_index", "ks", "auc", "dispersion"),
    *("flop_coverage", "queries", "contains_best", "top100_recall"),
)
PERCENT = ("mean_true", "max_true", "aad", "supernet_top1")
FURTHER = {
    "table-6-all-spaces": "Table 6 on every space: LISSNAS as published until it stops",
    "claims": "The paper's claims, all methods with equal size and budget",
    "locality": "Locality beside the papers",
    "table-1-sensitivity": "Table 1 by n: how the shrink index depends on what the "
    "paper does not state",
}
Tables = dict[str, list[Line]]
SEARCHED = (
    "Evolution as in SPOS looks for the best network of the full space and of what "
    "each method leaves of it; a query stands for a network that is trained. What "
    "shrinking cost before, the predictor's pairs and queries, is not in the curves. "
    "Each cell has the mean true accuracy of the best found, its lead over the full "
    "space in points with the 95% interval over seeds, paired, and after how many "
    "queries the full space is as good on average."
)


def page_parts(
    found: Results, settings: StudySettings, tables: Tables, values: dict[str, Any]
) -> Iterator[str]:
    """Yield the parts of the page; `values` is what goes to JSON."""
    yield from _head(settings, tables, values)
    yield "<h2>The paper's tables</h2>"
    for name, title in TITLES.items():
        if file_of(name) in tables:
            yield f"<h3>{escape(title)}</h3>" + _numbers(tables[file_of(name)])
    for file, title in FURTHER.items():
        if file in tables:
            lines = first_tasks(tables[file], found)
            yield f"<h2>{escape(title)}</h2>" + table_html(columns(plain(lines)))
    yield "<h2>Locality</h2>" + _figures(locality_pictures(found), "locality")
    for space in found.tasks:
        yield f"<h2>{escape(SPACES[space].title)}</h2>"
        first = f"matched-{space}-{found.first_task(space)}-"
        for name, lines in tables.items():
            if name.startswith(first):
                yield f"<h3>{escape(heading(lines))}</h3>" + table_html(
                    columns(measure_rows(lines))
                )
        yield _figures(space_pictures(found, space, settings), space)
        yield from _searches(found, space, tables)
    yield "<h2>Where the numbers come from</h2>" + _origins(values["provenance"])


def _searches(found: Results, space: str, tables: Tables) -> Iterator[str]:
    """Yield what searches of the full and of the shrunk spaces found."""
    task = found.first_task(space)
    known = found.searches.get((space, task or ""), {})
    lines = tables.get(f"search-{space}-{task}", [])
    figure = search_picture(known)
    if figure is None or not lines:
        return
    yield "<h3>Does a shrunk space make search better?</h3>" + _note(SEARCHED)
    best = labels_best(known)
    if best is not None:
        text = number_text("max_true", best.mean)
        yield _note(f"The best of the predictor's own training pairs: {text}.")
    yield figure_html(figure, f"{space}-search") + table_html(
        columns(found_rows(lines))
    )


def found_rows(lines: Sequence[Line]) -> list[Line]:
    """Return what evolution by the truth found, one row a method, for the page."""
    rows: dict[str, Line] = {}
    for line in lines:
        if line["search"] == "evolution by truth":
            row = rows.setdefault(line["method"], {"method": line["method"]})
            row[f"after {line['queries']:,} queries"] = _lead(line)
            row["seeds"] = line["seeds"]
    names = [name for name in next(iter(rows.values())) if name != "seeds"]
    return [
        {name: row.get(name, UNKNOWN) for name in (*names, "seeds")}
        for row in rows.values()
    ]


def _lead(line: Line) -> str:
    """Return the best found, its lead in points with the interval, and the verdict."""
    text = number_text("max_true", line["true"])
    lead = [line[f"lead_{name}"] for name in ("mean", "low", "high")]
    if any(value is None or value != value for value in lead):
        return text
    points = [f"{round(100 * value, 2) + 0.0:+.2f}" for value in lead]
    needs = line["full_space_needs"]
    full = f"; full space: {needs:,}" if needs else "; full space: more"
    return f"{text}, {points[0]} [{points[1]}, {points[2]}], {line['verdict']}{full}"


def _head(
    settings: StudySettings, tables: Tables, values: dict[str, Any]
) -> Iterator[str]:
    """Yield what was run, the verdicts, and what is missing."""
    about = values["provenance"]
    yield f"<h1>{TITLE}</h1>"
    yield _note(
        f"{settings.seeds} seeds, lissnas {__version__}, {about['units']} units, "
        f"{about['cpu_seconds']:,.0f} CPU-seconds, by: {about['command']}. {INTERVAL}."
    )
    yield "<h2>Verdicts</h2>" + table_html(tally(tables))
    yield "".join(_note(text) for text in (verdicts.__doc__ or "").split("\n\n"))
    yield "<h2>What could not be made</h2>" + table_html(
        {"what": list(values["absent"]), "why": list(values["absent"].values())}
    )


def heading(lines: Sequence[Line]) -> str:
    """Return what is equal for the methods of a table."""
    cut = max(line["cut_to"] for line in lines)
    text = f"All cut to {cut:,} architectures" if cut else "Each of its own size"
    judged = lines[0]["truth"] == "judged"
    return text + (", accuracies by a judge, not measured" if judged else "")


def _origins(about: dict[str, Any]) -> str:
    """Return the tables of accuracies that the numbers rest on."""
    found = about["tables"].values()
    return table_html(
        {
            "table": list(about["tables"]),
            "truth": [one["truth"] for one in found],
            "SHA-256": [one["checksum"] for one in found],
        }
    )


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
        one = {"space": SPACES[line["space"]].title, "method": line["method"]}
        one["number"] = measure_title(line["measure"])
        one["paper"] = number_text(line["measure"], line["paper"])
        one["ours"] = number_text(line["measure"], line["ours"])
        one["95% interval"] = interval_text(line)
        one |= {name: line[name] for name in ("verdict", "rule", "reason")}
        shown.append(one)
    return table_html(columns(shown))


def interval_text(line: Line) -> str:
    """Return the ends of a number's interval."""
    low, high = (number_text(line["measure"], line[n]) for n in ("low", "high"))
    return UNKNOWN if UNKNOWN in (low, high) else f"{low} to {high}"


def measure_rows(lines: Sequence[Line]) -> list[Line]:
    """Return methods and their main measures, means with intervals."""
    shown = []
    for line in lines:
        one = {"method": line["method"]}
        for name in SHOWN:
            form = TEXTS[MEASURES[name].format]
            value, low = line[name], line[f"{name}_low"]
            text = UNKNOWN if value is None else form.format(value)
            spread = MEASURES[name].format != "share" and value is not None
            if spread and low == low and value - low > 1e-9:
                text += f" ±{form.format(value - low)}"
            one[MEASURES[name].title] = text
        shown.append(one | {"cannot be run": line["problem"]})
    if not any(line["problem"] for line in lines):
        for one in shown:
            del one["cannot be run"]
    return shown


def plain(lines: Sequence[Line]) -> list[Line]:
    """Return lines with numbers as readers want them."""
    return [{k: _text(value) for k, value in line.items()} for line in lines]


def _text(value: Any) -> Any:
    if value is None or value != value:
        return UNKNOWN
    if isinstance(value, int | float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
    return value


def measure_title(measure: str) -> str:
    """Return the name of a measure for readers."""
    if measure in MEASURES:
        return MEASURES[measure].title
    if measure.startswith("aad_"):
        return f"difference after {measure.rsplit('_', 1)[1]} edits"
    return {
        "supernet_pearson": "supernet's correlation",
        "supernet_top1": "top-1 of the best found",
    }.get(measure, measure)


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
