"""The reproduction study: the paper's tables and figures again, ours beside."""

from lissnas.reproduce.execute import execute, missing, stored
from lissnas.reproduce.rankings import Ranking, read_rankings
from lissnas.reproduce.results import Results, results
from lissnas.reproduce.settings import FULL, QUICK, StudySettings
from lissnas.reproduce.units import Unit, studied, units
from lissnas.reproduce.write import counted, write

__all__ = [
    "FULL",
    "QUICK",
    "Ranking",
    "Results",
    "StudySettings",
    "Unit",
    "counted",
    "execute",
    "missing",
    "read_rankings",
    "results",
    "stored",
    "studied",
    "units",
    "write",
]
