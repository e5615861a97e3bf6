"""Maps are fixed, repeat exactly, and are computed once, in a process of their own."""

import json
import os
import time

import numpy as np
import pytest

from lissnas import embedding
from lissnas.embedding import jobs
from lissnas.spaces import SPACES

STATES = ("absent", "running", "ready", "failed")


@pytest.fixture
def features():
    """Return 60 architectures of a real space as one-hot features."""
    space = SPACES["nasbench201"]
    rows = np.linspace(0, space.size - 1, 60).astype(int)
    return space.encode(space.enumerate()[rows])


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Give each test a home folder of its own."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))


def finished(key, seconds=120):
    """Return the status of an embedding once it is not running any more."""
    end = time.monotonic() + seconds
    while jobs.status(key).state == "running" and time.monotonic() < end:
        time.sleep(0.05)
    return jobs.status(key)


def test_nearest_is_exact(features):
    """Nearest landmarks are those of the distances computed one by one."""
    rows, distances = embedding.nearest(features[:7], features, 5)
    full = np.linalg.norm(features[:7, None] - features[None], axis=2)
    np.testing.assert_allclose(distances, np.sort(full, axis=1)[:, :5], atol=1e-3)
    assert (rows[:, 0] == np.arange(7)).all()


def test_nearest_refuses_more_than_there_are(features):
    """More neighbours than landmarks are an error in words."""
    with pytest.raises(ValueError, match=r"k must be in 1\.\.60"):
        embedding.nearest(features, features, 61)


def test_scaling_leaves_one_hot_features_alone(features):
    """Distances of one-hot features stay Hamming distances."""
    np.testing.assert_array_equal(embedding.scaled(features, features), features)


def test_scaling_bounds_every_column():
    """Columns of large numbers do not drown the others."""
    values = np.array([[0, 500.0], [1, 100.0]], dtype=np.float32)
    np.testing.assert_allclose(embedding.scaled(values, values), [[0, 1], [1, 0]])


def test_projection_is_that_of_the_largest_variance(features):
    """No random plane holds more of the variance than the two principal axes."""
    flat = embedding.projection(features)(features)
    rng = np.random.default_rng(0)
    for _ in range(20):
        plane, _ = np.linalg.qr(rng.normal(size=(features.shape[1], 2)))
        assert flat.var(axis=0).sum() >= (features @ plane).var(axis=0).sum()


def test_projection_of_one_feature_has_two_columns():
    """A space with a single feature still gives points of the plane."""
    values = np.arange(5, dtype=np.float32)[:, None]
    assert embedding.projection(values)(values).shape == (5, 2)


def test_landmarks_are_placed_on_themselves(features):
    """Placing a landmark gives its own point, and others lie among their neighbours."""
    points = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    np.testing.assert_allclose(embedding.place(features, features, points), points)
    between = embedding.place((features[:1] + features[1:2]) / 2, features, points, 2)
    near, _ = embedding.nearest((features[:1] + features[1:2]) / 2, features, 2)
    low, high = points[near[0]].min(axis=0), points[near[0]].max(axis=0)
    assert ((low - 1e-6 <= between) & (between <= high + 1e-6)).all()


def test_worker_leaves_points_and_nothing_else(features):
    """A computation ends with finite points, without lock and without its input."""
    key = jobs.start(features)
    assert finished(key).state == "ready"
    points = jobs.load(key)
    assert points.shape == (60, 2) and np.isfinite(points).all()
    folder = jobs.file_of(key).parent
    until = time.monotonic() + 30
    while jobs.file_of(key, ".lock").exists() and time.monotonic() < until:
        time.sleep(0.01)  # the lock goes last, after the points are there
    assert [path.name for path in folder.iterdir()] == [f"{key}.npy"]


def test_equal_input_gives_equal_points(features):
    """The same features and seed give the same map again, computed in-process."""
    np.testing.assert_array_equal(embedding.umap(features), embedding.umap(features))


def test_umap_keeps_pockets_apart():
    """Two far groups of architectures do not mix on the map."""
    rng = np.random.default_rng(0)
    groups = np.repeat([0, 1], 40)
    values = rng.integers(0, 2, (80, 30)) * 0.2 + 5 * groups[:, None]
    points = embedding.umap(values.astype(np.float32))
    rows, _ = embedding.nearest(points, points, 5)
    assert (groups[rows] == groups[:, None]).mean() > 0.95


def test_too_few_rows_fail_in_words(features):
    """A worker that cannot compute says why, and a new start tries again."""
    key = jobs.start(features[:5])
    status = finished(key)
    assert status.state == "failed"
    assert "at least 20 rows, got 5" in status.message
    assert jobs.start(features[:5]) == key
    assert finished(key).state == "failed"


def test_never_two_for_the_same_features(features):
    """While a process holds the lock, a second start does not spawn another."""
    key = jobs.key_of(features)
    lock = jobs.file_of(key, ".lock")
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"started": time.time(), "pid": os.getpid()}))
    assert jobs.start(features) == key
    assert json.loads(lock.read_text())["pid"] == os.getpid()
    assert not jobs.file_of(key, ".features.npy").exists()


def test_a_lock_nobody_holds_is_a_failure_that_can_be_tried_again(features):
    """A worker that was killed does not block its embedding for ever."""
    key = jobs.key_of(features)
    lock = jobs.file_of(key, ".lock")
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"started": 0}))
    os.utime(lock, (0, 0))
    assert jobs.status(key).state == "failed"
    jobs.start(features)
    assert finished(key).state == "ready"


def test_cancel_stops_and_cleans(features):
    """A cancelled computation leaves nothing behind and can be started again."""
    key = jobs.start(np.tile(features, (40, 1)) + np.arange(2400)[:, None] % 7)
    jobs.cancel(key)
    assert jobs.status(key).state == "absent"
    assert list(jobs.file_of(key).parent.iterdir()) == []


def test_damaged_points_are_refused(features):
    """A file that holds no points is an error in words, not an exception of numpy."""
    key = jobs.key_of(features)
    path = jobs.file_of(key)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no numpy file")
    with pytest.raises(ValueError, match="key must name"):
        jobs.load(key)


def test_key_depends_on_content_and_seed(features):
    """Different features or seeds never share a map."""
    other = features.copy()
    other[-1, -1] += 1
    keys = {jobs.key_of(features), jobs.key_of(features, 1), jobs.key_of(other)}
    assert len(keys) == 3
