"""Published tables in JSON: NAS-Bench-Macro and Accel-NASBench.

Files are limited in size before anything of them is kept. An archive is decompressed
in memory, which verifies its checksum, then read member by member and never unpacked;
one that is damaged anywhere is refused, not read as far as it goes.
"""

import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from reprlib import repr as shown
from typing import Any

import numpy as np

from lissnas.oracles.importing.base import Columns, Imported, Tick

MAX_FILE, MAX_MEMBER = 1 << 27, 1 << 20  # bytes
RESULT = re.compile(r"(?:.*/)?result_(\d+)\.json")
LETTERS, BLOCKS = ("e", "k", "l", "se"), 7
PERCENT = 100
GZIP = b"\x1f\x8b"


def loaded(content: bytes, name: str) -> Any:
    """Return what a JSON file holds; ValueError names the file if it is none."""
    try:
        return json.loads(content, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{name} is no JSON ({reason})") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, each key of which must occur once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {shown(twice)} occurs twice")
    return found


def _fraction(percent: Any, where: str) -> float:
    """Return an accuracy in percent as a fraction of 6 digits.

    That is finer than one image of any test set here, and removes what single precision
    added in the source.
    """
    if isinstance(percent, bool) or not isinstance(percent, int | float):
        raise ValueError(f"{where} must be a number, got {shown(percent)}")
    if not 0 <= percent <= PERCENT:
        raise ValueError(f"{where} must be in percent, 0 to 100, got {shown(percent)}")
    return round(float(percent) / PERCENT, 6)


def read_macro(path: Path, tick: Tick) -> Imported:
    """Return the networks of ``nas-bench-macro_cifar10.json``, all runs kept."""
    size = path.stat().st_size
    if size > MAX_FILE:
        raise ValueError(f"it must be at most {MAX_FILE:,} bytes, got {size:,}")
    found = loaded(path.read_bytes(), "it")
    if not isinstance(found, dict) or not found:
        raise ValueError("it must hold one object of networks by string")
    runs: list[list[float]] = []
    for arch, values in found.items():
        accuracies = values.get("test_acc") if isinstance(values, dict) else None
        if not isinstance(accuracies, list) or not 1 <= len(accuracies) <= 9:
            raise ValueError(f"network {shown(arch)} must have a list 'test_acc'")
        runs.append([_fraction(a, f"test_acc of {shown(arch)}") for a in accuracies])
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
                _choice(found["architecture"][f"block{block}_{letter}"])
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
        raise ValueError("it has no files result_0.json, result_1.json, ...")
    table = np.array(rows, dtype=np.int8)
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


def _choice(value: Any) -> int:
    """Return a choice as the table has it, truth values as 0 and 1."""
    if not isinstance(value, int) or not 0 <= value <= np.iinfo(np.int8).max:
        raise ValueError(f"a choice must be a small whole number, got {shown(value)}")
    return int(value)


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
    content = _decompressed(path)
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            members = [m for m in archive if m.isfile() and RESULT.fullmatch(m.name)]
            end = content[archive.offset : archive.offset + tarfile.BLOCKSIZE]
            if end != tarfile.NUL * tarfile.BLOCKSIZE:
                raise tarfile.ReadError(f"it is damaged at byte {archive.offset:,}")
            for member in members:
                if member.size > MAX_MEMBER:
                    raise ValueError(f"{member.name} is larger than {MAX_MEMBER:,}")
                file = archive.extractfile(member)
                yield member.name, file.read() if file else b"", len(members)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _no_archive(error) from None


def _decompressed(path: Path) -> bytes:
    """Return an archive without its compression, all checksums of which are right."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(len(GZIP)) == GZIP
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw) if packed else raw as file:
                content = file.read(MAX_FILE + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise _no_archive(error) from None
    if len(content) > MAX_FILE:
        raise ValueError(f"it holds more than {MAX_FILE:,} bytes")
    return content


def _no_archive(error: Exception) -> ValueError:
    """Return the refusal of a file that is no whole archive."""
    reason = str(error).partition("\n")[0]
    return ValueError(f"it must be a folder or archive of results ({reason})")
