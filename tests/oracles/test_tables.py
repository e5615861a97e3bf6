"""Tables in the documented schema become tasks; broken ones are refused in words."""

import hashlib
import os
import re

import numpy as np
import pytest

from lissnas import oracles
from lissnas.spaces import SPACES

SHIPPED = ["cifar10", "cifar100", "imagenet16-120"]


def refusal(folder, name="nasbench201-x.parquet"):
    """Return the sentence that refuses a file; others must still be listed."""
    assert list(oracles.tasks("nasbench201")) == SHIPPED
    (sentence,) = [text for path, text in oracles.problems() if path.name == name]
    assert sentence.startswith(name)
    return sentence


def test_table_becomes_a_task_with_provenance(write, small, space):
    """A table is found, listed with its provenance and licence, and read."""
    about = {"title": "T", "source": "S", "licence": "L", "caveats": "C"}
    units = {"test_accuracy": {"unit": "fraction", "description": "D"}}
    path = write("nasbench201-x.parquet", small, about, units)
    info = oracles.tasks("nasbench201")["cifar10-test"]
    assert (info.title, info.source, info.licence, info.caveats) == tuple("TSLC")
    assert (info.description, info.path, info.rows, info.known) == ("D", path, 50, 50)
    table = oracles.load("nasbench201", "cifar10-test")
    assert table.checksum == hashlib.sha256(path.read_bytes()).hexdigest()
    expected = space.parse(small["arch"])
    np.testing.assert_array_equal(table.lookup(space)(expected), small["test_accuracy"])


def test_unknown_architectures_score_nan(write, small, space):
    """A partial table gives NaN where it has a gap or no row, and holds no NaN."""
    small["test_accuracy"][7] = np.nan
    write("nasbench201-x.parquet", small)
    table = oracles.load("nasbench201", "cifar10-test")
    scores = table.lookup(space)(space.enumerate())
    assert np.isfinite(scores).sum() == len(table.accuracy) == 49
    assert np.isnan(table.lookup(space)(space.parse(small["arch"][7:8])))[0]


def test_table_is_read_only(write, small):
    """Nobody can edit a table that others share."""
    write("nasbench201-x.parquet", small)
    with pytest.raises(ValueError, match="read-only"):
        oracles.load("nasbench201", "cifar10-test").accuracy[0] = 1


def test_changed_file_is_read_again(write, small, space):
    """A table replaced while the program runs shows its new values."""
    write("nasbench201-x.parquet", small)
    first = oracles.load("nasbench201", "cifar10-test")
    assert oracles.load("nasbench201", "cifar10-test") is first
    small["test_accuracy"] = small["test_accuracy"] / 2
    path = write("nasbench201-x.parquet", small)
    os.utime(path, ns=(1, 1))
    second = oracles.load("nasbench201", "cifar10-test")
    np.testing.assert_array_equal(second.accuracy, first.accuracy / 2)


def test_repeats_are_averaged(write, small):
    """Columns x_1, x_2, ... are one task, their mean over the known repeats."""
    first = small.pop("test_accuracy")
    second = np.where(np.arange(50) == 3, np.nan, first / 2)
    write("nasbench201-x.parquet", small | {"acc_1": first, "acc_2": second})
    table = oracles.load("nasbench201", "cifar10-accuracy")
    expected = np.where(np.arange(50) == 3, first, (first + first / 2) / 2)
    np.testing.assert_allclose(np.sort(table.accuracy), np.sort(expected))


def test_names_of_tasks(write, small):
    """Data set and measure come from the column, other floats are no accuracies."""
    accuracy = small.pop("test_accuracy")
    columns = ["cifar100_val_acc", "test_loss", "val_seconds", "svhn_test", "val_best"]
    write("nasbench201-x.parquet", small | dict.fromkeys(columns, accuracy))
    found = oracles.tasks("nasbench201")
    assert list(found)[3:] == ["svhn", "cifar100-val", "cifar10-val-best"]


def test_same_names_get_the_files_name(write, small):
    """Two tables with the same column stay apart, in a fixed order."""
    write("nasbench201-a.parquet", small)
    write("nasbench201-b.parquet", small)
    found = list(oracles.tasks("nasbench201"))[3:]
    assert found == ["cifar10-test", "cifar10-test-nasbench201-b"]


