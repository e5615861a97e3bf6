"""Search algorithms, by name."""

from lissnas.search.base import Searcher, Trace, search
from lissnas.search.domains import Domain, Limits, described, explicit, limited, whole
from lissnas.search.evolution import Evolution
from lissnas.search.regularised import Regularised
from lissnas.search.uniform import Uniform

SEARCHERS: dict[str, type[Searcher]] = {
    "evolution": Evolution,
    "regularised": Regularised,
    "random": Uniform,
}

__all__ = [
    "SEARCHERS",
    "Domain",
    "Limits",
    "Searcher",
    "Trace",
    "described",
    "explicit",
    "limited",
    "search",
    "whole",
]
