"""Measured paths: exact, of no order, kept, and ranked against the truth."""

from pathlib import Path

import numpy as np
import pytest
import torch

from lissnas.metrics.ranking import kendall
from lissnas.oracles import load
from lissnas.supernet import checkpoint
from lissnas.supernet.angle import angles, angles_in
from lissnas.supernet.folders import lines
from lissnas.supernet.rank import ranking, ranking_dict
from lissnas.supernet.recalibrate import (
    MOST_BYTES,
    PathNorm,
    in_order,
    measurer,
    naive_accuracy,
)
from lissnas.supernet.scale import Scale
from lissnas.supernet.settings import MeasureSettings
from lissnas.supernet.tasks import measure
from lissnas.supernet.tasks.train import opened
from lissnas.work import never, silent

CPU = torch.device("cpu")


def some(at, n=5, seed=0):
    """Return architectures, some of which begin alike."""
    archs = at.space.sample(n, np.random.default_rng(seed))
    if at.space.name == "shufflenetv2":
        archs[1, :12] = archs[0, :12]
    return at.space.canonical(archs)


def test_accuracies_are_those_of_the_definition(trained):
    """Equal to a full recalibration of each path on the same images, one by one."""
    at, plain = opened(trained, CPU), opened(trained, CPU)
    scorer = measurer(at.net, at.bench.feed, 256, 64, 0)
    many = len(scorer.calibration) // 64
    rows = scorer.calibration.reshape(64, many)
    batches = [np.ascontiguousarray(rows[:, j]) for j in range(many)]
    archs = some(at)
    expected = [
        naive_accuracy(plain.net, plain.bench.feed, row, batches, scorer.judged)
        for row in archs.tolist()
    ]
    found = scorer(archs)
    np.testing.assert_allclose(found, expected, atol=1.5 / len(scorer.judged))
    assert len(set(found)) > 1


def test_accuracies_depend_on_no_order(trained):
    """A path's accuracy is the same alone, in any order, and with nothing kept."""
    at = opened(trained, CPU)
    archs = some(at)
    scorer = measurer(at.net, at.bench.feed, 128, 64, 0)
    found = scorer(archs)
    np.testing.assert_array_equal(scorer(archs[::-1])[::-1], found)
    for row, expected in zip(archs.tolist(), found, strict=True):
        scorer._before, scorer._kept = [], []
        assert scorer.accuracy(row) == expected


def test_several_batches_at_once_are_several_batches():
    """What a GPU does, all batches folded in one, gives their averages."""
    torch.manual_seed(0)
    images = torch.randn(12, 5, 3, 3)
    one, many = torch.nn.BatchNorm2d(5), torch.nn.BatchNorm2d(5)
    for norm in (one, many):
        norm.__class__, norm.seen = PathNorm, 0
    one.batches, many.batches = 1, 3
    expected = torch.stack([one(images[part::3]) for part in range(3)], 1)
    torch.testing.assert_close(many(images), expected.reshape(images.shape))
    torch.testing.assert_close(many.running_mean, one.running_mean)
    torch.testing.assert_close(many.running_var, one.running_var)
    assert images.nbytes < MOST_BYTES


def test_rows_in_order_begin_alike():
    """Lexicographic order puts equal beginnings next to each other."""
    rows = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.int8)
    assert rows[in_order(rows)].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.fixture
def settings(trained):
    return MeasureSettings(supernet=str(trained), archs="4", calibration=128, batch=64)


@pytest.mark.usefixtures("empty_home", "no_own_tables")
def test_measuring_goes_on_and_appends(settings, tmp_path):
    """More paths are added to the table; those that are known are not measured again.

    The table is a task of the space, and holds what was measured.
    """
    from dataclasses import replace

    measure(settings, tmp_path, silent, never)
    first = lines(tmp_path / "results.jsonl")
    content = (tmp_path / "results.jsonl").read_bytes()
    (tmp_path / "results.jsonl").write_bytes(content[:-9])  # as a kill might
    told = []
    measure(
        replace(settings, archs="6"),
        tmp_path,
        lambda *a: told.append(a[:2]),
        never,
    )
    after = lines(tmp_path / "results.jsonl")
    assert after[:3] == first[:3] and len(after) >= 6
    space = Path(settings.supernet).name
    table = load(space, "digits")
    assert len(table.archs) == len({tuple(one["row"]) for one in after})
    scores = {tuple(one["row"]): one["valid"] for one in after}
    for row, accuracy in zip(table.archs.tolist(), table.accuracy, strict=True):
        assert scores[tuple(row)] == accuracy


def test_what_is_no_supernet_is_refused(tmp_path):
    """The sentence names the folder."""
    settings = MeasureSettings(supernet=str(tmp_path / "none"))
    with pytest.raises(ValueError, match="none must be the folder"):
        measure(settings, tmp_path / "out", silent, never)


def test_angles_are_those_between_the_weights(trained):
    """0 without training; as computed from the concatenated weights otherwise."""
    at = opened(trained, CPU)
    archs = some(at, 3)
    found = angles_in(trained, archs)
    assert ((found > 0) & (found < np.pi)).all()
    initial = checkpoint.load(trained / "initial.pt")["net"]
    from lissnas.supernet import networks

    scale: Scale = at.bench.scale
    before = networks.shared(at.space.name, scale)
    before.load_state_dict(initial)
    for row, angle in zip(archs, found, strict=True):
        a, b = (
            torch.cat([w.detach().flatten() for w in networks.path_weights(net, row)])
            for net in (before, at.net)
        )
        cosine = torch.nn.functional.cosine_similarity(a.double(), b.double(), dim=0)
        assert angle == pytest.approx(float(torch.arccos(cosine)), abs=1e-5)
    same = angles(initial, initial, at.space.name, archs, scale)
    np.testing.assert_allclose(same, 0, atol=1e-6)


def test_rankings_hold_their_intervals():
    """Values are those of the measures, inside of their intervals, as JSON too."""
    rng = np.random.default_rng(0)
    true = rng.random(60)
    measured = true + 0.3 * rng.random(60)
    found = ranking(measured, true, rng)
    assert found.kendall.value == kendall(measured, true)
    for measure_ in (found.pearson, found.kendall, found.spearman):
        assert 0 < measure_.low < measure_.value < measure_.high <= 1
    values = ranking_dict(found)
    assert values["pairs"] == 60 and values["pearson"] == list(found.pearson)
    with pytest.raises(ValueError, match="3 architectures or more"):
        ranking(true[:2], true[:2], rng)
