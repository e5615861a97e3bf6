"""What one stage of AnyNetX may be, and how it is drawn.

A stage has a depth d, a width w, a bottleneck ratio b and a group width g. Depth is
free; a *form* is one of the valid (w, b, g), those for which g divides the inner width
w / b. They are the ones that the rule of the published code, which rounds inner widths
to multiples of the group width, leaves as they are.
"""

import numpy as np

from lissnas.arrays import Ints, Scores

STAGES = 4
DEPTHS = tuple(range(1, 17))
WIDTHS = tuple(range(8, 1025, 8))
BOTTLENECKS = (1, 2, 4)
GROUPS = (1, 2, 4, 8, 16, 32)
KINDS = ("depth", "width", "bottleneck", "group")
VALUES = tuple(np.array(values) for values in (DEPTHS, WIDTHS, BOTTLENECKS, GROUPS))


def _forms() -> tuple[Ints, Ints]:
    """Return the forms' options ``(f, 3)``, and the form of each w, b, g or -1."""
    w, b, g = np.meshgrid(*VALUES[1:], indexing="ij")
    valid = w % (b * g) == 0
    number = np.full(valid.shape, -1)
    number[valid] = np.arange(valid.sum())
    return np.argwhere(valid), number


FORMS, FORM_OF = _forms()


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
