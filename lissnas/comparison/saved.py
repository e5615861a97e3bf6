"""Saved runs as outcomes, so that any of them can be compared."""

from collections.abc import Sequence
from dataclasses import replace

from lissnas import archive, runs
from lissnas.comparison.anytime import anytime
from lissnas.comparison.bench import Bench
from lissnas.comparison.compute import original_result, shrunk_result
from lissnas.comparison.entries import ENTRIES, ORIGINAL
from lissnas.comparison.outcome import Members, Outcome, measured
from lissnas.records import final
from lissnas.runs import Run
from lissnas.session import study_from_dict

Measured = tuple[Outcome, Members]


def run_title(run: Run) -> str:
    """Return a run's name for readers: its method, seed and time."""
    study = study_from_dict(run.config["study"])
    variant = getattr(study.settings, "variant", "")
    method = f"{study.settings.title} {variant}".strip()
    return f"{method}, seed {study.seed}, run {run.name[-6:]}"


def run_bench(run: Run) -> Bench:
    """Return the bench that a run was made on; without its table if that is gone."""
    session = archive.reopen(run)
    return Bench(
        session.space,
        session.table,
        session.predict,
        session.start,
        session.study.seed,
    )


def run_outcome(run: Run, bench: Bench) -> Measured:
    """Return the outcome of a stored run, and members of its space.

    Raises
    ------
    ValueError
        If the run has no iteration yet, or is damaged.
    """
    stored = runs.read_iterations(run)
    if not stored:
        raise ValueError(f"run {run.name} must have an iteration, got none")
    past = runs.history(stored)
    seconds = sum(iteration.seconds for iteration in past)
    result = shrunk_result(bench, past, seconds, None)
    if bench.table is None and final(past).step > 0:
        place = [one is final(past) for one in past].index(True)
        result = replace(result, true=stored[place].true["space"])
    numbers, members = measured(bench, result)
    members = replace(members, found=anytime(bench, result))
    outcome = Outcome(run.name, run_title(run), "method", bench.seed, False, **numbers)
    return outcome, members


def run_original(bench: Bench) -> Measured:
    """Return the outcome of the original space of a run."""
    whole = original_result(bench)
    numbers, members = measured(bench, whole)
    members = replace(members, found=anytime(bench, whole))
    for name in ("mean_true", "max_true", "p_good"):
        stored = getattr(bench.start, name)
        if stored == stored:
            numbers[name] = stored
    title, role = ENTRIES[ORIGINAL].title, ENTRIES[ORIGINAL].role
    return Outcome(ORIGINAL, title, role, bench.seed, False, **numbers), members


def compare_runs(names: Sequence[str]) -> list[Measured]:
    """Return the outcomes of saved runs, after the original space of the first.

    Raises
    ------
    ValueError
        If there are fewer than two, one cannot be read, or they are of different
        spaces or tasks, whose numbers mean different things.
    """
    chosen = list(dict.fromkeys(names))
    if len(chosen) < 2:
        raise ValueError(f"runs must be at least two different ones, got {chosen}")
    loaded = [runs.load(name) for name in chosen]
    studies = [study_from_dict(run.config["study"]) for run in loaded]
    tasks = {(study.space, study.task) for study in studies}
    if len(tasks) > 1:
        listed = ", ".join(f"{space} {task}" for space, task in sorted(tasks))
        raise ValueError(f"runs must be of one space and task, got {listed}")
    benches = [run_bench(run) for run in loaded]
    pairs = zip(loaded, benches, strict=True)
    found = [run_original(benches[0])]
    return found + [run_outcome(run, bench) for run, bench in pairs]
