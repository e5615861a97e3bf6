"""ABS on the angles of a supernet that was trained, from its command on."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas.cli import main
from lissnas.oracles import additive
from lissnas.spaces import SPACES

FEW = ["--target", "900000000", "--children", "20", "--samples", "20"]
FEW += ["--predictor-pairs", "200", "--predictor-rounds", "20"]
ABS = ["shrink", "shufflenetv2", "cifar10", "--method", "abs", "--score", "angle", *FEW]


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A home with made-up accuracies of a part of ShuffleNetV2."""
    space = SPACES["shufflenetv2"]
    archs = space.sample(300, np.random.default_rng(0))
    columns = {
        "arch": space.format(archs),
        "cifar10_test_accuracy": 0.5 + 0.4 * additive(space, 3)(archs),
    }
    pq.write_table(pa.table(columns), tmp_path / "shufflenetv2.parquet")
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("trained", ["shufflenetv2"], indirect=True)
def test_abs_shrinks_by_a_trained_supernet(known, trained, capsys):
    """Angles of initial and trained weights rank the operators; the run says so."""
    main([*ABS, "--supernet", str(trained), "--json"])
    run = json.loads(capsys.readouterr().out)
    assert run["settings"]["score"] == "angle"
    assert run["final"]["size"] <= 900_000_000
    assert run["final"]["queries"] <= 20 * len(run["iterations"])
    with pytest.raises(SystemExit):
        main(["shrink", "--resume", run["run"]])
    assert "unless a supernet run is given" in capsys.readouterr().err


@pytest.mark.parametrize("trained", ["nasbench101"], indirect=True)
def test_supernets_of_another_space_are_refused(known, trained, capsys, tmp_path):
    """A supernet lends angles of its own space only, and a folder must hold one."""
    for folder, words in ((trained, "one of nasbench101"), (tmp_path, "must be the")):
        with pytest.raises(SystemExit) as stopped:
            main([*ABS, "--supernet", str(folder)])
        assert stopped.value.code == 2
        assert words in capsys.readouterr().err
