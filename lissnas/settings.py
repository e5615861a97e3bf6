"""Settings classes as data: their fields, types, defaults and explanations.

The fields of a settings dataclass are the flags of the command line, the widgets of a
form and the JSON of a run; their help is the class's numpydoc section Parameters.
"""

import inspect
import re
import types
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Option:
    """One field: its name, type, default, explanation and, if few, its choices."""

    name: str
    type: type
    default: Any
    help: str
    choices: tuple[Any, ...] = ()


def options(settings: type) -> list[Option]:
    """Return the fields of a settings dataclass whose types are plain, in order."""
    hints, helps = get_type_hints(settings), field_help(settings)
    found = []
    for field in fields(settings):
        kind, choices = _plain(hints[field.name])
        if kind is None or field.default is MISSING:
            continue
        text = helps.get(field.name, "")
        found.append(Option(field.name, kind, field.default, text, choices))
    return found


def _plain(hint: Any) -> tuple[type | None, tuple[Any, ...]]:
    """Return the plain type of an annotation, or None, and its choices."""
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0]), get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        return _plain(inner[0]) if len(inner) == 1 else (None, ())
    return (hint, ()) if hint in (int, float, bool, str) else (None, ())


def field_help(settings: type) -> dict[str, str]:
    """Return the explanation of each field from the docstring's section Parameters."""
    doc = inspect.cleandoc(settings.__doc__ or "")
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\S+\n-+\n|\Z)", doc, re.M | re.S)
    helps: dict[str, str] = {}
    names: list[str] = []
    for line in section[1].splitlines() if section else []:
        if line and not line.startswith(" "):
            names = [name.strip() for name in line.split(",")]
            helps.update(dict.fromkeys(names, ""))
        else:
            for name in names:
                helps[name] = f"{helps[name]} {line.strip()}".strip()
    return helps
