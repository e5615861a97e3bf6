"""Commands that compute: predict, shrink."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

from lissnas import archive, oracles, runs
from lissnas.arrays import Oracle, contained
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
from lissnas.predictor import PredictorSettings, as_oracle
from lissnas.session import PAIRS, Study, fit_predictor, generator, training_rows
from lissnas.shrink import SHRINKERS
from lissnas.shrink.constraints import Steering
from lissnas.subsets import KINDS

PREFIX = "predictor-"
METHOD = "lissnas"
SHOWN = (
    *("step", "size", "queries", "mean_predicted", "mean_true", "max_true"),
    *("p_good", "shrink_index", "seconds"),
)


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of this module; `add_method` completes `shrink`."""
    parser = commands.add_parser(
        "predict",
        help="predict accuracies with a predictor trained on a task",
        description="Train a predictor on pairs of a task and predict architectures, "
        "beside their true accuracy where it is known and whether that trained the "
        "predictor; its quality is that on pairs held out.",
    )
    _add_task(parser)
    parser.add_argument("archs", metavar="ARCH", nargs="*", help="architecture strings")
    add_settings(parser, PredictorSettings)
    parser.set_defaults(run=predict)
    parser = commands.add_parser(
        "shrink",
        help="shrink a space and store the run",
        epilog=_methods(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_task(parser, optional=True)
    parser.add_argument(
        "--method",
        choices=list(SHRINKERS),
        default=METHOD,
        help=f"how the space is shrunk (default: {METHOD})",
    )
    parser.add_argument("--resume", metavar="RUN", help="continue a stored run")
    parser.add_argument(
        "--supernet",
        type=Path,
        metavar="FOLDER",
        help="a trained supernet of the space, whose angles abs can score by",
    )
    background.add_background(parser)
    parser.set_defaults(run=shrink)


def add_method(parser: argparse.ArgumentParser, method: str) -> None:
    """Complete the command `shrink` by a method's flags, and the predictor's."""
    parser.description = fill(
        "Train a predictor, shrink the space, compare with true accuracies and store "
        "every iteration as a run. Interrupt it at any time and go on with --resume "
        f"RUN. The settings shown are those of --method {method}; "
        "`lissnas shrink --method NAME --help` shows those of another.",
        break_on_hyphens=False,
    )
    add_settings(parser, SHRINKERS[method])
    add_settings(parser, PredictorSettings, PREFIX)
    add_settings(parser, Steering)


def method_in(arguments: Sequence[str]) -> str:
    """Return the method that `--method` names, the default where it names none."""
    finder = argparse.ArgumentParser(
        add_help=False, allow_abbrev=False, exit_on_error=False
    )
    finder.add_argument("--method", nargs="?")
    named = finder.parse_known_args(list(arguments))[0].method
    return named if named in SHRINKERS else METHOD


def _methods() -> str:
    """Return the methods and what kind of space each returns, one a line."""
    rows = [
        f"  {name:14} {settings.title}, {KINDS[settings.kind]}"
        for name, settings in SHRINKERS.items()
    ]
    return "\n".join(["methods:", *rows])


def _add_task(parser: argparse.ArgumentParser, optional: bool = False) -> None:
    """Add the arguments that most commands share."""
    count: Any = "?" if optional else None
    parser.add_argument(
        "space", metavar="SPACE", nargs=count, help="a name that `spaces` lists"
    )
    parser.add_argument(
        "task", metavar="TASK", nargs=count, help="a task that `tables` lists"
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    add_json(parser)


def predict(args: argparse.Namespace) -> None:
    """Train a predictor, print its quality and its predictions."""
    space = named_space(args.space)
    table = oracles.load(args.space, args.task)
    study = Study(args.space, args.task, seed=args.seed)
    archs = space.parse(args.archs)
    say("Training the predictor")
    settings = read_settings(args, PredictorSettings)
    predictor = fit_predictor(space, table, settings, generator(study, PAIRS))
    trained = table.keys[training_rows(space, table, settings, generator(study, PAIRS))]
    quality = archive.quality_dict(predictor.quality)
    scores = as_oracle(predictor, space.encode)(archs)
    rows = [
        {"arch": text, "predicted": float(score), "true": float(true), "trained": seen}
        for text, score, true, seen in zip(
            args.archs,
            scores,
            table.lookup(space)(archs),
            contained(space.identity(archs), trained).tolist(),
            strict=True,
        )
    ]
    if args.json:
        print_json(
            {"space": args.space, "task": args.task, "quality": quality}
            | {"seed": args.seed, "archs": rows}
        )
        return
    print_rows([quality])
    print_rows(rows)


def shrink(args: argparse.Namespace) -> None:
    """Run a shrinker and print and store its iterations."""
    if args.resume:
        if background.wanted(args):
            raise ValueError("--background begins a new run, it cannot --resume one")
        run = runs.load(args.resume)
        session, stored = archive.reopen(run), runs.read_iterations(run)
        session = session.with_angles(lent_angles(args.supernet, session.space.name))
    else:
        if not args.space or not args.task:
            raise ValueError("shrink needs SPACE and TASK, or --resume RUN")
        study = Study(
            args.space,
            args.task,
            args.method,
            read_settings(args, SHRINKERS[args.method]),
            read_settings(args, PredictorSettings, PREFIX),
            args.seed,
            read_settings(args, Steering),
        )
        angles = lent_angles(args.supernet, args.space)
        if background.wanted(args):
            if angles is not None:
                raise ValueError("--supernet needs this terminal, without --background")
            background.submit(args, "shrink", study)
            return
        session, run = archive.begin(study, say, angles)
        stored = []
    try:
        for one in progress(archive.advance(session, run, stored), "Shrinking"):
            stored.append(one)
            say(one.iteration.reason)
    except KeyboardInterrupt:
        print(
            f"\nInterrupted; continue with `lissnas shrink --resume {run.name}`.",
            file=sys.stderr,
        )
        raise
    final = runs.read_final(run) or archive.close(session, run, stored)
    if args.json:
        print_json(summary(run, stored, final))
        return
    print_rows([_shown(run, one.measures, SHOWN) for one in stored])
    print(stored[-1].iteration.reason)
    print_rows([_shown(run, final, final)])
    if not _complete(run):
        print("True numbers are of the `known` architectures only.")
    print(f"Stored as run {run.name}.")


def lent_angles(folder: Path | None, space: str) -> Oracle | None:
    """Return the angles of a trained supernet of a space, None without a folder."""
    if folder is None:
        return None
    from lissnas.supernet.angle import angles_in
    from lissnas.supernet.folders import settings_in

    found = str(settings_in(folder, "train")["space"])
    if found != space:
        raise ValueError(f"supernet must be of {space}, got one of {found}: {folder}")
    return partial(angles_in, folder)


def summary(
    run: runs.Run, stored: list[runs.Stored], final: dict[str, Any]
) -> dict[str, Any]:
    """Return a run as one JSON object."""
    study = run.config["study"]
    quality = run.config["quality"]
    return {
        **{
            name: study[name]
            for name in ("space", "task", "method", "settings", "seed", "steering")
            if name in study
        },
        "predictor": {name: quality[name] for name in ("r2", "tau", "tau_top")},
        "iterations": [_shown(run, one.measures, SHOWN) for one in stored],
        "final": _shown(run, final, final),
        "run": run.name,
    }


def _complete(run: runs.Run) -> bool:
    """Return whether the table of a run has all architectures of its space."""
    return bool((run.config.get("original") or {}).get("complete"))


def _shown(
    run: runs.Run, numbers: Mapping[str, Any], names: Iterable[str]
) -> dict[str, Any]:
    """Return the named numbers; of a partial table also of how many they are true."""
    found = {}
    for name in names:
        if name != "known":
            found[name] = numbers[name]
        if name == "size" and not _complete(run):
            found["known"] = numbers.get("known")
    return found
