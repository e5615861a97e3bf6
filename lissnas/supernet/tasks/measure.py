"""The task that measures paths of a trained supernet, and writes them as a table."""

import time
from pathlib import Path

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.supernet import seeds, subset
from lissnas.supernet.folders import append, claim, lines, write_result
from lissnas.supernet.optimise import device_of
from lissnas.supernet.recalibrate import Measurer, in_order, measurer
from lissnas.supernet.setting import quiet_torch
from lissnas.supernet.settings import MeasureSettings, TrainSettings, data_name
from lissnas.supernet.tables import Column, Content, table_name, write_table
from lissnas.supernet.tasks.alone import caveats, provenance
from lissnas.supernet.tasks.train import Trained, opened
from lissnas.work import Report, Stop, Stopped

RESULTS = "results.jsonl"
BEAT = 1.0


def measure(
    settings: MeasureSettings, folder: Path, report: Report, stop: Stop
) -> None:
    """Measure paths; called again with more, it measures only those that are new.

    ``results.jsonl`` has a line for each path, and the table all of them.
    """
    claim(folder, "measure", settings, {"archs"})
    with quiet_torch(settings.threads):
        at = opened(Path(settings.supernet), device_of(settings.device))
        rng = seeds.generator(settings.seed, seeds.ARCHS)
        archs = subset.chosen(at.space, settings.archs, at.subset, rng)
        measure_paths(at, archs, settings, folder, report, stop)
    every, scores = measured(folder, len(at.space.decisions))
    path = _table(at, every, scores, settings, folder)
    best = int(scores.argmax())
    write_result(
        folder,
        {
            "table": str(path),
            "paths": len(scores),
            "mean_valid": float(scores.mean()),
            "best": at.space.format(every[best : best + 1])[0],
            "best_valid": float(scores[best]),
        },
    )


def measure_paths(
    at: Trained,
    archs: Archs,
    settings: MeasureSettings,
    folder: Path,
    report: Report,
    stop: Stop,
) -> None:
    """Measure canonical rows ``(n, d)`` that the folder does not know yet."""
    known = {tuple(line["row"]) for line in lines(folder / RESULTS)}
    todo = [i for i in in_order(archs) if tuple(archs[i].tolist()) not in known]
    if not todo:
        report(len(archs), len(archs), {})
        return
    scorer = scorer_of(at, settings)
    done, last, since = len(archs) - len(todo), time.monotonic(), 0
    for i in todo:
        row = archs[i].tolist()
        score = scorer.accuracy(row)
        append(folder / RESULTS, {"row": row, "valid": score})
        done, since = done + 1, since + 1
        spent = time.monotonic() - last
        if spent >= BEAT or done == len(archs):
            speed = {"accuracy": score, "paths_per_minute": 60 * since / spent}
            report(done, len(archs), speed)
            last, since = time.monotonic(), 0
            if stop() and done < len(archs):
                raise Stopped


def scorer_of(at: Trained, settings: MeasureSettings) -> Measurer:
    """Return what measures paths of a trained supernet."""
    return measurer(
        at.net, at.bench.feed, settings.calibration, settings.batch, settings.seed
    )


def measured(folder: Path, width: int) -> tuple[Archs, Scores]:
    """Return all paths ``(n, d)`` measured in a folder and their accuracies."""
    found: dict[tuple[int, ...], float] = {}
    for line in lines(folder / RESULTS):
        found[tuple(line["row"])] = float(line["valid"])
    archs = np.array(list(found), dtype=np.int8).reshape(-1, width)
    return archs, np.array(list(found.values()))


def _table(
    at: Trained, archs: Archs, scores: Scores, settings: MeasureSettings, folder: Path
) -> Path:
    """Write what was measured as a table of the space."""
    trained = at.settings
    data = data_name(trained.data)
    name = table_name(trained.space, data, "supernet", settings.table)
    content = paths_content(trained, settings, archs, scores)
    return write_table(name, trained.space, data, content)


def paths_content(
    trained: TrainSettings, settings: MeasureSettings, archs: Archs, scores: Scores
) -> Content:
    """Return accuracies of paths ``(n, d)``, in the order of their identities."""
    told = {name: getattr(settings, name) for name in ("calibration", "batch", "seed")}
    about = {
        "title": f"{len(scores):,} paths of a supernet trained on "
        f"{data_name(trained.data)}",
        "licence": "that of the images",
        "caveats": f"{caveats(trained)} Shared weights rank architectures roughly.",
        **provenance(trained, "supernet", measured=told),
    }
    text = "validation accuracy in a supernet, statistics averaged for each path"
    columns = [Column("supernet_val", scores, text)]
    return Content(archs, columns, about).in_order(trained.space)
