"""Shrinkers, by name."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from lissnas.shrink.base import Shrinker
from lissnas.shrink.lissnas import Lissnas

SHRINKERS: dict[str, type[Shrinker]] = {
    "lissnas": Lissnas,
}


def method_settings(method: str, values: Mapping[str, Any]) -> Shrinker:
    """Return the settings of a method; ValueError if there is none of that name.

    Raises TypeError, as any class does, if it has no such settings.
    """
    if method not in SHRINKERS:
        raise ValueError(f"method must be one of {list(SHRINKERS)}, got {method!r}")
    return cast(Callable[..., Shrinker], SHRINKERS[method])(**values)


__all__ = ["SHRINKERS", "Shrinker", "method_settings"]
