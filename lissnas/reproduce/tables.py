"""The paper's tables with ours beside, as rows that go to the page, CSV and JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from lissnas.comparison import MEASURES, entry
from lissnas.comparison.summary import Estimate
from lissnas.figures.theme import Columns
from lissnas.metrics.shrinkage import sensitivity
from lissnas.reproduce.paper import ABSENT, NUMBERS, Number, reason
from lissnas.reproduce.rankings import MEASURES as SUPERNET
from lissnas.reproduce.rankings import ranked
from lissnas.reproduce.results import Results
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.units import (
    NO_LIMIT,
    ORIGINAL,
    PUBLISHED,
    SELECTIVE,
    Unit,
    own_run,
)
from lissnas.reproduce.verdicts import Judgement, Verdict, judge
from lissnas.spaces import SPACES

Line = dict[str, Any]
UNKNOWN_HERE = "not known for this space, or not run with these settings"


def paper_tables(found: Results, settings: StudySettings) -> dict[str, list[Line]]:
    """Return the lines of each of the paper's tables by the table's name.

    Each number is held against LISSNAS as published; below stand the same numbers of
    the paper's LISSNAS with the selective variant.
    """
    tables: dict[str, list[Line]] = {}
    for number in NUMBERS:
        if number.table == "4 (size)" and number.label != PUBLISHED:
            continue  # their sizes are set, not found
        lines = tables.setdefault(number.table, [])
        lines.append(_line(number, number.label, found, settings))
        if number.label == PUBLISHED and number.table not in ("3", "4 (size)"):
            lines.append(_line(number, SELECTIVE, found, settings))
    return tables


def _line(number: Number, label: str, found: Results, settings: StudySettings) -> Line:
    """Return one number with ours and the verdict; `label` is what stands for it."""
    column = {
        n.label: n
        for n in NUMBERS
        if (n.table, n.space, n.measure) == (number.table, number.space, number.measure)
    }
    if label != number.label:  # the selective variant takes the published one's place
        column = {label if k == number.label else k: n for k, n in column.items()}
    ours: dict[str, Estimate] = {}
    for name in column:
        estimate = _ours(number, name, found, settings)
        if estimate is not None:
            ours[name] = estimate
    paper = {name: n.value for name, n in column.items()}
    verdict = judge(number.measure, label, paper, ours)
    if number.measure == "queries" and label in ours:
        run = own_run(label, number.space, number.table, settings)
        if ours[label].mean == run.queries:
            verdict = Judgement("given", "the whole budget, which is set")
    task = found.first_task(number.space) or ""
    return _written(number, label, task, ours.get(label), verdict)


def _written(
    number: Number, label: str, task: str, own: Estimate | None, found: Judgement
) -> Line:
    """Return a line as it is written."""
    why = reason(number.table, number.space, number.measure)
    if number.measure in SUPERNET and own is None:
        why = ABSENT["Table 3"]
    elif found.verdict == "not measured":
        why = "no table of accuracies" if not task else UNKNOWN_HERE
    elif found.verdict in ("agrees", "given"):
        why = ""
    return {
        "space": number.space,
        "task": task,
        "method": number.label if number.table == "8" else entry(label).title,
        "measure": number.measure,
        "paper": number.value,
        "ours": own.mean if own else None,
        "low": own.low if own else None,
        "high": own.high if own else None,
        "samples": own.n if own else 0,
        "verdict": found.verdict,
        "rule": found.rule,
        "reason": why,
    }


def _ours(
    number: Number, label: str, found: Results, settings: StudySettings
) -> Estimate | None:
    """Return our number for one of the paper's, None where there is none."""
    task = found.first_task(number.space)
    if number.measure in SUPERNET:
        return ranked(found.rankings, number.space, label, number.measure)
    if task is None:
        return None
    if number.table == "8":
        return _difference(number.measure, label, found, number.space, task)
    run = own_run(label, number.space, number.table, settings)
    return found.estimate(run, task, number.measure)


