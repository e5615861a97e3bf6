"""Does a shrunk space make search better? The full space against each method's output.

For each seed a predictor is trained, each method shrinks the space with it, and each
search looks for the best network of what is left: `SEARCHERS` by true accuracies, so
that a query stands for a network that is trained, and evolution by the predictor. What
the shrunk spaces have cost before, the predictor's pairs and queries, is not in the
curves; the best of those pairs, which anyone has who shrinks, is reported beside.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lissnas.arrays import Ints, Scores
from lissnas.comparison import Comparison
from lissnas.comparison.anytime import curve, domain_of
from lissnas.comparison.bench import Bench
from lissnas.comparison.compute import result_of
from lissnas.comparison.entries import entry
from lissnas.comparison.outcome import Result
from lissnas.comparison.request import Cell
from lissnas.comparison.summary import Estimate, estimate
from lissnas.figures import search as figure
from lissnas.figures.theme import LIGHT, Figure, Style, styles
from lissnas.reproduce.units import ORIGINAL, Unit
from lissnas.search import SEARCHERS
from lissnas.search.comparison import query_grid

Record = dict[str, Any]
Line = dict[str, Any]
TRUTH, PREDICTOR = "truth", "predictor"
SHOWN = (10, 30, 100, 300, 1000)


def grid_of(queries: int) -> Ints:
    """Return the numbers of queries at which a curve is kept, the shown ones among."""
    shown = [n for n in SHOWN if n <= queries]
    grid: Ints = np.union1d(query_grid(queries), shown)
    return grid


def searched(
    unit: Unit,
    bench: Bench,
    queries: int,
    progress: Any,
    result: Result | None = None,
) -> Record:
    """Return the curves of all searches of what one method leaves with one seed.

    That is `result`, or made here.
    """
    comparison = Comparison(
        unit.space, unit.task, (unit.label,), unit.size, unit.queries, unit.seed + 1
    )
    cell = Cell(unit.label, unit.size > 0, unit.seed)
    try:
        result = result or result_of(comparison, cell, bench, progress)
    except ValueError as error:
        return {"problem": str(error)}
    domain, grid = domain_of(bench, result), grid_of(queries)
    oracles = {TRUTH: bench.true, PREDICTOR: bench.predict}
    kinds = [(name, TRUTH) for name in SEARCHERS] + [("evolution", PREDICTOR)]
    curves = {
        f"{name} by {sees}": curve(
            bench,
            domain,
            SEARCHERS[name](),
            oracles[sees],
            grid,
            bench.generator("search"),
        ).tolist()
        for name, sees in kinds
    }
    about = {"problem": "", "size": domain.size, "shrink_queries": result.queries}
    return about | {"grid": grid.tolist(), "curves": curves}


def search_table(
    found: Mapping[str, Sequence[Record]], space: str, task: str
) -> list[Line]:
    """Return each method's curves at round numbers of queries, against the full space.

    Differences are paired over seeds: both searches of a seed have one generator.
    """
    lines = []
    base = _known(found.get(ORIGINAL, ()))
    for label, records in found.items():
        known = _known(records)
        if not known:
            continue
        for kind in next(iter(known.values()))["search"]["curves"]:
            for queries in _queries(known):
                lines.append(
                    {"space": space, "task": task, "method": entry(label).title}
                    | {"label": label, "search": kind, "queries": queries}
                    | _numbers(known, base, kind, queries)
                )
    return lines


def _known(records: Sequence[Record]) -> dict[int, Record]:
    """Return the records that have curves, by seed."""
    return {one["unit"]["seed"]: one for one in records if not one["search"]["problem"]}


def _queries(known: Mapping[int, Record]) -> list[int]:
    """Return the round numbers of queries within the grid, and its last."""
    grid = next(iter(known.values()))["search"]["grid"]
    return sorted({n for n in SHOWN if n in grid} | {grid[-1]})


def _at(record: Record, kind: str, queries: int) -> float:
    """Return a curve's value at a number of queries."""
    search = record["search"]
    return float(search["curves"][kind][search["grid"].index(queries)])


def _numbers(
    known: Mapping[int, Record], base: Mapping[int, Record], kind: str, queries: int
) -> Line:
    """Return mean and interval, and those of the lead over the full space."""
    values = estimate([_at(one, kind, queries) for one in known.values()])
    line: Line = {"true": values.mean, "low": values.low, "high": values.high}
    paired = [seed for seed in known if seed in base]
    lead: Estimate | None = None
    if paired and known is not base and known != base:
        lead = estimate(
            [_at(known[s], kind, queries) - _at(base[s], kind, queries) for s in paired]
        )
    for name in ("mean", "low", "high"):
        line[f"lead_{name}"] = getattr(lead, name) if lead else None
    line["verdict"] = _verdict(lead)
    line["full_space_needs"] = _needs(base, kind, values.mean)
    return line | {"seeds": len(known)}


def _verdict(lead: Estimate | None) -> str:
    """Return in a word what the interval of a lead says."""
    if lead is None:
        return ""
    if lead.n < 2:
        return "one seed only"
    return "better" if lead.low > 0 else "worse" if lead.high < 0 else "no difference"


def _needs(base: Mapping[int, Record], kind: str, value: float) -> int | None:
    """Return the queries after which the full space's mean is as good, if ever."""
    if not base:
        return None
    grid = next(iter(base.values()))["search"]["grid"]
    mean = np.mean([one["search"]["curves"][kind] for one in base.values()], axis=0)
    there = np.flatnonzero(mean >= value)
    return int(grid[there[0]]) if len(there) else None


def labels_best(found: Mapping[str, Sequence[Record]]) -> Estimate | None:
    """Return the best true accuracy among a predictor's pairs, over seeds."""
    known = [one["about"].get("best_pair") for one in found.get(ORIGINAL, ())]
    values = [float(value) for value in known if value is not None]
    return estimate(values) if values else None


def search_picture(
    found: Mapping[str, Sequence[Record]], kind: str = f"evolution by {TRUTH}"
) -> Figure | None:
    """Return the anytime curves of all methods, None for fewer than two."""
    series, looks = [], styles(LIGHT)
    for place, (label, records) in enumerate(found.items()):
        known = list(_known(records).values())
        if not known:
            continue
        look = looks[place % len(looks)]  # as in the figures of errors
        if label == ORIGINAL:
            look = Style(LIGHT.muted, "dash", "line-ns")
        elif entry(label).role == "control":
            look = Style(LIGHT.ink, "dot", "diamond-open")
        curves: Scores = np.array([one["search"]["curves"][kind] for one in known])
        grid: Ints = np.array(known[0]["search"]["grid"])
        series.append(figure.Found(entry(label).title, look, grid, curves))
    return figure.found_figure(series, LIGHT) if len(series) > 1 else None