def test_space_from_metadata_and_column(write, small):
    """The metadata or a `space` column say the space where the file name does not."""
    write("x.parquet", small, {"space": "NASBench201"})
    spaces = ["nasbench201"] * 30 + ["other"] * 20
    write("y.parquet", small | {"space": spaces})
    found = oracles.tasks("nasbench201")
    assert [found[name].known for name in list(found)[3:]] == [50, 30]


def test_earlier_folder_hides_a_file_of_the_same_name(
    write, small, tmp_path, monkeypatch
):
    """One copy of a table is used, that of the first folder, unless it is broken."""
    path = write("nasbench201-x.parquet", small)
    other = tmp_path / "other"
    other.mkdir()
    (other / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("LISSNAS_DATA", os.pathsep.join([str(other), str(tmp_path)]))
    assert oracles.tasks("nasbench201")["cifar10-test"].path.parent == other
    (other / path.name).write_bytes(b"no table")
    assert oracles.tasks("nasbench201")["cifar10-test"].path == path


def test_truncated_file_is_refused(write, small, folder):
    """A file cut short at any place is refused, and others are still listed."""
    path = write("nasbench201-x.parquet", small)
    content = path.read_bytes()
    for length in (0, 3, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        assert "truncated, damaged or no Parquet" in refusal(folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"arch": None}, "architecture column 'arch' of nasbench201 is missing"),
        ({"test_accuracy": None}, "no accuracy column"),
        (
            {"test_accuracy": [0.5] * 49 + [1.5]},
            r"got 1.5 in .*'test_accuracy', row 49",
        ),
        ({"test_accuracy": [0.5] * 49 + [-0.1]}, "got -0.1"),
        ({"test_accuracy": [np.inf] + [0.5] * 49}, "got inf .* row 0"),
        ({"test_accuracy": [np.nan] * 50}, "all accuracies of nasbench201 are unknown"),
        (
            {"test_accuracy": ["0.5"] * 50},
            "must hold floating-point numbers, got string",
        ),
        ({"arch": list(range(50))}, "'arch' must hold strings, got int64"),
    ],
)
def test_broken_table_is_refused(write, small, folder, change, sentence):
    """Each defect is refused with a sentence that says where and what."""
    changed = {name: change.get(name, value) for name, value in small.items()}
    columns = {name: value for name, value in changed.items() if value is not None}
    write("nasbench201-x.parquet", columns)
    assert re.search(sentence, refusal(folder))


@pytest.mark.parametrize("text", ["|bad~0|", "", "0123456"])
def test_unknown_architecture_is_refused_with_its_row(write, small, folder, text):
    """The first row that is no architecture is named with its text."""
    small["arch"][33] = small["arch"][41] = text
    write("nasbench201-x.parquet", small)
    assert f"row 33 is no architecture of nasbench201: {text!r}" in refusal(folder)


def test_repeated_rows_are_repeated_measurements(write, small, space):
    """Rows of one architecture, in any notation, are averaged, and that is said."""
    small["arch"][20] = space.short(space.parse(small["arch"][4:5]))[0]
    small["arch"][30] = small["arch"][4]
    small["test_accuracy"][[4, 20, 30]] = 0.2, np.nan, 0.5
    write("nasbench201-x.parquet", small)
    table = oracles.load("nasbench201", "cifar10-test")
    assert len(table.archs) == 48
    score = table.lookup(space)(space.parse(small["arch"][4:5]))
    assert score == pytest.approx(0.35)
    assert "2 rows repeat an architecture; its accuracy is their mean." in table.caveats


def test_unknown_space_is_refused(write, small, folder):
    """A table of no known space is refused, not guessed."""
    write("nasbench2019.parquet", small)
    assert "no known space" in refusal(folder, "nasbench2019.parquet")


def test_missing_folder_is_told(folder, monkeypatch):
    """A mistyped LISSNAS_DATA is told, and does not stop the rest."""
    monkeypatch.setenv("LISSNAS_DATA", str(folder / "absent"))
    assert "names no folder" in oracles.problems()[0][1]
    assert list(oracles.tasks("nasbench201")) == SHIPPED


