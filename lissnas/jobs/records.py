"""What is known of a job: frozen records that the command line and pages show."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

State = Literal[
    "queued", "running", "cancelling", "cancelled", "failed", "lost", "done"
]
Engine = Literal["local", "slurm"]
STATES: tuple[State, ...] = get_args(State)
ACTIVE: tuple[State, ...] = ("queued", "running", "cancelling")
RESUMABLE: tuple[State, ...] = ("cancelled", "failed", "lost")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Parameters
    ----------
    step, total
        Steps done, and of how many; a total of 0 means that nobody knows.
    numbers
        What the work told of itself, such as a loss.
    """

    step: int = 0
    total: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is stored; times are seconds since 1970.

    Parameters
    ----------
    id
        Its number, never used twice.
    kind, title, settings
        What is done: a name in the registry, words for readers, settings as JSON.
    state, message
        One of `STATES`, and what happened in a sentence.
    engine, device, slot
        Who runs it, what it asked for, and the slots it was given.
    host, pid, born, token
        The worker: its host, process number, that process's creation time, and the
        secret of this start.
    work
        Its working folder, relative to the folder of jobs; a resumed job works on in
        that of the job before.
    parent, resumed_from
        The job it belongs to, and the one that it goes on with.
    submitted, reserved, started, heartbeat, ended, cancel_asked
        When all that was.
    progress
        How far it is.
    slurm_id
        Its number in Slurm, as ``12`` or ``12_3``.
    """

    id: int
    kind: str
    title: str
    settings: Mapping[str, Any]
    state: State
    message: str
    engine: Engine
    device: str
    slot: str
    host: str
    pid: int | None
    born: float | None
    token: str
    work: str
    parent: int | None
    resumed_from: int | None
    submitted: float
    reserved: float | None
    started: float | None
    heartbeat: float | None
    ended: float | None
    cancel_asked: float | None
    progress: Progress
    slurm_id: str = ""

    @property
    def active(self) -> bool:
        """Return whether something is still to happen."""
        return self.state in ACTIVE

    @property
    def resumable(self) -> bool:
        """Return whether it ended before its work was done."""
        return self.state in RESUMABLE

    @property
    def seconds(self) -> float:
        """Return for how long it has run, 0 before it started."""
        if self.started is None:
            return 0.0
        return max((self.ended or time.time()) - self.started, 0.0)

    @property
    def share(self) -> float | None:
        """Return which share of its steps is done, None where nobody knows."""
        steps = self.progress
        return min(steps.step / steps.total, 1.0) if steps.total else None


@dataclass(frozen=True, slots=True)
class End:
    """How a start of a job ended: the state, a sentence, and what came out."""

    state: State
    message: str
    result: Mapping[str, Any] = field(default_factory=dict)
