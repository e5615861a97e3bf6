"""The command labels: how good is the result with so many trained networks?"""

import argparse
from dataclasses import replace
from typing import Any

import numpy as np

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
from lissnas.evaluation import Measures
from lissnas.labels import label_count, most_predictions
from lissnas.predictor import PredictorSettings
from lissnas.predictor.settings import CHOICES
from lissnas.session import Session, Study, open_session
from lissnas.shrink.base import automatic_queries
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.top import check_enumerable

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
    parser.add_argument(
        "--choices", nargs="+", choices=CHOICES, default=CHOICES, help="(default: both)"
    )
    parser.add_argument("--seeds", type=int, default=1, help="(default: 1)")
    parser.add_argument(
        "--control",
        action="store_true",
        help="also say how far the result gets from the mean of all architectures to "
        "that of as many which the same predictor ranks best",
    )
    add_json(parser)
    add_settings(parser, Lissnas)
    add_settings(parser, PredictorSettings, PREFIX)
    parser.set_defaults(run=labels)


def labels(args: argparse.Namespace) -> None:
    """Print one row for each number of labels, choice and seed, and their means."""
    if args.seeds < 1:
        raise ValueError(f"seeds must be 1 or more, got {args.seeds}")
    space = named_space(args.space)
    if args.control:
        check_enumerable(space)
    shrinker = read_settings(args, Lissnas)
    base = read_settings(args, PredictorSettings, PREFIX)
    jobs = [
        (replace(base, pairs=count, choice=choice), seed)
        for count in args.labels
        for choice in args.choices
        for seed in range(args.seeds)
    ]
    rows = [
        quality(
            Study(args.space, args.task, "lissnas", shrinker, predictor, seed),
            args.control,
        )
        for predictor, seed in progress(jobs, "Labels")
    ]
    means = summary(rows)
    if args.json:
        names = {"space": args.space, "task": args.task}
        print_json({**names, "curve": rows, "summary": means})
    else:
        print_rows(rows)
        print()
        print_rows(means)


def summary(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return averages over the seeds, and the least, by number of labels and choice."""
    found = []
    for key in dict.fromkeys((row["labels"], row["choice"]) for row in rows):
        some = [row for row in rows if (row["labels"], row["choice"]) == key]
        line = {"labels": key[0], "choice": key[1], "seeds": len(some)}
        for name in ("mean_true", "way"):
            values = [row[name] for row in some if row.get(name) is not None]
            if values:
                line |= {name: sum(values) / len(values), f"least_{name}": min(values)}
        held = [row["contains_best"] for row in some]
        line["contain_best"] = None if None in held else sum(held)
        found.append(line)
    return found


def quality(study: Study, control: bool = False) -> dict[str, Any]:
    """Return what one study reaches, within its queries all told.

    With `control`, `way` is how far it gets from the mean true accuracy of the space
    to that of as many architectures which the same predictor ranks best.
    """
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
    measured = [session.measures(iteration) for iteration in iterations]
    numbers = session.final_measures(iterations, measured)
    way = {"way": _way(session, numbers)} if control else {}
    return {
        "labels": count,
        "choice": study.predictor.choice,
        "seed": study.seed,
        "size": numbers["size"],
        "queries": iterations[-1].queries + spent,
        "mean_true": numbers["mean_true"],
        "max_true": numbers["max_true"],
        "contains_best": numbers["contains_best"],
        **way,
    }


def _way(session: Session, numbers: Measures) -> float | None:
    """Return the mean of the result between those of the space and of the control."""
    mean, size = numbers["mean_true"], numbers["size"]
    if mean is None or size is None or not session.start.complete:
        return None
    everything = session.space.enumerate()
    order = np.argsort(-session.predict(everything), kind="stable")
    best = float(session.true(everything[order[: int(size)]]).mean())
    start = session.start.mean_true
    return (mean - start) / (best - start) if best != start else None
