"""Locality: do architectures that are few edits apart perform alike?

By pairs (section 4.2 of the paper): draw architectures, make d edits, and compare the
accuracies of both; RWA(d) is their correlation, AAD(d) the mean absolute difference.
By walks [1]_: the autocorrelation of accuracies along random walks of single edits.
Where only some architectures were measured, pairs are found among those.

.. [1] Ying et al., "NAS-Bench-101: Towards Reproducible Neural Architecture Search",
   ICML 2019, section 3.3. Their figure has the square root of the steps on its axis,
   since a walk of t steps is expected to be about sqrt(t) edits away.
"""

from lissnas.metrics.locality.geometry import Geometry, geometry
from lissnas.metrics.locality.measured import measured_locality
from lissnas.metrics.locality.pairs import Locality, LocalitySettings, locality
from lissnas.metrics.locality.statistics import Curve, correlations, differences
from lissnas.metrics.locality.walks import (
    Walk,
    WalkSettings,
    random_walks,
    running_autocorrelation,
    walk_autocorrelation,
    walk_locality,
)
from lissnas.metrics.locality.words import verdict, walk_verdict

__all__ = [
    "Curve",
    "Geometry",
    "Locality",
    "LocalitySettings",
    "Walk",
    "WalkSettings",
    "correlations",
    "differences",
    "geometry",
    "locality",
    "measured_locality",
    "random_walks",
    "running_autocorrelation",
    "verdict",
    "walk_autocorrelation",
    "walk_locality",
    "walk_verdict",
]
