"""Search by accuracies in a supernet, which are kept beside it."""

from pathlib import Path

import numpy as np

from lissnas.arrays import Archs, Scores
from lissnas.search import Limits, Trace, explicit, limited, search
from lissnas.search.domains import Domain
from lissnas.search.evolution import Evolution
from lissnas.spaces import Space
from lissnas.subsets import Subset
from lissnas.supernet import seeds, subset
from lissnas.supernet.optimise import device_of
from lissnas.supernet.setting import quiet_torch
from lissnas.supernet.settings import MeasureSettings
from lissnas.supernet.tasks.measure import measure_paths, measured
from lissnas.supernet.tasks.train import opened
from lissnas.work import Report, Stop, never, silent

SEARCH = 25  # child of the seed
POPULATION, PARENTS = 50, 10


def found_in(
    settings: MeasureSettings,
    limits: Limits,
    queries: int,
    folder: Path | None = None,
    report: Report = silent,
    stop: Stop = never,
) -> tuple[Space, Trace]:
    """Return what evolution finds where a supernet drew its paths, within limits.

    Accuracies are kept in `folder`, by default one beside the supernet for these
    settings; so a search that was stopped goes on without measuring again.
    """
    place = Path(settings.supernet)
    name = f"search-{settings.seed}-{settings.calibration}-{settings.batch}"
    folder = folder or place / name
    with quiet_torch(settings.threads):
        at = opened(place, device_of(settings.device))
        space = at.space

        def oracle(archs: Archs) -> Scores:
            archs = space.canonical(archs)
            measure_paths(at, archs, settings, folder, report, stop)
            return scores_of(archs, *measured(folder, archs.shape[1]))

        population = max(2, min(POPULATION, queries // 4))
        half = population // 2
        searcher = Evolution(population, min(PARENTS, population), half, half)
        domain = domain_of(space, at.subset, limits)
        rng = seeds.generator(settings.seed, SEARCH)
        return space, search(searcher, domain, oracle, queries, rng)


def domain_of(space: Space, inside: Subset, limits: Limits) -> Domain:
    """Return a set of architectures as where to search, within limits."""
    if inside.kind == "explicit":
        return limited(explicit(space, inside.enumerate()), limits)
    return limited(subset.Searched(space, inside), limits)


def scores_of(archs: Archs, known: Archs, scores: Scores) -> Scores:
    """Return the scores ``(n,)`` of canonical rows that are among the known ones."""
    place = {tuple(row): i for i, row in enumerate(known.tolist())}
    return np.array([scores[place[tuple(row)]] for row in archs.tolist()])
