"""Networks trained alone: the accuracies that supernets are held against.

Every network is one line of ``results.jsonl`` in the folder, written when it is done;
so work that was interrupted goes on with the next one. A network's numbers depend on
the settings, its row and the number of the repeat, and on nothing else: neither on the
other networks nor on how many processes train.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from lissnas.arrays import Archs, Scores
from lissnas.spaces import SPACES
from lissnas.supernet import networks, seeds
from lissnas.supernet.setting import Bench, bench, quiet_torch
from lissnas.supernet.settings import Trained
from lissnas.supernet.trainer import Trainer, evaluate
from lissnas.work import Report, Stop, Stopped, never, silent

RESULTS = "results.jsonl"
EVERY = 60.0  # seconds between checkpoints of one network
POLL = 0.5


class Job(NamedTuple):
    """One training: a canonical row, and the number of the repeat."""

    row: tuple[int, ...]
    repeat: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a network reached: accuracies are fractions, `loss` is of validation."""

    row: tuple[int, ...]
    repeat: int
    valid: float
    test: float
    loss: float
    seconds: float


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
) -> Accuracies:
    """Train architectures ``(n, d)``, each from scratch, and return what they reached.

    Called again with the same folder, it trains only what is missing there.

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
    for result in _results(settings, todo, folder, processes, stop):
        found[Job(result.row, result.repeat)] = result
        _append(folder, result)
        done += 1
        report(done, total, {"accuracy": result.valid, "loss": result.loss})
    shape = (len(rows), repeats)
    each = [found[Job(row, repeat)] for row in rows for repeat in range(repeats)]
    valid = np.array([one.valid for one in each]).reshape(shape)
    return Accuracies(archs, valid, np.array([o.test for o in each]).reshape(shape))


def read(folder: Path) -> list[Result]:
    """Return the results in a folder; a line that was cut off is left out."""
    path = folder / RESULTS
    found = []
    for line in path.read_text().splitlines() if path.is_file() else []:
        try:
            values = json.loads(line)
            found.append(Result(**(values | {"row": tuple(values["row"])})))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def _append(folder: Path, result: Result) -> None:
    """Add a line, which begins a new one in case the last was cut off."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RESULTS
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(asdict(result)).encode() + b"\n")


def _results(
    settings: Trained, todo: Sequence[Job], folder: Path, processes: int, stop: Stop
) -> Iterator[Result]:
    """Yield results in any order."""
    if processes == 1 or len(todo) < 2:
        with quiet_torch(settings.threads):
            at = bench(settings) if todo else None
            for job in todo:
                if stop():
                    raise Stopped
                assert at is not None
                yield trained(settings, job, at, folder, stop)
        return
    yield from _in_processes(settings, todo, folder, processes, stop)


def _in_processes(
    settings: Trained, todo: Sequence[Job], folder: Path, processes: int, stop: Stop
) -> Iterator[Result]:
    """Yield results of several processes; they end when this one does."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"))
    left = iter(todo)
    pending: set[Future[Result]] = set()
    try:
        while True:
            for job in left:
                pending.add(pool.submit(_one, settings, job, folder))
                if len(pending) >= 2 * processes:
                    break
            if not pending:
                return
            done, pending = wait(pending, POLL, FIRST_COMPLETED)
            for future in done:
                yield future.result()
            if stop():
                raise Stopped
    finally:
        workers = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


def _one(settings: Trained, job: Job, folder: Path) -> Result:
    """Return a result in a process that keeps the data."""
    with quiet_torch(settings.threads or 1):
        return trained(settings, job, _bench(settings), folder, never)


@lru_cache(maxsize=1)
def _bench(settings: Trained) -> Bench:
    return bench(settings)


def trained(
    settings: Trained, job: Job, at: Bench, folder: Path, stop: Stop = never
) -> Result:
    """Train one network and measure it; long trainings leave checkpoints."""
    start = time.perf_counter()
    torch.manual_seed(seeds.number(settings.seed, seeds.WEIGHTS, job.repeat, *job.row))
    net = networks.alone(settings.space, job.row, at.scale)
    seed = seeds.number(settings.seed, seeds.ARCHS, job.repeat)
    trainer = Trainer(net, at.feed, settings.recipe, seed)
    name = "".join(f"{option:02x}" for option in job.row)
    partial = folder / f"partial-{name}-{job.repeat}.pt"
    trainer.run(partial, EVERY, stop=stop)
    net.eval()
    valid, test = (
        evaluate(net, at.feed, rows)
        for rows in (at.feed.split.valid, at.feed.split.test)
    )
    partial.unlink(missing_ok=True)
    spent = time.perf_counter() - start
    return Result(
        *(job.row, job.repeat, valid.accuracy, test.accuracy, valid.loss, spent)
    )
