"""Published tables in JSON: NAS-Bench-Macro and Accel-NASBench.

Files are limited in size and in number before anything of them is kept, archives are
read member by member in memory and never unpacked.
"""

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lissnas.oracles.importing.base import Columns, Imported, Tick

MAX_FILE, MAX_MEMBER, MAX_MEMBERS = 1 << 28, 1 << 20, 1_000_000
RESULT = re.compile(r"(?:.*/)?result_(\d+)\.json")
LETTERS, BLOCKS = ("e", "k", "l", "se"), 7
PERCENT = 100


def loaded(content: bytes, name: str) -> Any:
    """Return what a JSON file holds; ValueError names the file if it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{name} is no JSON ({reason})") from None


def _fraction(percent: Any, where: str) -> float:
    """Return an accuracy in percent as a fraction, rounded to the source's digits."""
    if isinstance(percent, bool) or not isinstance(percent, int | float):
        raise ValueError(f"{where} must be a number, got {percent!r}")
    if not 0 <= percent <= PERCENT:
        raise ValueError(f"{where} must be in percent, 0 to 100, got {percent!r}")
    return round(float(percent) / PERCENT, 6)


def read_macro(path: Path, tick: Tick) -> Imported:
    """Return the networks of ``nas-bench-macro_cifar10.json``, all runs kept."""
    size = path.stat().st_size
    if size > MAX_FILE:
        raise ValueError(
            f"{path.name} must be at most {MAX_FILE:,} bytes, got {size:,}"
        )
    found = loaded(path.read_bytes(), path.name)
    if not isinstance(found, dict) or not found:
        raise ValueError(f"{path.name} must hold one object of networks by string")
    runs: list[list[float]] = []
    for arch, values in found.items():
        accuracies = values.get("test_acc") if isinstance(values, dict) else None
        if not isinstance(accuracies, list) or not 1 <= len(accuracies) <= 9:
            raise ValueError(f"network {arch} must have a list 'test_acc'")
        runs.append([_fraction(a, f"test_acc of {arch}") for a in accuracies])
    most = max(map(len, runs))
    table = np.full((len(runs), most), np.nan)
    for row, accuracies in enumerate(runs):
        table[row, : len(accuracies)] = accuracies
    columns: Columns = {"arch": np.array(list(found), dtype=object)}
    names = [f"cifar10_test_{run + 1}" for run in range(most)]
    columns.update(zip(names, table.T, strict=True))
    tick(size, size)
    about = dict.fromkeys(names, "test accuracy of one training run")
    return Imported(columns, about, "NAS-Bench-Macro: {:,} strings", len(runs))


def read_accel(path: Path, tick: Tick) -> Imported:
    """Return the networks of a folder or archive of Accel-NASBench's result files."""
    rows, accuracies = [], []
    for name, content, total in _results(path):
        found = loaded(content, name)
        try:
            choices = [
                int(found["architecture"][f"block{block}_{letter}"])
                for letter in LETTERS
                for block in range(BLOCKS)
            ]
            top1 = found["metrics"]["val_top1"]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{name} is no result of Accel-NASBench ({error})"
            ) from None
        rows.append(choices)
        accuracies.append(_fraction(top1, f"val_top1 of {name}"))
        tick(1, total)
    if not rows:
        raise ValueError(f"{path.name} has no files result_0.json, result_1.json, ...")
    table = np.clip(np.array(rows, dtype=np.int64), -1, 127).astype(np.int8)
    names = [f"{letter}{block + 1}" for letter in LETTERS for block in range(BLOCKS)]
    columns: Columns = dict(zip(names, table.T, strict=True))
    columns["imagenet_val_top1"] = np.array(accuracies)
    about = {"imagenet_val_top1": "top-1 after the benchmark's short training, one run"}
    return Imported(
        columns,
        about,
        "Accel-NASBench: {:,} results",
        len(rows),
        "A shortened training, so accuracies are below those of full training; one "
        "run, except for architectures that occur twice.",
    )


def _results(path: Path) -> Iterator[tuple[str, bytes, int]]:
    """Yield name, content and number of all result files, in order of their numbers."""
    if path.is_dir():
        files = {
            int(m[1]): f for f in path.iterdir() if (m := RESULT.fullmatch(f.name))
        }
        for number in sorted(files):
            if files[number].stat().st_size > MAX_MEMBER:
                raise ValueError(f"{files[number].name} is larger than {MAX_MEMBER:,}")
            yield files[number].name, files[number].read_bytes(), len(files)
        return
    try:
        with tarfile.open(path) as archive:
            members = [m for m in archive if m.isfile() and RESULT.fullmatch(m.name)]
            if len(members) > MAX_MEMBERS:
                raise ValueError(f"{path.name} has more than {MAX_MEMBERS:,} files")
            for member in members:
                if member.size > MAX_MEMBER:
                    raise ValueError(f"{member.name} is larger than {MAX_MEMBER:,}")
                file = archive.extractfile(member)
                yield member.name, file.read() if file else b"", len(members)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(
            f"{path.name} must be a folder or archive of results ({error})"
        ) from None
