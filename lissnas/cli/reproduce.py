"""The command that makes the paper's tables and figures again."""

import argparse
import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from lissnas.cli import background
from lissnas.cli.common import add_json, print_json, print_rows, progress, say
from lissnas.reproduce import (
    FULL,
    QUICK,
    StudySettings,
    Unit,
    counted,
    execute,
    missing,
    read_rankings,
    stored,
    units,
    write,
)
from lissnas.reproduce.rankings import COLUMNS


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
        "--sizes",
        metavar="N,N,...",
        help="sizes to which methods are matched on NAS-Bench-101 "
        f"(default: {_listed(FULL)}, quick {_listed(QUICK)})",
    )
    parser.add_argument(
        "--large",
        type=int,
        metavar="N",
        help="size to which methods are matched on spaces that cannot be enumerated "
        f"(default: {FULL.large}, quick {QUICK.large})",
    )
    parser.add_argument(
        "--searches",
        type=int,
        metavar="N",
        help="seeds with which full and shrunk spaces are searched "
        f"(default: {FULL.search_seeds}, quick {QUICK.search_seeds})",
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
        default=cores(),
        metavar="N",
        help="processes to use; numbers do not depend on it (default: one a core)",
    )
    parser.add_argument(
        "--supernets",
        type=Path,
        metavar="FILE",
        help="numbers of supernets for Table 3: a CSV with the columns "
        f"{','.join(COLUMNS)}",
    )
    add_json(parser)
    background.add_background(parser)
    parser.set_defaults(run=reproduce)


def cores() -> int:
    """Return the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def settings_of(args: argparse.Namespace) -> StudySettings:
    """Return the settings that the flags name."""
    base = QUICK if args.quick else FULL
    spaces = tuple(part.strip() for part in args.spaces.split(",") if part.strip())
    given = {name: getattr(args, name) for name in ("seeds", "tasks", "large")}
    changed = {name: value for name, value in given.items() if value is not None}
    if args.searches is not None:
        changed["search_seeds"] = args.searches
    if args.sizes is not None:
        changed["sizes"] = _sizes(args.sizes)
    if spaces:
        changed["spaces"] = spaces
    return replace(base, **changed)


def _sizes(text: str) -> tuple[int, ...]:
    """Return the whole numbers of a list."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(
            f"sizes must be whole numbers with commas between, got {text!r}"
        ) from None


def _listed(settings: StudySettings) -> str:
    """Return sizes as the flag takes them."""
    return ",".join(map(str, settings.sizes))


def reproduce(args: argparse.Namespace) -> None:
    """Compute what is missing, write the report, and print the verdicts."""
    settings = settings_of(args)
    if args.processes < 1:
        raise ValueError(f"processes must be at least 1, got {args.processes}")
    rankings = read_rankings(args.supernets) if args.supernets else []
    if background.wanted(args):
        if rankings:
            raise ValueError(
                "supernets must be left out in the background; the same command "
                "without --background adds them to what was computed"
            )
        from lissnas.jobs.kinds.reproduce import ReproduceSettings

        out = str(args.out.absolute())
        about = ReproduceSettings(settings, out, args.processes, command(args))
        background.submit(args, "reproduce", about)
        return
    everything, cache = units(settings), args.out / "cache"
    _compute(everything, settings, cache, args.processes)
    found = [stored(unit, settings, cache) for unit in everything]
    records = [record for record in found if record is not None]
    page = write(records, settings, args.out, command(args), rankings)
    counts = counted(records, settings, rankings)
    if args.json:
        total = {kind: sum(counts[kind]) for kind in counts if kind != "table"}
        print_json({"page": str(page), "units": len(records), "verdicts": total})
        return
    rows = zip(*counts.values(), strict=True)
    print_rows([dict(zip(counts, row, strict=True)) for row in rows])
    print(f"Wrote {page}, with its numbers as CSV and JSON beside it.")


def _compute(
    everything: list[Unit], settings: StudySettings, cache: Path, processes: int
) -> None:
    """Compute what is missing; on an interruption say how much is left."""
    todo, total = missing(everything, settings, cache), len(everything)
    if len(todo) < total:
        say(f"{total - len(todo)} of {total} units are there already.")
    steps = execute(todo, settings, cache, processes, say)
    try:
        for _ in progress(steps, "Reproducing", len(todo)):
            pass
    except KeyboardInterrupt:
        steps.close()
        done = total - len(missing(everything, settings, cache))
        print(
            f"\nInterrupted after {done} of {total} units, which are kept; the same "
            "command goes on.",
            file=sys.stderr,
        )
        raise


def command(args: argparse.Namespace) -> str:
    """Return the command that gives the same numbers."""
    parts = ["lissnas", "reproduce", *(["--quick"] if args.quick else [])]
    for name in ("seeds", "tasks", "sizes", "large", "searches", "spaces", "supernets"):
        value = getattr(args, name)
        if value not in (None, ""):
            parts += [f"--{name}", str(value)]
    return shlex.join(parts)
