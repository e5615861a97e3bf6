"""What one stage of AnyNetX may be, and how far two stages are apart.

A stage has a depth d, a width w, a bottleneck ratio b and a group width g. Depth is
free; a *form* is one of the valid (w, b, g), those for which g divides the inner width
w / b. They are the ones that the rule of the published code, which rounds inner widths
to multiples of the group width, leaves as they are.

Edits change one of w, b and g and may only lead to forms. All the same, as many of them
as there are differences suffice to get from one form to any other. All w are multiples
of 8 and all b g are powers of two, so a form is valid if b g is at most the largest
power of two in w, or 8 if that is less. First lower b or g where they are to be lower:
b g falls, so w allows it. Then change w: b g is now at most what it will be in the end,
which the new w allows. Then raise the others, up to there. So the shortest edit distance
of two forms is the number of their differences, and that of two networks likewise.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Ints, Scores

STAGES = 4
DEPTHS = tuple(range(1, 17))
WIDTHS = tuple(range(8, 1025, 8))
BOTTLENECKS = (1, 2, 4)
GROUPS = (1, 2, 4, 8, 16, 32)
KINDS = ("depth", "width", "bottleneck", "group")
VALUES = tuple(np.array(values) for values in (DEPTHS, WIDTHS, BOTTLENECKS, GROUPS))
FARTHEST = 3  # differences of two forms


def _forms() -> tuple[Ints, Ints]:
    """Return the forms' options ``(f, 3)``, and the form of each w, b, g or -1."""
    w, b, g = np.meshgrid(*VALUES[1:], indexing="ij")
    valid = w % (b * g) == 0
    number = np.full(valid.shape, -1)
    number[valid] = np.arange(valid.sum())
    return np.argwhere(valid), number


FORMS, FORM_OF = _forms()


class Moves(NamedTuple):
    """All forms ordered by their distance from each form.

    ``order[f, start[f, k] : start[f, k + 1]]`` are the forms at distance k of form f;
    `start` ``(f, 5)``, `count` ``(f, 4)`` float64.
    """

    order: npt.NDArray[np.int16]
    start: Ints
    count: Scores


@lru_cache(maxsize=8)
def moves(kind: str | None) -> Moves:
    """Return the distances between forms by edits of one kind, or of all."""
    distance = np.zeros((len(FORMS), len(FORMS)), dtype=np.int8)
    for column, name in enumerate(KINDS[1:]):
        differs = FORMS[:, None, column] != FORMS[None, :, column]
        distance += differs if kind in (None, name) else differs * np.int8(FARTHEST + 1)
    far = FARTHEST + 1
    distance = np.minimum(distance, far)
    order = np.argsort(distance, axis=1, kind="stable").astype(np.int16)
    count = np.stack([(distance == k).sum(axis=1) for k in range(far)], axis=1)
    start = np.concatenate([np.zeros((len(FORMS), 1), int), count.cumsum(axis=1)], 1)
    return Moves(order, start, count.astype(np.float64))


def log_uniform_weights() -> tuple[Scores, Scores]:
    """Return chances of the depths and of the forms under log-uniform sampling.

    A value is a log-uniform real number rounded up to the grid, the first value from
    half a step on, as in the published code; powers of two are equally likely. Forms
    are drawn until one is valid, which leaves the chances of the valid ones as they
    are to each other.
    """
    depth = _log_gaps(np.array(DEPTHS))
    width = _log_gaps(np.array(WIDTHS))[FORMS[:, 0]]
    return depth / depth.sum(), width / width.sum()


def _log_gaps(values: Ints) -> Scores:
    """Return the logarithmic length of the gap below each value of an even grid."""
    below = np.concatenate([[values[0] / 2], values[:-1]])
    return np.asarray(np.log(values / below))
