"""What a study consists of: units of work, each of which gets a file of its own."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from lissnas import __version__
from lissnas.oracles import load, own, tasks
from lissnas.reproduce.settings import StudySettings
from lissnas.spaces import SPACES, Space

FORMAT = 2
Part = Literal["shrink", "search", "locality"]
PUBLISHED, SELECTIVE, ORIGINAL = "lissnas-published", "lissnas", "original"
RIVALS = ("abs", "nse", "padnas", "greedynas", "greedynasv2")
METHODS = (SELECTIVE, PUBLISHED, *RIVALS, "naive")
CONTROLS = ("top-predicted", "random")
ABLATIONS = ("no-neighbour", "no-locality", "query-all")
NAIVE = tuple(f"naive:keep={share}" for share in (0.3, 0.2, 0.1, 0.05))
OWN_SIZES = {"nse": 25_000, "padnas": 15_000, "abs": 100_000}  # Table 4
NAIVE_QUERIES, FREE_QUERIES, NO_LIMIT = 50_000, 196_000, 2**40
LEAST_QUERIES = 1000
SEARCHED_SHARE = 8  # of a space, at most


@dataclass(frozen=True, slots=True)
class Unit:
    """One method with one seed, searches of what it leaves, or a task's locality.

    Parameters
    ----------
    part
        Kind of work.
    space, task
        Names in the registries.
    label
        Method, as in a comparison; empty for locality.
    size
        Architectures to which the result is cut; 0 keeps the method's own.
    queries
        Query budget.
    seed
        Of the predictor and the method.
    """

    part: Part
    space: str
    task: str
    label: str = ""
    size: int = 0
    queries: int = 0
    seed: int = 0


def studied(settings: StudySettings) -> list[tuple[str, str]]:
    """Return the space and task of everything to study, in the registry's order.

    What lissnas measured itself, on small images, says nothing of the paper's numbers.
    """
    found = []
    for space in settings.spaces or SPACES:
        if space not in SPACES:
            raise ValueError(f"space must be one of {list(SPACES)}, got {space!r}")
        there = [name for name, info in tasks(space).items() if not own(info.path)]
        named = [task for task in there if task in SPACES[space].datasets]
        listed = named or there[:1]
        found += [(space, task) for task in listed[: settings.tasks or None]]
    return found


def units(settings: StudySettings) -> list[Unit]:
    """Return all units of a study, those with the same predictor together."""
    found = []
    for space, task in studied(settings):
        found.append(Unit("locality", space, task))
        for seed in range(max(settings.seeds, settings.search_seeds)):
            one = Unit("shrink", space, task, seed=seed)
            if seed < settings.seeds:
                found += [replace(one, **about) for about in _runs(one, settings)]
            if seed < settings.search_seeds and (space, task) in searchable(settings):
                found += [replace(one, **about) for about in _searches(space, settings)]
    return found


def searchable(settings: StudySettings) -> list[tuple[str, str]]:
    """Return the first task of each space all of whose accuracies are known."""
    first: dict[str, str] = {}
    for space, task in studied(settings):
        first.setdefault(space, task)
    return [
        (space, task)
        for space, task in first.items()
        if len(load(space, task).keys) == SPACES[space].size
    ]


def _searches(space: str, settings: StudySettings) -> list[dict[str, Any]]:
    """Return what is searched: the full space, and each method's output."""
    size, queries = matched(SPACES[space], settings)[0]
    labels = (*METHODS, "top-predicted")
    found = [_run(ORIGINAL), *(_run(label, size, queries) for label in labels)]
    return [one | {"part": "search"} for one in found]


