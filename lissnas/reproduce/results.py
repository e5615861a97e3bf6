"""The records of a study, grouped so that tables and figures can ask for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

from lissnas.comparison import Outcome, Row, summarise
from lissnas.comparison.summary import Estimate, estimate
from lissnas.reproduce.rankings import Ranking
from lissnas.reproduce.units import Unit
from lissnas.reproduce.work import Record
from lissnas.survey import Survey, survey_from_dict

Run = tuple[str, str, str, int, int]  # space, task, label, size, queries


@dataclass(frozen=True, slots=True)
class Results:
    """Outcomes by run, seeds in order; surveys and searches by task."""

    runs: dict[Run, list[Record]] = field(default_factory=dict)
    surveys: dict[tuple[str, str], Survey] = field(default_factory=dict)
    searches: dict[tuple[str, str], dict[str, list[Record]]] = field(
        default_factory=dict
    )
    rankings: Sequence[Ranking] = ()

    @property
    def tasks(self) -> dict[str, list[str]]:
        """Return the tasks of each space, in order."""
        found: dict[str, list[str]] = {}
        for space, task, *_ in self.runs:
            if task not in found.setdefault(space, []):
                found[space].append(task)
        return found

    def first_task(self, space: str) -> str | None:
        """Return the first task of a space, None where there is none."""
        return next(iter(self.tasks.get(space, [])), None)

    def records(self, run: Unit, task: str) -> list[Record]:
        """Return the records of a run on a task, one a seed."""
        return self.runs.get((run.space, task, run.label, run.size, run.queries), [])

    def row(self, run: Unit, task: str) -> Row | None:
        """Return the numbers of a run over its seeds, None where it was not run."""
        return row_of(self.records(run, task))

    def values(self, run: Unit, task: str, measure: str) -> list[float]:
        """Return the known values of a measure, one a seed."""
        found = [one["outcome"][measure] for one in self.records(run, task)]
        return [float(value) for value in found if value is not None]

    def estimate(self, run: Unit, task: str, measure: str) -> Estimate | None:
        """Return the mean and interval of a measure, None where it is unknown.

        Factors of reduction, which differ by orders of magnitude from seed to seed,
        have the geometric mean and its interval.
        """
        if measure == "reduction":
            values = self.values(run, task, measure)
            return geometric(values) if values else None
        row = self.row(run, task)
        return None if row is None else row.estimates.get(measure)


def geometric(values: list[float]) -> Estimate:
    """Return the geometric mean of positive numbers, with Student's t interval."""
    found = estimate([log(value) for value in values])
    return Estimate(exp(found.mean), exp(found.low), exp(found.high), found.n)


def row_of(records: list[Record]) -> Row | None:
    """Return one summary of the records of one run."""
    if not records:
        return None
    return summarise(Outcome(**one["outcome"]) for one in records)[0]


def results(records: Iterable[Record], rankings: Sequence[Ranking] = ()) -> Results:
    """Return records in groups, with what supernets gave."""
    found = Results(rankings=tuple(rankings))
    for record in records:
        unit: dict[str, Any] = record["unit"]
        if unit["part"] == "locality":
            key = unit["space"], unit["task"]
            found.surveys[key] = survey_from_dict(record["survey"])
            continue
        if unit["part"] == "search":
            task = found.searches.setdefault((unit["space"], unit["task"]), {})
            task.setdefault(unit["label"], []).append(record)
            continue
        run = tuple(unit[n] for n in ("space", "task", "label", "size", "queries"))
        found.runs.setdefault(run, []).append(record)
    return found
