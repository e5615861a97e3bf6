"""How jobs are sent to Slurm: ``slurm.toml`` in the home folder."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lissnas.home import home

TIME = re.compile(r"(\d+-)?\d{1,3}(:\d{2}){0,2}")
MEMORY = re.compile(r"\d+[KMGT]?")


@dataclass(frozen=True, slots=True)
class SlurmSettings:
    """How jobs are sent to Slurm; every field is a line of ``slurm.toml``.

    Parameters
    ----------
    partition, account, qos
        As `sbatch` takes them; empty leaves Slurm's default.
    time
        Longest run before Slurm ends or requeues it, as ``1-00:00:00``; empty leaves
        the partition's.
    nodes, gpus, cpus
        Nodes, and GPUs and processors on each.
    memory
        On each node, as ``16G``; empty leaves Slurm's default.
    warn
        Seconds before the end of the time at which the job writes a checkpoint and
        is requeued.
    requeue
        Whether it is.
    grace
        Seconds between asking a job to stop and ending it.
    parallel
        How many tasks of an array run at once; 0 means as many as fit.
    poll
        Seconds between two questions to Slurm.
    python
        The interpreter on the nodes, in which lissnas is installed.
    setup
        Lines of shell run first on the node, such as ``module load cuda``.
    options
        Further options of `sbatch`, such as ``--constraint=a100``.

    Raises
    ------
    ValueError
        If a field is out of its range.
    """

    partition: str = ""
    account: str = ""
    qos: str = ""
    time: str = ""
    nodes: int = 1
    gpus: int = 0
    cpus: int = 1
    memory: str = ""
    warn: int = 120
    requeue: bool = True
    grace: int = 60
    parallel: int = 0
    poll: float = 5.0
    python: str = "python3"
    setup: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        least = {"nodes": 1, "gpus": 0, "cpus": 1, "warn": 0, "grace": 0, "parallel": 0}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise ValueError(
                    f"{name} must be {low} or more, got {getattr(self, name)}"
                )
        if not 0 < self.poll <= 3600:
            raise ValueError(f"poll must be in 0..3600 seconds, got {self.poll}")
        if self.time and not TIME.fullmatch(self.time):
            raise ValueError(f"time must be like 1-00:00:00, got {self.time!r}")
        if self.memory and not MEMORY.fullmatch(self.memory):
            raise ValueError(f"memory must be like 16G, got {self.memory!r}")
        for option in self.options:
            if not option.startswith("--") or "\n" in option:
                raise ValueError(f"options must begin with --, got {option!r}")
        for name in ("partition", "account", "qos", "python"):
            if "\n" in getattr(self, name):
                raise ValueError(f"{name} must be one line, got several")
        if not self.python:
            raise ValueError("python must name an interpreter, got nothing")

    @property
    def processes(self) -> int:
        """Return how many processes train together, one a GPU or one a node."""
        return self.nodes * max(self.gpus, 1)


def slurm_file() -> Path:
    """Return the path of the configuration."""
    return home() / "slurm.toml"


def load() -> SlurmSettings:
    """Return how jobs are sent to Slurm.

    Raises
    ------
    ValueError
        If the file is missing or says something it must not.
    """
    path = slurm_file()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{path} must say how jobs are sent to Slurm, there is none"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None
    try:
        return SlurmSettings(**_typed(values))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values if each has its name and type, lists as tuples."""
    known = {field.name: field.default for field in fields(SlurmSettings)}
    found = {}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"names must be of {', '.join(known)}; got {name!r}")
        kind = type(known[name])
        if kind is tuple and isinstance(value, list):
            value = tuple(value)
            if not all(isinstance(part, str) for part in value):
                raise ValueError(f"{name} must be a list of texts, got {value!r}")
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            wanted = "list" if kind is tuple else kind.__name__
            raise ValueError(f"{name} must be a {wanted}, got {value!r}")
        found[name] = value
    return found
