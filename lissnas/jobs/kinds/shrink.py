"""Shrink runs: the same folders as the command line makes, iteration by iteration."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lissnas import archive, runs
from lissnas.arrays import Archs, Oracle, Scores
from lissnas.home import write_atomic
from lissnas.jobs.kinds.base import Kind
from lissnas.session import Study, open_session, study_from_dict
from lissnas.work import Report, Stop, Stopped

TAG = "run-tag"


def run(settings: Study, folder: Path, report: Report, stop: Stop) -> Mapping[str, Any]:
    """Run a study, or go on with the run that this folder began."""

    def progress(sentence: str) -> None:
        print(sentence, flush=True)
        if stop():
            raise Stopped

    tag = _tag(folder)
    current = next((r for r in runs.list_runs() if tag in _tags(r)), None)
    if current is None:
        session = open_session(settings, progress)
        current, stored = archive.start(session, (tag,)), []
    else:
        progress(f"Going on with run {current.name}")
        session, stored = archive.reopen(current), runs.read_iterations(current)
    session = replace(session, predict=_stopping(session.predict, stop))
    for one in archive.advance(session, current, stored):
        stored.append(one)
        _told(one, report)
        progress(f"Iteration {one.iteration.step}: {one.iteration.reason}")
    if runs.read_final(current) is None:
        archive.close(session, current, stored)
    return {"run": current.name}


def _told(one: runs.Stored, report: Report) -> None:
    """Report an iteration; how many there will be nobody knows."""
    numbers = {"size": float(one.iteration.size), "queries": one.iteration.queries}
    true = one.measures.get("mean_true")
    report(one.iteration.step + 1, 0, numbers | ({"mean_true": true} if true else {}))


def _tag(folder: Path) -> str:
    """Return the tag of this folder's run, written before there is a run."""
    path = folder / TAG
    if not path.exists():
        write_atomic(path, f"job-{secrets.token_hex(8)}".encode())
    return path.read_text(encoding="utf-8")


def _tags(one: runs.Run) -> list[str]:
    """Return the tags of a run."""
    return one.config.get("tags") or []


def _stopping(oracle: Oracle, stop: Stop) -> Oracle:
    """Return an oracle that asks before every answer whether to stop."""

    def ask(archs: Archs) -> Scores:
        if stop():
            raise Stopped
        return oracle(archs)

    return ask


def _describe(study: Study) -> str:
    return (
        f"Shrink {study.space} {study.task} by {study.settings.title}, "
        f"seed {study.seed}"
    )


def _decode(values: Mapping[str, Any]) -> Study:
    return study_from_dict({"settings": {}, "predictor": {}, **values})


SHRINK = Kind("Shrink run", Study, run, _describe, _decode)
