"""One cell of a comparison: run a method, cut its space to size, measure it."""

from dataclasses import replace
from itertools import takewhile

import numpy as np

from lissnas.arrays import Archs
from lissnas.comparison.anytime import anytime
from lissnas.comparison.bench import Bench, Remembered
from lissnas.comparison.entries import ORIGINAL, RANDOM, entry
from lissnas.comparison.outcome import Members, Outcome, Result, measured
from lissnas.comparison.request import Cell, Comparison, cell_values
from lissnas.records import Iteration
from lissnas.session import SHRINK, Progress, Study, generator
from lissnas.shrink import Shrinker, method_settings
from lissnas.spaces import Space
from lissnas.spaces.base import sample_distinct
from lissnas.subsets import draw_distinct, restore


def computed(
    comparison: Comparison,
    cell: Cell,
    bench: Bench,
    progress: Progress,
    searches: bool = True,
    kept: dict[Cell, Result] | None = None,
) -> tuple[Outcome, Members | None]:
    """Return the outcome of a cell, and members of its space, which it `searches`.

    The space itself is put into `kept`, where that is given. A method that cannot be
    run there gives an outcome with the problem in words. `progress` is told of every
    iteration, and may raise to cancel.
    """
    one = entry(cell.label)
    about = (one.label, one.title, one.role, cell.seed, cell.matched)
    try:
        result = result_of(comparison, cell, bench, progress)
    except ValueError as error:
        return Outcome(*about, problem=str(error)), None
    if kept is not None:
        kept[cell] = result
    numbers, members = measured(bench, result)
    if searches:
        progress(f"{one.title}, seed {cell.seed}: searching what is left")
        members = replace(members, found=anytime(bench, result))
    return Outcome(*about, **numbers), members


def result_of(
    comparison: Comparison, cell: Cell, bench: Bench, progress: Progress
) -> Result:
    """Return the space that a cell is about; ValueError if it cannot be made."""
    space, one = bench.space, entry(cell.label)
    if one.label == ORIGINAL:
        return original_result(bench)
    if one.label == RANDOM:
        rows = sample_distinct(space, comparison.target, bench.generator("random"))
        text = f"{len(rows):,} uniform draws."
        return Result(rows, len(rows), len(rows), 0, 0.0, text)
    settings = method_settings(one.method, cell_values(comparison, cell, space))
    settings.check(space)
    iterations, seconds = _iterations(comparison, cell, settings, bench, progress)
    target = comparison.target if cell.matched else None
    return shrunk_result(bench, iterations, seconds, target)


def original_result(bench: Bench) -> Result:
    """Return the original space, of which a sample is held."""
    start, size = bench.start, bench.space.size
    about = (start.archs, size, size, 0, 0.0, "The original space.")
    return Result(*about, true=start.true, known=bench.known)


def _iterations(
    comparison: Comparison,
    cell: Cell,
    settings: Shrinker,
    bench: Bench,
    progress: Progress,
) -> tuple[list[Iteration], float]:
    """Return a method's iterations, and its own processor time."""
    predict = bench.predict
    before = predict.seconds if isinstance(predict, Remembered) else 0.0
    study = Study(comparison.space, comparison.task, seed=cell.seed)
    rng = generator(study, SHRINK)
    found: list[Iteration] = []
    for iteration in settings(bench.space, predict, rng):
        found.append(iteration)
        progress(
            f"{entry(cell.label).title}, seed {cell.seed}: iteration {iteration.step}, "
            f"{iteration.size:,} architectures"
        )
    after = predict.seconds if isinstance(predict, Remembered) else 0.0
    spent = sum(iteration.seconds for iteration in found) - (after - before)
    return found, max(spent, 0.0)


def shrunk_result(
    bench: Bench, iterations: list[Iteration], seconds: float, target: int | None
) -> Result:
    """Return what a method returned, cut to `target` architectures if that is given.

    Cut is the last space on the method's way that holds so many, by uniform draws; so
    all its numbers are, but for chance, those of a space that the method itself made.
    """
    accepted = [one for one in iterations if one.accepted]
    own, space = accepted[-1], bench.space
    queries = iterations[-1].queries
    about = (own.size, queries, seconds, iterations[-1].reason)
    if target is None or own.size == target:
        if own.step == 0:
            return original_result(bench)
        subset = None
        if own.sampled:
            subset = restore(space, own.subset, own.space)
        return Result(own.space, own.size, *about, subset=subset)
    smaller = list(takewhile(lambda one: one.size < target, reversed(accepted)))
    enough = accepted[-len(smaller) - 1]
    rows = _cut(bench, enough, target, space)
    return Result(rows, len(rows), *about)


def _cut(bench: Bench, enough: Iteration, target: int, space: Space) -> Archs:
    """Return so many distinct uniform members of an iteration's space."""
    rng = bench.generator("cut")
    if enough.step == 0:
        return sample_distinct(space, target, rng)
    if target <= len(enough.space):
        chosen = rng.choice(len(enough.space), target, replace=False)
        rows: Archs = enough.space[np.sort(chosen)]
        return rows
    subset = restore(space, enough.subset, enough.space)
    return draw_distinct(space, subset, target, rng)
