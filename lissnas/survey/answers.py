"""Who answers for the accuracy of an architecture, and in which words to say so."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from lissnas.arrays import Archs, Oracle, Scores
from lissnas.oracles import Table, load
from lissnas.predictor import PredictorSettings, as_oracle
from lissnas.predictor.settings import MIN_PAIRS
from lissnas.session import fit_predictor
from lissnas.spaces import SPACES, Space
from lissnas.survey.records import COSTS

PAIRS, WALKS, FIT = range(3)  # children of the seed
PREDICTOR = PredictorSettings(share=1.0)  # all that is known; 15% measure it


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An oracle with its source: ``measured``, ``predicted`` or ``costs``.

    `about` says in words what the scores are; `quality` is the predictor's.
    """

    oracle: Oracle
    source: str
    about: str
    quality: Mapping[str, float] = field(default_factory=dict)


def answer_for(space_name: str, task: str, seed: int = 0) -> Answer:
    """Return who can answer for every architecture of a space.

    The table if it is complete, a predictor fitted to it if not, and the costs where
    too little is known, or for the task `COSTS`.
    """
    space = SPACES[space_name]
    if task == COSTS:
        return cost_answer(space)
    table = load(space_name, task)
    if len(table.keys) == space.size:
        return measured_answer(space, table)
    if len(table.keys) < MIN_PAIRS:
        return cost_answer(space)
    return predicted_answer(space, table, seed)


def measured_answer(space: Space, table: Table) -> Answer:
    """Return a complete table."""
    about = f"measured: {table.title}, {table.column}, all {space.size:,}"
    return Answer(table.lookup(space), "measured", about)


def predicted_answer(space: Space, table: Table, seed: int) -> Answer:
    """Return a predictor fitted to a table, its quality on pairs held out beside."""
    predictor = fit_predictor(space, table, PREDICTOR, generator(seed, FIT))
    found = asdict(predictor.quality)
    about = (
        f"predicted by trees fitted to {found['pairs']:,} accuracies of "
        f"{table.title}, {table.column}; on {found['held_out']:,} held out: "
        f"tau {found['tau']:.2f}, R2 {found['r2']:.2f}. Predictions are smoother than "
        "measured accuracies, so they overstate locality"
    )
    return Answer(as_oracle(predictor, space.encode), "predicted", about, found)


def cost_answer(space: Space) -> Answer:
    """Return the exact multiply-adds, in millions."""

    def macs(archs: Archs) -> Scores:
        return space.cost(archs).macs / 1e6

    about = "multiply-adds, not accuracy: exact costs, in millions"
    return Answer(macs, "costs", about)


def generator(seed: int, part: int) -> np.random.Generator:
    """Return the generator of one part of a survey."""
    return np.random.default_rng(np.random.SeedSequence([seed, part]))
