"""Pure sentences about locality: what was measured at the paper's threshold."""

import numpy as np

from lissnas.metrics.locality.pairs import Locality
from lissnas.metrics.locality.walks import Walk


def verdict(
    found: Locality, threshold: int, total: int, what: str = "networks", score: str = ""
) -> str:
    """Return what the correlation is at the threshold, a third of all edits.

    `score` names what is correlated, where it is not the accuracy.
    """
    of = f" in {score}" if score else ""
    place = np.flatnonzero(found.distance == threshold)
    if not len(place) or np.isnan(found.rwa[place[0]]):
        return (
            f"At {edits(threshold)}, a third of {total}, too few pairs were measured."
        )
    at = int(place[0])
    value, noise = found.rwa[at], found.noise[at]
    low, high = found.rwa_curve.low[at], found.rwa_curve.high[at]
    band = "" if np.isnan(low) else f" [{short(low)}, {short(high)}]"
    start = f"At {edits(threshold)}, a third of {total}, {what} "
    if abs(value) <= noise or low <= 0 <= high:
        return (
            f"{start}correlate{of} at {short(value)}{band}, no more than the "
            f"{short(noise)} that independent pairs reach."
        )
    return (
        f"{start}still correlate{of} at {short(value)}{band}; independent pairs "
        f"reach {short(noise)}."
    )


def walk_verdict(found: Walk) -> str:
    """Return after how many steps of a random walk the correlation is lost in noise."""
    low = np.where(np.isnan(found.curve.low), found.curve.values, found.curve.low)
    lost = np.flatnonzero(~((found.curve.values > found.noise) & (low > 0)))
    most = len(found.noise)
    if not len(lost):
        return (
            f"Along random walks the correlation is above noise for all {most} steps "
            f"that were compared, {short(found.curve.values[-1])} at the last."
        )
    step = int(lost[0]) + 1
    if step == 1:
        return "Along random walks not even one step correlates above noise."
    return (
        f"Along random walks the correlation is lost in noise after "
        f"{step - 1} step{'s' if step > 2 else ''} (square root "
        f"{np.sqrt(step - 1):.1f})."
    )


def edits(count: int) -> str:
    """Return a number of edits in words."""
    return f"{count} edit{'' if count == 1 else 's'}"


def short(value: float) -> str:
    """Return a correlation with two decimals and without a leading zero."""
    text = f"{value:.2f}"
    if text in ("-0.00", "0.00"):
        return ".00"
    return text.replace("0.", ".", 1) if abs(value) < 0.995 else text
