"""The settings of LISSNAS with every automatic value filled in for one space."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of `Lissnas` with every automatic value filled in for one space."""

    target: int
    queries: int
    samples: int
    seed_share: float
    max_distance: int
    keep: float
    tolerance: float
    iterations: int
    diversity: float = 0.0
