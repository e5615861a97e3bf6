"""How a UMAP is made."""

from dataclasses import dataclass
from typing import Literal

Metric = Literal["euclidean", "cosine"]
LEAST, MOST = 2, 200


@dataclass(frozen=True, slots=True)
class UmapSettings:
    """Settings of a UMAP.

    Parameters
    ----------
    neighbours
        How many nearest architectures each one is held together with: few show small
        pockets, many the large picture.
    distance
        How close points may come on the map, in 0..0.99: 0 packs pockets tightly.
    metric
        How unlike two architectures are: euclidean, whose square counts the decisions
        that differ (Hamming) where features are options, or cosine, which compares
        proportions of features and not their size.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    neighbours: int = 15
    distance: float = 0.1
    metric: Metric = "euclidean"

    def __post_init__(self) -> None:
        if not LEAST <= self.neighbours <= MOST:
            raise ValueError(
                f"neighbours must be in {LEAST}..{MOST}, got {self.neighbours}"
            )
        if not 0 <= self.distance <= 0.99:
            raise ValueError(f"distance must be in 0..0.99, got {self.distance}")
        if self.metric not in ("euclidean", "cosine"):
            raise ValueError(f"metric must be euclidean or cosine, got {self.metric!r}")
