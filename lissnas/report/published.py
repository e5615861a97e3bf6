"""Published numbers on locality beside ours, each with an honest verdict.

The paper's Table 8 (its appendix E) and the claims of its sections 4.2 and 4.3 on its
Figure 2; Ying et al. (ICML 2019, section 3.3) on the walks of NAS-Bench-101; and the
values that all 6,561 strings of NAS-Bench-Macro have, each string counted by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs
from lissnas.metrics.locality import Curve, Locality, LocalitySettings, locality
from lissnas.metrics.locality.words import edits, short
from lissnas.oracles import load
from lissnas.spaces import SPACES
from lissnas.spaces.base import Cost, Graph
from lissnas.spaces.categorical import CategoricalSpace
from lissnas.survey import Survey

TABLE_8 = {  # points of accuracy at 1, 2, 3 edits
    "both": (0.83, 1.75, 2.40),
    "operation": (0.85, 1.80, 2.42),
    "edge": (0.80, 1.74, 2.39),
}
MACRO_RWA = (0.73, 0.51, 0.33, 0.16)
MACRO_AAD = (1.12, 1.55, 1.87, 2.14)  # points, at 1, 2, 3, 4 edits
FIGURE_2 = {
    "nasbench101": ("cifar10",),
    "transnasbench101-macro": (
        *("class_scene", "class_object", "jigsaw", "segmentsemantic"),
    ),
    "transnasbench101-micro": (
        *("class_scene", "class_object", "jigsaw", "segmentsemantic"),
    ),
}
YING_EDITS = 6


@dataclass(frozen=True, slots=True)
class Claim:
    """A published statement, ours beside it, and whether they agree."""

    what: str
    published: str
    ours: str
    verdict: str


class MacroStrings(CategoricalSpace):
    """All 6,561 strings of NAS-Bench-Macro, isomorphic ones counted apart."""

    name, title = "nasbench-macro-strings", "NAS-Bench-Macro, all strings"
    citation = SPACES["nasbench-macro"].citation
    decisions = SPACES["nasbench-macro"].decisions
    datasets = SPACES["nasbench-macro"].datasets
    parse = CategoricalSpace.parse_digits
    format = CategoricalSpace.short

    def cost(self, archs: Archs) -> Cost:
        """Return the costs of the networks that the strings name."""
        return SPACES["nasbench-macro"].cost(archs)

    def graph(self, arch: Archs) -> Graph:
        """Return the drawing of the network that a string names."""
        return SPACES["nasbench-macro"].graph(arch)


def claims(
    found: Sequence[Survey], settings: LocalitySettings, seed: int
) -> list[Claim]:
    """Return what is published on the surveyed tasks, with ours and verdicts."""
    by_name = {(one.space, one.task): one for one in found if one.complete}
    result = []
    if one := by_name.get(("nasbench101", "cifar10")):
        result += table_8(one.pairs) + ying(one)
    for space, tasks in FIGURE_2.items():
        shapes = [by_name[space, task] for task in tasks if (space, task) in by_name]
        result += [shape(one) for one in shapes if one.threshold in one.pairs.distance]
    if one := by_name.get(("nasbench-macro", "cifar10")):
        result += macro(macro_strings(one.task, settings, seed), one.pairs)
    return result


def macro_strings(task: str, settings: LocalitySettings, seed: int) -> Locality:
    """Return the locality of all strings of NAS-Bench-Macro."""
    space = SPACES["nasbench-macro"]
    oracle = load(space.name, task).lookup(space)
    return locality(MacroStrings(), oracle, settings, np.random.default_rng(seed))


def table_8(found: Locality) -> list[Claim]:
    """Return Table 8 beside the differences of NAS-Bench-101, in points."""
    curves = {"both": found.aad_curve, **found.aad_by_kind}
    return [
        Claim(
            f"NAS-Bench-101: AAD after {edits(i + 1)}, {kind}",
            f"{value:.2f} points (Table 8)",
            _points(curves[kind], i),
            compare(value, curves[kind], i, 100),
        )
        for kind, values in TABLE_8.items()
        for i, value in enumerate(values)
        if kind in curves and i < len(curves[kind].values)
    ]


def macro(strings: Locality, networks: Locality) -> list[Claim]:
    """Return the reference values of NAS-Bench-Macro beside its strings' and ours."""
    result = []
    for i, (rwa, aad) in enumerate(zip(MACRO_RWA, MACRO_AAD, strict=True)):
        where = f"NAS-Bench-Macro, all strings, {edits(i + 1)}"
        curve = strings.rwa_curve
        also = f"{short(networks.rwa[i])} over the 3,969 networks"
        ours = f"{_band(curve, i)}; {also}"
        verdict = compare(rwa, curve, i, 1)
        result.append(Claim(f"{where}: RWA", short(rwa), ours, verdict))
        also = f"{100 * networks.aad[i]:.2f} over the 3,969 networks"
        ours = f"{_points(strings.aad_curve, i)}; {also}"
        verdict = compare(aad, strings.aad_curve, i, 100)
        result.append(Claim(f"{where}: AAD", f"{aad:.2f} points", ours, verdict))
    return result


