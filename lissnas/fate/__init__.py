"""What became of single architectures in a run: followed, and explained in words."""

from lissnas.fate.follow import WORDS, Fates, fates, find_rows, looked_up, words
from lissnas.fate.lineage import Around, around, born, links
from lissnas.fate.nearest import Nearest, nearest, nearest_of_many
from lissnas.fate.reasons import Reason
from lissnas.fate.why import Why, why

__all__ = [
    "WORDS",
    "Around",
    "Fates",
    "Nearest",
    "Reason",
    "Why",
    "around",
    "born",
    "fates",
    "find_rows",
    "links",
    "looked_up",
    "nearest",
    "nearest_of_many",
    "why",
    "words",
]
