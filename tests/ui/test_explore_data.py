"""What the Explore page knows of architectures is what their space says."""

import csv
import io

import numpy as np
import pytest

from lissnas.spaces import SPACES
from lissnas.ui import explore_data as data
from lissnas.ui.explore import Explored
from lissnas.ui.explore_neighbours import neighbour_columns
from lissnas.ui.frames import csv_bytes


@pytest.fixture(params=SPACES)
def scene(request):
    """Every registered space without a table."""
    return data.scene(SPACES[request.param], None)


def test_without_accuracies_the_middle_opens(scene):
    """The first architecture shown has the median multiply-adds of the sample."""
    arch = data.first_shown(scene)
    fact = data.facts(scene, arch)
    assert scene.space.cost(arch[None]).macs[0] == fact.macs
    assert fact.macs == np.sort(scene.seen.macs)[len(scene.seen.macs) // 2]
    assert np.isnan(fact.true) and np.isnan(fact.true_share)
    assert 0 <= fact.macs_share <= 0.5


def test_neighbours_are_all_there_and_in_order(scene):
    """Every neighbour is listed once with its words; unmeasured ones by their cost."""
    arch = data.first_shown(scene)
    found = data.around(scene, arch)
    expected = scene.space.neighbours(arch[None]).archs
    keys = scene.space.identity(found.archs).tolist()
    assert sorted(keys) == sorted(scene.space.identity(expected).tolist())
    assert (np.diff(found.macs) >= 0).all()
    assert all(found.words) and len(found.words) == len(found.names)


def test_neighbours_can_be_exported(scene):
    """The CSV has a row a neighbour, with official strings that can be read back."""
    arch = data.first_shown(scene)
    found = data.around(scene, arch)
    shown = Explored(scene, None, arch, None)
    content = csv_bytes(neighbour_columns(shown, found)).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    archs = scene.space.parse([row["architecture"] for row in rows])
    np.testing.assert_array_equal(scene.space.canonical(archs), found.archs)
    cost = scene.space.cost(arch[None])
    for row, macs in zip(rows, found.macs.tolist(), strict=True):
        assert int(row["multiply_adds_difference"]) == macs - cost.macs[0]
        assert row["measured_accuracy"] == row["accuracy_difference"] == ""
