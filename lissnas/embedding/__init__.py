"""Architectures as points of the plane: PCA at once, UMAP [1]_ in a process of its own.

A map is fitted once, to landmarks, and all other architectures are placed into it, so
that a run's iterations can be compared by eye. `python -m lissnas.embedding` is the
worker that module `jobs` starts.

.. [1] McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and
   Projection for Dimension Reduction", 2018, arXiv:1802.03426.
"""

from lissnas.embedding.points import (
    Plane,
    Projection,
    nearest,
    place,
    projection,
    scaled,
    umap,
)
from lissnas.embedding.settings import UmapSettings

__all__ = [
    "Plane",
    "Projection",
    "UmapSettings",
    "nearest",
    "place",
    "projection",
    "scaled",
    "umap",
]
