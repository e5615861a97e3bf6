"""Pure functions from features ``(n, p)`` to points of the plane ``(n, 2)``."""

import warnings
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Features, Ints, chunks
from lissnas.embedding.settings import Metric, UmapSettings

Plane: TypeAlias = npt.NDArray[np.float32]
"""Points of the plane, ``(n, 2)``."""

EPOCHS, LEAST = 200, 20
CHUNK = 1024


def scaled(features: Features, reference: Features) -> Features:
    """Return features ``(n, p)`` whose columns span 1 over `reference`.

    Columns of zeros and ones stay as they are, so that for one-hot features the
    squared Euclidean distance is twice the number of differing decisions.
    """
    low, high = reference.min(axis=0), reference.max(axis=0)
    span = np.where(high > low, high - low, 1)
    found: Features = ((features - low) / span).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Two principal axes ``(p, 2)`` through a mean ``(p,)``."""

    mean: Features
    axes: Features

    def __call__(self, features: Features) -> Plane:
        """Return the projected points, ``(n, 2)``."""
        found: Plane = ((features - self.mean) @ self.axes).astype(np.float32)
        return found


def projection(features: Features) -> Projection:
    """Return the first two principal components of features ``(n, p)``.

    The largest loading of each axis is positive, so equal features give equal maps.
    """
    if features.ndim != 2 or not len(features):
        raise ValueError(
            f"features must have shape (n, p) with n > 0, got {features.shape}"
        )
    mean = features.mean(axis=0, dtype=np.float64)
    centred = features - mean
    values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = np.zeros((features.shape[1], 2))
    chosen = vectors[:, np.argsort(-values, kind="stable")[:2]]
    axes[:, : chosen.shape[1]] = chosen
    largest = np.argmax(np.abs(axes), axis=0)
    signs = np.where(axes[largest, [0, 1]] < 0, -1, 1)
    return Projection(mean.astype(np.float32), (axes * signs).astype(np.float32))


def compared(features: Features, metric: Metric) -> Features:
    """Return features ``(n, p)`` whose Euclidean distances order pairs as `metric`."""
    if metric == "euclidean":
        return features
    lengths = np.sqrt(np.einsum("ij,ij->i", features, features))[:, None]
    found: Features = (features / np.maximum(lengths, 1e-12)).astype(np.float32)
    return found


def nearest(
    features: Features, landmarks: Features, k: int
) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Return the `k` nearest landmarks of each row and their distances, ``(n, k)``.

    Exact Euclidean distances by matrix products; equal ones in the landmarks' order.
    """
    if not 0 < k <= len(landmarks):
        raise ValueError(f"k must be in 1..{len(landmarks)} (landmarks), got {k}")
    rows = np.zeros((len(features), k), dtype=np.int64)
    distances = np.zeros((len(features), k), dtype=np.float32)
    lengths = np.einsum("ij,ij->i", landmarks, landmarks)
    for part in chunks(len(features), CHUNK):
        batch = features[part]
        own = np.einsum("ij,ij->i", batch, batch)
        squared = own[:, None] + lengths - 2 * batch @ landmarks.T
        found = np.sort(np.argpartition(squared, k - 1, axis=1)[:, :k], axis=1)
        values = np.maximum(np.take_along_axis(squared, found, axis=1), 0)
        values = np.round(values, 4)  # equal in spite of rounding
        order = np.argsort(values, axis=1, kind="stable")
        rows[part] = np.take_along_axis(found, order, axis=1)
        distances[part] = np.sqrt(np.take_along_axis(values, order, axis=1))
    return rows, distances


def place(
    features: Features,
    landmarks: Features,
    points: Plane,
    k: int = 5,
    metric: Metric = "euclidean",
) -> Plane:
    """Return where `features` belong on a map of landmarks, ``(n, 2)``.

    The mean of the points of the `k` nearest landmarks, weighted by the inverse of
    their distances; a landmark gets its own point.
    """
    if len(landmarks) != len(points):
        raise ValueError(
            f"points must have a row for each of {len(landmarks)} landmarks, "
            f"got {len(points)}"
        )
    features, landmarks = compared(features, metric), compared(landmarks, metric)
    rows, distances = nearest(features, landmarks, min(k, len(landmarks)))
    weights = 1 / np.maximum(distances, 1e-6)
    weights = np.where(distances[:, :1] < 1e-3, distances < 1e-3, weights)
    weights = weights / weights.sum(axis=1, keepdims=True)
    found: Plane = np.einsum("nk,nkj->nj", weights, points[rows]).astype(np.float32)
    return found


def umap(
    features: Features, seed: int = 0, settings: UmapSettings | None = None
) -> Plane:
    """Return a UMAP of features ``(n, p)`` as ``(n, 2)``, the same for equal seeds.

    Neighbours are exact, which spares the compilation of an approximate search.
    """
    if len(features) < LEAST:
        raise ValueError(
            f"features must have at least {LEAST} rows, got {len(features)}"
        )
    settings = settings or UmapSettings()
    features = compared(np.ascontiguousarray(features, np.float32), settings.metric)
    k = min(settings.neighbours, len(features) - 1)
    rows, distances = _with_self_first(*nearest(features, features, k))
    if settings.metric == "cosine":
        distances = (distances**2 / 2).astype(np.float32)  # of vectors of length one
    known = (rows, distances)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about optional parts that are not used here
        import umap as library

        fitter: Any = library.UMAP(
            n_neighbors=k,
            min_dist=settings.distance,
            n_epochs=EPOCHS,
            init="pca",
            random_state=seed,
            n_jobs=1,
            precomputed_knn=known,
        )
        found: Plane = np.asarray(fitter.fit_transform(features), dtype=np.float32)
    return found


def _with_self_first(
    rows: Ints, distances: npt.NDArray[np.float32]
) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Return neighbours of which the first is the row itself, as UMAP expects."""
    rows, distances = rows.copy(), distances.copy()
    for i in np.flatnonzero(rows[:, 0] != np.arange(len(rows))):
        place_of_self = np.flatnonzero(rows[i] == i)
        last = place_of_self[0] if len(place_of_self) else rows.shape[1] - 1
        rows[i, 1 : last + 1], distances[i, 1 : last + 1] = (
            rows[i, :last].copy(),
            distances[i, :last].copy(),
        )
        rows[i, 0], distances[i, 0] = i, 0
    return rows, distances
