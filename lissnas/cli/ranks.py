"""Commands on what supernets measured: how well it ranks, and search by it."""

import argparse
from typing import Any

import numpy as np

from lissnas import oracles
from lissnas.arrays import contained
from lissnas.cli.common import add_json, print_json, print_rows
from lissnas.cli.look import named_space
from lissnas.supernet.settings import MeasureSettings


def add_commands(
    inner: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands `supernet rank` and `supernet search`."""
    _add_search(inner)
    parser = inner.add_parser(
        "rank",
        help="how well one task's accuracies rank by another's",
        description="Pearson, Kendall tau-b and Spearman with 95% bootstrap intervals "
        "over the architectures that both tables know, such as those of a supernet and "
        "of networks trained alone; with --in, over those in a run's shrunk space too.",
    )
    parser.add_argument("space", metavar="SPACE", help="a name that `spaces` lists")
    parser.add_argument("measured", metavar="MEASURED", help="a task of the space")
    parser.add_argument("true", metavar="TRUE", help="the task to rank by")
    parser.add_argument(
        "--in", dest="inside", metavar="RUN", default="", help="a run, or a subset"
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    add_json(parser)
    parser.set_defaults(run=rank)


def rank(args: argparse.Namespace) -> None:
    """Print how well one task ranks by another."""
    from lissnas.supernet.rank import MEASURES, ranking
    from lissnas.supernet.subset import find

    space = named_space(args.space)
    measured, true = (oracles.load(args.space, t) for t in (args.measured, args.true))
    both = contained(measured.keys, true.keys)
    archs, scores = measured.archs[both], measured.accuracy[both]
    truth = true.lookup(space)(archs)
    parts = {"all": np.ones(len(archs), dtype=bool)}
    if args.inside:
        parts[args.inside] = find(space, args.inside).contains(archs)
    rows = []
    for name, rows_in in parts.items():
        rng = np.random.default_rng(args.seed)
        found = ranking(scores[rows_in], truth[rows_in], rng)
        row: dict[str, Any] = {"among": name, "pairs": found.pairs}
        for measure in MEASURES:
            value, low, high = getattr(found, measure)
            row |= {measure: value, f"{measure}_low": low, f"{measure}_high": high}
        rows.append(row)
    if args.json:
        print_json(rows)
    else:
        print_rows(rows)


def _add_search(inner: Any) -> None:
    """Add the command `search`."""
    parser = inner.add_parser(
        "search",
        help="search by accuracies in a supernet",
        description="Evolution as in SPOS by accuracies in a supernet, within limits.",
    )
    parser.add_argument("supernet", metavar="SUPERNET", help="a trained one's folder")
    parser.add_argument("--queries", type=int, default=1000, help="(default: 1000)")
    parser.add_argument("--max-macs", type=float, default=0, help="most multiply-adds")
    parser.add_argument("--max-params", type=float, default=0, help="most weights")
    parser.add_argument("--calibration", type=int, default=25_600, help="images")
    parser.add_argument("--best", type=int, default=10, help="how many (default: 10)")
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument("--threads", type=int, default=1, help="(default: 1)")
    add_json(parser)
    parser.set_defaults(run=search)


def search(args: argparse.Namespace) -> None:
    """Search a supernet and print the best architectures."""
    from lissnas.search import Limits
    from lissnas.supernet.tasks.search import found_in

    limits = Limits(int(args.max_macs), int(args.max_params))
    settings = MeasureSettings(
        supernet=args.supernet,
        calibration=args.calibration,
        seed=args.seed,
        threads=args.threads,
    )
    space, trace = found_in(settings, limits, args.queries)
    order = np.argsort(-trace.scores, kind="stable")[: args.best]
    cost = space.cost(trace.archs[order])
    rows = [
        {"arch": text, "valid": valid, "params": params, "macs": macs}
        for text, valid, params, macs in zip(
            space.short(trace.archs[order]),
            trace.scores[order].tolist(),
            cost.params.tolist(),
            cost.macs.tolist(),
            strict=True,
        )
    ]
    if args.json:
        print_json({"queries": len(trace.archs), "best": rows})
    else:
        print_rows(rows)
