"""A study that takes seconds, and how the tests compute it."""

from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.predictor import PredictorSettings
from lissnas.reproduce import StudySettings, execute, stored, units

TINY = StudySettings(
    seeds=1,
    tasks=1,
    large=200,
    search_seeds=1,
    search_queries=60,
    pairs=LocalitySettings(pairs=100, resamples=20),
    walks=WalkSettings(walks=10, steps=60),
    predictor=PredictorSettings(pairs=300, rounds=30, patience=10),
    spaces=("nasbench201",),
)


def computed(settings, cache, wanted=None):
    """Return the records of a study, computing what is missing."""
    listed = units(settings) if wanted is None else wanted
    todo = [unit for unit in listed if stored(unit, settings, cache) is None]
    assert list(execute(todo, settings, cache)) == todo
    return [stored(unit, settings, cache) for unit in listed]
