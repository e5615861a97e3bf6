"""Locality among measured architectures: pairs grouped by their exact edit distance.

Random pairs of a huge space are never both measured, but any two of the measured ones
are a pair at some distance. Such pairs share architectures, so the intervals resample
architectures, and the noise floor shuffles accuracies among them.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Archs, Ints, Scores, chunks
from lissnas.metrics.locality.pairs import Locality, LocalitySettings
from lissnas.metrics.locality.statistics import (
    BLOCK,
    Curve,
    Sample,
    Weights,
    correlations,
    curve_of,
    differences,
    drawn_counts,
    estimate,
    ranked,
)
from lissnas.spaces.base import Distanced

LEAST_MEASURED, MOST_MEASURED, MOST_PAIRS = 100, 6_000, 10_000
ROWS, SHUFFLES = 64, 200


def measured_locality(
    space: Distanced,
    archs: Archs,
    accuracy: Scores,
    settings: LocalitySettings,
    rng: np.random.Generator,
) -> Locality:
    """Return the locality of measured architectures ``(n, d)`` and ``(n,)``.

    All pairs of at most 6,000 of them count, at most 10,000 (or `pairs`) at each
    distance; distances with fewer than 100 pairs are left out. `max_distance` 0 means
    all distances that occur.
    """
    if len(archs) > MOST_MEASURED:
        rows = np.sort(rng.choice(len(archs), MOST_MEASURED, replace=False))
        archs, accuracy = archs[rows], accuracy[rows]
    table = distance_table(space, archs)
    most = settings.max_distance or int(table.max(initial=0))
    found: dict[int, tuple[Ints, Ints]] = {}
    left_out = []
    for distance in range(1, most + 1):
        pairs = _pairs_at(table, distance, max(settings.pairs, MOST_PAIRS), rng)
        if len(pairs[0]) < LEAST_MEASURED:
            left_out.append(distance)
        else:
            found[distance] = pairs
    scores = ranked((accuracy, accuracy))[0] if settings.ranks else accuracy
    rwa, aad = [], []
    for pairs in found.values():
        weights = _redrawn(len(archs), pairs, settings.resamples)
        rwa.append(estimate(correlations, _ends(scores, pairs), weights, rng))
        aad.append(estimate(differences, _ends(accuracy, pairs), weights, rng))
    unrelated = rng.permuted(accuracy)
    curve = curve_of(aad)
    return Locality(
        distance=np.array(list(found), dtype=np.int64),
        pairs=np.array([len(pairs[0]) for pairs in found.values()], dtype=np.int64),
        rwa_curve=curve_of(rwa),
        aad_curve=curve,
        unrelated=float(differences(accuracy, unrelated)) if len(archs) else np.nan,
        noise=_shuffled_noise(scores, list(found.values()), rng),
        aad_by_kind=_kinds(space, curve, found),
        left_out=tuple(left_out),
    )


def distance_table(space: Distanced, archs: Archs) -> npt.NDArray[np.int8]:
    """Return the edit distances of all pairs i < j ``(n, n)``, 0 elsewhere."""
    table = np.zeros((len(archs), len(archs)), dtype=np.int8)
    for rows in chunks(len(archs), ROWS):
        later = archs[rows.start :]
        own = archs[rows]
        first = np.repeat(own, len(later), axis=0)
        second = np.tile(later, (len(own), 1))
        block = space.distance(first, second).reshape(len(own), len(later))
        table[rows, rows.start :] = np.triu(block, 1)
    return table


def _pairs_at(
    table: npt.NDArray[np.int8], distance: int, most: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return at most `most` pairs at a distance, each in a random order."""
    flat = np.flatnonzero(table == distance)
    if len(flat) > most:
        flat = np.sort(rng.choice(flat, most, replace=False))
    i, j = np.divmod(flat, max(len(table), 1))
    swap = rng.random(len(flat)) < 0.5
    return np.where(swap, j, i), np.where(swap, i, j)


def _ends(scores: Scores, pairs: tuple[Ints, Ints]) -> Sample:
    """Return the scores of both ends of pairs."""
    return scores[pairs[0]], scores[pairs[1]]


def _redrawn(count: int, pairs: tuple[Ints, Ints], resamples: int) -> Weights:
    """Return resamples of architectures as weights of their pairs."""

    def blocks(rng: np.random.Generator) -> Iterator[Scores]:
        for part in chunks(resamples, BLOCK):
            drawn = drawn_counts(count, part.stop - part.start, rng)
            yield drawn[:, pairs[0]] * drawn[:, pairs[1]]

    return blocks


def _shuffled_noise(
    scores: Scores, found: list[tuple[Ints, Ints]], rng: np.random.Generator
) -> Scores:
    """Return what shuffled scores' correlation exceeds 1 time in 20, ``(k,)``."""
    noise = np.zeros((SHUFFLES, len(found)))
    for row in noise:
        shuffled = rng.permuted(scores)
        row[:] = [abs(correlations(*_ends(shuffled, pairs))) for pairs in found]
    return np.percentile(noise, 95, axis=0) if found else np.zeros(0)


def _kinds(
    space: Distanced, curve: Curve, found: dict[int, tuple[Ints, Ints]]
) -> dict[str, Curve]:
    """Return the first three distances as those of the only kind, if all are there."""
    if len(space.edit_kinds) > 1 or list(found)[:3] != [1, 2, 3]:
        return {}
    parts = (part[:3] for part in (curve.values, curve.low, curve.high))
    return {space.edit_kinds[0]: Curve(*parts)}
