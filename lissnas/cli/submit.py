"""The command `jobs submit`: a job of any kind, or many of one."""

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lissnas.cli.background import add_where, submit


def add_submit(
    own: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """Add the command `submit` to those on jobs and return it."""
    parser: argparse.ArgumentParser = own.add_parser(
        "submit",
        help="submit a job of any kind",
        description="Submit a job. Settings are NAME=VALUE, with dots into parts, as "
        "in predictor.pairs=500; each --sweep NAME=A,B,... makes a job for each value, "
        "and with --slurm all of them are one array.",
    )
    parser.add_argument("kind", metavar="KIND", help="shrink, compare, embed, ...")
    parser.add_argument("values", metavar="NAME=VALUE", nargs="*", help="settings")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings, JSON")
    parser.add_argument(
        "--sweep", action="append", default=[], metavar="NAME=A,B", help="many jobs"
    )
    add_where(parser)
    return parser


def submit_any(args: argparse.Namespace) -> None:
    """Submit a job of any kind, or one for each combination of a sweep."""
    from lissnas.jobs.kinds import decoded, kind_of

    kind = kind_of(args.kind)
    base: dict[str, Any] = {}
    if args.settings is not None:
        try:
            base = json.loads(args.settings.read_bytes())
        except ValueError as error:
            raise ValueError(f"{args.settings} must hold JSON: {error}") from None
    pairs = [[_pair(text)] for text in args.values]
    for text in args.sweep:
        name, listed = _pair(text, plain=True)
        pairs.append([(name, _value(part)) for part in listed.split(",")])
    combined = [_with(base, chosen) for chosen in itertools.product(*pairs)]
    submit(args, args.kind, *(decoded(kind, values) for values in combined))


def _pair(text: str, plain: bool = False) -> tuple[str, Any]:
    """Return the name and the value of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"settings must be NAME=VALUE, got {text!r}")
    return name, value if plain else _value(value)


def _value(text: str) -> Any:
    """Return what JSON reads in a text, or the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with(base: dict[str, Any], chosen: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return settings with values set, dots leading into parts."""
    found: dict[str, Any] = json.loads(json.dumps(base))
    for name, value in chosen:
        *parts, last = name.split(".")
        place = found
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = value
    return found