def search_queries(space: Space, settings: StudySettings) -> int:
    """Return the queries of each search."""
    return min(settings.search_queries, max(space.size // SEARCHED_SHARE, 10))


def _runs(unit: Unit, settings: StudySettings) -> list[dict[str, Any]]:
    """Return label, size and queries of all that is run with a unit's seed."""
    space, found = SPACES[unit.space], [_run(ORIGINAL)]
    if space.enumerable or unit.seed < settings.own_seeds:
        found.append(_run(PUBLISHED, 0, NO_LIMIT))
    for size, queries in matched(space, settings):
        labels = METHODS + (CONTROLS if space.enumerable else CONTROLS[1:])
        found += [_run(label, size, queries) for label in labels]
        if space.enumerable:
            found += [_run(label, size, queries) for label in ABLATIONS]
    if space.name == "nasbench101":
        found += [
            _run(label, size, max(settings.queries, 2 * size))
            for label, size in OWN_SIZES.items()
        ]
        found += [_run(label, 0, NAIVE_QUERIES) for label in NAIVE]
        least = min(settings.sizes)
        found.append(_run("no-neighbour", least, NAIVE_QUERIES))
        found.append(_run("no-locality", 0, FREE_QUERIES))
    elif space.name == "shufflenetv2":
        size = min(OWN_SIZES["abs"], settings.large)
        found.append(_run("abs", size, 2 * settings.large))
    elif space.enumerable:
        budget = max(space.size // 4, LEAST_QUERIES)
        found += [_run(label, 0, budget) for label in NAIVE]
    return list({tuple(one.items()): one for one in found}.values())


def _run(label: str, size: int = 0, queries: int = 0) -> dict[str, Any]:
    """Return what differs from unit to unit."""
    return {"label": label, "size": size, "queries": queries}


def matched(space: Space, settings: StudySettings) -> list[tuple[int, int]]:
    """Return the sizes to which all methods are matched, each with its budget.

    A tenth of a space that can be enumerated with a quarter of it as queries; on
    NAS-Bench-101 the paper's sizes, with at least two queries for each kept.
    """
    if space.name == "nasbench101":
        return [(size, max(settings.queries, 2 * size)) for size in settings.sizes]
    if space.enumerable:
        return [(max(space.size // 10, 1), max(space.size // 4, LEAST_QUERIES))]
    return [(settings.large, 2 * settings.large)]


def file_name(unit: Unit, settings: StudySettings) -> str:
    """Return the name of a unit's file; it stands for all its numbers depend on."""
    table = load(unit.space, unit.task)
    facts: list[Any] = [FORMAT, __version__, table.checksum, table.column]
    facts += [asdict(unit), asdict(settings.predictor)]
    if unit.part == "locality":
        facts += [asdict(settings.pairs), asdict(settings.walks)]
    elif unit.part == "search":
        facts.append(search_queries(SPACES[unit.space], settings))
    text = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]
    label = (unit.label or unit.part).split(":")[0]
    label = f"search-{label}" if unit.part == "search" else label
    return f"{unit.space}-{unit.task}-{label}-{unit.seed}-{text}.json"


def groups(found: Sequence[Unit]) -> list[list[Unit]]:
    """Return units in groups that share a predictor."""
    parts: dict[tuple[bool, str, str, int], list[Unit]] = {}
    for unit in found:
        key = (unit.part == "locality", unit.space, unit.task, unit.seed)
        parts.setdefault(key, []).append(unit)
    return list(parts.values())


def own_run(label: str, space: str, table: str, settings: StudySettings) -> Unit:
    """Return the run, of no task and seed 0, that stands for a number of the paper.

    Sizes and budgets are the paper's where it states them.
    """
    about = _run(label)
    sizes = matched(SPACES[space], settings)
    size, queries = sizes[0]
    if label == ORIGINAL:
        pass
    elif table == "4 (size)":
        about = _run(label, 0, NO_LIMIT)
    elif label.startswith("naive:"):
        about = _run(label, 0, NAIVE_QUERIES)
    elif label == "no-neighbour":
        about = _run(label, size, NAIVE_QUERIES)
    elif label == "no-locality":
        about = _run(label, 0, FREE_QUERIES)
    elif space == "nasbench101" and label in OWN_SIZES:
        own = OWN_SIZES[label]
        about = _run(label, own, max(settings.queries, 2 * own))
    elif space == "shufflenetv2" and label == "abs" and table != "1":
        about = _run(label, min(OWN_SIZES["abs"], settings.large), queries)
    else:
        about = _run(label, size, queries)
    return Unit("shrink", space, "", **about)
