"""Compute what a comparison lacks, in this process or in several."""

from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import lru_cache
from typing import Any

from lissnas.comparison.bench import Bench
from lissnas.comparison.compute import computed
from lissnas.comparison.outcome import Outcome
from lissnas.comparison.request import Cell, Comparison, cells
from lissnas.comparison.store import finished, keep, opened, remember
from lissnas.session import Progress
from lissnas.workers import workers

Done = tuple[Cell, Outcome]
POLL = 0.5  # seconds between two chances for the caller to stop


def missing(comparison: Comparison) -> list[Cell]:
    """Return the cells that are not stored yet, in order."""
    there = finished(comparison)
    return [cell for cell in cells(comparison) if cell not in there]


def execute(
    comparison: Comparison, jobs: int = 1, progress: Progress = lambda _: None
) -> Generator[Done, None, None]:
    """Yield each missing cell with its outcome, computed and stored.

    The caller may stop at any time, or raise in `progress`; what was yielded is
    stored, and another call goes on after it. With `jobs` processes the order of the
    cells differs, their numbers do not, and `progress` is also called without words,
    for a chance to raise.

    Raises
    ------
    ValueError
        If the task has no table, or `jobs` is less than 1.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, got {jobs}")
    todo = missing(comparison)
    remember(comparison)
    if jobs > 1 and len(todo) > 1:
        yield from _in_processes(comparison, todo, jobs, progress)
        return
    bench: Bench | None = None
    for cell in todo:
        if bench is None or bench.seed != cell.seed:
            bench = opened(comparison, cell.seed, progress)
        yield cell, _compute(comparison, cell, bench, progress)


def _compute(
    comparison: Comparison, cell: Cell, bench: Bench, progress: Progress
) -> Outcome:
    """Return the outcome of a cell after storing it."""
    outcome, members = computed(comparison, cell, bench, progress)
    keep(comparison, cell, outcome, members)
    return outcome


def _in_processes(
    comparison: Comparison, todo: list[Cell], jobs: int, progress: Progress
) -> Generator[Done, None, None]:
    """Yield the cells as processes finish them; a seed's predictor comes first."""
    with workers(jobs) as pool:
        waiting: dict[Future[Any], Cell | int] = {}
        for seed in sorted({cell.seed for cell in todo}):
            waiting[pool.submit(_prepare, comparison, seed)] = seed
        while waiting:
            done, _ = wait(waiting, POLL, return_when=FIRST_COMPLETED)
            progress("")
            for future in done:
                about, result = waiting.pop(future), future.result()
                if isinstance(about, Cell):
                    yield about, result
                    continue
                progress(f"Seed {about} is ready")
                for cell in todo:
                    if cell.seed == about:
                        task = pool.submit(_cell, comparison, cell)
                        waiting[task] = cell


@lru_cache(maxsize=2)
def _bench(comparison: Comparison, seed: int) -> Bench:
    """Return a seed's bench, kept for the next cells of this process."""
    return opened(comparison, seed)


def _prepare(comparison: Comparison, seed: int) -> None:
    """Fit and store the predictor of a seed."""
    _bench(comparison, seed)


def _cell(comparison: Comparison, cell: Cell) -> Outcome:
    """Return the outcome of one cell, in a process of its own."""
    return _compute(comparison, cell, _bench(comparison, cell.seed), lambda _: None)