def _difference(
    measure: str, kind: str, found: Results, space: str, task: str
) -> Estimate | None:
    """Return the accuracy difference after so many edits, with its bootstrap band."""
    survey = found.surveys.get((space, task))
    if survey is None:
        return None
    curves = {"both": survey.pairs.aad_curve, **survey.pairs.aad_by_kind}
    place = int(measure.rsplit("_", 1)[1]) - 1
    if kind not in curves or place >= len(curves[kind].values):
        return None
    curve = curves[kind]
    mean, low, high = (float(x[place]) for x in (curve.values, curve.low, curve.high))
    return Estimate(mean, low, high, int(survey.pairs.pairs[place]))


def matched_tables(found: Results) -> dict[str, list[Line]]:
    """Return all measures of all methods, by space, task and size.

    Methods of a table were cut to the same size after the same query budget; those of
    their own size are the table ``own``.
    """
    tables: dict[str, list[Line]] = {}
    for (space, task, label, size, queries), records in found.runs.items():
        name = f"{space}-{task}-{size or 'own'}"
        row = found.row(Unit("shrink", space, task, label, size, queries), task)
        if row is None:
            continue
        line: Line = {"method": entry(label).title, "label": label}
        line |= {"cut_to": size, "budget": queries if queries < NO_LIMIT else None}
        line |= {"seeds": row.seeds, "truth": records[0]["about"]["truth"]}
        for measure in MEASURES:
            one = row.estimates.get(measure)
            line[measure] = one.mean if one else None
            line[f"{measure}_low"] = one.low if one else None
            line[f"{measure}_high"] = one.high if one else None
        tables.setdefault(name, []).append(line | {"problem": row.problem})
    return tables


def reduction_table(found: Results) -> list[Line]:
    """Return Table 6 on every space: where LISSNAS as published stops by itself.

    Sizes and factors are geometric means over seeds.
    """
    lines = []
    for space, listed in found.tasks.items():
        for task in listed:
            run = Unit("shrink", space, task, PUBLISHED, 0, NO_LIMIT)
            factor = found.estimate(run, task, "reduction")
            if factor is None:
                continue
            lines.append(
                {
                    "space": space,
                    "task": task,
                    "full_size": SPACES[space].size,
                    "size": SPACES[space].size / factor.mean,
                    "reduction": factor.mean,
                    "low": factor.low,
                    "high": factor.high,
                    "samples": factor.n,
                }
            )
    return lines


def sensitivity_table(found: Results) -> list[Line]:
    """Return the shrink index of every method for several n, k a fifth of it.

    The paper states neither; where the columns saturate, they cannot tell good spaces
    apart. At the matched sizes of each space's first task.
    """
    lines = []
    for (space, task, label, size, queries), records in found.runs.items():
        if not size or task != found.first_task(space) or not records:
            continue
        run = Unit("shrink", space, task, label, size, queries)
        good = found.values(run, task, "p_good")
        base = found.values(Unit("shrink", space, task, ORIGINAL), task, "p_good")
        if not good or not base:
            continue
        share, first = sum(good) / len(good), sum(base) / len(base)
        line: Line = {"space": space, "task": task, "method": entry(label).title}
        line |= {"size": size, "good_share": share}
        rows = sensitivity(first, share)
        lines.append(line | {f"n={row.n}, k={row.k}": row.shrink_index for row in rows})
    return lines


def file_of(table: str) -> str:
    """Return the name of the file of one of the paper's tables."""
    return "table-5-6" if " " in table else f"table-{table.lower()}"


def columns(lines: Sequence[Line]) -> Columns:
    """Return lines as columns."""
    return {name: [line[name] for line in lines] for name in lines[0]}


def tally(tables: Mapping[str, list[Line]]) -> Columns:
    """Return how many verdicts of each kind the tables hold."""
    counts = {
        name: Counter(line["verdict"] for line in lines)
        for name, lines in tables.items()
        if "rule" in lines[0]
    }
    found: Columns = {"table": list(counts)}
    for kind in get_args(Verdict):
        found[kind] = [count[kind] for count in counts.values()]
    return found
