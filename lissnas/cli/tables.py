"""Commands for tables of true accuracies: tables, import."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lissnas import oracles
from lissnas.cli.common import add_json, print_json, print_rows
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
    names = ("space", "task", "known", "of", "column", "title", "licence")
    print_rows([{name: row[name] for name in names} for row in rows])
    for row in refused:
        print(f"refused: {row['problem']}")
    if absent:
        print("\nPublished tables that know more than those here:\n")
        print_rows([{k: row[k] for k in ("space", "holds", "get")} for row in absent])
    for name in SPACES:
        if name not in there and not any(row["space"] == name for row in absent):
            print(f"{name}: no published table; import one of yours")
    folders = ", ".join(map(str, [tables_dir(), *data_dirs()]))
    print(f"\nTables are looked for in {folders}.")


def _is_missing(source: Source, rows: list[dict[str, Any]]) -> bool:
    """Return whether no table here knows as many architectures as a published one."""
    known = [row["known"] for row in rows if row["space"] == source.space]
    return max(known, default=-1) < source.networks


def _advice(source: Source) -> dict[str, Any]:
    """Return what a missing table is and how to get it."""
    size = f", about {_bytes(source.size)}" if source.size else ""
    get = f"{source.file}{size}, from {source.page}"
    if source.read is None:
        get += f": {source.how}"
    else:
        file = source.file.replace("*", ".tar.gz")
        get += f", then `lissnas import {source.space} {file}`"
    return {
        "space": source.space,
        "file": source.file,
        "bytes": source.size,
        "networks": source.networks,
        "page": source.page,
        "licence": source.licence,
        "holds": source.holds,
        "get": get,
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
