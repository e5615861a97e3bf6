"""The command search: find the best architecture of a space or of a shrunk one."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lissnas import archive, oracles, runs
from lissnas.arrays import Archs, Oracle, Scores
from lissnas.cli.common import (
    add_json,
    add_settings,
    print_json,
    print_rows,
    read_settings,
    say,
)
from lissnas.cli.look import named_space
from lissnas.predictor import PredictorSettings, as_oracle
from lissnas.records import final
from lissnas.search import SEARCHERS, Domain, Limits, described, limited, whole
from lissnas.search.base import QUERIES
from lissnas.search.comparison import Curves, band, compare, query_grid
from lissnas.search.domains import MOBILE_MACS
from lissnas.session import PAIRS, Study, fit_predictor, generator
from lissnas.settings import options
from lissnas.spaces import Space
from lissnas.subsets import restore

SEARCH = 3  # child of the seed, after those of a session
SEEDS = 20
FULL = "full space"
SHOWN = (10, 30, 100, 300, 1000, 3000, 10_000)


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser(
        "search",
        help="find the best architecture of a space or a shrunk space",
        description="Search a space, or the result of a stored run, for the best "
        "architecture within limits, by a predictor or by true accuracies. With "
        "--compare, tell whether the shrunk space makes search better.",
    )
    parser.add_argument("space", metavar="SPACE", help="a name that `spaces` lists")
    parser.add_argument("task", metavar="TASK", help="a task that `tables` lists")
    parser.add_argument(
        "--in",
        dest="runs",
        metavar="RUN",
        action="append",
        default=[],
        help="search the result of this run; may be given several times",
    )
    parser.add_argument(
        "--compare", action="store_true", help="search the full space besides"
    )
    parser.add_argument("--method", choices=list(SEARCHERS), default="evolution")
    parser.add_argument(
        "--oracle",
        choices=("predictor", "truth"),
        default="predictor",
        help="what the search sees (default: predictor, that of the first run if any)",
    )
    parser.add_argument(
        "--queries",
        type=int,
        default=QUERIES,
        help=f"most distinct queries of a search (default: {QUERIES})",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        help=f"searches in each space (default: 1; {SEEDS} with --compare)",
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    for flag, what in (("macs", "multiply-adds, such as 330e6"), ("params", "weights")):
        parser.add_argument(f"--max-{flag}", type=float, default=0, help=f"most {what}")
    parser.add_argument(
        "--mobile",
        action="store_true",
        help=f"the usual mobile limit, --max-macs {MOBILE_MACS / 1e6:.0f}e6",
    )
    for name, searcher in SEARCHERS.items():
        if options(searcher):
            add_settings(parser, searcher, f"{name}-")
    add_json(parser)
    parser.set_defaults(run=run_search)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where to search and with what; `truth` gives NaN where it is unknown."""

    space: Space
    domains: Mapping[str, Domain]
    oracle: Oracle
    truth: Oracle
    source: str | None


def run_search(args: argparse.Namespace) -> None:
    """Search each domain and print what was found, or how the domains compare."""
    most = MOBILE_MACS if args.mobile and not args.max_macs else args.max_macs
    limits = Limits(_count("max_macs", most), _count("max_params", args.max_params))
    settings = read_settings(args, SEARCHERS[args.method], f"{args.method}-")
    seeds = args.seeds if args.seeds is not None else SEEDS if args.compare else 1
    grid = query_grid(args.queries)
    grid = np.union1d(grid, [n for n in SHOWN if n <= args.queries])
    setting = opened(args, limits)
    rng = generator(Study(args.space, args.task, seed=args.seed), SEARCH)
    found = compare(
        *(setting.domains, settings, setting.oracle, setting.truth),
        *(seeds, grid, rng, say),
    )
    report = {
        **{name: getattr(args, name) for name in ("space", "task", "method", "oracle")},
        "settings": {
            o.name: getattr(settings, o.name) for o in options(type(settings))
        },
        "queries": args.queries,
        "seeds": seeds,
        "seed": args.seed,
        "limits": asdict(limits),
        "true_source": setting.source,
        "best": best_rows(setting, found, args.oracle),
        "curves": [curve_values(name, one) for name, one in found.items()],
    }
    if args.json:
        print_json(report)
        return
    print_rows(_without_seeds(report["best"]))
    if args.compare or seeds > 1:
        print()
        print_rows(curve_rows(found))
    print(f"True accuracies: {setting.source or 'unknown'}.")


