"""The command that trains the shipped tables of measured accuracies again."""

import argparse
import json
from pathlib import Path

from lissnas.cli.working import folder_of, work


def add_command(
    inner: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the command `supernet ship`."""
    parser = inner.add_parser(
        "ship",
        help="train the tables again that come with lissnas",
        description="Train on digits, on a processor, what a space's tables in "
        "assets/tables hold, and write them anew: half an hour to an hour of a core. "
        "An interrupted command goes on when it is given again.",
    )
    parser.add_argument("space", metavar="SPACE", help="one with a shipped table")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the work (default: at home)"
    )
    parser.add_argument(
        "--processes", type=int, default=1, help="networks at a time (default: 1)"
    )
    parser.set_defaults(run=ship)


def ship(args: argparse.Namespace) -> None:
    """Train what the plan of a space says."""
    from lissnas.supernet.tasks.shipped import ShipSettings

    settings = ShipSettings(space=args.space, processes=args.processes)
    folder = args.out or folder_of("ship", settings)
    work("ship", settings, folder)
    for path in json.loads((folder / "result.json").read_bytes())["tables"]:
        print(path)
