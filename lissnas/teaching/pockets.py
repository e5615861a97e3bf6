"""One round of seeds and neighbours, with the truth about each group."""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints, Oracle
from lissnas.shrink.pockets import pockets
from lissnas.spaces import Space
from lissnas.spaces.base import sample_distinct


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A sample, the best of it, and these seeds' neighbours at each edit distance.

    `sample` ``(n, d)``, `seeds` ``(s, d)``, best first; `neighbours` ``(m, d)`` are
    distinct, at `distance` ``(m,)`` edits from the seed in row `parent` ``(m,)``.
    """

    sample: Archs
    seeds: Archs
    neighbours: Archs
    distance: Ints
    parent: Ints


def one_round(
    space: Space,
    predict: Oracle,
    samples: int,
    share: float,
    farthest: int,
    rng: np.random.Generator,
    each: int = 10,
) -> Round:
    """Return a round of `samples` uniform draws, of which a `share` become seeds.

    About `each` neighbours a seed are drawn at every distance 1..`farthest`.

    Raises
    ------
    ValueError
        If `samples` or `farthest` is not positive, or `share` not in (0, 1].
    """
    if samples < 1:
        raise ValueError(f"samples must be at least 1, got {samples}")
    if not 0 < share <= 1:
        raise ValueError(f"share must be in (0, 1], got {share}")
    if not 1 <= farthest <= space.total_edit_distance:
        raise ValueError(
            f"farthest must be in 1..{space.total_edit_distance}, got {farthest}"
        )
    sample = sample_distinct(space, samples, rng)
    order = np.argsort(-predict(sample), kind="stable")
    seeds = sample[order[: max(1, round(share * len(sample)))]]
    found = pockets(space, seeds, each * farthest * len(seeds), farthest, rng)
    return Round(sample, seeds, found.archs, found.distance, found.parent)