def _count(name: str, value: float) -> int:
    """Return a limit as an integer; ValueError if it is none."""
    if not 0 <= value < 2**63:
        raise ValueError(f"{name} must be in 0..2**63 (0: no limit), got {value}")
    return int(value)


def opened(args: argparse.Namespace, limits: Limits) -> Setting:
    """Return the domains, the oracle and the truth that the flags name."""
    space = named_space(args.space)
    kept = [runs.load(name) for name in args.runs]
    domains = {FULL: whole(space)} if args.compare or not kept else {}
    for run in kept:
        domains[run.name] = run_domain(run, args.space, args.task)
    domains = {name: limited(domain, limits) for name, domain in domains.items()}
    if kept:
        session = archive.reopen(kept[0])
        table, predict = session.table, session.predict
    else:
        table, predict = oracles.load(args.space, args.task), None
    if args.oracle == "truth" and table is None:
        raise ValueError(
            f"oracle must be predictor, for no table of {args.task} is here"
        )
    truth = table.lookup(space) if table else _unknown
    if args.oracle == "truth":
        return Setting(space, domains, truth, truth, table.title if table else None)
    if predict is None and table is not None:
        say("Training the predictor")
        rng = generator(Study(args.space, args.task, seed=args.seed), PAIRS)
        trained = fit_predictor(space, table, PredictorSettings(), rng)
        predict = as_oracle(trained, space.encode)
    return Setting(
        space, domains, predict or truth, truth, table.title if table else None
    )


def run_domain(run: runs.Run, space: str, task: str) -> Domain:
    """Return the result of a run as a domain; ValueError if it is of another task."""
    study = run.config["study"]
    if (study["space"], study["task"]) != (space, task):
        raise ValueError(
            f"in must be a run of {space} {task}, got {run.name} of "
            f"{study['space']} {study['task']}"
        )
    history = runs.history(runs.read_iterations(run))
    last = final(history) if history else None
    if last is None or last.step == 0:
        return whole(named_space(space))
    found = named_space(space)
    return described(restore(found, last.subset, last.space))


def _unknown(archs: Archs) -> Scores:
    """Return that no true accuracy is known, ``(n,)``."""
    return np.full(len(archs), np.nan)


def best_rows(
    setting: Setting, found: Mapping[str, Curves], oracle: str
) -> list[dict[str, Any]]:
    """Return each search's best architecture, the best by score first in a domain."""
    rows = []
    for name, one in found.items():
        cost, texts = setting.space.cost(one.best), setting.space.format(one.best)
        score = one.score[:, -1]
        for i in np.argsort(-score, kind="stable"):
            rows.append(
                {
                    "in": name,
                    "search": int(i),
                    "arch": texts[i],
                    "predicted": float(score[i]) if oracle == "predictor" else None,
                    "true": float(one.true[i, -1]),
                    "params": int(cost.params[i]),
                    "macs": int(cost.macs[i]),
                    "queries": int(one.queries[i]),
                }
            )
    return rows


def _without_seeds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each distinct architecture of a domain once, with how often it won."""
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = row["in"], row["arch"]
        known = {name: row[name] for name in row if name not in ("search", "queries")}
        entry = merged.setdefault(key, known | {"times": 0})
        entry["times"] += 1
    return list(merged.values())


def curve_values(name: str, one: Curves) -> dict[str, Any]:
    """Return a domain's anytime curves with their intervals, for JSON."""
    values: dict[str, Any] = {"in": name, "size": one.size, "queries": one.grid}
    for kind, numbers in (("score", one.score), ("true", one.true)):
        found = band(numbers, np.random.default_rng(0))
        values |= {f"{kind}_mean": found.mean, f"{kind}_low": found.low}
        values |= {f"{kind}_high": found.high}
    return values


def curve_rows(found: Mapping[str, Curves]) -> list[dict[str, Any]]:
    """Return the curves at round numbers of queries, one row each."""
    rows = []
    for name, one in found.items():
        values = curve_values(name, one)
        last = int(one.grid[-1])
        for place in np.flatnonzero(np.isin(one.grid, [*SHOWN, last])):
            columns = ("score_mean", "true_mean", "true_low", "true_high")
            rows.append(
                {"in": name, "size": one.size, "queries": int(one.grid[place])}
                | {column: float(values[column][place]) for column in columns}
            )
    return rows
