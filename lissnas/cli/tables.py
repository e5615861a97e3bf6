"""Commands for tables of true accuracies: tables, import."""

import argparse
import sys
import time
from itertools import groupby
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

from tqdm import tqdm

from lissnas import oracles
from lissnas.cli.common import add_json, print_json
from lissnas.cli.look import named_space
from lissnas.home import data_dirs, tables_dir, write_atomic
from lissnas.oracles.importing import SOURCES, Source, import_table, template
from lissnas.spaces import SPACES


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser(
        "tables",
        help="list the tables of true accuracies, and those there could be",
        description="List the tables of true accuracies, what is wrong with files that "
        "were refused, and which published tables are missing and how to get them.",
    )
    add_json(parser)
    parser.set_defaults(run=tables)
    parser = commands.add_parser(
        "import",
        help="import a published table, or one of yours",
        description="Import a published table under its own name (`lissnas tables` "
        "lists them), or a CSV or Parquet file in the documented schema. It is checked "
        "whole before it takes the place of an earlier import of the same name.",
    )
    parser.add_argument("space", metavar="SPACE", help="a name that `spaces` lists")
    parser.add_argument("file", metavar="FILE", nargs="?", help="a file or folder")
    parser.add_argument(
        "--template",
        metavar="CSV",
        nargs="?",
        const="",
        help="write a CSV to fill in, by default to standard output",
    )
    add_json(parser)
    parser.set_defaults(run=import_file)


def tables(args: argparse.Namespace) -> None:
    """Print the tables, the refused files and the missing tables."""
    rows = [
        {
            "space": info.space,
            "task": info.task,
            "known": info.architectures,
            "of": SPACES[info.space].size,
            "rows": info.rows,
            "column": info.column,
            "title": info.title,
            "licence": info.licence,
            "source": info.source,
            "path": str(info.path),
        }
        for name in SPACES
        for info in oracles.tasks(name).values()
    ]
    refused = [
        {"path": str(path), "problem": text} for path, text in oracles.problems()
    ]
    there = {row["space"] for row in rows}
    absent = [_advice(source) for source in SOURCES if _is_missing(source, rows)]
    if args.json:
        print_json({"tables": rows, "refused": refused, "missing": absent})
        return
    for path in dict.fromkeys(str(row["path"]) for row in rows):
        told = _told(path, [row for row in rows if row["path"] == path])
        print("\n".join(told), end="\n\n")
    for row in refused:
        print(f"Refused: {row['problem']}\n")
    if absent:
        print("Published tables that know more than those here:\n")
        for row in absent:
            print(_folded(f"{row['space']}: {row['holds']}", ""))
            print(_folded(f"{row['get']}. Licence: {row['licence']}."))
            print(f"  Then: {row['command']}\n" if row["command"] else "")
    alone = [n for n in SPACES if n not in there | {row["space"] for row in absent}]
    if alone:
        text = f"No table is published of {', '.join(alone)}; `lissnas import SPACE "
        text += "--template` writes a CSV to fill in for these, as for any space."
        print(_folded(text, ""), end="\n\n")
    folders = ", ".join(map(str, [tables_dir(), *data_dirs()]))
    print(f"Tables are looked for in {folders}.")


def _told(path: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return the lines on one table: what it is, and its tasks by how much they know.

    A space's task whose table knows a part of the space is marked so.
    """
    first = rows[0]
    lines = [first["title"], _folded(f"{path}. Licence: {first['licence']}")]
    for (space, known, size), group in groupby(
        rows, key=lambda row: (row["space"], row["known"], row["of"])
    ):
        part = "all" if known == size else "a part,"
        names = ", ".join(row["task"] for row in group)
        lines.append(_folded(f"{space}, {part} {known:,} of {size:,}: {names}"))
    return lines


def _folded(text: str, indent: str = "  ") -> str:
    """Return a text in lines that fit a terminal, names kept whole."""
    return fill(
        text,
        get_terminal_size().columns,
        initial_indent=indent,
        subsequent_indent=2 * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _is_missing(source: Source, rows: list[dict[str, Any]]) -> bool:
    """Return whether no table here knows as many architectures as a published one."""
    known = [row["known"] for row in rows if row["space"] == source.space]
    return max(known, default=-1) < source.networks


def _advice(source: Source) -> dict[str, Any]:
    """Return what a missing table is and how to get it."""
    size = f", about {_bytes(source.size)}" if source.size else ""
    file = source.file if source.read is None else source.file.replace("*", ".tar.gz")
    get = f"{file}{size}, from {source.page}{': ' if source.how else ''}{source.how}"
    readable = source.read is not None
    return {
        "space": source.space,
        "file": source.file,
        "bytes": source.size,
        "networks": source.networks,
        "page": source.page,
        "licence": source.licence,
        "holds": source.holds,
        "get": get,
        "command": f"lissnas import {source.space} {file}" if readable else None,
    }


def _bytes(size: int) -> str:
    """Return a size for people."""
    return f"{size / 1e6:,.3g} MB" if size < 1e9 else f"{size / 1e9:.3g} GB"


def import_file(args: argparse.Namespace) -> None:
    """Import a file, or write a template."""
    named_space(args.space)
    if args.template is not None:
        _write_template(args.space, args.template)
        return
    if args.file is None:
        raise ValueError("import needs FILE, or --template for a CSV to fill in")
    bar = tqdm(desc="Importing", disable=not sys.stderr.isatty(), unit_scale=True)

    def tick(done: int, total: int) -> None:
        bar.total = total
        bar.update(done)

    start = time.monotonic()
    try:
        with bar:
            done = import_table(args.space, Path(args.file).expanduser(), tick)
    except KeyboardInterrupt:
        print("\nInterrupted; no table was changed.", file=sys.stderr)
        raise
    found = {
        "space": done.space,
        "path": str(done.path),
        "records": done.records,
        "rows": done.rows,
        "architectures": done.architectures,
        "columns": list(done.columns),
        "sha256": done.checksum,
        "seconds": round(time.monotonic() - start, 1),
        "tasks": [
            name
            for name, info in oracles.tasks(done.space).items()
            if info.path == done.path
        ],
    }
    if args.json:
        print_json(found)
        return
    for name, value in found.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        print(f"{name:14}{shown:,}" if isinstance(value, int) else f"{name:14}{shown}")


def _write_template(space: str, target: str) -> None:
    """Write a CSV template to a file, or to standard output."""
    text = template(space)
    if not target:
        sys.stdout.write(text)
        return
    path = Path(target).expanduser()
    if path.exists():
        raise ValueError(f"template must not be there yet, got {path}")
    write_atomic(path, text.encode())
