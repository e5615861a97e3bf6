"""Pure sentences about spaces and architectures, for the Explore page."""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from lissnas.explain import Change, Overview
from lissnas.figures.theme import UNKNOWN, percent
from lissnas.spaces import Space
from lissnas.spaces.base import Decision as Choice
from lissnas.spaces.base import threshold_edit_distance

READABLE = 10_000_000
MANY = 8


def size_words(size: int) -> str:
    """Return an exact size, with its magnitude where it is too long to be read."""
    if size < READABLE:
        return f"{size:,}"
    mantissa, exponent = f"{Decimal(size):.1e}".split("e")
    return f"{size:,} (about {mantissa}e{int(exponent)})"


def known_words(known: int, size: int, task: str | None) -> str:
    """Return how many architectures have a measured accuracy."""
    if not known:
        return "no accuracies at hand"
    return f"{known:,} of {size:,} measured on {task}"


def count_words(seen: Overview) -> str:
    """Return how much of a space is shown, and how much of that was measured."""
    uniform, extra = int(seen.uniform.sum()), int((~seen.uniform).sum())
    text = f"Showing {uniform:,} of {seen.size:,}, sampled uniformly with a fixed seed"
    if uniform == seen.size:
        text = f"Showing all {uniform:,}"
    if extra:
        text += f", and {extra:,} more of the {seen.known:,} measured"
    count, total = int(seen.measured.sum()), len(seen.archs)
    measured = f"{count:,} of these {total:,} were" if count else "none of these was"
    measured = "all of these were" if count == total else measured
    return f"{text}; {measured} measured."


def decision_rows(decisions: Sequence[Choice]) -> list[dict[str, str | int]]:
    """Return decisions with their options, neighbours with equal options together."""
    rows: list[dict[str, str | int]] = []
    for options, group in groupby(decisions, key=lambda decision: decision.options):
        names = [decision.name for decision in group]
        first = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        shown = [*options] if len(options) <= MANY else [*options[: MANY - 1]]
        more = f", ... {options[-1]}" if len(shown) < len(options) else ""
        rows.append(
            {
                "decision": first,
                "decisions": len(names),
                "options": len(options),
                "names": ", ".join(shown) + more,
            }
        )
    return rows


def options_words(decisions: Sequence[Choice]) -> str:
    """Return how many decisions of how many options there are."""
    counts = sorted({len(decision.options) for decision in decisions})
    options = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"{len(decisions)} decisions of {options} options"


def distance_words(space: Space) -> str:
    """Return the space's total edit distance and the paper's threshold."""
    return (
        f"at most {space.total_edit_distance} edits apart, neighbours within "
        f"{threshold_edit_distance(space)}"
    )


def edit_words(
    kinds: Sequence[str], counts: Sequence[int], examples: dict[str, str]
) -> str:
    """Return what one edit is: each kind, how many an architecture has, an example."""
    parts = [
        f"**{kind}** ({count:,} here, such as *{examples[kind]}*)"
        if count
        else f"**{kind}** (none here)"
        for kind, count in zip(kinds, counts, strict=True)
    ]
    return "One edit is of the kind " + " or ".join(parts) + "."


def better_words(share: float, count: int, of: str) -> str | None:
    """Return where a value stands among `count` others, None where it is unknown."""
    if share != share:
        return None
    return f"above {math.floor(1000 * share) / 10:.1f} % of {count:,} {of}"


def measured(accuracy: float) -> str:
    """Return a measured accuracy for readers, or that there is none."""
    return percent(accuracy) if accuracy == accuracy else "not measured"


def side(change: Change, value: str) -> str:
    """Return what one of two architectures has where they differ."""
    return "present" if value == change.what else value or "absent"


def millions(value: int) -> str:
    """Return a cost for readers, in millions."""
    number = value / 1e6
    return f"{number:,.3f} M" if number < 10 else f"{number:,.1f} M"


def points(value: float) -> str:
    """Return a difference of accuracies in percentage points, a dash if unknown."""
    return UNKNOWN if value != value else f"{100 * value:+.2f} pt"
