"""Pure sentences and numbers about a run, for panels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lissnas.figures.theme import percent
from lissnas.oracles import TaskInfo
from lissnas.runs import Stored
from lissnas.session import Study
from lissnas.shrink.constraints import Steering
from lissnas.spaces import SPACES

FEW = 20  # measured architectures, with fewer of which no verdict is drawn


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of section 4.4 at one iteration: kept, broken or not yet asked."""

    title: str
    kept: bool | None
    sentence: str


def conditions(now: Stored, before: Stored | None) -> tuple[Condition, Condition]:
    """Return conditions (i) and (ii) of section 4.4 of the paper for an iteration."""
    first, second = "(i) smaller", "(ii) better"
    if before is None:
        text = "The original space: there is nothing to compare with yet."
        return Condition(first, None, text), Condition(second, None, text)
    size, old = now.iteration.size, now.iteration.previous_size
    smaller = Condition(first, size < old, f"Size {old:,} → {size:,}.")
    share, known = good_share(now)
    old_share, old_known = good_share(before)
    if known != old_known:
        share, old_share = (
            now.iteration.p_good_predicted,
            before.iteration.p_good_predicted,
        )
        known = False
    kind = "true" if known else "predicted"
    if known and (part := measured_part(now.measures)):
        kind = f"true, {part}"
    better = share > old_share or share == old_share == 1
    text = f"Share of good architectures ({kind}) {percent(old_share, 1)} → "
    return smaller, Condition(second, better, text + f"{percent(share, 1)}.")


def good_share(stored: Stored) -> tuple[float, bool]:
    """Return the share of good architectures, and whether it is the true one.

    The true one needs at least `FEW` measured members, or all of them.
    """
    measured = stored.measures.get("p_good")
    few = measured_part(stored.measures) and stored.measures["known"] < FEW
    if measured is None or few:
        return stored.iteration.p_good_predicted, False
    return float(measured), True


def measured_part(measures: Mapping[str, Any]) -> str:
    """Return of how many architectures true numbers are; empty if of all, or none."""
    known, size = measures.get("known"), measures.get("size")
    if not known or not size or known >= size:
        return ""
    return f"{known:,} of {size:,} measured"


def measured_line(
    measures: Mapping[str, Any], pairs: int = 0, table: int = 0
) -> str | None:
    """Return what true numbers of a part are worth; None where all was measured.

    `pairs` of the `table` known accuracies trained the predictor.
    """
    part = measured_part(measures)
    if not part:
        return None
    text = f"True numbers are means and shares of the {part} architectures only"
    if pairs >= table > 0:
        text += (
            "; all of these also trained the predictor, which favours those that "
            "measured well by chance, so they flatter the space"
        )
    return f"{text}."


def table_line(info: TaskInfo) -> str:
    """Return how many architectures a table knows, its title and its licence."""
    size, text = SPACES[info.space].size, f"{info.architectures:,} real accuracies"
    if info.architectures < size:
        text += f" of {exact_or_about(size)} architectures"
    return f"{text} · {info.title} · {info.licence}"


def change(now: Any, before: Any, factor: float, digits: int, unit: str) -> str | None:
    """Return a signed difference for readers, None where one side is unknown."""
    if now is None or before is None:
        return None
    return f"{factor * (now - before):+,.{digits}f}{unit}"


def study_line(study: Study) -> str:
    """Return a study in one line."""
    space = SPACES[study.space].title
    variant = getattr(study.settings, "variant", "")
    method = f"{study.settings.title} {variant}".strip()
    line = f"{space} · {study.task} · {method} · seed {study.seed}"
    return f"{line} · {steering_line(study.steering)}" if study.steering else line


def steering_line(steering: Steering) -> str:
    """Return constraints in one line, empty where there are none."""
    parts = [f"without {steering.forbid}"] if steering.forbid else []
    low, high = steering.min_macs / 1e6, steering.max_macs / 1e6
    if low or high:
        most = f"{high:,.4g} M" if high else "any number of"
        parts.append(f"{low:,.4g} to {most} multiply-adds")
    return ", ".join(parts)


def sample_line(shown: int, size: int) -> str:
    """Return that figures show a sample of a space that is too large to hold."""
    return (
        f"Figures show {shown:,} uniform draws of the {size:,} members of this space; "
        "numbers from a benchmark table are those of all members it has."
    )


def count_line(shown: int, total: int) -> str:
    """Return how many of all points are shown."""
    if shown == total:
        return f"Showing all {total:,} architectures of this iteration."
    return (
        f"Showing {shown:,} of {total:,} architectures of this iteration, "
        "sampled by kind with a fixed seed."
    )


def exact_or_about(size: int) -> str:
    """Return the size of a space: exact below a billion, else about, as 1.1e+12."""
    return f"{size:,}" if size < 10**9 else f"{size:.3g}"
