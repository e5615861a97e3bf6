"""The command `locality`: one task in the terminal, or all of them as a report."""

import argparse
from pathlib import Path
from typing import Any

from lissnas import report
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
from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.survey import SOURCES, Survey, survey, survey_dict

SHOWN_LAGS = (1, 2, 4, 9, 16, 25, 36, 49, 64, 81, 100)


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the command of this module."""
    parser = commands.add_parser(
        "locality",
        help="measure how alike neighbours perform",
        description="Measure locality: the correlation (RWA) and the absolute "
        "difference (AAD) of pairs by edit distance, and the autocorrelation along "
        "random walks, with 95% intervals. TASK is one that `tables` lists, or "
        "multiply-adds for the exact costs of any space. With --all, every task of "
        "every space goes into one report.",
    )
    parser.add_argument(
        "space", metavar="SPACE", nargs="?", help="a name that `spaces` lists"
    )
    parser.add_argument(
        "task", metavar="TASK", nargs="?", help="a task that `tables` lists"
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument(
        "--by",
        choices=("pairs", "walk", "both"),
        default="both",
        help="what to print (default: both)",
    )
    parser.add_argument(
        "--source",
        choices=SOURCES,
        default="auto",
        help="measured accuracies, predicted ones, or costs; auto takes measured ones "
        "where they reach the threshold distance (default: auto)",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="survey every task (of SPACE, if given) and write a report",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("locality"),
        help="with --all, the report's folder; surveys that are there already and "
        "still right are not made again (default: locality)",
    )
    add_json(parser)
    add_settings(parser, LocalitySettings)
    add_settings(parser, WalkSettings)
    parser.set_defaults(run=measure_locality)


def measure_locality(args: argparse.Namespace) -> None:
    """Print the locality of a task, or write the report of all."""
    if args.seed < 0:
        raise ValueError(f"seed must be 0 or more, got {args.seed}")
    if args.all:
        _write_report(args)
        return
    if not args.space or not args.task:
        raise ValueError("locality needs SPACE and TASK, or --all")
    named_space(args.space)
    settings = read_settings(args, LocalitySettings)
    walks = read_settings(args, WalkSettings)
    found = survey(args.space, args.task, settings, walks, args.seed, args.source, say)
    if args.json:
        print_json(as_json(found, args.by))
        return
    if args.by != "walk":
        print_rows(pair_rows(found))
        print(found.verdict)
    if args.by != "pairs":
        if found.walk is not None:
            print_rows(walk_rows(found))
        print(found.walk_verdict)
    print(f"Source: {found.about}.")
    if found.pairs.left_out:
        left = ", ".join(map(str, found.pairs.left_out))
        print(f"Left out for want of measured pairs: distances {left}.")


def _write_report(args: argparse.Namespace) -> None:
    """Survey all tasks and write the report."""
    if args.task:
        raise ValueError(f"--all takes no TASK, got {args.task!r}")
    settings = read_settings(args, LocalitySettings)
    walks = read_settings(args, WalkSettings)
    listed = report.jobs((args.space,) if args.space else ())
    found = []
    for job in progress(listed, "Surveying"):
        say(f"{job.space} {job.task} ({job.source})")
        one = report.measure(job, args.out, settings, walks, args.seed)
        if one is not None:
            found.append(one)
    page = report.write(found, args.out, settings, walks, args.seed)
    if args.json:
        verdicts = {one.name: one.verdict for one in found}
        print_json({"page": str(page), "surveys": len(found), "verdicts": verdicts})
        return
    print_rows([{"task": one.name, "verdict": one.verdict} for one in found])
    print(f"Wrote {page}, with its numbers as CSV and JSON beside it.")


def pair_rows(found: Survey) -> list[dict[str, Any]]:
    """Return locality by pairs as rows, differences by kind beside."""
    pairs = found.pairs
    rows = []
    for i, distance in enumerate(pairs.distance.tolist()):
        row = {"distance": distance, "pairs": int(pairs.pairs[i])}
        for name, curve in (("rwa", pairs.rwa_curve), ("aad", pairs.aad_curve)):
            row[name] = float(curve.values[i])
            row[f"{name}_low"] = float(curve.low[i])
            row[f"{name}_high"] = float(curve.high[i])
        row["noise"] = float(pairs.noise[i])
        if len(pairs.aad_by_kind) > 1:
            for kind, curve in pairs.aad_by_kind.items():
                known = i < len(curve.values)
                row[f"aad_{kind}"] = float(curve.values[i]) if known else float("nan")
        rows.append(row)
    return rows


def walk_rows(found: Survey) -> list[dict[str, Any]]:
    """Return locality by walks at a few lags as rows."""
    walk = found.walk
    if walk is None:
        return []
    return [
        {
            "steps": lag,
            "square_root": lag**0.5,
            "rwa": float(walk.curve.values[lag - 1]),
            "rwa_low": float(walk.curve.low[lag - 1]),
            "rwa_high": float(walk.curve.high[lag - 1]),
            "noise": float(walk.noise[lag - 1]),
        }
        for lag in SHOWN_LAGS
        if lag <= len(walk.noise)
    ]


def as_json(found: Survey, by: str = "both") -> dict[str, Any]:
    """Return a survey as one flat JSON object."""
    pairs, walk = found.pairs, found.walk
    kinds: dict[str, Any] = {f"aad_{kind}": None for kind in ("operation", "edge")}
    kinds |= {f"aad_{k}": curve.values for k, curve in pairs.aad_by_kind.items()}
    values = survey_dict(found)
    result = {
        **{"space": found.space, "task": found.task},
        "seed": found.provenance["seed"],
        **{n: values[n] for n in ("source", "complete", "about")},
        **{"total": found.total, "threshold": found.threshold},
    }
    if by != "walk":
        result |= {"distance": pairs.distance, "pairs": pairs.pairs}
        for name, curve in (("rwa", pairs.rwa_curve), ("aad", pairs.aad_curve)):
            result |= {name: curve.values}
            result |= {f"{name}_low": curve.low, f"{name}_high": curve.high}
        result |= kinds | {"noise": pairs.noise, "unrelated": pairs.unrelated}
        result |= {"left_out": pairs.left_out, "verdict": found.verdict}
    if by != "pairs":
        result["walk"] = walk and {
            "lag": walk.lag.astype(int),
            "rwa": walk.curve.values,
            "rwa_low": walk.curve.low,
            "rwa_high": walk.curve.high,
            "noise": walk.noise,
        }
        result["walk_verdict"] = found.walk_verdict
    return result | {n: values[n] for n in ("provenance", "quality")}
