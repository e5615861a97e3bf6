"""The locality of one task, whatever its table holds, with where it comes from.

A complete table answers for random pairs of the whole space. Of a partial one, the
measured architectures are compared among themselves, or a predictor that was fitted to
them answers for all. Without a table there are still the exact costs. Which of these a
number is based on is part of every result.
"""

from lissnas.survey.answers import Answer, answer_for
from lissnas.survey.records import (
    COSTS,
    Survey,
    request,
    survey_dict,
    survey_from_dict,
)
from lissnas.survey.work import SOURCES, Source, survey

__all__ = [
    "COSTS",
    "SOURCES",
    "Answer",
    "Source",
    "Survey",
    "answer_for",
    "request",
    "survey",
    "survey_dict",
    "survey_from_dict",
]
