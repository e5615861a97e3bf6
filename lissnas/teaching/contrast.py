"""Methods side by side, small enough for a classroom: with and without locality."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Ints, Scores
from lissnas.metrics.diversity import DiversitySettings, diversity
from lissnas.records import Iteration, final
from lissnas.session import SHRINK, Session, generator
from lissnas.shrink import Shrinker
from lissnas.shrink.lissnas import Lissnas
from lissnas.shrink.no_locality import NoLocality
from lissnas.shrink.no_neighbour import NoNeighbour
from lissnas.shrink.padnas import PadNas
from lissnas.shrink.top import TopPredicted

DIVERSITY = DiversitySettings(sample=2000, pairs=20_000, selected=200)


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """A run of the loop: size, queries and mean true accuracy by iteration, ``(t,)``.

    The first is the original space. `accepted` says where the run went back.
    """

    name: str
    size: Ints
    queries: Ints
    mean: Scores
    accepted: tuple[bool, ...]
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Diverse:
    """A shrunk space ``(k, d)``: true mean, dispersion ratio, FLOP coverage."""

    name: str
    archs: Archs
    mean: float
    dispersion: float
    flops: float


def contrast(session: Session, samples: int, seed: int) -> list[Contrast]:
    """Return the published loop, and the two ablations that take locality out of it."""
    shrinkers: dict[str, Shrinker] = {
        "With locality": Lissnas(variant="published", samples=samples),
        "Random networks instead": NoLocality(samples=samples),
        "No neighbours": NoNeighbour(),
    }
    found = []
    for name, shrinker in shrinkers.items():
        rng = np.random.default_rng([seed, SHRINK])
        steps = list(shrinker(session.space, session.predict, rng))
        found.append(_contrast(session, name, steps))
    return found


def _contrast(session: Session, name: str, steps: Sequence[Iteration]) -> Contrast:
    """Return the numbers of a run."""
    means = [session.start.mean_true]
    means += [float(np.nanmean(session.true(one.space))) for one in steps[1:]]
    return Contrast(
        name=name,
        size=np.array([one.size for one in steps]),
        queries=np.array([one.queries for one in steps]),
        mean=np.array(means),
        accepted=tuple(one.accepted for one in steps),
        reason=steps[-1].reason,
    )


def diverse(session: Session, target: int) -> list[Diverse]:
    """Return three ways to keep about `target` architectures, on one predictor."""
    shrinkers: dict[str, Shrinker] = {
        "LISSNAS, as published": Lissnas(variant="published", target=target),
        "PAD-NAS": PadNas(target=target),
        "Best by prediction": TopPredicted(target=target),
    }
    space, found = session.space, []
    for name, shrinker in shrinkers.items():
        rng = generator(session.study, SHRINK)
        kept = final(list(shrinker(space, session.predict, rng))).space
        spread = diversity(space, kept, DIVERSITY, rng)
        mean = float(np.nanmean(session.true(kept)))
        numbers = spread.dispersion_ratio, spread.flop_coverage
        found.append(Diverse(name, kept, mean, *numbers))
    return found


def by_hand(
    session: Session, history: Sequence[Iteration], settings: Lissnas, seed: int
) -> Iteration:
    """Return the iteration that these settings make of the space that `history` left.

    After an iteration that was not accepted it is tried again from the space before.

    Raises
    ------
    ValueError
        If the run has ended.
    """
    past = [one for one in history if one.accepted]
    if past and past[-1].stops:
        raise ValueError(f"the run must not be over, but it is: {past[-1].reason}")
    rng = np.random.default_rng([seed, len(history)])
    return next(settings(session.space, session.predict, rng, past))
