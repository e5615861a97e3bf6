"""Shrinkers, by name."""

from lissnas.shrink.base import Shrinker
from lissnas.shrink.lissnas import Lissnas

SHRINKERS: dict[str, type[Lissnas]] = {"lissnas": Lissnas}

__all__ = ["SHRINKERS", "Shrinker"]
