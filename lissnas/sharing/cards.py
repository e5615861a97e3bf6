"""The runs at a glance: key numbers, a curve by iteration, and what people say.

Only JSON is read, and each folder once: a card is kept until a file in the folder is
replaced, so that a list of hundreds of runs stays fast.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lissnas import runs
from lissnas.home import runs_dir
from lissnas.runs import Run
from lissnas.sharing.about import About, read_about
from lissnas.sharing.reading import number, study_of

KEPT = 2048


@dataclass(frozen=True, slots=True)
class Card:
    """One run in a list; None and empty where the run does not say it.

    Parameters
    ----------
    name, created, about
        The folder's name, when the run began, and what people say of it.
    space, task, method, seed
        What was run, for readers.
    steps, finished
        How many iterations are stored, and whether the run has ended.
    sizes, accuracies
        By iteration: members of the space; mean accuracy, true where it is known
        for all iterations, else predicted.
    size, queries, mean_true, known, shrink_index, contains_best
        Of the result, or of the last iteration while there is none.
    problem
        Why the run can only be looked at, or not even that; empty if nothing is wrong.
    """

    name: str
    created: str = ""
    about: About = field(default_factory=About)
    space: str = ""
    task: str = ""
    method: str = ""
    seed: int | None = None
    steps: int = 0
    finished: bool = False
    sizes: tuple[float, ...] = ()
    accuracies: tuple[float, ...] = ()
    size: int | None = None
    queries: int | None = None
    mean_true: float | None = None
    known: int | None = None
    shrink_index: float | None = None
    contains_best: bool | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """Return what the run is called: its title, or else its name."""
        return self.about.title or self.name

    @property
    def words(self) -> str:
        """Return all that a search looks at, in small letters."""
        about = self.about
        parts = (self.name, about.title, about.notes, *about.tags, self.created)
        parts += (self.space, self.task, self.method, f"seed {self.seed}")
        return " ".join(parts).casefold()


def cards() -> list[Card]:
    """Return a card for each run's folder, damaged ones too, the newest first."""
    found = []
    for path in runs_dir().glob("*/run.json"):
        folder = path.parent
        if runs.NAME.fullmatch(folder.name):
            found.append(_card(str(folder), *stamps(folder)))
    return sorted(found, key=lambda one: (one.created, one.name), reverse=True)


def stamps(folder: Path) -> tuple[int, ...]:
    """Return when a folder and its files that may be edited by hand were changed."""
    paths = (folder, folder / "run.json", folder / "about.json", folder / "final.json")
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)


@lru_cache(maxsize=KEPT)
def _card(folder: str, *_stamps: int) -> Card:
    """Return the card of a run's folder, as it is at these times of change."""
    name = Path(folder).name
    try:
        run = runs.peek(name)
    except ValueError as error:
        return Card(name, problem=str(error))
    return card_of(run)


def card_of(run: Run) -> Card:
    """Return the card of a run."""
    study, problem = study_of(run)
    final: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    try:
        rows = [_measures(run, step) for step in range(run.steps)]
        final = runs.read_final(run) or {}
    except ValueError as error:
        problem = problem or str(error)
    best = {**(rows[-1] if rows else {}), **final}
    size, queries, known = (number(best, n) for n in ("size", "queries", "known"))
    true = [number(row, "mean_true") for row in rows]
    shown = true if None not in true else [number(r, "mean_predicted") for r in rows]
    return Card(
        name=run.name,
        created=str(run.config.get("created", "")),
        about=read_about(run.path, run.config),
        **study,
        steps=run.steps,
        finished=bool(final),
        sizes=_curve([number(row, "size") for row in rows]),
        accuracies=_curve(shown),
        size=None if size is None else int(size),
        queries=None if queries is None else int(queries),
        known=None if known is None else int(known),
        mean_true=number(best, "mean_true"),
        shrink_index=number(best, "shrink_index"),
        contains_best=final.get("contains_best") is True if "size" in final else None,
        problem=problem,
    )


def _curve(values: Sequence[float | None]) -> tuple[float, ...]:
    """Return the values by iteration, nothing unless all are known."""
    return tuple(one for one in values if one is not None) if None not in values else ()


def _measures(run: Run, step: int) -> dict[str, Any]:
    """Return the numbers of an iteration, nothing where the file holds none."""
    found = runs.read_json(run.path / f"{step:03d}.json").get("measures")
    return found if isinstance(found, dict) else {}


def matching(
    found: Iterable[Card], text: str = "", tags: Collection[str] = ()
) -> list[Card]:
    """Return the cards that hold every word of `text` and have all of `tags`."""
    words = text.casefold().split()
    return [
        card
        for card in found
        if set(tags) <= set(card.about.tags)
        and all(word in card.words for word in words)
    ]