def test_unknown_task_names_those_there_are(folder, write, small):
    """A wrong task is answered with the tasks and the refused tables of the space."""
    write("nasbench201-x.parquet", {"arch": small["arch"]})
    with pytest.raises(ValueError, match=r"cifar10, cifar100.*'x'.*no accuracy column"):
        oracles.load("nasbench201", "x")
    with pytest.raises(ValueError, match="space must be one of"):
        oracles.tasks("nosuch")


CHAIN = {"vertices": [3, 2, 3], "edges": [0b101, 0b1, 0b111], "ops": [0, 0, 1]}


def test_nasbench101_columns(write):
    """NAS-Bench-101 cells are read from vertices, edges and ops."""
    write("nasbench101-x.parquet", CHAIN | {"test_accuracy": [0.1, 0.2, 0.3]})
    space = SPACES["nasbench101"]
    archs = space.parse(["3:01,12", ":01", "1:01,02,12"])
    scores = oracles.load("nasbench101", "cifar10").lookup(space)(archs)
    np.testing.assert_array_equal(scores, [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("column", "values", "sentence"),
    [
        ("edges", [0b101, 0b1, 0b001], "row 2 is no architecture .* edges 1, ops 1"),
        ("vertices", [3, 9, 3], "row 1 is no architecture .* vertices 9"),
        ("ops", [0.0, 0.0, 1.0], "'ops' must hold integers, got double"),
        ("ops", [0, None, 1], "'ops' is empty in row 1"),
    ],
)
def test_broken_nasbench101_columns_are_refused(write, column, values, sentence):
    """Cells that do not exist are refused with their row."""
    columns = CHAIN | {"test_accuracy": [0.1, 0.2, 0.3], column: values}
    write("nasbench101-x.parquet", columns)
    (text,) = [t for p, t in oracles.problems() if p.name == "nasbench101-x.parquet"]
    assert re.search(sentence, text)


# Two interior vertices side by side: swapping their operations gives an isomorph.
DIAMOND = 0b110011  # 0-1, 0-2, 1-3, 2-3


@pytest.mark.parametrize(("second", "merged"), [(0.5, True), (0.6, False)])
def test_isomorphic_rows(write, second, merged):
    """Isomorphs of equal accuracy are merged and that is said; others are refused."""
    columns = {"vertices": [4, 4], "edges": [DIAMOND] * 2, "ops": [1, 3]}
    write("nasbench101-x.parquet", columns | {"test_accuracy": [0.5, second]})
    if merged:
        table = oracles.load("nasbench101", "cifar10")
        assert len(table.archs) == 1
        assert "1 rows were merged with isomorphic ones" in table.caveats
    else:
        (text,) = [t for p, t in oracles.problems() if "nasbench101" in p.name]
        assert "rows 0 and 1 are isomorphic, but 'test_accuracy' is 0.5 and 0.6" in text


@pytest.mark.usefixtures("no_own_tables")
def test_real_nasbench101(data_folder):
    """The real table is complete, and its best cell is where its README says."""
    space = SPACES["nasbench101"]
    assert list(oracles.tasks("nasbench101")) == ["cifar10", "cifar10-val-max"]
    table = oracles.load("nasbench101", "cifar10")
    assert len(table.archs) == space.size == 423_624
    # README of the data folder: .943176 for this cell, conv1x1, conv3x3, ...
    best = space.parse(["13m33:01,02,23,34,05,15,45,06,56"])
    assert table.lookup(space)(best)[0] == table.accuracy.max()
    assert round(table.accuracy.max(), 6) == 0.943176
    assert len(oracles.load("nasbench101", "cifar10-val-max").archs) == 30_001


@pytest.mark.usefixtures("no_own_tables")
def test_published_names_and_data_sets(write):
    """Published files go by their own names, which may end with the data set."""
    texts = SPACES["shufflenetv2"].format(
        SPACES["shufflenetv2"].sample(30, np.random.default_rng(0))
    )
    accuracy = np.linspace(0.8, 0.9, 30)
    columns = {"arch": texts, "supernet_val_accuracy": accuracy}
    write("spos_shufflenetv2_cifar10.parquet", columns)
    write("shufflenetv2_own.parquet", {"arch": texts, "val_acc": accuracy})
    named = {
        name: task.path.name for name, task in oracles.tasks("shufflenetv2").items()
    }
    assert named == {
        "imagenet": "shufflenetv2_own.parquet",
        "cifar10": "spos_shufflenetv2_cifar10.parquet",
    }
