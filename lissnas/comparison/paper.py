"""Numbers that the paper states [1]_, to stand beside measured ones.

Accuracies are those of the paper's own training or tables, on scales that differ from
a benchmark's mean test accuracy; its diversities are comparable as ratios to the
original space only. They are for comparison, and nothing is computed from them.

.. [1] Gopal et al., "LISSNAS: Locality-based Iterative Search Space Shrinkage for
   Neural Architecture Search", IJCAI 2023, doi:10.24963/ijcai.2023/86.
"""

from typing import NamedTuple


class PaperNumber(NamedTuple):
    """One number: its table, space, entry, field of `Outcome`, and value."""

    table: str
    space: str
    label: str
    measure: str
    value: float


PUBLISHED = "lissnas-published"
_INDEX = {PUBLISHED: 0.4, "greedynas": 0.3, "nse": 0.2, "abs": 0.1, "padnas": 0.1}
_SPACES = {  # Table 4: size, mean and maximum accuracy
    "nasbench101": {
        "original": (423_000, 0.904, 0.946),
        "abs": (100_000, 0.802, 0.932),
        "nse": (25_000, 0.901, 0.936),
        "padnas": (15_000, 0.904, 0.941),
        PUBLISHED: (13_000, 0.921, 0.946),
    },
    "shufflenetv2": {
        "original": (10**12, 0.647, 0.756),
        "abs": (100_000, 0.651, 0.749),
        "nse": (10**6, 0.647, 0.752),
        "padnas": (10**6, 0.662, 0.731),
        PUBLISHED: (10**6, 0.675, 0.756),
    },
}
_RATIOS = {  # Table 7 and appendix J: diversity as a ratio to the original
    "nasbench101": (0.983, 0.775, 0.643, 0.520),
    "shufflenetv2": (0.933, 0.720, 0.707, 0.597),
    "transnasbench101-macro": (0.890, 0.570, 0.420, 0.530),
    "nasbench301": (0.892, 0.655, 0.647, 0.711),
}
_RATIO_LABELS = (PUBLISHED, "nse", "abs", "padnas")
_NAIVE = {  # Table 9: mean and maximum of the best x% of random draws
    "naive:keep=0.3": (0.908, 0.932),
    "naive:keep=0.2": (0.910, 0.935),
    "naive:keep=0.1": (0.914, 0.941),
    "naive:keep=0.05": (0.919, 0.939),
}
_ABLATIONS = {  # Table 10: queries and maximum
    "no-neighbour": (50_000, 0.939),
    "no-locality": (196_000, 0.932),
    PUBLISHED: (100_000, 0.946),
}
_REDUCTION = "4 (size)"  # Tables 5 and 6 are not legible in the published text


def _numbers() -> list[PaperNumber]:
    """Return all numbers."""
    found = [
        PaperNumber("1", "shufflenetv2", label, "shrink_index", value)
        for label, value in _INDEX.items()
    ]
    for space, rows in _SPACES.items():
        whole = rows["original"][0]
        for label, (size, mean, best) in rows.items():
            found.append(PaperNumber("4", space, label, "size", size))
            found.append(PaperNumber("4", space, label, "mean_true", mean))
            found.append(PaperNumber("4", space, label, "max_true", best))
            if label != "original":
                factor = whole / size
                found.append(PaperNumber(_REDUCTION, space, label, "reduction", factor))
    for space, ratios in _RATIOS.items():
        for label, ratio in zip(_RATIO_LABELS, ratios, strict=True):
            found.append(PaperNumber("7", space, label, "dispersion", ratio))
    for label, (mean, best) in _NAIVE.items():
        found.append(PaperNumber("9", "nasbench101", label, "mean_true", mean))
        found.append(PaperNumber("9", "nasbench101", label, "max_true", best))
    for label, (queries, best) in _ABLATIONS.items():
        found.append(PaperNumber("10", "nasbench101", label, "queries", queries))
        found.append(PaperNumber("10", "nasbench101", label, "max_true", best))
    return found


PAPER: tuple[PaperNumber, ...] = tuple(_numbers())


def paper_numbers(space: str) -> list[PaperNumber]:
    """Return what the paper states of a space."""
    return [number for number in PAPER if number.space == space]
