"""A run as a record to look at: all of it that can be read, whatever its age.

A run of another format, with settings that are gone, or with damaged files is read as
far as it goes, and says what is missing. Nothing is computed and nothing is written.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lissnas import archive, runs
from lissnas.evaluation import Original
from lissnas.runs import FORMAT, Run, Stored
from lissnas.session import Study, study_from_dict
from lissnas.sharing.about import About, read_about
from lissnas.spaces import SPACES, Space


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What can be read of a run.

    Parameters
    ----------
    run, about
        The run's folder and configuration, and what people say of it.
    study, space, start
        None where the stored ones are of no kind that is known here.
    stored
        The iterations with their arrays, up to the first that cannot be read.
    measures
        The numbers of all iterations whose JSON can be read, in order.
    final
        The numbers of the result, None while there are none.
    problems
        A sentence for each part that is missing; empty for a run of today.
    """

    run: Run
    about: About
    study: Study | None
    space: Space | None
    start: Original | None
    stored: tuple[Stored, ...]
    measures: tuple[dict[str, Any], ...]
    final: dict[str, Any] | None
    problems: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return what the run is called."""
        return self.about.title or self.run.name

    @property
    def result(self) -> int | None:
        """Return the iteration whose space is the result, None without iterations."""
        accepted = [s.iteration.step for s in self.stored if s.iteration.accepted]
        return accepted[-1] if accepted else None


def read(name: str) -> Record:
    """Return all of a run that can be read; ValueError if that is not even run.json."""
    run, problems = runs.peek(name), []
    said = run.config.get("format")
    if said != FORMAT:
        problems.append(
            f"It has format {said!r}, not {FORMAT}, so it can only be looked at."
        )
    study = start = final = None
    try:
        study = study_from_dict(run.config.get("study") or {})
    except ValueError as error:
        problems.append(f"It cannot be continued: its {error}.")
    try:
        start = archive.original(run)
    except ValueError as error:
        problems.append(f"Its sample of the original space cannot be read: {error}.")
    try:
        final = runs.read_final(run)
    except ValueError as error:
        problems.append(f"The numbers of its result cannot be read: {error}.")
    about = read_about(run.path, run.config)
    stored, measures = _iterations(run, problems)
    return Record(
        run,
        about,
        study,
        space_of(run),
        start,
        tuple(stored),
        tuple(measures),
        final,
        tuple(problems),
    )


def _iterations(
    run: Run, problems: list[str]
) -> tuple[list[Stored], list[dict[str, Any]]]:
    """Return the iterations that can be read and all numbers; note what cannot."""
    stored: list[Stored] = []
    measures: list[dict[str, Any]] = []
    for step in range(run.steps):
        try:
            numbers = runs.read_json(run.path / f"{step:03d}.json").get("measures")
            if not isinstance(numbers, dict) or number(numbers, "size") is None:
                raise ValueError(f"{step:03d}.json holds no measures")
            measures.append(clean(numbers))
            if len(stored) == step:
                stored.append(runs.read_iteration(run, step))
        except ValueError as error:
            problems.append(f"Iteration {step} cannot be read whole: {error}.")
            if len(measures) <= step:
                break
    return stored, measures


def clean(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of `numbers` that are numbers, truths or unknown."""
    kinds = (int, float, bool, type(None))
    return {str(k): v for k, v in numbers.items() if isinstance(v, kinds)}


def number(values: Mapping[str, Any], name: str) -> float | None:
    """Return a finite number of a stored dictionary, None for anything else."""
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def space_of(run: Run) -> Space | None:
    """Return a run's space, None where it names none that is known here."""
    study = run.config.get("study")
    name = study.get("space") if isinstance(study, dict) else None
    return SPACES.get(name) if isinstance(name, str) else None


def study_of(run: Run) -> tuple[dict[str, Any], str]:
    """Return what a run says it did, for readers, and why it cannot be continued."""
    stored = run.config.get("study")
    raw: dict[str, Any] = stored if isinstance(stored, dict) else {}
    known, seed = space_of(run), raw.get("seed")
    said = {
        "space": known.title if known else str(raw.get("space", "")),
        "task": str(raw.get("task", "")),
        "method": str(raw.get("method", "")),
        "seed": seed if isinstance(seed, int) else None,
    }
    if run.config.get("format") != FORMAT:
        return said, f"format {run.config.get('format')!r}, not {FORMAT}"
    try:
        study = study_from_dict(raw)
    except ValueError as error:
        return said, str(error)
    variant = getattr(study.settings, "variant", "")
    return said | {"method": f"{study.settings.title} {variant}".strip()}, ""
