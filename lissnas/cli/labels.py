"""The command labels: how good is the result with so many trained networks?"""

import argparse
from dataclasses import replace
from typing import Any

from lissnas import oracles
from lissnas.cli.common import (
    add_json,
    add_settings,
    print_json,
    print_rows,
    progress,
    read_settings,
)
from lissnas.cli.look import named_space
from lissnas.labels import label_count, most_predictions
from lissnas.predictor import PredictorSettings
from lissnas.predictor.settings import CHOICES
from lissnas.records import final
from lissnas.session import Study, open_session
from lissnas.shrink.base import automatic_queries
from lissnas.shrink.lissnas import Lissnas

LABELS = (100, 300, 1000, 3000, 10_000)
PREFIX = "predictor-"


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the command of this module."""
    parser = commands.add_parser(
        "labels",
        help="quality of the shrunk space against the number of labels",
        description="Shrink a space with predictors of few and of many labels, each a "
        "trained network, chosen at random and actively, and print the true mean "
        "accuracy. What the choice of labels predicts counts as queries.",
    )
    parser.add_argument("space", metavar="SPACE", help="a name that `spaces` lists")
    parser.add_argument("task", metavar="TASK", help="a task that `tables` lists")
    parser.add_argument(
        "--labels", type=int, nargs="+", default=LABELS, help="(default: 100 to 10000)"
    )
    parser.add_argument("--seeds", type=int, default=1, help="(default: 1)")
    add_json(parser)
    add_settings(parser, Lissnas)
    add_settings(parser, PredictorSettings, PREFIX)
    parser.set_defaults(run=labels)


def labels(args: argparse.Namespace) -> None:
    """Print one row for each number of labels, choice and seed."""
    if args.seeds < 1:
        raise ValueError(f"seeds must be 1 or more, got {args.seeds}")
    named_space(args.space)
    shrinker = read_settings(args, Lissnas)
    base = read_settings(args, PredictorSettings, PREFIX)
    jobs = [
        (replace(base, pairs=count, choice=choice), seed)
        for count in args.labels
        for choice in CHOICES
        for seed in range(args.seeds)
    ]
    rows = [
        quality(Study(args.space, args.task, "lissnas", shrinker, predictor, seed))
        for predictor, seed in progress(jobs, "Labels")
    ]
    if args.json:
        print_json({"space": args.space, "task": args.task, "curve": rows})
    else:
        print_rows(rows)


def quality(study: Study) -> dict[str, Any]:
    """Return what one study reaches, within its queries all told."""
    space = named_space(study.space)
    table = oracles.load(study.space, study.task)
    count = label_count(space, table, study.predictor)
    spent = most_predictions(count, study.predictor)
    settings = study.settings
    if not isinstance(settings, Lissnas):
        raise ValueError(f"settings must be Lissnas, got {type(settings).__name__}")
    budget = settings.queries or automatic_queries(space, settings.samples)
    study = replace(study, settings=replace(settings, queries=budget - spent))
    session = open_session(study)
    iterations = list(session.iterations())
    numbers = session.measures(final(iterations))
    return {
        "labels": count,
        "choice": study.predictor.choice,
        "seed": study.seed,
        "size": numbers["size"],
        "queries": iterations[-1].queries + spent,
        "mean_true": numbers["mean_true"],
        "max_true": numbers["max_true"],
    }
