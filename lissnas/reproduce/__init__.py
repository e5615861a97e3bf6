"""The reproduction study: the paper's tables and figures again, ours beside."""

from lissnas.reproduce.execute import execute, missing, stored
from lissnas.reproduce.results import Results, results
from lissnas.reproduce.settings import FULL, QUICK, StudySettings
from lissnas.reproduce.units import Unit, studied, units
from lissnas.reproduce.write import counted, write

__all__ = [
    "FULL",
    "QUICK",
    "Results",
    "StudySettings",
    "Unit",
    "counted",
    "execute",
    "missing",
    "results",
    "stored",
    "studied",
    "units",
    "write",
]
