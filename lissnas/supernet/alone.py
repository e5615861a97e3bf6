"""Networks trained alone: the accuracies that supernets are held against.

Every network is one line of ``results.jsonl`` in the folder, written when it is done;
so work that was interrupted goes on with the next one. A network's numbers depend on
the settings, its row and the number of the repeat, and on nothing else: neither on the
other networks nor on how many processes train.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from lissnas.arrays import Archs, Scores
from lissnas.spaces import SPACES
from lissnas.supernet import checkpoint, networks, seeds
from lissnas.supernet.folders import append, lines
from lissnas.supernet.judge import evaluate
from lissnas.supernet.setting import Bench, bench, quiet_torch
from lissnas.supernet.settings import Trained
from lissnas.supernet.trainer import Trainer
from lissnas.work import Report, Stop, Stopped, never, silent
from lissnas.workers import workers

RESULTS = "results.jsonl"
EVERY = 60.0  # seconds between checkpoints of one network
POLL = 0.5


class Job(NamedTuple):
    """One training: a canonical row, and the number of the repeat."""

    row: tuple[int, ...]
    repeat: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a network reached: accuracies are fractions, `loss` is of validation.

    `test` is None where weights are kept, so that only the best is tested later.
    """

    row: tuple[int, ...]
    repeat: int
    valid: float
    test: float | None
    loss: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """What all trainings of a folder share."""

    settings: Trained
    folder: Path
    stop: Stop
    keep: bool


@dataclass(frozen=True, slots=True, eq=False)
class Accuracies:
    """Accuracies ``(n, r)`` of architectures ``(n, d)`` in each repeat."""

    archs: Archs
    valid: Scores
    test: Scores


def train_alone(
    settings: Trained,
    archs: Archs,
    folder: Path,
    report: Report = silent,
    stop: Stop = never,
    *,
    repeats: int = 1,
    processes: int = 1,
    keep: bool = False,
) -> Accuracies:
    """Train architectures ``(n, d)``, each from scratch, and return what they reached.

    Called again with the same folder, it trains only what is missing there. With
    `keep`, weights are stored and nothing is tested.

    Raises
    ------
    Stopped
        When asked to stop; what was done is stored.
    """
    archs = SPACES[settings.space].canonical(archs)
    rows = [tuple(row) for row in archs.tolist()]
    jobs = [Job(row, repeat) for repeat in range(repeats) for row in rows]
    jobs = list(dict.fromkeys(jobs))
    found = {Job(r.row, r.repeat): r for r in read(folder)}
    todo = [job for job in jobs if job not in found]
    total, done = len(jobs), len(jobs) - len(todo)
    report(done, total, {})
    work = Work(settings, folder, stop, keep)
    for result in _results(work, todo, processes):
        found[Job(result.row, result.repeat)] = result
        append(folder / RESULTS, asdict(result))
        done += 1
        report(done, total, {"accuracy": result.valid, "loss": result.loss})
    each = [found[Job(row, repeat)] for row in rows for repeat in range(repeats)]
    columns = ([one.valid for one in each], [one.test for one in each])
    shape = (len(rows), repeats)
    valid, test = (np.array(c, dtype=np.float64).reshape(shape) for c in columns)
    return Accuracies(archs, valid, test)


def read(folder: Path) -> list[Result]:
    """Return the results in a folder; a line that was cut off is left out."""
    found = []
    for values in lines(folder / RESULTS):
        try:
            found.append(Result(**(values | {"row": tuple(values["row"])})))
        except (TypeError, KeyError):
            continue
    return found


def _results(work: Work, todo: Sequence[Job], processes: int) -> Iterator[Result]:
    """Yield results in any order."""
    if processes > 1 and len(todo) > 1:
        yield from _in_processes(work, todo, processes)
    elif todo:
        with quiet_torch(work.settings.threads):
            at = bench(work.settings)
            for job in todo:
                if work.stop():
                    raise Stopped
                yield trained(work, job, at)


def _in_processes(work: Work, todo: Sequence[Job], processes: int) -> Iterator[Result]:
    """Yield results of several processes; they end when this one does."""
    left = iter(todo)
    pending: set[Future[Result]] = set()
    with workers(processes) as pool:
        while True:
            for job in left:
                pending.add(pool.submit(_one, replace(work, stop=never), job))
                if len(pending) >= 2 * processes:
                    break
            if not pending:
                return
            done, pending = wait(pending, POLL, FIRST_COMPLETED)
            for future in done:
                yield future.result()
            if work.stop():
                raise Stopped


def _one(work: Work, job: Job) -> Result:
    """Return a result in a process that keeps the data."""
    with quiet_torch(work.settings.threads or 1):
        return trained(work, job, _bench(work.settings))


@lru_cache(maxsize=1)
def _bench(settings: Trained) -> Bench:
    return bench(settings)


def name_of(job: Job) -> str:
    """Return a plain name for a training's files."""
    return "".join(f"{option:02x}" for option in job.row) + f"-{job.repeat}"


def trained(work: Work, job: Job, at: Bench) -> Result:
    """Train one network and measure it; long trainings leave checkpoints."""
    settings, start = work.settings, time.perf_counter()
    torch.manual_seed(seeds.number(settings.seed, seeds.WEIGHTS, job.repeat, *job.row))
    net = networks.alone(settings.space, job.row, at.scale)
    seed = seeds.number(settings.seed, seeds.ARCHS, job.repeat)
    trainer = Trainer(net, at.feed, settings.recipe, seed)
    partial = work.folder / f"partial-{name_of(job)}.pt"
    trainer.run(partial, EVERY, stop=work.stop)
    valid = evaluate(net.eval(), at.feed, at.feed.split.valid)
    test = None
    if work.keep:
        path = work.folder / f"net-{name_of(job)}.pt"
        checkpoint.save(path, {"net": net.state_dict(), "row": list(job.row)})
    else:
        test = evaluate(net, at.feed, at.feed.split.test).accuracy
    partial.unlink(missing_ok=True)
    spent = time.perf_counter() - start
    return Result(job.row, job.repeat, valid.accuracy, test, valid.loss, spent)


def tested(settings: Trained, job: Job, folder: Path) -> float:
    """Return the test accuracy of a network whose weights were kept."""
    with quiet_torch(settings.threads):
        at = bench(settings)
        net = networks.alone(settings.space, job.row, at.scale)
        state = checkpoint.load(folder / f"net-{name_of(job)}.pt")
        net.load_state_dict(state["net"])
        net.to(at.feed.device)
        return evaluate(net.eval(), at.feed, at.feed.split.test).accuracy
