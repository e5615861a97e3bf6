"""The paper's section 4.5 as one task: train, measure, shrink, train, rank, search.

Every stage has a folder of its own and is not repeated once it is done:

1. ``full``: a supernet on the whole space;
2. ``paths``: uniform paths measured in it, which train the predictor;
3. ``shrink.json``, ``subset.json``: the space shrunk by the predictor;
4. ``shrunk``: a supernet on the shrunk space;
5. ``alone``: networks trained alone, uniform over the full space (the common sample)
   and over the shrunk one; ``ranks``: the same in both supernets;
6. ``search``: evolution in the shrunk space by its supernet, within limits;
7. ``retrain``: the best from scratch; the best of them by validation is tested, once.

``result.json`` has all numbers, ``report.html`` shows them.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

import numpy as np

from lissnas.arrays import Archs
from lissnas.home import write_atomic
from lissnas.predictor import PredictorSettings, as_oracle, fit
from lissnas.records import final
from lissnas.runs import json_bytes
from lissnas.search import Limits
from lissnas.shrink import SHRINKERS, Shrinker
from lissnas.spaces import Space
from lissnas.subsets import Subset, draw_distinct
from lissnas.supernet import seeds, subset
from lissnas.supernet.alone import train_alone
from lissnas.supernet.folders import claim, result_in, write_result
from lissnas.supernet.optimise import device_of
from lissnas.supernet.rank import ranking, ranking_dict
from lissnas.supernet.setting import quiet_torch
from lissnas.supernet.settings import (
    MeasureSettings,
    PipelineSettings,
    RetrainSettings,
    Trained,
    TrainSettings,
    data_name,
)
from lissnas.supernet.tasks.alone import retrain
from lissnas.supernet.tasks.measure import measure, measure_paths, measured
from lissnas.supernet.tasks.page import write_page
from lissnas.supernet.tasks.search import found_in, scores_of
from lissnas.supernet.tasks.train import opened, train
from lissnas.work import Report, Stop, Stopped

STAGES = ("full", "paths", "shrink", "shrunk", "alone", "ranks", "search", "retrain")
PREDICT, SHRINK, COMMON, OWN, RANK = range(20, 25)  # children of the seed
Kind = TypeVar("Kind", bound=Trained)


@dataclass(frozen=True, eq=False)
class Run:
    """A pipeline at work."""

    settings: PipelineSettings
    space: Space
    folder: Path
    stop: Stop

    def trained(self, kind: type[Kind], **more: Any) -> Kind:
        """Return settings of a stage: what all trainings share, and more."""
        shared = {f.name: getattr(self.settings, f.name) for f in fields(Trained)}
        return kind(**(shared | more))

    def rng(self, part: int) -> np.random.Generator:
        """Return the generator of a part."""
        return seeds.generator(self.settings.seed, part)


def pipeline(
    settings: PipelineSettings, folder: Path, report: Report, stop: Stop
) -> None:
    """Run all stages that are missing, and write the result and its page."""
    claim(folder, "pipeline", settings)
    run = Run(settings, subset.space_of(settings.space), folder, stop)
    stages: dict[str, Callable[[Run, Report], None]] = {
        "full": _full,
        "paths": _paths,
        "shrink": _shrink,
        "shrunk": _shrunk,
        "alone": _alone,
        "ranks": _ranks,
        "search": _search,
        "retrain": _retrain,
    }
    for number, (name, stage) in enumerate(stages.items()):
        if stop():
            raise Stopped
        if _seconds(folder).get(name) is None:
            start = process_time()
            stage(run, _part(report, number))
            spent = _seconds(folder) | {name: process_time() - start}
            write_atomic(folder / "seconds.json", json_bytes(spent))
        report(100 * (number + 1), 100 * len(stages), {"stage": number + 1})
    write_result(folder, _result(run))
    write_page(folder)


def _seconds(folder: Path) -> dict[str, float]:
    """Return the processor seconds of the stages that are done."""
    return result_in(folder, "seconds.json") or {}


def _part(report: Report, number: int) -> Report:
    """Return a report of a stage as a part of the whole, a hundredth at a time."""

    def told(done: int, total: int, numbers: Any) -> None:
        share = 100 * done // max(total, 1)
        whole = 100 * len(STAGES)
        report(100 * number + share, whole, {"stage": number + 1, **numbers})

    return told


def _full(run: Run, report: Report) -> None:
    settings = run.trained(TrainSettings, sampling=run.settings.sampling)
    train(settings, run.folder / "full", report, run.stop)


def _measuring(run: Run, supernet: str, archs: str) -> MeasureSettings:
    """Return how paths of one of the supernets are measured."""
    settings = run.settings
    return MeasureSettings(
        supernet=str(run.folder / supernet),
        archs=archs,
        calibration=settings.calibration,
        seed=settings.seed,
        device=settings.device,
        threads=settings.threads,
        table=f"{settings.space}-{data_name(settings.data)}-supernet",
    )


def _paths(run: Run, report: Report) -> None:
    settings = _measuring(run, "full", str(run.settings.paths))
    measure(settings, run.folder / "paths", report, run.stop)


def _shrink(run: Run, report: Report) -> None:
    """Shrink the space by a predictor trained on the measured paths."""
    width = len(run.space.decisions)
    archs, scores = measured(run.folder / "paths", width)
    predictor = fit(
        run.space.encode(archs),
        scores,
        PredictorSettings(pairs=max(20, len(scores))),
        run.rng(PREDICT),
    )
    predict = as_oracle(predictor, run.space.encode)
    shrinker, steps = shrinker_of(run.settings, run.space), []
    for step in shrinker(run.space, predict, run.rng(SHRINK)):
        steps.append(step)
        report(len(steps), len(steps) + 1, {"size": step.size})
        if run.stop():
            raise Stopped
    last = final(steps)
    found = subset.of_iteration(run.space, last)
    subset.write(run.folder / "subset.json", run.space, found)
    values = {
        "method": run.settings.method,
        "settings": asdict(shrinker),  # type: ignore[call-overload]
        "size": last.size,
        "queries": steps[-1].queries,
        "mean_predicted": [step.mean_predicted for step in steps],
        "sizes": [step.size for step in steps],
        "reason": steps[-1].reason,
        "predictor": asdict(predictor.quality),
        "held_out": [predictor.held_true.tolist(), predictor.held_predicted.tolist()],
    }
    write_atomic(run.folder / "shrink.json", json_bytes(values))


def shrinker_of(settings: PipelineSettings, space: Space) -> Shrinker:
    """Return the method with the target, and queries that suffice for it."""
    kind = SHRINKERS[settings.method]
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    target = min(settings.target, max(1, space.size // 2))
    shrinker: Shrinker = kind(**({"target": target} if "target" in names else {}))
    shrinker.check(space)
    return shrinker


def _inside(run: Run) -> Subset:
    """Return the shrunk space."""
    return subset.read(run.space, run.folder / "subset.json")


def _shrunk(run: Run, report: Report) -> None:
    settings = run.trained(
        TrainSettings,
        sampling=run.settings.sampling,
        subset=str(run.folder / "subset.json"),
    )
    train(settings, run.folder / "shrunk", report, run.stop)


def samples(run: Run) -> dict[str, Archs]:
    """Return what is trained alone: common and own architectures, ``(n, d)``."""
    common = draw_distinct(
        run.space,
        subset.Everything(run.space),
        run.settings.truths,
        run.rng(COMMON),
    )
    own = draw_distinct(run.space, _inside(run), run.settings.truths, run.rng(OWN))
    return {"common": common, "own": own}


def _alone(run: Run, report: Report) -> None:
    archs = np.concatenate(list(samples(run).values()))
    train_alone(
        *(_shorter(run), archs, run.folder / "alone", report, run.stop),
        processes=run.settings.processes,
    )


def _shorter(run: Run) -> Trained:
    """Return the settings of networks trained alone."""
    epochs = run.settings.alone_epochs
    recipe = run.settings.recipe
    warmup = min(recipe.warmup, epochs / 2)
    return run.trained(Trained, recipe=replace(recipe, epochs=epochs, warmup=warmup))


def _ranks(run: Run, report: Report) -> None:
    """Measure the architectures with known truth in both supernets."""
    archs = np.concatenate(list(samples(run).values()))
    with quiet_torch(run.settings.threads):
        for name in ("full", "shrunk"):
            at = opened(run.folder / name, device_of(run.settings.device))
            told = _measuring(run, name, "")
            place = run.folder / "ranks" / name
            measure_paths(at, archs, told, place, report, run.stop)


def _search(run: Run, report: Report) -> None:
    """Search the shrunk space by accuracies in its supernet."""
    settings, place = run.settings, run.folder / "search"
    _, trace = found_in(
        _measuring(run, "shrunk", ""),
        Limits(int(settings.max_macs)),
        *(settings.queries, place, report, run.stop),
    )
    values = {"archs": trace.archs.tolist(), "valid": trace.scores.tolist()}
    write_atomic(place / "trace.json", json_bytes(values))


def best_found(run: Run) -> Archs:
    """Return the best architectures of the search, best first, ``(n, d)``."""
    trace = result_in(run.folder / "search", "trace.json")
    assert trace is not None
    order = np.argsort(-np.array(trace["valid"]), kind="stable")
    archs = np.array(trace["archs"], dtype=np.int8)
    return archs[order[: run.settings.retrained]]


def _retrain(run: Run, report: Report) -> None:
    texts = ";".join(run.space.short(best_found(run)))
    settings = run.trained(
        RetrainSettings,
        archs=texts,
        recipe=_shorter(run).recipe,
        processes=run.settings.processes,
    )
    retrain(settings, run.folder / "retrain", report, run.stop)


def _result(run: Run) -> dict[str, Any]:
    """Return all numbers of a finished pipeline."""
    folder, space, width = run.folder, run.space, len(run.space.decisions)
    parts = samples(run)
    truth = train_alone(
        _shorter(run), np.concatenate(list(parts.values())), folder / "alone"
    )
    pairs: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for name in ("full", "shrunk"):
        known = measured(folder / "ranks" / name, width)
        for part, archs in parts.items():
            scores = scores_of(archs, *known)
            alone = scores_of(archs, truth.archs, truth.valid[:, 0])
            rng = seeds.generator(run.settings.seed, RANK)
            found[f"{name} {part}"] = ranking_dict(ranking(scores, alone, rng))
            pairs[f"{name} {part}"] = [scores.tolist(), alone.tolist()]
    seconds = _seconds(folder)
    return {
        "space": space.name,
        "data": run.settings.data,
        "shrink": result_in(folder, "shrink.json"),
        "ranking": found,
        "pairs": pairs,
        "retrain": result_in(folder / "retrain"),
        "search": {"queries": run.settings.queries, "max_macs": run.settings.max_macs},
        "cpu_seconds": seconds | {"all": sum(seconds.values())},
    }
