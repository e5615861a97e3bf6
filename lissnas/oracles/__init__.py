"""Where accuracies come from: every source is an `Oracle`, architectures to scores."""

from lissnas.oracles.catalogue import missing
from lissnas.oracles.counted import Counted
from lissnas.oracles.shipped.measured import own
from lissnas.oracles.synthetic import additive
from lissnas.oracles.tables import Table, TaskInfo, load, problems, tasks

__all__ = [
    "Counted",
    "Table",
    "TaskInfo",
    "additive",
    "load",
    "missing",
    "own",
    "problems",
    "tasks",
]
