"""The command that compares methods, or saved runs."""

import argparse
import sys
from dataclasses import asdict
from typing import Any, get_args

from lissnas.cli import background
from lissnas.cli.common import (
    add_json,
    add_settings,
    print_json,
    print_rows,
    progress,
    read_settings,
    say,
)
from lissnas.cli.look import named_space
from lissnas.comparison import (
    ENTRIES,
    INTERVAL,
    Comparison,
    Outcome,
    Row,
    cells,
    compare_runs,
    comparison_dict,
    estimate_text,
    execute,
    finished,
    forget,
    labels,
    missing,
    paper_numbers,
    problems,
    summarise,
)
from lissnas.comparison.request import Sizes
from lissnas.predictor import PredictorSettings

PREFIX = "predictor-"
SHOWN = (
    *("size", "own_size", "mean_true", "max_true", "mean_predicted", "p_good"),
    *("shrink_index", "ks", "auc", "dispersion", "coverage", "flop_coverage"),
    *("queries", "seconds", "contains_best", "top100_recall"),
)


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the command `compare`."""
    parser = commands.add_parser(
        "compare",
        help="compare methods on one predictor, budget and size",
        description="Run methods with the same predictor, query budget and size, once "
        "a seed, and compare what they return with the truth. Every result is stored: "
        "the same command goes on after an interruption, and further methods or seeds "
        "are added to those that are there.",
        epilog="Methods: " + ", ".join(ENTRIES) + ". Settings of a method follow its "
        "name, as in naive:keep=0.3 or lissnas:max_distance=1.",
    )
    parser.add_argument("space", metavar="SPACE", nargs="?", help="as in `spaces`")
    parser.add_argument("task", metavar="TASK", nargs="?", help="as in `spaces`")
    parser.add_argument(
        "--methods",
        default="all",
        metavar="A,B,...",
        help="what to compare, separated by commas, or all (default: all)",
    )
    for name, default, text in (
        ("seeds", 5, "repetitions, each with a predictor of its own"),
        ("size", 0, "architectures to return; 0 means a 32nd of the space"),
        ("queries", 0, "most predictor queries; 0 means a quarter of the space"),
        ("jobs", 1, "processes to use"),
    ):
        parser.add_argument(
            f"--{name}",
            type=int,
            default=default,
            metavar="INT",
            help=f"{text} (default: {default})",
        )
    parser.add_argument(
        "--sizes",
        choices=get_args(Sizes),
        default="matched",
        help="all of the same size, each of its own size, or both (default: matched)",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="compute anew what is stored already"
    )
    parser.add_argument(
        "--runs", nargs="+", metavar="RUN", help="compare these saved runs instead"
    )
    add_json(parser)
    background.add_background(parser)
    add_settings(parser, PredictorSettings, PREFIX)
    parser.set_defaults(run=compare)


def compare(args: argparse.Namespace) -> None:
    """Compare methods or saved runs and print a table."""
    if args.runs:
        if background.wanted(args):
            raise ValueError("--background computes methods, it cannot take --runs")
        outcomes = [outcome for outcome, _ in compare_runs(args.runs)]
        _show(args, {"runs": args.runs}, outcomes)
        return
    if not args.space or not args.task:
        raise ValueError("compare needs SPACE and TASK, or --runs RUN RUN ...")
    comparison = Comparison(
        named_space(args.space).name,
        args.task,
        labels(args.methods),
        args.size,
        args.queries,
        args.seeds,
        args.sizes,
        read_settings(args, PredictorSettings, PREFIX),
    )
    if args.fresh:
        forget(comparison)
    if background.wanted(args):
        from lissnas.jobs.kinds.compare import CompareSettings

        settings = CompareSettings(comparison, args.jobs)
        background.submit(args, "compare", settings)
        return
    _compute(comparison, args.jobs)
    outcomes = list(finished(comparison).values())
    asked = comparison_dict(comparison)
    asked |= {"size": comparison.target, "queries": comparison.budget}
    _show(args, asked, outcomes)


def _compute(comparison: Comparison, jobs: int) -> None:
    """Compute what is missing; on an interruption say how much is left."""
    left, total = missing(comparison), len(cells(comparison))
    if len(left) < total:
        say(f"{total - len(left)} of {total} results are there already.")
    steps = execute(comparison, jobs, say)
    try:
        for _cell, outcome in progress(steps, "Comparing", len(left)):
            say(f"{outcome.title}, seed {outcome.seed}: {outcome.reason}")
    except KeyboardInterrupt:
        steps.close()
        done = total - len(missing(comparison))
        print(
            f"\nInterrupted after {done} of {total} results, which are kept; the same "
            "command goes on.",
            file=sys.stderr,
        )
        raise


def _show(
    args: argparse.Namespace, asked: dict[str, Any], outcomes: list[Outcome]
) -> None:
    """Print the summary."""
    rows = summarise(outcomes)
    if args.json:
        print_json(
            asked
            | {"interval": INTERVAL, "rows": [row_dict(row) for row in rows]}
            | {"outcomes": [asdict(one) for one in outcomes]}
            | {"paper": [n._asdict() for n in paper_numbers(asked.get("space", ""))]}
        )
        return
    there = [name for name in SHOWN if any(name in row.estimates for row in rows)]
    print_rows(
        [
            {"method": _name(row), "seeds": row.seeds}
            | {name: estimate_text(row, name) for name in there}
            for row in rows
            if not row.problem
        ]
    )
    for problem in problems(rows):
        print(problem)
    print(f"{INTERVAL}; error distributions of {_kinds(rows)} errors.")


def _kinds(rows: list[Row]) -> str:
    """Return of which errors the distributions are."""
    return " and ".join(sorted({row.errors for row in rows if row.errors}))


def _name(row: Row) -> str:
    """Return a row's name, saying so where it has its own size."""
    own = not row.matched and row.role != "control"
    named = own and row.label.split(":")[0] in ENTRIES
    return f"{row.label} (own size)" if named else row.label


def row_dict(row: Row) -> dict[str, Any]:
    """Return a row as what JSON can hold."""
    return asdict(row)
