"""The accuracies that come with lissnas: there, small, whole, and told how made."""

import json
from dataclasses import asdict

import numpy as np
import pyarrow.parquet as pq
import pytest

from lissnas import oracles
from lissnas.arrays import contained
from lissnas.oracles.shipped import measured
from lissnas.spaces import SPACES
from lissnas.supernet.rank import ranking
from lissnas.supernet.tasks.shipped import PLANS, SMALL

PAIRED = [space for space in measured.SPACES if PLANS[space].shared]


@pytest.fixture(autouse=True)
def _nothing_else(empty_home, monkeypatch):
    """Only what comes with lissnas is at hand."""
    monkeypatch.delenv("LISSNAS_DATA", raising=False)


def test_the_tables_are_there_and_small():
    """All tables belong to a space with a plan, and are together under 5 MB."""
    assert set(measured.SPACES) == set(PLANS)
    paths = [path for space in measured.SPACES for path in measured.table_paths(space)]
    assert sorted(paths) == sorted(measured.folder().glob("*.parquet"))
    assert sum(path.stat().st_size for path in paths) < 5_000_000


@pytest.mark.parametrize("space", measured.SPACES)
def test_tables_are_what_the_plan_says(space):
    """Distinct members of the space, as many as planned, with accuracies in [0, 1]."""
    plan, tasks = PLANS[space], oracles.tasks(space)
    assert next(iter(tasks)) == "digits"
    table = oracles.load(space, "digits")
    expected = plan.paths or plan.alone + (SMALL if plan.small else 0)
    assert len(np.unique(SPACES[space].identity(table.archs))) == expected
    assert table.accuracy.std() > 0.005  # they differ
    if plan.shared:
        assert len(oracles.load(space, "digits-val").archs) == plan.alone
    for path in measured.table_paths(space):
        about = pq.read_schema(path).metadata
        told = json.loads(about[b"provenance"])
        assert told["command"] == f"lissnas supernet ship {space}" and told["commit"]
        assert told["settings"]["scale"] == "tiny" and "seed" in told["settings"]
        recipe = plan.recipe if told["kind"] == "alone" else plan.shared
        assert told["settings"]["recipe"] == asdict(recipe) and about[b"licence"]
        assert "/" not in json.dumps(told["settings"])  # no paths of a machine


def test_small_cells_are_complete_and_trained_twice():
    """Every cell of up to five vertices is there, with two trainings that differ."""
    space, (path,) = SPACES["nasbench101"], measured.table_paths("nasbench101")
    found = pq.read_table(path).to_pandas()
    cells = space.identity(space.canonical(space.parse(list(found["arch"]))))
    small = contained(cells, np.arange(SMALL))
    assert small.sum() == SMALL
    assert found["val_2"].notna().to_numpy().tolist() == small.tolist()
    twice = found[small]
    assert np.corrcoef(twice["val_1"], twice["val_2"])[0, 1] > 0.3
    assert (twice["val_1"] != twice["val_2"]).mean() > 0.5


@pytest.mark.parametrize("space", PAIRED)
def test_what_was_trained_alone_was_measured_in_the_supernet(space):
    """Ranking quality is real: each network alone is one of the measured paths."""
    paths, alone = (oracles.load(space, task) for task in ("digits", "digits-val"))
    assert contained(alone.keys, paths.keys).all()
    inside = paths.lookup(SPACES[space])(alone.archs)
    found = ranking(inside, alone.accuracy, np.random.default_rng(0))
    assert found.pairs == PLANS[space].alone
    assert found.pearson[1] < found.pearson[0] < found.pearson[2]
