"""What the paper states [1]_, table by table, and why a number may differ from ours.

Tables 1, 4, 7, 9, 10 and appendix J are those that comparisons show, Table 8 that of
the locality report. Tables 5 and 6 have no legible number in the published text.

.. [1] Gopal et al., "LISSNAS: Locality-based Iterative Search Space Shrinkage for
   Neural Architecture Search", IJCAI 2023, doi:10.24963/ijcai.2023/86.
"""

from typing import Literal, NamedTuple

from lissnas.comparison.paper import PAPER
from lissnas.report.published import TABLE_8

PUBLISHED = "lissnas-published"
OPERATORS = ("abs", "nse", "padnas")
OTHERS = (*OPERATORS, "greedynas")


class Number(NamedTuple):
    """One number: its table, space, method or kind of edit, measure, and value."""

    table: str
    space: str
    label: str
    measure: str
    value: float


class Claim(NamedTuple):
    """One statement on the order of methods: `measure` of LISSNAS against `rivals`.

    `better` is 1 where more is better and -1 where less is.
    """

    source: str
    text: str
    measure: str
    rivals: tuple[str, ...]
    better: Literal[1, -1] = 1


_CORRELATIONS = {  # Table 3: Pearson's correlation and top-1, with a supernet
    "nasbench101": {
        "original": (0.467, 0.910),
        "abs": (0.58, 0.930),
        "nse": (0.56, 0.921),
        "padnas": (0.59, 0.924),
        PUBLISHED: (0.659, 0.934),
    },
    "shufflenetv2": {
        "original": (0.334, 0.700),
        "abs": (0.397, 0.728),
        "nse": (0.406, 0.730),
        "padnas": (0.355, 0.699),
        PUBLISHED: (0.429, 0.746),
    },
}
_WITHOUT_RUN = {"9": (("original", 0.904, 0.946), (PUBLISHED, 0.921, 0.946))}


def _numbers() -> list[Number]:
    """Return all numbers, in the order of the tables."""
    appendix = ("transnasbench101-macro", "nasbench301")
    found = [
        Number("J" if n.table == "7" and n.space in appendix else n.table, *n[1:])
        for n in PAPER
    ]
    for space, rows in _CORRELATIONS.items():
        for label, (pearson, top) in rows.items():
            found.append(Number("3", space, label, "supernet_pearson", pearson))
            found.append(Number("3", space, label, "supernet_top1", top))
    for table, lines in _WITHOUT_RUN.items():
        for label, mean, best in lines:
            found.append(Number(table, "nasbench101", label, "mean_true", mean))
            found.append(Number(table, "nasbench101", label, "max_true", best))
    for kind, values in TABLE_8.items():
        for distance, points in enumerate(values, 1):
            measure = f"aad_{distance}"
            found.append(Number("8", "nasbench101", kind, measure, points / 100))
    return found


NUMBERS: tuple[Number, ...] = tuple(_numbers())

CLAIMS: tuple[Claim, ...] = (
    Claim("Section 4.4", "the highest shrink index", "shrink_index", OTHERS),
    Claim("Section 5.2", "the highest mean accuracy", "mean_true", OPERATORS),
    Claim("Section 5.2", "the highest maximum accuracy", "max_true", OPERATORS),
    Claim("Section 5.2", "the greatest area under the EDF", "auc", OPERATORS),
    Claim("Section 5.4", "the most of the FLOP range", "flop_coverage", OPERATORS),
    Claim("Section 5.4", "the most diverse space", "dispersion", OPERATORS),
    Claim("Section 5.1", "holds the best network", "contains_best", OPERATORS),
    Claim("Appendix H.1", "better than naive shrinkage", "mean_true", ("naive",)),
    Claim(
        "Appendix H.2",
        "neighbours are better than none",
        "mean_true",
        ("no-neighbour",),
    ),
    Claim(
        "Appendix H.2",
        "neighbours are better than random draws",
        "mean_true",
        ("no-locality",),
    ),
    Claim(
        "Not in the paper",
        "better than the best by predictor, the control",
        "mean_true",
        ("top-predicted",),
    ),
)

TITLES: dict[str, str] = {
    "1": "Table 1: shrink index",
    "3": "Table 3: supernet correlation and top-1",
    "4": "Table 4: size, mean and maximum accuracy",
    "4 (size)": "Tables 5 and 6: reduction factors, those that Table 4 implies",
    "7": "Table 7: diversity as a ratio to the original",
    "J": "Appendix J: diversity as a ratio to the original",
    "8": "Table 8: absolute accuracy difference by kind of change",
    "9": "Table 9: naive random shrinkage",
    "10": "Table 10: ablations",
}

ABSENT: dict[str, str] = {
    "Table 2": "ImageNet training of a found network is not a table look-up; its other "
    "rows are quoted from other papers.",
    "Table 3": "Correlation and top-1 are those of supernets trained on each shrunk "
    "space: it needs supernet runs, whose numbers --supernets takes.",
    "Table 5": "Its numbers are not legible in the published text, and there is no "
    "table of accuracies for MobileNet or AnyNetX; ours are under Table 6 where there "
    "is one.",
    "Table 6": "Its numbers are not legible in the published text; the factors that "
    "Table 4 implies stand in for two of its four rows.",
}

REASONS: dict[tuple[str, str], str] = {
    ("nasbench101", "mean_true"): "the paper takes the largest validation accuracy of "
    "the repeats, the table here holds mean test accuracies (.8968 over all cells)",
    ("nasbench101", "max_true"): "no cell has a mean test accuracy above .9432; the "
    "paper's .946 fits the largest test accuracy of a single repeat",
    ("shufflenetv2", "mean_true"): "the paper's supernet is trained on ImageNet, the "
    "accuracies here are of a CIFAR-10 supernet, by a judge fitted to half of 1,000",
    ("shufflenetv2", "max_true"): "the paper's supernet is trained on ImageNet, the "
    "accuracies here are of a CIFAR-10 supernet, by a judge fitted to half of 1,000",
    ("shufflenetv2", "shrink_index"): "the paper states neither threshold, n nor k; "
    "with n = 10 and k = 2 the index cannot exceed .376, so it tells good spaces "
    "apart badly; its accuracies are of an ImageNet supernet",
    ("9", "mean_true"): "accuracies of another kind (test means, not largest "
    "validation); and the paper does not say how good its predictor was, ours fits "
    "log errors",
    ("", "dispersion"): "the paper states neither embedding nor scale of its cosine "
    "distances, so only ratios can be compared",
    ("", "queries"): "the paper states budgets, ours are the queries really made until "
    "the method stopped by its own rule",
    ("", "reduction"): "the paper's stopping rule leaves the size open; ours stopped "
    "when the mean no longer rose",
    ("", "aad"): "the paper takes the largest validation accuracy of the repeats and "
    "does not state how pairs were drawn",
}


def reason(table: str, space: str, measure: str) -> str:
    """Return why a number may differ, empty where that is unknown.

    A table's reason comes before a space's, and that before the measure's.
    """
    stem = "aad" if measure.startswith("aad") else measure
    found = (REASONS.get((place, stem)) for place in (table, space, ""))
    return next((text for text in found if text), "")
