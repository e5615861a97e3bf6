"""The paper's numbers are complete, and as printed."""

import pytest

from lissnas.comparison import entry
from lissnas.reproduce.paper import (
    ABSENT,
    CLAIMS,
    NUMBERS,
    PUBLISHED,
    REASONS,
    TITLES,
    reason,
)
from lissnas.reproduce.verdicts import GIVEN, TOLERANCES
from lissnas.spaces import SPACES

COUNTS = {  # numbers printed in the paper's tables; "J" is its appendix
    "1": 5,  # five methods
    "3": 20,  # two spaces, five rows, correlation and top-1
    "4": 30,  # two spaces, five rows, size, mean and maximum
    "7": 8,  # two spaces, four methods, each over its original
    "J": 8,
    "8": 9,  # three distances, three kinds
    "9": 12,  # six rows, mean and maximum
    "10": 6,  # three rows, queries and top-1
}


def value(table, space, label, measure):
    found = [n.value for n in NUMBERS if n[:4] == (table, space, label, measure)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("table", "count"), COUNTS.items())
def test_tables_are_complete(table, count):
    """Every printed number of a table is there once."""
    keys = [number[:4] for number in NUMBERS if number.table == table]
    assert len(keys) == len(set(keys)) == count


@pytest.mark.parametrize(
    ("table", "space", "label", "measure", "printed"),
    [  # Gopal et al., IJCAI 2023, doi:10.24963/ijcai.2023/86, as printed
        ("1", "shufflenetv2", PUBLISHED, "shrink_index", 0.4),
        ("1", "shufflenetv2", "greedynas", "shrink_index", 0.3),
        ("3", "nasbench101", PUBLISHED, "supernet_pearson", 0.659),
        ("3", "shufflenetv2", "padnas", "supernet_top1", 0.699),
        ("4", "nasbench101", "abs", "mean_true", 0.802),
        ("4", "shufflenetv2", "padnas", "max_true", 0.731),
        ("7", "nasbench101", PUBLISHED, "dispersion", 255.6 / 260),
        ("7", "shufflenetv2", "padnas", "dispersion", 17.9 / 30),
        ("J", "transnasbench101-macro", "abs", "dispersion", 4.2 / 10),
        ("J", "nasbench301", "nse", "dispersion", 619.9 / 947),
        ("8", "nasbench101", "operation", "aad_2", 0.0180),
        ("8", "nasbench101", "edge", "aad_3", 0.0239),
        ("9", "nasbench101", "naive:keep=0.1", "max_true", 0.941),
        ("9", "nasbench101", "original", "mean_true", 0.904),
        ("10", "nasbench101", "no-locality", "queries", 196_000),
    ],
)
def test_numbers_are_as_printed(table, space, label, measure, printed):
    """A sample of every table, from the paper's pages."""
    assert value(table, space, label, measure) == pytest.approx(printed, abs=6e-4)


def test_every_number_can_be_judged():
    """Each measure has a tolerance, is set, or needs a supernet; names are known."""
    for number in NUMBERS:
        stem = "aad" if number.measure.startswith("aad") else number.measure
        never = stem.startswith("supernet")
        assert never or stem in TOLERANCES or stem in GIVEN
        assert number.space in SPACES
        assert number.table in TITLES
        if number.table != "8":
            entry(number.label)


def test_claims_name_a_place_and_known_methods():
    """Each claim says where it stands, and compares what can be run."""
    for claim in CLAIMS:
        assert claim.source.split()[0] in ("Section", "Appendix", "Not")
        for rival in claim.rivals:
            entry(rival)


def test_tables_without_numbers_are_named():
    """Tables that cannot be made again are listed with the reason."""
    assert {"Table 2", "Table 3", "Table 5", "Table 6"} == set(ABSENT)


def test_reasons_are_found_by_space_and_measure():
    """A table's own reason comes before a space's, and that before a measure's."""
    assert (
        reason("4", "nasbench101", "mean_true") == REASONS["nasbench101", "mean_true"]
    )
    assert reason("9", "nasbench101", "mean_true") == REASONS["9", "mean_true"]
    assert reason("8", "nasbench101", "aad_2") == REASONS["", "aad"]
    assert reason("4", "nasbench201", "mean_true") == ""
