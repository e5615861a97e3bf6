"""Sessions kept as runs: store while running, reopen without recomputing."""

import platform
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from lissnas import __version__, runs
from lissnas.arrays import Oracle
from lissnas.evaluation import Measures, Original
from lissnas.oracles import Table, load
from lissnas.predictor import Quality, as_oracle, from_bytes, to_bytes
from lissnas.records import Decision, Iteration
from lissnas.runs import Run, Stored
from lissnas.session import (
    Progress,
    Session,
    Study,
    open_session,
    study_dict,
    study_from_dict,
)
from lissnas.spaces import SPACES

PACKAGES = ("numpy", "scipy", "xgboost")
SUMMARY = ("threshold", "p_good", "mean_true", "max_true", "complete", "known")


def start(
    session: Session, tags: tuple[str, ...] = (), parent: tuple[str, int] | None = None
) -> Run:
    """Return a new run that holds the session's settings, predictor and sample.

    `parent` names the run and the iteration that it branches from.
    """
    origin = {} if parent is None else {"run": parent[0], "iteration": parent[1]}
    return runs.create(
        {
            "study": study_dict(session.study),
            "tags": list(tags),
            **({"parent": origin} if origin else {}),
            "quality": quality_dict(session.predictor.quality),
            "table": provenance(session.table),
            "original": {name: getattr(session.start, name) for name in SUMMARY},
            "versions": {
                "lissnas": __version__,
                "python": platform.python_version(),
                **{name: version(name) for name in PACKAGES},
            },
        },
        to_bytes(session.predictor),
        {
            field.name: getattr(session.start, field.name)
            for field in fields(Original)
            if field.name not in SUMMARY
        },
    )


def quality_dict(quality: Quality) -> dict[str, Any]:
    """Return the predictor's quality for JSON."""
    return asdict(quality)


def provenance(table: Table | None) -> dict[str, Any] | None:
    """Return where true accuracies come from, for JSON."""
    if table is None:
        return None
    names = (
        "title",
        "source",
        "licence",
        "caveats",
        "description",
        "column",
        "checksum",
    )
    return {name: getattr(table, name) for name in names} | {"rows": len(table.archs)}


def store(session: Session, run: Run, iteration: Iteration) -> Measures:
    """Add an iteration to a run, with measured truth, and return its numbers."""
    numbers = session.measures(iteration)
    true = {
        "sample": session.true(iteration.sample),
        "seed": session.true(iteration.seeds),
        "neighbour": session.true(iteration.neighbours),
        "space": session.true(iteration.space),
    }
    runs.append(run, iteration, numbers, true)
    return numbers


def reopen(run: Run) -> Session:
    """Return a run's session as it was stored, without recomputing anything.

    True accuracies of new iterations need the same table; without it they are NaN.
    """
    study = study_from_dict(run.config["study"])
    space = SPACES[study.space]
    predictor = from_bytes((run.path / "predictor.ubj").read_bytes())
    predict = as_oracle(predictor, space.encode)
    return Session(
        study, space, _same_table(run, study), predictor, predict, original(run)
    )


def original(run: Run) -> Original:
    """Return the original space's sample and statistics, as stored."""
    try:
        values: dict[str, Any] = {
            name: np.nan if value is None else value
            for name, value in run.config["original"].items()
        }
        values.setdefault("known", (run.config.get("table") or {}).get("rows", 0))
        return Original(**(values | runs.read_original(run)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"run {run.name}: original.npz is damaged: {error}") from None


def _same_table(run: Run, study: Study) -> Table | None:
    """Return the table the run was made with, None if it is not at hand."""
    try:
        table = load(study.space, study.task)
    except ValueError:
        return None
    known = (run.config.get("table") or {}).get("checksum")
    return table if table.checksum == known else None


def advance(session: Session, run: Run, stored: list[Stored]) -> Iterator[Stored]:
    """Yield and store the iterations after `stored`, then the numbers of the result."""
    kept = list(stored)
    for iteration in session.iterations(runs.history(kept)):
        store(session, run, iteration)
        kept.append(runs.read_iteration(run, iteration.step))
        if iteration.stops:
            close(session, run, kept)
        yield kept[-1]


def close(session: Session, run: Run, stored: list[Stored]) -> Measures:
    """Store and return the numbers of the result so far."""
    measured = [one.measures for one in stored]
    numbers = session.final_measures(runs.history(stored), measured)
    runs.finish(run, numbers)
    return numbers


def begin(
    study: Study, progress: Progress = lambda _: None, angles: Oracle | None = None
) -> tuple[Session, Run]:
    """Return an opened study and its new run; `angles` as in `open_session`."""
    session = open_session(study, progress, angles)
    return session, start(session)


def branch(parent: Run, step: int, study: Study) -> tuple[Session, Run]:
    """Return a new run whose first iterations are the parent's, up to `step`.

    It goes on with the settings, seed and constraints of `study`; predictor, sample
    and table are the parent's. The first iteration of its own is there already.

    Raises
    ------
    ValueError
        If the study is of another space, task, method or predictor, if there is no
        such iteration or it was discarded, or if nothing is left to do after it.
    """
    session = reopen(parent)
    _check_branch(session.study, study)
    if not 0 <= step < parent.steps:
        raise ValueError(f"step must be in 0..{parent.steps - 1}, got {step}")
    stored = [
        _going_on(one, parent) for one in runs.read_iterations(parent)[: step + 1]
    ]
    if not stored[-1].iteration.accepted:
        raise ValueError(
            f"step must be of an iteration that was kept, but {step} was discarded; "
            f"branch from {step - 1}"
        )
    session = replace(session, study=study)
    first = next(session.iterations(runs.history(stored)), None)
    if first is None:
        raise ValueError(
            f"settings must leave iterations after {step}, got none: raise iterations"
        )
    run = start(session, parent=(parent.name, step))
    for one in stored:
        runs.append(run, one.iteration, one.measures, one.true)
    store(session, run, first)
    if first.stops:
        close(session, run, runs.read_iterations(run))
    return session, run


def _check_branch(old: Study, new: Study) -> None:
    """Raise ValueError unless a study can go on with what another one has done."""
    for name in ("space", "task", "method", "predictor"):
        if getattr(old, name) != getattr(new, name):
            raise ValueError(
                f"{name} must be that of the parent to branch, got another one; change "
                "method settings, constraints or the seed"
            )


def _going_on(one: Stored, parent: Run) -> Stored:
    """Return an iteration after which a branch goes on, whatever its parent did."""
    iteration = one.iteration
    if not iteration.stops or not iteration.accepted:
        return one
    reason = f"{iteration.reason} Run {parent.name} ended here; this branch goes on."
    decision = Decision.CONTINUE
    return replace(one, iteration=replace(iteration, decision=decision, reason=reason))
