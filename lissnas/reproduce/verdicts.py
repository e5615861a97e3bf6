"""Verdicts on the paper's numbers, by rules that are stated and always the same.

**agrees**: the paper's value lies within the tolerance of its measure around our
mean, or within our 95% interval if that rests on at least three seeds.
**agrees in order**: it does not, but our means rank the methods of its column as the
paper does; methods that the paper has equal may stand in either order.
**differs**: neither. **given**: a size that was set, or a query budget that was used
up, so it is no finding.
**not measured**: there is no number of ours.

A claim that LISSNAS is better than others **agrees** where it is better than each by
more than the 95% interval of their paired differences over at least three seeds,
**agrees in order** where its mean is at least theirs, and else **differs**.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lissnas.comparison.summary import Estimate, estimate

Verdict = Literal["agrees", "agrees in order", "differs", "given", "not measured"]
LEAST_SEEDS = 3
TOLERANCES: dict[str, tuple[float, bool]] = {  # value, and whether relative
    "mean_true": (0.005, False),
    "max_true": (0.005, False),
    "shrink_index": (0.05, False),
    "dispersion": (0.05, False),
    "aad": (0.0005, False),
    "supernet_pearson": (0.05, False),
    "supernet_top1": (0.005, False),
    "queries": (0.1, True),
    "reduction": (0.1, True),
}
GIVEN = ("size",)
NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and what it rests on in words."""

    verdict: Verdict
    rule: str


def tolerance(measure: str, value: float) -> float:
    """Return how far a value may be off to agree."""
    stem = "aad" if measure.startswith("aad") else measure
    amount, relative = TOLERANCES[stem]
    return amount * abs(value) if relative else amount


def judge(
    measure: str,
    label: str,
    paper: Mapping[str, float],
    ours: Mapping[str, Estimate],
) -> Judgement:
    """Return the verdict on one number of a column.

    `paper` and `ours` hold the values of all methods of the column.
    """
    if label not in ours:
        return Judgement("not measured", "no number of ours")
    if measure in GIVEN:
        return Judgement("given", "set, not found")
    value, own = paper[label], ours[label]
    if abs(value - own.mean) <= tolerance(measure, value) + NOISE:
        return Judgement("agrees", "within the tolerance")
    if own.n >= LEAST_SEEDS and own.low <= value <= own.high:
        return Judgement("agrees", "within the 95% interval")
    compared = [name for name in paper if name in ours]
    if len(compared) > 1 and same_order(paper, ours, compared):
        return Judgement("agrees in order", f"same ranking of {len(compared)}")
    return Judgement("differs", "neither value nor ranking")


def same_order(
    paper: Mapping[str, float], ours: Mapping[str, Estimate], names: Sequence[str]
) -> bool:
    """Return whether our means rank as the paper's values; its ties may be broken."""
    return all(
        paper[a] <= paper[b] or ours[a].mean > ours[b].mean
        for a in names
        for b in names
    )


def judge_claim(
    own: Sequence[float], rivals: Mapping[str, Sequence[float]], better: int = 1
) -> Judgement:
    """Return the verdict on a claim; values are paired over seeds."""
    if not own or not rivals:
        return Judgement("not measured", "no number of ours")
    worse, unsure = [], []
    for name, values in rivals.items():
        pairs = zip(own, values, strict=True)
        gap = estimate([better * (a - b) for a, b in pairs])
        if gap.mean < -NOISE:
            worse.append(f"{name} by {-gap.mean:.4f}")
        elif gap.n < LEAST_SEEDS or not gap.low > 0:
            unsure.append(name)
    if worse:
        return Judgement("differs", "behind " + ", ".join(worse))
    if unsure:
        return Judgement("agrees in order", "not clearly ahead of " + ", ".join(unsure))
    return Judgement("agrees", "ahead of each by more than the 95% interval")
