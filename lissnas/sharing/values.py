"""JSON of strangers: objects whose entries are of the kinds that a run's have."""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any

from lissnas.settings import options

MARKUP = re.compile(r"<[a-zA-Z/!?]|\]\(|!\[|\]\[")
MAX_TEXT = 10_000
LARGEST = 2.0**1000


def json_object(path: Path) -> dict[str, Any]:
    """Return the object in a file of plain JSON; ValueError names the file."""
    try:
        found = json.loads(path.read_bytes(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} must hold JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} must hold an object")
    return found


def _no_constant(name: str) -> None:
    """Refuse NaN and infinities, which JSON does not have."""
    raise ValueError(f"{name} is no JSON")


def typed(name: str, value: Any, kind: type | UnionType) -> Any:
    """Return `value` if it is of the kind; a truth is no integer."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        said = getattr(kind, "__name__", kind)
        raise ValueError(f"{name} must be {said}, got {type(value).__name__}")
    return value


def flat_numbers(name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `values` if each is a finite number, a truth or null."""
    for key, value in values.items():
        number = isinstance(value, int | float) and abs(value) < LARGEST
        if value is not None and not (number and math.isfinite(value)):
            raise ValueError(f"{name}: {key[:40]} must be a number")
    return values


def of_settings(name: str, values: Mapping[str, Any], settings: type) -> None:
    """Raise ValueError unless entries are of the kinds of a settings class's fields."""
    known = {option.name: option for option in options(settings)}
    for key, value in values.items():
        option = known.get(key)
        if option is None:
            raise ValueError(f"{name} must have known entries, got {key[:40]!r}")
        if value is None and option.default is None:
            continue
        typed(key, value, option.type if option.type is not float else int | float)
        if option.choices and value not in option.choices:
            raise ValueError(f"{key} must be one of {option.choices}")


def texts(name: str, value: Any) -> None:
    """Raise ValueError unless all texts are short, printable and without markup."""
    if isinstance(value, str):
        printable = value.replace("\n", " ").isprintable()
        if len(value) > MAX_TEXT or not printable or MARKUP.search(value):
            raise ValueError(f"{name} must hold plain text only, got {value[:40]!r}")
    elif isinstance(value, dict):
        for key, entry in value.items():
            texts(name, key)
            texts(name, entry)
    elif isinstance(value, list):
        for entry in value:
            texts(name, entry)
