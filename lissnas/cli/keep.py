"""Commands on stored runs: runs, export."""

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from lissnas import runs, sharing
from lissnas.cli.common import add_json, print_json, print_rows
from lissnas.figures.images import FORMATS as IMAGES
from lissnas.home import write_atomic
from lissnas.records import final
from lissnas.spaces import SPACES

FORMATS = ("csv", "json")
WHOLE = (
    ("--bundle", "FILE", "write the whole run to one file"),
    ("--report", "FILE", "write a web page with everything to look at"),
    ("--figures", "DIR", "write each figure as SVG or PNG (see --format)"),
)


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser(
        "runs",
        help="list the stored runs",
        description="List the stored runs, newest first. A run is a folder of JSON and "
        "npz files under the home folder (LISSNAS_HOME).",
    )
    parser.add_argument(
        "--search", default="", help="only runs that hold these words anywhere"
    )
    add_json(parser)
    parser.set_defaults(run=list_runs)
    parser = commands.add_parser(
        "export",
        help="export a run's shrunk space, or the run as a bundle, report or figures",
        description="Write the architectures of a run's space with predicted and true "
        "accuracies and costs, to a file or to standard output; or the whole run as "
        "one file for `lissnas open`, as a web page that needs no server, or its "
        "figures.",
    )
    parser.add_argument("name", metavar="RUN", help="a name that `runs` lists")
    parser.add_argument(
        "--iteration", type=int, help="which iteration's space (default: the result)"
    )
    parser.add_argument(
        "--format",
        choices=(*FORMATS, *IMAGES),
        help="csv or json of a space (default: csv), svg or png of figures",
    )
    parser.add_argument("--out", type=Path, help="file (default: standard output)")
    for flag, metavar, text in WHOLE:
        parser.add_argument(flag, type=Path, metavar=metavar, help=text)
    parser.set_defaults(run=export)


def list_runs(args: argparse.Namespace) -> None:
    """Print the stored runs."""
    found = sharing.matching(sharing.cards(), args.search)
    wanted = {card.name: card.about for card in found}
    listed = [run for run in runs.list_runs() if run.name in wanted]
    rows = [_overview(run, wanted[run.name]) for run in listed]
    if args.json:
        print_json(rows)
    elif rows:
        print_rows([row | {"tags": ", ".join(row["tags"])} for row in rows])
    elif args.search:
        print("No run holds all of these words.")
    else:
        print("No runs yet: `lissnas shrink SPACE TASK` makes one.")


def _overview(run: runs.Run, about: sharing.About) -> dict[str, Any]:
    """Return one line on a run."""
    study, result = run.config["study"], runs.read_final(run) or {}
    return {
        "run": run.name,
        "created": run.config["created"],
        "space": study["space"],
        "task": study["task"],
        "method": study["method"],
        "variant": study["settings"].get("variant"),
        "seed": study["seed"],
        "iterations": run.steps,
        "finished": bool(result),
        "size": result.get("size"),
        "mean_true": result.get("mean_true"),
        "known": result.get("known"),
        "shrink_index": result.get("shrink_index"),
        "title": about.title,
        "tags": list(about.tags),
    }


def export(args: argparse.Namespace) -> None:
    """Write the architectures of a run's space, or the run in another form."""
    if args.bundle or args.report or args.figures:
        _export_whole(args)
        return
    if args.format in IMAGES:
        raise ValueError(f"format {args.format} must come with --figures DIR")
    run = runs.load(args.name)
    chosen = chosen_iteration(run, args.iteration).iteration
    rows = space_rows(run, chosen.step)
    if chosen.sampled:
        print(
            f"lissnas: these are {len(rows):,} uniform draws from the space's "
            f"{chosen.size:,} members, which are too many to list",
            file=sys.stderr,
        )
    if args.format == "json":
        text = json.dumps(rows, allow_nan=False) + "\n"
    else:
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        text = buffer.getvalue()
    if args.out:
        write_atomic(args.out, text.encode())
    else:
        sys.stdout.write(text)


def _export_whole(args: argparse.Namespace) -> None:
    """Write a run as a bundle, a report and figures, whichever are asked for."""
    if args.out or args.format in FORMATS:
        raise ValueError("--bundle, --report and --figures must be without csv or json")
    if args.bundle:
        sharing.write_bundle(args.name, args.bundle)
        print(f"Wrote {args.bundle}: `lissnas open {args.bundle}` takes it in.")
    if args.report:
        sharing.write_report(args.name, args.report)
        print(f"Wrote {args.report}, a page that needs no server.")
    if args.figures:
        kind = args.format or IMAGES[0]
        for path in sharing.write_figures(
            args.name, args.figures, kind, args.iteration
        ):
            print(f"Wrote {path}.")


def chosen_iteration(run: runs.Run, step: int | None) -> runs.Stored:
    """Return an iteration of a run, the one whose space is the result by default.

    Raises
    ------
    ValueError
        If there is no such iteration, or its space is the original one.
    """
    if step is None:
        history = runs.history(runs.read_iterations(run))
        step = final(history).step if history else 0
    if not 0 < step < run.steps:
        raise ValueError(
            f"iteration must be in 1..{run.steps - 1} of run {run.name}, got {step}"
        )
    return runs.read_iteration(run, step)


def space_rows(run: runs.Run, step: int | None = None) -> list[dict[str, Any]]:
    """Return the members of a run's space, one dictionary each, for export.

    Where the space is too large to be held, they are a uniform sample.
    """
    stored = chosen_iteration(run, step)
    space = SPACES[run.config["study"]["space"]]
    archs = stored.iteration.space
    cost = space.cost(archs)
    source = (run.config.get("table") or {}).get("title")
    columns = {
        "arch": space.format(archs),
        "predicted": _known(stored.iteration.space_predicted),
        "true": _known(stored.true["space"]),
        "params": cost.params.tolist(),
        "macs": cost.macs.tolist(),
    }
    names = list(columns)
    return [
        dict(zip(names, row, strict=True)) | {"true_source": source}
        for row in zip(*columns.values(), strict=True)
    ]


def _known(scores: Any) -> list[float | None]:
    """Return scores with None for NaN."""
    return [None if np.isnan(score) else float(score) for score in scores]
