"""Commands that look things up: spaces, describe."""

import argparse
from typing import Any

import numpy as np

from lissnas import oracles
from lissnas.cli.common import add_json, print_json, print_rows
from lissnas.spaces import SPACES, Space
from lissnas.spaces.base import threshold_edit_distance


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser(
        "spaces",
        help="list the search spaces",
        description="List the search spaces: how many architectures, which decisions, "
        "how far apart, and the tasks with true accuracies.",
    )
    add_json(parser)
    parser.set_defaults(run=spaces)
    parser = commands.add_parser(
        "describe",
        help="show what is known of one architecture",
        description="Show one architecture: its canonical form, costs, official hash "
        "and the true accuracies that tables have of it.",
    )
    parser.add_argument("space", metavar="SPACE", help="a name that `spaces` lists")
    parser.add_argument("arch", metavar="ARCH", help="an architecture's string")
    add_json(parser)
    parser.set_defaults(run=describe)


def spaces(args: argparse.Namespace) -> None:
    """Print the search spaces."""
    rows: list[dict[str, Any]] = [
        {
            "name": space.name,
            "size": space.size,
            "decisions": len(space.decisions),
            "total_edit_distance": space.total_edit_distance,
            "threshold_edit_distance": threshold_edit_distance(space),
            "enumerable": space.enumerable,
            "tasks": list(oracles.tasks(space.name)),
        }
        for space in SPACES.values()
    ]
    if args.json:
        print_json(rows)
    else:
        print_rows([row | {"tasks": ", ".join(row["tasks"])} for row in rows])


def describe(args: argparse.Namespace) -> None:
    """Print one architecture."""
    space = named_space(args.space)
    arch = space.parse([args.arch])
    canonical = space.canonical(arch)
    cost = space.cost(canonical)
    hashes = space.hashes(canonical)
    known = {
        task: float(oracles.load(space.name, task).lookup(space)(canonical)[0])
        for task in oracles.tasks(space.name)
    }
    found = {
        "arch": args.arch,
        "canonical": space.format(canonical)[0],
        "params": int(cost.params[0]),
        "macs": int(cost.macs[0]),
        "hash": hashes[0] if hashes else None,
        "tasks": known,
    }
    if args.json:
        print_json(found)
        return
    measured = [f"{task} {value:.4f}" for task, value in known.items() if value >= 0]
    unknown = [task for task, value in known.items() if np.isnan(value)]
    found["tasks"] = ", ".join(measured) or None
    found["not measured"] = ", ".join(unknown) or None
    if not known:
        found["tasks"] = "no table of accuracies here; `lissnas tables` says of others"
    for name, value in found.items():
        if value is not None:
            shown = f"{value:,}" if isinstance(value, int) else value
            print(f"{name:12} {shown}")


def named_space(name: str) -> Space:
    """Return a space by name; ValueError if there is none."""
    if name not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {name!r}")
    return SPACES[name]
