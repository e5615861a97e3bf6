"""The command that makes the paper's tables and figures again."""

import argparse
import shlex
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from lissnas.cli.common import add_json, print_json, print_rows, progress, say
from lissnas.reproduce import (
    FULL,
    QUICK,
    StudySettings,
    execute,
    missing,
    stored,
    units,
    write,
)
from lissnas.reproduce.results import results
from lissnas.reproduce.write import all_tables, tally


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the command `reproduce`."""
    parser = commands.add_parser(
        "reproduce",
        help="make the paper's tables and figures again, ours beside",
        description="Run every method on every space that has a table and write the "
        "paper's tables and figures with our numbers beside, a verdict on each, and "
        "what could not be made and why: one page, a CSV for each table, and JSON. "
        "Every unit of work is kept in DIR/cache, so the same command goes on after "
        "an interruption.",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few seeds, one task a space, small predictors: some minutes",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("reproduction"),
        metavar="DIR",
        help="the report's folder (default: reproduction)",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help=f"repetitions (default: {FULL.seeds}, quick {QUICK.seeds})",
    )
    parser.add_argument(
        "--tasks",
        type=int,
        metavar="N",
        help="most tasks of a space; 0 means all with a bare name "
        f"(default: {FULL.tasks}, quick {QUICK.tasks})",
    )
    parser.add_argument(
        "--large",
        type=int,
        metavar="N",
        help="size to which methods are matched on spaces that cannot be enumerated "
        f"(default: {FULL.large}, quick {QUICK.large})",
    )
    parser.add_argument(
        "--spaces",
        default="",
        metavar="A,B,...",
        help="only these spaces (default: all that have a table)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        metavar="N",
        help="processes to use (default: 1)",
    )
    add_json(parser)
    parser.set_defaults(run=reproduce)


def settings_of(args: argparse.Namespace) -> StudySettings:
    """Return the settings that the flags name."""
    base = QUICK if args.quick else FULL
    spaces = tuple(part.strip() for part in args.spaces.split(",") if part.strip())
    given = {name: getattr(args, name) for name in ("seeds", "tasks", "large")}
    changed = {name: value for name, value in given.items() if value is not None}
    return replace(base, spaces=spaces, **changed)


def reproduce(args: argparse.Namespace) -> None:
    """Compute what is missing, write the report, and print a summary."""
    settings = settings_of(args)
    if args.processes < 1:
        raise ValueError(f"processes must be at least 1, got {args.processes}")
    everything = units(settings)
    cache = args.out / "cache"
    todo = missing(everything, settings, cache)
    if len(todo) < len(everything):
        say(f"{len(everything) - len(todo)} of {len(everything)} are there already.")
    steps = execute(todo, settings, cache, args.processes, say)
    try:
        for _ in progress(steps, "Reproducing", len(todo)):
            pass
    except KeyboardInterrupt:
        steps.close()
        left = len(missing(everything, settings, cache))
        print(
            f"\nInterrupted after {len(everything) - left} of {len(everything)} units, "
            "which are kept; the same command goes on.",
            file=sys.stderr,
        )
        raise
    records = [stored(unit, settings, cache) for unit in everything]
    known = [record for record in records if record is not None]
    page = write(known, settings, args.out, shlex.join(["lissnas", *sys.argv[1:]]))
    tables = all_tables(results(known), settings)
    counts = Counter(
        line["verdict"] for lines in tables.values() for line in lines if "rule" in line
    )
    if args.json:
        print_json({"page": str(page), "units": len(known), "verdicts": counts})
        return
    found = tally(tables)
    print_rows(
        [
            dict(zip(found, row, strict=True))
            for row in zip(*found.values(), strict=False)
        ]
    )
    print(f"Wrote {page}, with its numbers as CSV and JSON beside it.")
