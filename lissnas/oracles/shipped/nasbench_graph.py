"""The tables inside the package nas-bench-graph, as tables of ours.

The package stores, for each architecture's number, validation and test performance as
means over three runs, in a pickled dictionary a data set. A file is read only if it is
byte by byte the published one (SHA-256), and then with an unpickler that knows plain
data and NumPy's double numbers, which it decodes itself, and refuses everything else.
"""

import hashlib
import pickle
import struct
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lissnas.home import cache_dir
from lissnas.oracles.shipped.base import (
    Plain,
    accuracy_field,
    as_parquet,
    kept,
    package_folder,
    package_version,
    read_plain,
)
from lissnas.spaces import SPACES

PACKAGE, MODULE, SPACE = "nas-bench-graph", "nas_bench_graph", "nasbench-graph"
COMMAND = 'pip install "lissnas[graph]"'
SHA256 = {  # of the files of versions 1.3 and 1.4.0
    "cora": "5e69b2f9bb08d8927d9ffd4921f8494a3cea349c9c3a461334cb9dc9e11701a8",
    "citeseer": "99c7f79b73372636305bf73fb32a58b63c57bd1871a152dd62ec72d984c8c50f",
    "pubmed": "10b4dcf6cfd3a24f6059f7d541a4a872960b4adac0b3dba26abed1bb9a3d904d",
    "cs": "71ae8469930517160b024f52db6000a4897f1aff5d765beb27bb60952ed5bd31",
    "physics": "1e309bafee0b832c8b84fa3c039c36992bc0a910238b128f26b7e9190d7f2aea",
    "photo": "5511b4dc3f63fa988792177227db7901290fb9b27fc6c02e3036b29e134ed6df",
    "computers": "fdb3dc0cf405d62322f0ab9614b2083c2a5e6576c2f43e4f2214be64bc62b1b3",
    "arxiv": "7ee21a7653297a806c0ed1be3efe6ecc06acc84e48e942da0bfde0e5d287debe",
    "proteins": "b9e7fb0902bda44fec32c948e5fde822fb22d38d674c52e43ace5197378f2d21",
}
PROTEINS = 2_021  # of the 26,206 architectures: those of five operations
TABLES = {  # name of the converted table: its data sets and rows
    "eight": ([name for name in SHA256 if name != "proteins"], 26_206),
    "proteins": (["proteins"], PROTEINS),
}
MEASURES = {"val": ("valid_perf", "validation"), "test": ("perf", "test")}
FLOAT64 = ("<", None, None, None, -1, -1, 0)  # how NumPy pickles what it is


def table_paths() -> list[Path]:
    """Return the converted tables in the cache, making those that are not there.

    Raises
    ------
    NotInstalled
        If the package is missing.
    ValueError
        If its files are not the published ones, or the cache folder cannot be written.
    """
    folder = package_folder(SPACE, PACKAGE, MODULE, COMMAND) / "light"
    release = package_version(PACKAGE)
    return [
        kept(
            cache_dir() / f"{SPACE}-{PACKAGE}-{release}-{name}.parquet",
            rows,
            partial(_converted, folder, datasets),
        )
        for name, (datasets, rows) in TABLES.items()
    ]


class _Double:
    """What NumPy pickles as the type of a double number."""

    def __init__(self, name: str, align: bool, copy: bool) -> None:
        if name != "f8":
            raise pickle.UnpicklingError(f"numbers of type {name} are not expected")

    def __setstate__(self, state: tuple[object, ...]) -> None:
        if state[1:] != (*FLOAT64,):
            raise pickle.UnpicklingError("numbers of an unknown order of bytes")


def _number(kind: object, content: bytes) -> float:
    """Return the number whose eight bytes are given."""
    if not isinstance(kind, _Double):
        raise pickle.UnpicklingError("a number without a type")
    return float(struct.unpack("<d", content)[0])


class PlainWithDoubles(Plain):
    """An unpickler of plain data and of NumPy's double numbers, without NumPy."""

    known = {  # noqa: RUF012
        ("numpy.core.multiarray", "scalar"): _number,
        ("numpy", "dtype"): _Double,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.known:
            return self.refuse(module, name)
        return self.known[module, name]


def records(path: Path, dataset: str) -> dict[int, dict[str, float]]:
    """Return the stored values of each architecture's number; ValueError if altered."""
    if not path.is_file():
        raise ValueError(f"the package {PACKAGE} lacks its file {path.name}")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[dataset]:
        raise ValueError(
            f"{PACKAGE}'s {path.name} must have the SHA-256 {SHA256[dataset][:12]}..., "
            f"got {found[:12]}..., so it is not the published table"
        )
    return read_plain(content, PlainWithDoubles)


def _converted(folder: Path, datasets: list[str]) -> bytes:
    """Return the files of some data sets as one Parquet table."""
    space = SPACES[SPACE]
    archs = space.enumerate()
    numbers = [int(key) for key in space.short(archs)]
    stored = {name: records(folder / f"{name}.bench", name) for name in datasets}
    first = next(iter(stored.values()))
    rows = [row for row, number in enumerate(numbers) if number in first]
    columns: dict[pa.Field, Any] = {
        pa.field("arch", pa.string()): space.format(archs[rows])
    }
    for dataset, values in stored.items():
        if set(values) != {numbers[row] for row in rows}:
            raise ValueError(f"{PACKAGE}'s {dataset}.bench has unknown architectures")
        measured = "ROC-AUC" if dataset == "proteins" else "accuracy"
        for measure, (key, words) in MEASURES.items():
            field = accuracy_field(
                f"{dataset}_{measure}",
                dataset,
                f"{words} {measured}, mean over three runs",
            )
            columns[field] = np.array([values[numbers[row]][key] for row in rows])
    return as_parquet(columns, _about(len(rows)))


def _about(rows: int) -> dict[str, str]:
    """Return the provenance of a converted table."""
    caveats = (
        "Width, outer layers and training were chosen for each data set beforehand and "
        "are the same for all its architectures."
    )
    if rows == PROTEINS:
        caveats += (
            " The measure is ROC-AUC, and only the 2,021 architectures of gcn, sage, "
            "arma, fc and skip were measured."
        )
    return {
        "space": SPACE,
        "title": f"NAS-Bench-Graph: {rows:,} architectures",
        "source": f"package {PACKAGE} {package_version(PACKAGE)} "
        "(github.com/THUMNLab/NAS-Bench-Graph), Qin et al., NeurIPS 2022",
        "licence": "Apache-2.0",
        "caveats": caveats,
    }
