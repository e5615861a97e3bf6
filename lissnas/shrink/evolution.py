"""The parts of NSE: operators that take turns, and Pareto fronts that choose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Scores

MOST_ACTIVE = 5
Queue = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The operators of each decision that are active, and those that wait."""

    active: tuple[Queue, ...]
    waiting: tuple[Queue, ...]


def _places(options: int, active: int) -> int:
    """Return how many of a decision's options are active at a time."""
    return active or min(max(options // 2, 2), MOST_ACTIVE)


def rounds_needed(options: int, active: int) -> int:
    """Return the rounds of a decision, as in the paper's code: 6 for 27 options."""
    return max((options - 1) // (_places(options, active) - 1), 1)


def shuffled(options: Sequence[int], rng: np.random.Generator) -> Queue:
    """Return options in random order."""
    return tuple(int(option) for option in rng.permutation(list(options)))


def first_cells(queues: Sequence[Queue], active: int) -> Cells:
    """Return the first round's cells: as many of each queue as there are places."""
    places = [_places(len(queue), active) for queue in queues]
    return Cells(
        tuple(queue[:n] for queue, n in zip(queues, places, strict=True)),
        tuple(queue[n:] for queue, n in zip(queues, places, strict=True)),
    )


def passed_on(cells: Cells, front: Archs, rounds: int) -> tuple[Queue, ...]:
    """Return the active operators of each decision that survive a round.

    Those that the front uses, most used first. While others wait, with `rounds` to
    come, places are left for them.
    """
    kept = []
    for decision, (active, waiting) in enumerate(
        zip(cells.active, cells.waiting, strict=True)
    ):
        uses = [int(np.sum(front[:, decision] == option)) for option in active]
        ranked = [active[i] for i in np.argsort([-n for n in uses], kind="stable")]
        used = ranked[: sum(n > 0 for n in uses)] or ranked
        places = len(active) - _fresh(waiting, rounds) if waiting else len(active)
        kept.append(tuple(used[: max(places, 1)]))
    return tuple(kept)


def _fresh(waiting: Queue, rounds: int) -> int:
    """Return how many must join so that none waits after as many more rounds."""
    return ceil(len(waiting) / max(rounds, 1))


def refilled(cells: Cells, kept: Sequence[Queue], rounds: int) -> Cells:
    """Return the next round's cells: what was passed on, and waiting ones."""
    active, waiting = [], []
    for before, queue, stays in zip(cells.active, cells.waiting, kept, strict=True):
        joining = max(len(before) - len(stays), _fresh(queue, rounds))
        active.append((*stays, *queue[:joining]))
        waiting.append(queue[joining:])
    return Cells(tuple(active), tuple(waiting))


def union(first: Sequence[Queue], second: Sequence[Queue]) -> list[Queue]:
    """Return the options of both, for each decision."""
    return [(*some, *others) for some, others in zip(first, second, strict=True)]


def fronts(cost: Ints, scores: Scores, member: Bools, count: int) -> Ints:
    """Return members of the first Pareto fronts that hold `count` of them in all.

    Those that are no `member` shape the fronts only.
    """
    found, rest = np.zeros(0, dtype=np.int64), np.arange(len(cost))
    while len(found) < count and len(rest):
        front = pareto(cost[rest], scores[rest])
        found = np.concatenate([found, rest[front & member[rest]]])
        rest = rest[~front]
    return found


def pareto(cost: Ints, scores: Scores) -> Bools:
    """Return which are neither dearer nor worse than another that differs, ``(n,)``."""
    order = np.lexsort((-scores, cost))
    best_so_far = np.maximum.accumulate(scores[order])
    first = np.ones(len(order), dtype=bool)
    first[1:] = scores[order][1:] > best_so_far[:-1]
    front = np.zeros(len(order), dtype=bool)
    front[order] = first
    return front
