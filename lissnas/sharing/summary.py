"""A run in words."""

from typing import Any

from lissnas.figures.theme import percent
from lissnas.sharing.reading import Record, number, study_of


def title_line(record: Record) -> str:
    """Return what was run and when, in one line."""
    said, _ = study_of(record.run)
    parts = [said["space"], said["task"], said["method"]]
    parts += [f"seed {said['seed']}"] if said["seed"] is not None else []
    created = str(record.run.config.get("created", ""))[:16].replace("T", " ")
    parts += [created, f"run {record.run.name}"]
    return " · ".join(part for part in parts if part)


def summary(record: Record) -> list[str]:
    """Return what came out and why it ended, a paragraph each."""
    if not record.measures:
        return ["The run has no iteration yet."]
    rows = record.measures
    last: dict[str, Any] = {**rows[_result(record)], **(record.final or {})}
    found = [_size(record, last), *_accuracy(record, last)]
    if record.stored:
        end = record.stored[-1].iteration
        word = "It ended with this" if end.stops else "So far, the last decision was"
        found.append(f"{word}: {end.reason}")
    quality = record.run.config.get("quality")
    if isinstance(quality, dict) and number(quality, "tau") is not None:
        found.append(
            f"The predictor was trained on {number(quality, 'pairs') or 0:,.0f} known "
            f"accuracies. On {number(quality, 'held_out') or 0:,.0f} held-out ones its "
            f"Kendall's tau is {number(quality, 'tau'):.3f}."
        )
    return found


def _result(record: Record) -> int:
    """Return the iteration whose numbers stand for the result."""
    return len(record.measures) - 1 if record.result is None else record.result


def _size(record: Record, last: dict[str, Any]) -> str:
    """Return what became of the size."""
    first, size = number(record.measures[0], "size") or 0, number(last, "size") or 0
    steps = len(record.measures) - 1
    text = f"The space went from {first:,.0f} to {size:,.0f} architectures"
    if 0 < size < first:
        text += f", {first / size:,.1f} times fewer,"
    text += f" in {steps} iteration{'' if steps == 1 else 's'}"
    queries = number(last, "queries")
    return text + (f" and {queries:,.0f} predictor queries." if queries else ".")


def _accuracy(record: Record, last: dict[str, Any]) -> list[str]:
    """Return what became of the accuracy, true if that is known, else predicted."""
    first, found = record.measures[0], []
    for kind in ("true", "predicted"):
        old, new = number(first, f"mean_{kind}"), number(last, f"mean_{kind}")
        if new is not None:
            text = f"Its mean {kind} accuracy is {percent(new)}"
            if old is not None:
                text += f", after {percent(old)} of the original space"
            found.append(text + ".")
            break
    best, index = last.get("contains_best"), number(last, "shrink_index")
    if best is not None:
        held = "still holds" if best else "has lost"
        recall = number(last, "top100_recall")
        part = f", and {percent(recall, 0)} of the best hundred" if recall else ""
        found.append(f"It {held} the best architecture{part}.")
    if index is not None:
        found.append(f"Its shrink index is {index:.3f}.")
    return [" ".join(found)] if found else []
