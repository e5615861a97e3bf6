"""Flags from settings, tables for people, JSON for programs, progress for terminals."""

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from tqdm import tqdm

from lissnas.settings import options

Settings = TypeVar("Settings")
Row = Mapping[str, Any]


def add_settings(
    parser: argparse.ArgumentParser, settings: type, prefix: str = ""
) -> None:
    """Add one flag for each field of a settings class."""
    group = parser.add_argument_group(
        f"settings of {prefix.replace('-', ' ').strip() or 'the method'}"
    )
    for option in options(settings):
        extra: dict[str, Any] = {"choices": option.choices} if option.choices else {}
        if option.type is bool:
            extra["action"] = argparse.BooleanOptionalAction
        else:
            extra["type"] = option.type
            if not option.choices:
                extra["metavar"] = option.type.__name__.upper()
        help_text = option.help.replace("%", "%%")
        shown = "" if option.type is bool else f" (default: {option.default})"
        group.add_argument(
            f"--{prefix}{option.name.replace('_', '-')}",
            default=option.default,
            help=f"{help_text}{shown}",
            **extra,
        )


def read_settings(
    args: argparse.Namespace, settings: type[Settings], prefix: str = ""
) -> Settings:
    """Return the settings that the flags name; ValueError where they are refused."""
    stem = prefix.replace("-", "_")
    names = [option.name for option in options(settings)]
    return settings(**{name: getattr(args, stem + name) for name in names})


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the flag ``--json``."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON value on standard output and nothing else",
    )


def print_json(value: Any) -> None:
    """Print a JSON value, NaN and infinities as null."""
    print(json.dumps(_jsonable(value), allow_nan=False))


def _jsonable(value: Any) -> Any:
    """Return `value` with arrays as lists and without what JSON cannot say."""
    if isinstance(value, Mapping):
        return {str(key): _jsonable(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _jsonable(value.tolist())
    if isinstance(value, list | tuple):
        return [_jsonable(entry) for entry in value]
    if isinstance(value, np.generic):
        return _jsonable(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_rows(rows: Sequence[Row]) -> None:
    """Print rows as aligned columns with a heading."""
    if not rows:
        return
    names = list(rows[0])
    texts = [names, *([_text(row[name]) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    right = [isinstance(rows[0][name], int | float) for name in names]
    for line in texts:
        cells = zip(line, widths, right, strict=True)
        padded = [t.rjust(w) if number else t.ljust(w) for t, w, number in cells]
        print("  ".join(padded).rstrip())


def _text(value: Any) -> str:
    """Return a table cell."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def say(message: str) -> None:
    """Tell a person at a terminal what is going on, on standard error."""
    if message and sys.stderr.isatty():
        print(message, file=sys.stderr)


def progress(items: Iterable[Any], label: str, total: int | None = None) -> Any:
    """Return `items` behind a progress bar, which a pipe does not get."""
    return tqdm(items, desc=label, total=total, disable=not sys.stderr.isatty())
