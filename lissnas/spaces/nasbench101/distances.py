"""Neighbours at an exact edit distance: random edits, rejected where they fell short.

A cell reached by d edits is at distance d if it is in no smaller ball around the
start. Balls are exact up to radius `EXACT` - 1; beyond that they would hold much of
the space, so a cell drawn at a larger distance d is only known to be farther than
`EXACT` - 1 edits and at most d edits away.
"""

import numpy as np

from lissnas.arrays import Bools, Ints, Scores, chunks
from lissnas.spaces.nasbench101.edits import (
    CELLS,
    cell_edits,
    cell_insertions,
    check_kind,
    random_step,
)

EXACT = 4
SOURCES, FEW, NEAR = 80, 10, 4  # of mean numbers of cells: to 4 edits, and beyond
FARTHEST = 6
TRIES = 16
CHUNK = 1024


def ball(cells: Ints, radius: int) -> Ints:
    """Return sorted keys ``row * CELLS + cell`` of all cells within `radius` edits.

    The centre is included. One step is a single edit, or an insertion for two.
    """
    keys = np.arange(len(cells)) * CELLS + cells
    shells = [keys]
    for step in range(1, radius + 1):
        row, cell = np.divmod(shells[-1], CELLS)
        edits = cell_edits(cell)
        reached = [row[edits.source] * CELLS + edits.cells]
        if step > 1:
            row, cell = np.divmod(shells[-2], CELLS)
            longer, source = cell_insertions(cell)
            reached.append(row[source] * CELLS + longer)
        found = _distinct(np.concatenate(reached))
        shells.append(found[~_contains(keys, found)])
        keys = np.sort(np.concatenate([keys, shells[-1]]), kind="stable")
    return keys


def mean_shells(rng: np.random.Generator) -> tuple[Scores, str]:
    """Return the mean number of cells 1 to 6 edits away, and how that was found.

    Balls are exact; there are fewer centres where they grow large.
    """
    cells = rng.integers(0, CELLS, SOURCES)
    sizes = [len(ball(cells, radius)) / SOURCES for radius in range(NEAR + 1)]
    beyond = range(NEAR, FARTHEST + 1)
    few = [len(ball(cells[:FEW], radius)) / FEW for radius in beyond]
    shells = np.concatenate([np.diff(sizes), np.diff(few)])
    return shells, (
        f"by exact shortest edits from {SOURCES} random cells, beyond {NEAR} edits "
        f"from {FEW}"
    )


def _distinct(keys: Ints) -> Ints:
    """Return the distinct `keys`, sorted; faster than hashing at these sizes."""
    keys = np.sort(keys)
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first]


def _contains(known: Ints, keys: Ints) -> Bools:
    """Return which `keys` are in sorted, non-empty `known`, ``(n,)``."""
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: Bools = known[place] == keys
    return found


def random_edits(
    cells: Ints, edits: int, rng: np.random.Generator, kind: str | None = None
) -> Ints:
    """Return where random steps worth `edits` edits lead from each cell, ``(n,)``.

    Each step is uniform over the ways to edit the cell once and, if two edits are left
    and `kind` is not given, to insert a vertex. Some ways lead to the same cell or
    back to an isomorph. A cell that cannot be edited stays where it is.
    """
    cells = np.array(cells, dtype=np.int64)
    left = np.full(len(cells), edits)
    while (moving := np.flatnonzero(left > 0)).size:
        found, price = random_step(cells[moving], left[moving] > 1, rng, kind)
        cells[moving] = found
        left[moving] -= price
    return cells


def sample_cells_at(
    cells: Ints, distance: Ints, rng: np.random.Generator, kind: str | None = None
) -> tuple[Ints, Ints]:
    """Return cells at `distance` edits ``(n,)``, and the rows they are for.

    Rows for which `TRIES` draws found none are left out.
    """
    check_kind(kind)
    result = np.full(len(cells), -1, dtype=np.int64)
    for edits in np.unique(distance[distance > 0]):
        rows = np.flatnonzero(distance == edits)
        rows = rows[np.argsort(cells[rows], kind="stable")]
        centres, first = np.unique(cells[rows], return_index=True)
        ends = np.append(first, len(rows))
        for part in chunks(len(centres), CHUNK):
            some = rows[ends[part.start] : ends[part.stop]]
            result[some] = _draw(cells[some], int(edits), rng, kind)
    kept = np.flatnonzero(result >= 0)
    return result[kept], kept


def _draw(cells: Ints, edits: int, rng: np.random.Generator, kind: str | None) -> Ints:
    """Return one cell at `edits` edits for each of `cells`, -1 where none was found."""
    centres, centre = np.unique(cells, return_inverse=True)
    near = ball(centres, min(edits, EXACT) - 1)
    result = np.full(len(cells), -1, dtype=np.int64)
    left = np.arange(len(cells))
    for _ in range(TRIES):
        reached = random_edits(cells[left], edits, rng, kind)
        keys = centre[left] * CELLS + reached
        far = ~_contains(near, keys)
        result[left[far]] = reached[far]
        left = left[~far]
        if not len(left):
            break
    return result
