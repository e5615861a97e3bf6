"""The tree of runs that branch from each other's iterations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lissnas.runs import Run

UNSAID = ("space", "task", "method", "predictor")  # the same in a whole tree

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Branch:
    """A run in a tree: how deep, from which run and iteration, and what is different.

    Parameters
    ----------
    depth
        0 for the root.
    parent, iteration
        The run it branches from and that run's iteration; None for a root.
    changes
        "setting: old to new" of each setting that is not the parent's.
    missing
        Whether the parent is named, but is not among the runs.
    """

    run: Run
    depth: int
    parent: str | None
    iteration: int | None
    changes: tuple[str, ...]
    missing: bool = False


def parent_of(run: Run) -> tuple[str, int] | None:
    """Return the run and the iteration that a run branches from, None for a root."""
    origin = run.config.get("parent")
    try:
        return (str(origin["run"]), int(origin["iteration"])) if origin else None
    except (TypeError, KeyError, ValueError):
        return None


def family(run: Run, everything: Iterable[Run]) -> list[Branch]:
    """Return the tree that a run is in, depth first, siblings by iteration and time."""
    known = {one.name: one for one in everything} | {run.name: run}
    root, seen = run, {run.name}
    while (origin := parent_of(root)) and origin[0] in known and origin[0] not in seen:
        root = known[origin[0]]
        seen.add(root.name)
    children: dict[str, list[Run]] = {}
    for one in known.values():
        if origin := parent_of(one):
            children.setdefault(origin[0], []).append(one)
    found: list[Branch] = []
    waiting = [(root, 0)]
    placed: set[str] = set()
    while waiting:
        one, depth = waiting.pop()
        if one.name in placed:
            continue
        placed.add(one.name)
        found.append(_branch(one, depth, known))
        below = sorted(children.get(one.name, []), key=_order, reverse=True)
        waiting += [(child, depth + 1) for child in below]
    return found


def _order(run: Run) -> tuple[int, str]:
    """Return by what siblings are sorted."""
    origin = parent_of(run)
    return (origin[1] if origin else -1, run.name)


def _branch(run: Run, depth: int, known: dict[str, Run]) -> Branch:
    """Return a run as a part of its tree."""
    origin = parent_of(run)
    if origin is None:
        return Branch(run, depth, None, None, ())
    parent = known.get(origin[0])
    changed = () if parent is None else changes(_study(parent), _study(run))
    return Branch(run, depth, *origin, changed, parent is None)


def _study(run: Run) -> dict[str, Any]:
    """Return the settings of a run, by one name each."""
    study = run.config.get("study")
    flat: dict[str, Any] = {}
    for name, value in study.items() if isinstance(study, dict) else ():
        if name in UNSAID:
            continue
        flat |= value if isinstance(value, dict) else {name: value}
    return flat


def changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    """Return in words which settings differ, by name."""
    return tuple(
        f"{name}: {_said(old, name)} to {_said(new, name)}"
        for name in sorted(set(old) | set(new))
        if old.get(name) != new.get(name)
    )


def _said(values: dict[str, Any], name: str) -> Any:
    """Return a setting for readers."""
    value = values.get(name)
    return NOTHING if value is None or value == "" else value
