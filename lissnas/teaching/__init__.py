"""What teaches: the tour's lessons and the glossary, apart from how they are drawn."""

from lissnas.teaching.contrast import Contrast, Diverse, by_hand, contrast, diverse
from lissnas.teaching.glossary import TERMS, Term, found
from lissnas.teaching.lessons import LESSONS, Lesson
from lissnas.teaching.pockets import Round, one_round
from lissnas.teaching.search import searched

__all__ = [
    "LESSONS",
    "TERMS",
    "Contrast",
    "Diverse",
    "Lesson",
    "Round",
    "Term",
    "by_hand",
    "contrast",
    "diverse",
    "found",
    "one_round",
    "searched",
]
