"""RWA and AAD, by pairs and by walks."""

import os
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lissnas.metrics.locality import (
    LocalitySettings,
    locality,
    random_walks,
    walk_autocorrelation,
)
from lissnas.oracles import additive
from lissnas.spaces import SPACES
from lissnas.spaces.base import Cost, Decision
from lissnas.spaces.categorical import CategoricalSpace

SETTINGS = LocalitySettings(pairs=2000, resamples=100)


class Macro(CategoricalSpace):
    """The 6,561 raw strings of NAS-Bench-Macro, each an architecture of its own."""

    name = title = citation = "macro"
    decisions = tuple(Decision(f"layer {i}", ("0", "1", "2")) for i in range(8))
    datasets = ("cifar10",)

    def cost(self, archs):
        return Cost(*np.ones((2, len(archs)), dtype=np.int64))

    parse = CategoricalSpace.parse_digits
    format = CategoricalSpace.short


def noise(space):
    """Return an oracle without any locality."""
    scores = np.random.default_rng(7).random(space.size)
    return lambda archs: scores[space.identity(archs)]


@pytest.mark.parametrize("name", SPACES)
def test_perfect_locality_is_seen(name):
    """Additive scores correlate highly at one edit and less with every further one."""
    space = SPACES[name]
    found = locality(space, additive(space), SETTINGS, np.random.default_rng(0))
    assert found.rwa[0] > 0.5
    assert found.rwa[0] > found.rwa[1] > found.rwa[3]
    assert found.aad[0] < found.aad[1] < found.unrelated * 1.2
    assert (found.rwa_curve.low < found.rwa).all()
    assert (found.rwa < found.rwa_curve.high).all()
    assert set(found.aad_by_kind) == set(space.edit_kinds)


def test_no_locality_is_seen():
    """Random scores have no correlation beyond the noise floor, at any distance."""
    space = SPACES["nasbench201"]
    found = locality(space, noise(space), SETTINGS, np.random.default_rng(0))
    assert (np.abs(found.rwa) < 2 * found.noise).all()
    np.testing.assert_allclose(found.aad, found.unrelated, rtol=0.1)


def test_unknown_accuracies_are_left_out():
    """Pairs of a partial table count only where both ends are known."""
    space = SPACES["nasbench201"]
    truth = additive(space)

    def partial(archs):
        return np.where(archs[:, 0] == 0, np.nan, truth(archs))

    found = locality(space, partial, SETTINGS, np.random.default_rng(0))
    assert (found.pairs < 2000).all() and (found.pairs > 1000).all()
    assert np.isfinite(found.rwa).all()


def test_nothing_known_is_nan_without_a_warning():
    """A table without any pair gives NaN at every distance."""
    space = SPACES["nasbench201"]

    def nothing(archs):
        return np.full(len(archs), np.nan)

    found = locality(space, nothing, SETTINGS, np.random.default_rng(0))
    assert np.isnan(found.rwa).all() and not found.pairs.any()


def test_equal_generators_give_equal_curves():
    """Locality is a function of its arguments."""
    space = SPACES["nasbench201"]
    a, b = (
        locality(space, additive(space), SETTINGS, np.random.default_rng(3))
        for _ in range(2)
    )
    np.testing.assert_array_equal(a.rwa, b.rwa)
    np.testing.assert_array_equal(a.aad, b.aad)


def test_macro_locality_is_the_known_one():
    """Pair-RWA and AAD of NAS-Bench-Macro at 1..4 edits, from all its strings."""
    folders = os.environ.get("LISSNAS_DATA", "").split(os.pathsep)
    files = [Path(folder) / "nasbench_macro.parquet" for folder in folders if folder]
    found = [file for file in files if file.is_file()]
    if not found:
        pytest.skip("LISSNAS_DATA names no folder with nasbench_macro.parquet")
    table = pq.read_table(found[0]).to_pandas()
    space = Macro()
    scores = np.empty(space.size)
    keys = space.identity(space.parse(table["arch"].tolist()))
    scores[keys] = table[[f"test_accuracy_{i}" for i in (1, 2, 3)]].mean(axis=1)
    settings = LocalitySettings(pairs=40_000, resamples=0)
    curves = locality(
        space, lambda a: scores[space.identity(a)], settings, np.random.default_rng(0)
    )
    np.testing.assert_allclose(curves.rwa[:4], [0.73, 0.51, 0.33, 0.16], atol=0.025)
    np.testing.assert_allclose(
        100 * curves.aad[:4], [1.12, 1.55, 1.87, 2.14], atol=0.05
    )


@pytest.mark.parametrize("name", SPACES)
def test_walks_move_one_step_at_a_time(name):
    """Walks stay in the space, move, and neighbours on them score alike."""
    space, rng = SPACES[name], np.random.default_rng(0)
    walks = random_walks(space, 100, 60, rng)
    assert walks.shape == (100, 61, len(space.decisions))
    flat = walks.reshape(-1, walks.shape[-1])
    np.testing.assert_array_equal(space.canonical(flat), flat)
    values = additive(space)(flat).reshape(100, 61)
    curve = walk_autocorrelation(values, 12, rng, resamples=50)
    assert curve.values[0] > 0.4
    assert curve.values[0] > curve.values[2] > curve.values[11]
    assert (curve.low <= curve.values).all() and (curve.values <= curve.high).all()


def test_walks_do_not_end_in_small_cells():
    """Walks in NAS-Bench-101 can grow cells as well as prune them."""
    space = SPACES["nasbench101"]
    ends = random_walks(space, 300, 40, np.random.default_rng(0))[:, -1]
    sizes = (ends[:, 21:] < 3).sum(axis=1)
    assert (sizes >= 4).mean() > 0.3 and len(np.unique(sizes)) > 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pairs": 1}, "pairs must be at least"),
        ({"max_distance": -1}, "max_distance must be 0 or more"),
        ({"resamples": -1}, "resamples must be 0 or more"),
    ],
)
def test_bad_settings_are_refused(change, words):
    """A setting out of range is named."""
    with pytest.raises(ValueError, match=words):
        LocalitySettings(**change)


def test_distance_beyond_the_space_is_refused():
    """No pair can be more edits apart than there are decisions."""
    space = SPACES["nasbench201"]
    with pytest.raises(ValueError, match="max_distance must be at most 6"):
        settings = LocalitySettings(max_distance=7)
        locality(space, additive(space), settings, np.random.default_rng(0))
