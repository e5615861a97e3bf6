"""The tables of nas-bench-graph are found, verified and converted once."""

import importlib.util
import pickle
from pathlib import Path

import numpy as np
import pytest

from lissnas import oracles
from lissnas.oracles.shipped import base, nasbench_graph
from lissnas.spaces import SPACES
from lissnas.spaces.graph_costs import DATASETS

SPACE = SPACES["nasbench-graph"]
needs_package = pytest.mark.skipif(
    importlib.util.find_spec(nasbench_graph.MODULE) is None,
    reason="the optional package nas-bench-graph is not installed",
)


def stored(dataset):
    """Return the package's own records of a data set."""
    found = importlib.util.find_spec(nasbench_graph.MODULE)
    folder = Path(found.submodule_search_locations[0]) / "light"
    return nasbench_graph.records(folder / f"{dataset}.bench", dataset)


@needs_package
@pytest.mark.parametrize("dataset", nasbench_graph.SHA256)
def test_every_architecture_has_its_stored_accuracies(folder, dataset):
    """The package's numbers are our short strings, one to one, and so the values."""
    records = stored(dataset)
    for measure, key in (("", "valid_perf"), ("-test", "perf")):
        table = oracles.load("nasbench-graph", dataset + measure)
        numbers = [int(text) for text in SPACE.short(table.archs)]
        assert sorted(numbers) == sorted(records)
        np.testing.assert_array_equal(
            table.accuracy, [records[number][key] for number in numbers]
        )
    assert len(records) == (2_021 if dataset == "proteins" else SPACE.size)
    assert "Apache-2.0" in table.licence and "nas-bench-graph" in table.source


@needs_package
@pytest.mark.parametrize(
    ("dataset", "agreeing"),
    [(name, 1.0) for name in nasbench_graph.SHA256 if name != "physics"]
    + [("physics", 24_639 / 26_206)],
)
def test_stored_parameters_are_ours(dataset, agreeing):
    """All stored parameter counts are ours, but 6% of Physics (means of other runs)."""
    records = stored(dataset)
    archs = SPACE.enumerate()
    numbers = [int(text) for text in SPACE.short(archs)]
    rows = [row for row, number in enumerate(numbers) if number in records]
    theirs = np.array([records[numbers[row]]["para"] * 1e6 for row in rows])
    exact = np.abs(theirs - SPACE.params_on(archs[rows], dataset)) < 0.01
    assert exact.mean() == pytest.approx(agreeing, abs=1e-12)


@needs_package
def test_other_parameters_of_physics_are_means_of_two_networks(monkeypatch):
    """Of the 1,567 counts that are not ours, 1,478 mix in one smaller run of three."""
    records, archs = stored("physics"), SPACE.enumerate()
    theirs = [records[int(text)]["para"] * 1e6 for text in SPACE.short(archs)]
    ours = SPACE.params_on(archs, "physics")
    other = DATASETS["physics"]._replace(width=128, before=False)
    monkeypatch.setitem(DATASETS, "physics", other)
    mixed = (2 * ours + SPACE.params_on(archs, "physics")) / 3
    unlike = np.abs(theirs - ours) > 0.01
    assert unlike.sum() == 1_567
    assert (np.abs(theirs - mixed) < 0.02)[unlike].sum() == 1_478


@needs_package
def test_all_data_sets_are_tasks(folder):
    """Nine data sets, validation by their bare names and test beside them."""
    found = oracles.tasks("nasbench-graph")
    assert list(found)[:9] == list(SPACE.datasets)
    assert {f"{name}-test" for name in SPACE.datasets} == set(list(found)[9:])
    assert "ROC-AUC" in found["proteins"].caveats + found["proteins"].description
    assert not [text for path, text in oracles.problems() if "graph" in str(path)]


@needs_package
def test_an_altered_file_is_not_even_read(tmp_path):
    """A file that is not the published one is refused before it is unpickled."""
    path = tmp_path / "cora.bench"
    path.write_bytes(pickle.dumps({1: {"perf": 0.5}}))
    with pytest.raises(ValueError, match=r"cora\.bench must have the SHA-256 5e69"):
        nasbench_graph.records(path, "cora")


def test_numbers_of_numpy_are_read_and_nothing_else():
    """Doubles come out as they went in; other types and objects are refused."""
    values = {3: {"para": np.float64(0.1), "perf": 0.2}}
    content = pickle.dumps(values, protocol=3)
    content = content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    read = base.read_plain(content, nasbench_graph.PlainWithDoubles)
    assert read == {3: {"para": 0.1, "perf": 0.2}}
    assert type(read[3]["para"]) is float
    for value in (np.float32(1), np.zeros(2), print, np.dtype(">f8").type):
        content = pickle.dumps({3: {"para": value}}, protocol=3)
        content = content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
        with pytest.raises(ValueError, match="plain data"):
            base.read_plain(content, nasbench_graph.PlainWithDoubles)


def test_without_the_package_the_space_is_whole(folder, monkeypatch):
    """Nothing is wrong without the optional package, and one sentence tells of it."""
    monkeypatch.setattr(nasbench_graph, "MODULE", "no_such_module_anywhere")
    assert oracles.tasks("nasbench-graph") == {}
    assert oracles.problems() == []
    ((space, sentence),) = oracles.missing()
    assert space == "nasbench-graph"
    assert 'pip install "lissnas[graph]"' in sentence
    with pytest.raises(ValueError, match=r"pip install .lissnas\[graph\]"):
        oracles.load("nasbench-graph", "cora")
    assert len(SPACE.sample(5, np.random.default_rng(0))) == 5
