"""What stands beside the figures of locality: explanations, and their numbers."""

from collections.abc import Mapping, Sequence

from lissnas.figures.locality import Series
from lissnas.figures.theme import Columns
from lissnas.metrics.locality import Geometry

ABOUT_RWA = """
Draw an architecture, change it by *d* edits, and look up the accuracies of both: a
point is the **correlation** of such pairs at that distance (random walk
autocorrelation by pairs, RWA), the shade its 95 % interval by resampling. Near 1,
neighbours perform alike; within the grey band, the correlation is no more than chance
gives unrelated pairs 19 times out of 20. The dotted upright line is the paper's
threshold, a third of the total edit distance: up to it, LISSNAS takes the neighbours
of a good architecture for good. Below zero, architectures far apart differ *more*
than unrelated ones: the opposites of what is good are bad.

**Solid** lines are measured accuracies. **Dashed** ones are predicted, which is
smoother than the truth, so they overstate locality. **Dotted** ones are
multiply-adds, not accuracy: what the space's structure alone brings about.

*In the paper:* section 4.2 and Figure 2, random walk autocorrelation.
"""

ABOUT_AAD = """
The mean **absolute difference** (AAD) between the accuracies of pairs that are *d*
edits apart, with its 95 % interval. The thin horizontal line is the same for
**unrelated** pairs of the space: the closer a curve comes to it, the less a neighbour
tells. Divided by that level, spaces and tasks of different spread can be compared:
well below 1 is locality, at 1 there is none.

*In the paper:* section 4.2, Figure 2 and Appendix E, absolute accuracy difference.
"""

ABOUT_KIND = """
The same difference where all edits were of **one kind**. The paper counts every edit
as one, whatever its kind, because its Table 8 has the kinds close together; bars of
equal height support that, bars that differ do not.

*In the paper:* Appendix G and Table 8, every edit is of equal value.
"""

ABOUT_WALK = """
Random walks go through the space one edit at a time. A point is the correlation
between architectures that are so many **steps** apart on one walk, as Ying et al.
drew it for NAS-Bench-101, whose axis was the **square root** of the steps: a walk of
*t* steps is expected to be about that many edits away from where it was. The shade is
a 95 % interval by resampling whole walks, the grey band what unrelated walks reach by
chance.

*In the paper:* section 4.2 and Figure 2, random walk autocorrelation.
"""

ABOUT_GEOMETRY = """
How many architectures are exactly *d* edits away from one, on a logarithmic axis. Few
are near, most are far: random pairs of a large space are almost all far apart, so
locality has to be looked for in neighbourhoods. This needs no accuracies.

*In the paper:* section 4.3 and Appendix D, neighbours up to a threshold distance.
"""


def pairs_columns(series: Sequence[Series]) -> Columns:
    """Return correlations and differences of all series, one row a distance."""
    columns: dict[str, list[object]] = {}
    for one in series:
        found = one.pairs
        for i, distance in enumerate(found.distance.tolist()):
            row = {
                "name": one.name,
                "source": one.source,
                "distance": distance,
                "share": distance / one.total,
                "pairs": int(found.pairs[i]),
                "rwa": float(found.rwa[i]),
                "rwa_low": float(found.rwa_curve.low[i]),
                "rwa_high": float(found.rwa_curve.high[i]),
                "noise": float(found.noise[i]),
                "aad": float(found.aad[i]),
                "aad_low": float(found.aad_curve.low[i]),
                "aad_high": float(found.aad_curve.high[i]),
                "aad_unrelated": found.unrelated,
            }
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    return columns


def kind_columns(series: Sequence[Series]) -> Columns:
    """Return differences by kind of edit, one row a kind and distance."""
    columns: dict[str, list[object]] = {}
    for one in series:
        for kind, curve in one.pairs.aad_by_kind.items():
            parts = zip(curve.values, curve.low, curve.high, strict=True)
            for i, (value, low, high) in enumerate(parts):
                row = {"name": one.name, "kind": kind, "distance": i + 1}
                row |= {"aad": value, "aad_low": low, "aad_high": high}
                for name, entry in row.items():
                    columns.setdefault(name, []).append(entry)
    return columns


def walk_columns(series: Sequence[Series]) -> Columns:
    """Return autocorrelations of all series, one row a lag."""
    columns: dict[str, list[object]] = {}
    for one in series:
        if one.walk is None:
            continue
        curve = one.walk.curve
        for i, lag in enumerate(one.walk.lag.tolist()):
            row = {"name": one.name, "source": one.source, "steps": int(lag)}
            row |= {"square_root": lag**0.5, "rwa": float(curve.values[i])}
            row |= {"rwa_low": float(curve.low[i]), "rwa_high": float(curve.high[i])}
            row |= {"noise": float(one.walk.noise[i])}
            for name, entry in row.items():
                columns.setdefault(name, []).append(entry)
    return columns


def geometry_columns(found: Mapping[str, tuple[Geometry, int]]) -> Columns:
    """Return the numbers of architectures, one row a space and distance."""
    columns: dict[str, list[object]] = {
        name: [] for name in ("space", "distance", "architectures", "method")
    }
    for name, (one, _) in found.items():
        for distance, count in zip(one.distance, one.count, strict=True):
            row = (name, int(distance), float(count), one.method)
            for column, entry in zip(columns.values(), row, strict=True):
                column.append(entry)
    return columns
