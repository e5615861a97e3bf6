"""Commands on supernets: train, measure, rank, search, retrain, and all in one."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lissnas.cli import background, ranks, ship
from lissnas.cli.common import add_json, print_json, print_rows
from lissnas.cli.working import add_flags, folder_of, has_recipe, read, work
from lissnas.supernet.recipes import RECIPES, Recipe
from lissnas.supernet.settings import (
    AloneSettings,
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    TrainSettings,
)

OWN = {"space", "supernet"}  # given as arguments
RETRAINED = OWN | {"archs"}
ON = "An interrupted command goes on when it is given again."


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add `measure` and `supernet` with its commands."""
    parser = commands.add_parser(
        "measure",
        help="train architectures on images of yours: a table of accuracies",
        description="Train architectures of a space from scratch, each alone, on any "
        f"images, and write their accuracies as a table: a task of the space. {ON}",
    )
    _add(parser, AloneSettings, OWN, space=True)
    parser.set_defaults(run=_runner("alone", AloneSettings, OWN))
    inner = commands.add_parser(
        "supernet",
        help="train supernets, measure their paths, rank, search, retrain",
        description="Train one network that shares weights between all architectures "
        "of a space, and use it. Several processes share a training with "
        "`torchrun --nproc-per-node N -m lissnas supernet train ...`.",
    ).add_subparsers(metavar="COMMAND", required=True)
    parser = inner.add_parser(
        "train",
        help="train a supernet",
        description=f"Train a supernet on a space or a part of it. {ON}",
    )
    _add(parser, TrainSettings, OWN, space=True)
    parser.set_defaults(run=_runner("train", TrainSettings, OWN))
    parser = inner.add_parser(
        "measure",
        help="measure paths of a trained supernet",
        description="Measure the validation accuracy of paths, each with batch-norm "
        f"statistics of its own, and write them as a table. {ON}",
    )
    parser.add_argument("supernet", metavar="SUPERNET", help="a trained one's folder")
    _add(parser, MeasureSettings, OWN)
    parser.set_defaults(run=_runner("measure", MeasureSettings, OWN))
    ranks.add_commands(inner)
    ship.add_command(inner)
    parser = inner.add_parser(
        "retrain",
        help="train the best from scratch and test the best of them",
        description="Train architectures from scratch and take the test accuracy of "
        f"the one that is best in validation, once. {ON}",
    )
    _add(parser, RetrainSettings, RETRAINED, space=True)
    parser.add_argument("archs", metavar="ARCH", nargs="+", help="strings, or a file")
    parser.set_defaults(run=_runner("retrain", RetrainSettings, OWN))
    parser = inner.add_parser(
        "pipeline",
        help="train, measure, shrink, train again, rank, search and retrain",
        description="The paper's section 4.5 in one command: train a supernet, measure "
        "paths, fit the predictor, shrink, train a supernet on the shrunk space, "
        "compare how well both rank, search under a limit, retrain the best. Writes "
        f"result.json and report.html. {ON}",
    )
    _add(parser, PipelineSettings, OWN, space=True)
    parser.set_defaults(run=_runner("pipeline", PipelineSettings, OWN))


def _add(
    parser: argparse.ArgumentParser,
    settings: type,
    without: set[str],
    space: bool = False,
) -> None:
    """Add the flags of a task: its settings, its recipe, its folder."""
    if space:
        parser.add_argument("space", metavar="SPACE", help="a name that `spaces` lists")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the work (default: at home)"
    )
    add_json(parser)
    background.add_background(parser)
    group = parser.add_argument_group("settings")
    add_flags(group, settings, without, True)
    if has_recipe(settings):
        group = parser.add_argument_group("recipe")
        usual = next(n for n, r in RECIPES.items() if r == settings().recipe)
        group.add_argument(
            "--recipe",
            choices=list(RECIPES),
            default=usual,
            help=f"where the rest of these come from (default: {usual})",
        )
        add_flags(group, Recipe, set(), False)


def _runner(
    task: str, kind: Any, arguments: set[str]
) -> Callable[[argparse.Namespace], None]:
    """Return the function that runs a task as the flags say."""

    def run(args: argparse.Namespace) -> None:
        settings = read(args, kind)
        if background.wanted(args):
            if args.out:
                raise ValueError(
                    "--background has a folder of its own, it cannot take --out"
                )
            background.submit(args, task, settings)
            return
        folder = args.out or folder_of(task, settings)
        work(task, settings, folder)
        result = json.loads((folder / "result.json").read_bytes())
        if args.json:
            print_json({"folder": str(folder), "result": result})
            return
        print_rows([_plain(result)])
        print(f"In {folder}.")

    return run


def _plain(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers and texts of a result that fit a line."""
    return {
        name: value
        for name, value in result.items()
        if isinstance(value, str | int | float) and value != ""
    }
