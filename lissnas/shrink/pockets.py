"""Pockets: distinct neighbours of seeds, drawn until little new is left."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from lissnas.arrays import Archs, Ints, Keys, contained, first_occurrences
from lissnas.spaces import Space

LEAST_YIELD, LEAST_DRAWS = 0.02, 64


@dataclass(frozen=True, slots=True)
class Pockets:
    """Distinct neighbours ``(m, d)`` of seeds, with seed numbers and distances."""

    archs: Archs
    keys: Keys
    parent: Ints
    distance: Ints


def pockets(
    space: Space,
    seeds: Archs,
    total: int,
    max_distance: int,
    rng: np.random.Generator,
    excluded: Keys | None = None,
) -> Pockets:
    """Return about `total` neighbours of `seeds`, distinct and none of `excluded`.

    Seeds get equal numbers of draws, at distances uniform in 1..`max_distance` at
    first. Draws that repeat are made again, at distances that still yield something
    new, until little is left; so the result is smaller than `total` where the
    neighbourhoods are.
    """
    seen = space.identity(seeds)
    seen = seen if excluded is None else np.concatenate([seen, excluded])
    archs, parents, distances = [seeds[:0]], [np.zeros(0, int)], [np.zeros(0, int)]
    missing, yields = total, np.ones(max_distance)
    while missing > 0 and len(seeds) and yields.max() > LEAST_YIELD:
        draws = ceil(missing / max(yields.mean(), 0.25)) + LEAST_DRAWS
        parent = np.resize(rng.permutation(len(seeds)), draws)
        distance = 1 + rng.choice(max_distance, draws, p=yields / yields.sum())
        pairs = space.sample_neighbours(seeds[parent], distance, rng)
        keys = space.identity(pairs.archs)
        first = first_occurrences(keys)
        new = first[~contained(keys[first], seen)]
        tried = np.bincount(distance - 1, minlength=max_distance)
        gained = np.bincount(distance[pairs.source[new]] - 1, minlength=max_distance)
        yields = np.where(tried > 0, gained / np.maximum(tried, 1), 0.0)
        new = new[:missing]
        archs.append(pairs.archs[new])
        parents.append(parent[pairs.source[new]])
        distances.append(distance[pairs.source[new]])
        seen = np.concatenate([seen, keys[new]])
        missing -= len(new)
    found = np.concatenate(archs)
    return Pockets(
        found,
        space.identity(found),
        np.concatenate(parents).astype(np.int64),
        np.concatenate(distances).astype(np.int64),
    )


def joined(first: Pockets, second: Pockets) -> Pockets:
    """Return the neighbours of both."""
    return Pockets(
        np.concatenate([first.archs, second.archs]),
        np.concatenate([first.keys, second.keys]),
        np.concatenate([first.parent, second.parent]),
        np.concatenate([first.distance, second.distance]),
    )
