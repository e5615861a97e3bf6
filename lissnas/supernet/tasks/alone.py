"""Tasks that train networks alone: a benchmark table, and the best retrained."""

from pathlib import Path
from typing import Any

import numpy as np

from lissnas import __version__
from lissnas.spaces import SPACES
from lissnas.supernet import seeds
from lissnas.supernet.alone import Accuracies, Job, tested, train_alone
from lissnas.supernet.data import load_images
from lissnas.supernet.folders import claim, versions, write_result
from lissnas.supernet.settings import (
    AloneSettings,
    RetrainSettings,
    Trained,
    data_name,
    settings_dict,
)
from lissnas.supernet.subset import Everything, chosen, named
from lissnas.supernet.tables import Column, Content, table_name, write_table
from lissnas.work import Report, Stop


def alone(settings: AloneSettings, folder: Path, report: Report, stop: Stop) -> None:
    """Train architectures alone and write their accuracies as a table.

    ``results.jsonl`` has a line for each training, ``result.json`` the table's place.
    """
    claim(folder, "alone", settings, {"archs"})
    space = SPACES[settings.space]
    rng = seeds.generator(settings.seed, seeds.ARCHS)
    archs = chosen(space, settings.archs, Everything(space), rng)
    found = train_alone(
        *(settings, archs, folder, report, stop),
        repeats=settings.repeats,
        processes=settings.processes,
    )
    path = write_alone_table(settings, found)
    mean = found.valid.mean(axis=1)
    best = int(mean.argmax())
    write_result(
        folder,
        {
            "table": str(path),
            "networks": len(archs),
            "mean_valid": float(mean.mean()),
            "best": space.format(archs[best : best + 1])[0],
            "best_valid": float(mean[best]),
        },
    )


def write_alone_table(settings: AloneSettings, found: Accuracies) -> Path:
    """Write accuracies of networks trained alone as a table of their space."""
    data = data_name(settings.data)
    name = table_name(settings.space, data, "alone", settings.table)
    return write_table(name, settings.space, data, alone_content(settings, found))


def alone_content(settings: Trained, found: Accuracies, **more: Any) -> Content:
    """Return accuracies of networks trained alone, a column for each repeat."""
    columns = []
    for part, values in (("val", found.valid), ("test", found.test)):
        for repeat, column in enumerate(values.T):
            name = f"{part}_{repeat + 1}" if values.shape[1] > 1 else part
            words = "validation" if part == "val" else "test"
            text = f"{words} accuracy, trained alone, repeat {repeat + 1}"
            columns.append(Column(name, column, text))
    about = {
        "title": f"{len(found.archs):,} networks trained alone on "
        f"{data_name(settings.data)}",
        "licence": "that of the images",
        "caveats": caveats(settings),
        **provenance(settings, "alone", **more),
    }
    return Content(found.archs, columns, about)


def provenance(settings: Trained, kind: str, **more: Any) -> dict[str, Any]:
    """Return where accuracies come from, in words and as what makes them again."""
    images = load_images(settings.data, settings.pixels)
    about = {
        "kind": kind,
        "settings": settings_dict(settings),
        "data": {"source": images.source, "sha256": images.fingerprint},
        "versions": versions(),
        **more,
    }
    source = f"trained with lissnas {__version__} on {images.source}"
    return {"source": source, "provenance": about}


def caveats(settings: Trained) -> str:
    """Return what to know of accuracies at a scale."""
    return (
        f"Networks of the scale {settings.scale}, {settings.recipe.epochs} epochs, "
        f"seed {settings.seed}; accuracies of different scales or recipes cannot be "
        "compared."
    )


def retrain(
    settings: RetrainSettings, folder: Path, report: Report, stop: Stop
) -> None:
    """Train the best architectures from scratch and test the best of them, once.

    ``result.json`` names it with its validation and test accuracy and all others with
    theirs of validation; weights are in ``net-*.pt``.
    """
    claim(folder, "retrain", settings)
    space = SPACES[settings.space]
    archs = named(space, settings.archs)
    found = train_alone(
        *(settings, archs, folder, report, stop),
        repeats=settings.repeats,
        processes=settings.processes,
        keep=True,
    )
    write_result(folder, retrained(settings, found, folder))


def retrained(settings: Trained, found: Accuracies, folder: Path) -> dict[str, Any]:
    """Return the validation accuracies of all, and the test accuracy of the best.

    The best by mean validation accuracy; its best repeat is tested.
    """
    space, mean = SPACES[settings.space], found.valid.mean(axis=1)
    order = np.argsort(-mean, kind="stable")
    best = int(order[0])
    repeat = int(found.valid[best].argmax())
    job = Job(tuple(found.archs[best].tolist()), repeat)
    texts, cost = space.format(found.archs), space.cost(found.archs)
    return {
        "best": texts[best],
        "valid": float(mean[best]),
        "test": tested(settings, job, folder),
        "networks": [
            {
                "arch": texts[i],
                "valid": float(mean[i]),
                "params": int(cost.params[i]),
                "macs": int(cost.macs[i]),
            }
            for i in order
        ],
    }
