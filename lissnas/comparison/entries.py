"""What can be compared: every registered method, a second variant, and the controls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from lissnas.settings import options
from lissnas.shrink import SHRINKERS
from lissnas.shrink.base import automatic_queries, automatic_target
from lissnas.spaces import Space

Role = Literal["method", "ablation", "control"]
ORIGINAL, RANDOM, ALL = "original", "random", "all"
ABLATIONS = ("no-neighbour", "no-locality", "query-all")
CONTROLS = ("top-predicted", RANDOM, ORIGINAL)
LEAST_QUERIES = 1000
COMMON = ("target", "queries")  # what a comparison sets for all methods alike


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to compare.

    Parameters
    ----------
    label
        Its unique name, as on the command line.
    title
        Its name for readers.
    method
        Name in `SHRINKERS`, or of one of the two controls that are none.
    values
        Settings that differ from the method's defaults.
    role
        Method, ablation of one, or control.
    """

    label: str
    title: str
    method: str
    values: Mapping[str, Any] = field(default_factory=dict)
    role: Role = "method"


def _entries() -> dict[str, Entry]:
    """Return all entries, in the order of the registry, controls last."""
    found = {}
    for name, settings in SHRINKERS.items():
        role: Role = "ablation" if name in ABLATIONS else "method"
        if name not in CONTROLS:
            found[name] = Entry(name, settings.title, name, {}, role)
        if name == "lissnas":
            found[name] = Entry(name, "LISSNAS selective", name)
            values = {"variant": "published"}
            label = "lissnas-published"
            found[label] = Entry(label, "LISSNAS as published", name, values)
    top = "top-predicted"
    found[top] = Entry(top, SHRINKERS[top].title, top, {}, "control")
    found[RANDOM] = Entry(RANDOM, "Uniform random set", RANDOM, {}, "control")
    found[ORIGINAL] = Entry(ORIGINAL, "Original space", ORIGINAL, {}, "control")
    return found


ENTRIES: dict[str, Entry] = _entries()


def entry(label: str) -> Entry:
    """Return an entry by its label, such as ``naive`` or ``naive:keep=0.3``.

    Raises
    ------
    ValueError
        If there is no such method, or it has no such setting.
    """
    name, *parts = label.split(":")
    if name not in ENTRIES:
        raise ValueError(f"methods must be of {', '.join(ENTRIES)}; got {name!r}")
    base = ENTRIES[name]
    if not parts:
        return base
    values = dict(base.values) | dict(_value(base, part) for part in parts)
    title = f"{base.title}, {', '.join(parts)}"
    return Entry(label, title, base.method, values, base.role)


def _value(base: Entry, part: str) -> tuple[str, Any]:
    """Return the name and the value that ``name=value`` states."""
    name, _, text = part.partition("=")
    known = options(SHRINKERS[base.method]) if base.method in SHRINKERS else []
    own = {option.name: option for option in known if option.name not in COMMON}
    if name not in own:
        raise ValueError(
            f"settings of {base.label} must be of {', '.join(own) or 'none'}; "
            f"got {part!r}"
        )
    try:
        if own[name].type is bool:
            return name, {"true": True, "false": False}[text]
        return name, own[name].type(text)
    except (ValueError, KeyError):
        kind = own[name].type.__name__
        raise ValueError(f"{name} must be a {kind}, got {text!r}") from None


def labels(text: str) -> tuple[str, ...]:
    """Return the labels that a comma-separated list names; "all" means all."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    if not named:
        raise ValueError(f"methods must name at least one, got {text!r}")
    found: list[str] = []
    for part in named:
        found += list(ENTRIES) if part == ALL else [entry(part).label]
    return tuple(dict.fromkeys(found))


def ordered(found: Iterable[str]) -> list[str]:
    """Return labels in the order of the registry, variants after their method."""
    places = {name: place for place, name in enumerate(ENTRIES)}
    return sorted(found, key=lambda one: (places.get(one.split(":")[0], -1), one))


def common_size(space: Space, size: int) -> int:
    """Return the size that all are matched to: `size`, or a 32nd of the space for 0."""
    return size or automatic_target(space)


def common_queries(space: Space, queries: int) -> int:
    """Return the budget of all: `queries`, or for 0 a quarter of the space."""
    return queries or automatic_queries(space, LEAST_QUERIES)


def setting_values(one: Entry, target: int, queries: int) -> dict[str, Any]:
    """Return the values of a method's settings for a target size and a budget.

    A first sample larger than the budget is cut to half of it, since a method's
    default may be meant for a larger space.
    """
    settings: Any = SHRINKERS[one.method]
    defaults = {field.name: field.default for field in fields(settings)}
    values = dict(one.values) | {"target": target}
    if "queries" in defaults:
        values["queries"] = queries
        samples = values.get("samples", defaults.get("samples", 0))
        if isinstance(samples, int) and samples > queries:
            values["samples"] = max(queries // 2, 10)
    return values
