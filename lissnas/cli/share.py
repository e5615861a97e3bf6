"""Commands that keep runs and hand them on: open, note, delete, restore."""

import argparse
from dataclasses import replace
from pathlib import Path

from lissnas import runs, sharing
from lissnas.sharing.trash import DAYS
from lissnas.sharing.unpack import MAX_BUNDLE


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser(
        "open",
        help="take in a run that was exported as a bundle",
        description="Take in a run from a file that `export RUN --bundle FILE` wrote, "
        "on any machine. All of it is checked first, and it is taken in whole or not "
        "at all; where its name is taken, it gets a number behind it.",
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.set_defaults(run=open_file)
    parser = commands.add_parser(
        "note",
        help="give a run a title, notes and tags",
        description="Give a run a title, notes and tags, which lists show and search; "
        "what is not given stays. Without options they are printed.",
    )
    _add_run(parser)
    parser.add_argument("--title", help="one line, shown instead of the run's name")
    parser.add_argument("--notes", help="any plain text")
    parser.add_argument(
        "--tags", help="words with commas between them, in place of those there are"
    )
    parser.set_defaults(run=note)
    parser = commands.add_parser(
        "delete",
        help="move runs to the trash",
        description="Move runs to the trash, from which `restore` takes them back. "
        f"After {DAYS} days in it they are removed at the next deletion.",
    )
    parser.add_argument("names", metavar="RUN", nargs="*", help="names `runs` lists")
    parser.add_argument(
        "--empty-trash", action="store_true", help="remove all deleted runs for good"
    )
    parser.set_defaults(run=delete)
    parser = commands.add_parser(
        "restore",
        help="take a run back out of the trash",
        description="Take the last deleted run of a name back out of the trash; "
        "without a name, list what is there.",
    )
    parser.add_argument("name", metavar="RUN", nargs="?")
    parser.set_defaults(run=restore)


def _add_run(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names a run."""
    parser.add_argument("name", metavar="RUN", help="a name that `runs` lists")


def open_file(args: argparse.Namespace) -> None:
    """Take in a run from a bundle."""
    size = args.file.stat().st_size
    if size > MAX_BUNDLE:
        raise ValueError(f"FILE must have at most {MAX_BUNDLE:,} bytes, got {size:,}")
    run = sharing.open_bundle(args.file.read_bytes())
    print(f"Opened as run {run.name}, with {run.steps} iterations.")


def note(args: argparse.Namespace) -> None:
    """Change or print what is said of a run."""
    run = runs.peek(args.name)
    about = sharing.read_about(run.path, run.config)
    given = {"title": args.title, "notes": args.notes}
    if args.tags is not None:
        given["tags"] = sharing.tags_from(args.tags)
    changed = {name: value for name, value in given.items() if value is not None}
    if changed:
        about = replace(about, **changed)
        sharing.write_about(run.path, about)
    print(f"title  {about.title}\ntags   {', '.join(about.tags)}\nnotes  {about.notes}")


def delete(args: argparse.Namespace) -> None:
    """Move runs to the trash, or empty it."""
    if not args.names and not args.empty_trash:
        raise ValueError("RUN must name a run, or --empty-trash be given")
    for name in args.names:
        sharing.delete(name)
        print(f"Deleted {name}; `lissnas restore {name}` takes it back.")
    if args.empty_trash:
        print(f"Removed {sharing.empty()} deleted runs for good.")


def restore(args: argparse.Namespace) -> None:
    """Take a run back, or list what can be."""
    if args.name is None:
        for one in sharing.trashed():
            print(f"{one.name}  deleted {one.deleted:%Y-%m-%d %H:%M}")
        return
    print(f"Restored as run {sharing.restore(args.name)}.")
