"""The paper's statements on the order of methods, tested on every space."""

from typing import Any

from scipy.stats import kendalltau

from lissnas.reproduce.paper import CLAIMS, Claim
from lissnas.reproduce.results import Results
from lissnas.reproduce.settings import StudySettings
from lissnas.reproduce.tables import Line, reduction_table
from lissnas.reproduce.units import PUBLISHED, SELECTIVE, Unit, matched
from lissnas.reproduce.verdicts import judge_claim
from lissnas.spaces import SPACES

READINGS = {PUBLISHED: "as published", SELECTIVE: "selective"}


def claim_table(found: Results, settings: StudySettings) -> list[Line]:
    """Return each claim on each task and size, for both readings of LISSNAS."""
    return [
        _line(claim, label, space, task, size, queries, found)
        for space, listed in found.tasks.items()
        for task in listed
        for size, queries in matched(SPACES[space], settings)
        for claim in CLAIMS
        for label in READINGS
    ]


def _line(
    claim: Claim,
    label: str,
    space: str,
    task: str,
    size: int,
    queries: int,
    found: Results,
) -> Line:
    """Return one claim on one task, all methods with equal size and budget."""
    values: dict[str, Any] = {}
    for name in (label, *claim.rivals):
        run = Unit("shrink", space, task, name, size, queries)
        values[name] = found.values(run, task, claim.measure)
    own = values.pop(label)
    rivals = {name: one for name, one in values.items() if len(one) == len(own) > 0}
    verdict = judge_claim(own, rivals, claim.better)
    return {
        "source": claim.source,
        "claim": claim.text,
        "variant": READINGS[label],
        "space": space,
        "task": task,
        "size": size,
        "against": ", ".join(rivals),
        "verdict": verdict.verdict,
        "rule": verdict.rule,
    }


def trend(found: Results) -> Line | None:
    """Return whether larger spaces are reduced more (section 5.3); None for too few."""
    first = {space: listed[0] for space, listed in found.tasks.items()}
    lines = [
        one for one in reduction_table(found) if first[one["space"]] == one["task"]
    ]
    if len(lines) < 3:
        return None
    sizes = [float(one["full_size"]) for one in lines]
    tau = float(kendalltau(sizes, [one["reduction"] for one in lines]).statistic)
    verdict = "agrees" if tau > 0.999 else "agrees in order" if tau > 0 else "differs"
    return {
        "source": "Section 5.3",
        "claim": "larger spaces are reduced more",
        "variant": READINGS[PUBLISHED],
        "space": f"{len(lines)} spaces",
        "task": "",
        "size": None,
        "against": "",
        "verdict": verdict,
        "rule": f"Kendall's tau of full size and factor is {tau:.2f}",
    }