def shape(one: Survey) -> Claim:
    """Return whether a curve has the shape that Figure 2 is said to have."""
    pairs, curve = one.pairs, one.pairs.rwa_curve
    at = int(np.flatnonzero(pairs.distance == one.threshold)[0])
    noise = float(pairs.noise[at])
    above = bool(curve.low[at] > noise)
    ours = ", ".join(short(value) for value in pairs.rwa)
    return Claim(
        f"{one.name}: shape of Figure 2",
        f"falls with every edit; near enough up to {edits(one.threshold)}",
        f"{ours} at 1 to {edits(int(pairs.distance[-1]))}",
        _shape_verdict(curve, above, noise),
    )


def _shape_verdict(curve: Curve, above: bool, noise: float) -> str:
    """Return whether a curve falls, and is above chance at the threshold."""
    rises = np.diff(curve.values) >= 0
    clear = curve.low[1:] > curve.high[:-1]
    falls = "agrees within its intervals: falls" if rises.any() else "agrees: falls"
    if (rises & clear).any():
        falls = "differs: rises at some edit"
    if above:
        return f"{falls}, and at the threshold is above chance ({short(noise)})"
    return f"{falls}, but at the threshold is not clearly above chance ({short(noise)})"


def ying(one: Survey) -> list[Claim]:
    """Return how far walks correlate, beside what Ying et al. saw."""
    if one.walk is None:
        return []
    walk = one.walk
    above = (walk.curve.values > walk.noise) & (walk.curve.low > 0)
    lost = int(np.argmin(above)) if not above.all() else len(above)
    reach = float(np.sqrt(lost))
    agrees = abs(reach - YING_EDITS) <= 1
    verdict = "agrees" if agrees else "differs: ours is lost earlier"
    if reach > YING_EDITS + 1:
        verdict = "differs: ours is lost later"
    return [
        Claim(
            "NAS-Bench-101: where walks are lost in noise",
            f"beyond about {YING_EDITS} (square root of steps; Ying et al.)",
            f"after {lost} steps, square root {reach:.1f}",
            verdict,
        )
    ]


def compare(published: float, ours: Curve, place: int, factor: float) -> str:
    """Return whether a published value is within our interval, and else by how much."""
    value = factor * float(ours.values[place])
    low, high = factor * float(ours.low[place]), factor * float(ours.high[place])
    if low - 0.005 <= published <= high + 0.005:
        return "agrees: within the 95% interval"
    if factor == 1:
        return f"differs by {value - published:+.2f}"
    return f"differs: ours is {value / published:.1f} times as large"


def _points(curve: Curve, place: int) -> str:
    """Return a difference in points with its interval."""
    values = [100 * float(x[place]) for x in (curve.values, curve.low, curve.high)]
    return "{:.2f} [{:.2f}, {:.2f}]".format(*values)


def _band(curve: Curve, place: int) -> str:
    """Return a correlation with its interval."""
    value, low, high = (x[place] for x in (curve.values, curve.low, curve.high))
    return f"{short(value)} [{short(low)}, {short(high)}]"
