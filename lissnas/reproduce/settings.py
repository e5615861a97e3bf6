"""How much a reproduction study computes: budgets, seeds and sizes."""

from dataclasses import dataclass, field
from typing import Any

from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.predictor import PredictorSettings


@dataclass(frozen=True, slots=True)
class StudySettings:
    """All that the numbers of a study depend on, besides the tables.

    Parameters
    ----------
    seeds
        Repetitions, each with a predictor of its own.
    tasks
        Most tasks of a space that are studied; 0 means all with a bare name.
    queries
        Predictor queries of every method on NAS-Bench-101: the paper's number for
        LISSNAS (Table 10). Other spaces get a quarter of their size.
    sizes
        Sizes to which all methods are matched on NAS-Bench-101.
    large
        The size to which they are matched on spaces that cannot be enumerated.
    pairs, walks
        How locality is measured.
    predictor
        How the predictors are trained.
    own_seeds
        Seeds with which LISSNAS as published runs to its own end where a space cannot
        be enumerated, which takes longest of all; at most `seeds`.
    search_seeds
        Seeds with which the full space and every method's output are searched; 0 means
        no search.
    search_queries
        Distinct queries of each search, at most an eighth of a space.
    spaces
        Spaces to study; empty means all that have a table.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    seeds: int = 5
    tasks: int = 0
    queries: int = 100_000
    sizes: tuple[int, ...] = (13_000, 100_000)
    large: int = 2**20
    pairs: LocalitySettings = field(default_factory=LocalitySettings)
    walks: WalkSettings = field(default_factory=WalkSettings)
    predictor: PredictorSettings = field(default_factory=PredictorSettings)
    own_seeds: int = 3
    search_seeds: int = 20
    search_queries: int = 1000
    spaces: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        least = {"seeds": 1, "tasks": 0, "large": 100, "own_seeds": 0}
        least |= {"search_seeds": 0, "search_queries": 10}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise ValueError(f"{name} must be {low} or more, got {self._of(name)}")
        if not self.sizes or min(self.sizes) < 1:
            raise ValueError(f"sizes must be 1 or more each, got {self.sizes}")
        if self.queries < 2 * min(self.sizes):
            raise ValueError(
                f"queries must be at least twice the least of sizes "
                f"({2 * min(self.sizes):,}), got {self.queries:,}"
            )

    def _of(self, name: str) -> Any:
        return getattr(self, name)


FULL = StudySettings()
QUICK = StudySettings(
    seeds=2,
    tasks=1,
    queries=50_000,
    sizes=(13_000,),
    large=2**14,
    own_seeds=0,
    search_seeds=2,
    search_queries=200,
    pairs=LocalitySettings(pairs=1000, resamples=200),
    walks=WalkSettings(),
    predictor=PredictorSettings(pairs=3000, learning_rate=0.1, max_depth=7, rounds=400),
)
