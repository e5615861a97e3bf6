"""The commands of Slurm, with errors in words."""

import getpass
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

SECONDS = 60


class SlurmError(ValueError):
    """Slurm is not there, or refused."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What Slurm says of a job: its number, name, state, and a reason."""

    id: str
    name: str
    state: str
    reason: str = ""


def call(*command: str, stdin: str | None = None) -> str:
    """Return what a command prints.

    Raises
    ------
    SlurmError
        If it is not installed, refuses, or does not answer.
    """
    environment = {k: v for k, v in os.environ.items() if not _confusing(k)}
    try:
        answer = subprocess.run(
            command,
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=environment,
        )
    except FileNotFoundError:
        raise SlurmError(f"{command[0]} must be installed to use Slurm") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SlurmError(f"{command[0]} does not answer: {error}") from None
    if answer.returncode:
        words = " ".join((answer.stderr or answer.stdout).split())
        raise SlurmError(f"{command[0]} refused: {words or answer.returncode}")
    return answer.stdout


def _confusing(name: str) -> bool:
    """Return whether a variable would change what the commands do or print."""
    return name.startswith(("SBATCH_", "SQUEUE_", "SLURM_")) and name != "SLURM_CONF"


def submit(script: str, options: Sequence[str]) -> str:
    """Submit a script and return the number that it got."""
    printed = call("sbatch", "--parsable", *options, stdin=script)
    number = printed.strip().splitlines()[-1].split(";")[0]
    if not number.isdecimal():
        raise SlurmError(f"sbatch must print a number, it printed {printed!r}")
    return number


def queue() -> list[Seen]:
    """Return all of this user's jobs that the controller remembers, tasks apart."""
    printed = call(
        *("squeue", "--noheader", "--array", "--states=all"),
        *("--user", getpass.getuser(), "--format=%i|%j|%T|%r"),
    )
    rows = (line.split("|") for line in printed.splitlines() if line.count("|") == 3)
    return [Seen(*(part.strip() for part in row)) for row in rows]


def details(job: str) -> Seen | None:
    """Return what the controller knows of one job, None where it has forgotten it."""
    try:
        printed = call("scontrol", "--oneliner", "show", "job", job)
    except SlurmError:
        return None
    values = dict(re.findall(r"(\w+)=(\S*)", printed))
    if "JobState" not in values:
        return None
    name, reason = values.get("JobName", ""), values.get("Reason", "")
    return Seen(job, name, values["JobState"], reason)


def cancel(job: str) -> None:
    """End a job or a task of an array."""
    call("scancel", job)


def requeue(job: str) -> None:
    """Put a job back into Slurm's queue."""
    call("scontrol", "requeue", job)
