"""Shrinkers, by name."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from lissnas.shrink.abs import Abs
from lissnas.shrink.base import Shrinker
from lissnas.shrink.dds import Dds
from lissnas.shrink.greedynas import GreedyNas
from lissnas.shrink.greedynasv2 import GreedyNasV2
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.naive import Naive
from lissnas.shrink.no_locality import NoLocality
from lissnas.shrink.no_neighbour import NoNeighbour
from lissnas.shrink.nse import Nse
from lissnas.shrink.padnas import PadNas
from lissnas.shrink.query_all import QueryAll
from lissnas.shrink.top import TopPredicted

SHRINKERS: dict[str, type[Shrinker]] = {
    "lissnas": Lissnas,
    "abs": Abs,
    "nse": Nse,
    "padnas": PadNas,
    "greedynas": GreedyNas,
    "greedynasv2": GreedyNasV2,
    "dds": Dds,
    "naive": Naive,
    "no-neighbour": NoNeighbour,
    "no-locality": NoLocality,
    "query-all": QueryAll,
    "top-predicted": TopPredicted,
}


def method_settings(method: str, values: Mapping[str, Any]) -> Shrinker:
    """Return the settings of a method; ValueError if there is none of that name.

    Raises TypeError, as any class does, if it has no such settings.
    """
    if method not in SHRINKERS:
        raise ValueError(f"method must be one of {list(SHRINKERS)}, got {method!r}")
    return cast(Callable[..., Shrinker], SHRINKERS[method])(**values)


__all__ = ["SHRINKERS", "Shrinker", "method_settings"]
