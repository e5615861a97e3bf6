"""RWA and AAD, by pairs and by walks."""

import os
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lissnas.metrics.locality import (
    Curve,
    Locality,
    LocalitySettings,
    Walk,
    WalkSettings,
    geometry,
    locality,
    measured_locality,
    random_walks,
    running_autocorrelation,
    verdict,
    walk_autocorrelation,
    walk_locality,
    walk_verdict,
)
from lissnas.metrics.locality.measured import distance_table
from lissnas.oracles import additive
from lissnas.spaces import SPACES
from lissnas.spaces.base import Cost, Decision, Distanced, sample_distinct
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


class NoShells(Macro):
    """The same without knowledge of how many architectures are how far away."""

    shells = None


def equal_parts(space):
    """Return an oracle to which every decision of three options adds alike."""
    values = np.array([0.0, 0.3, 1.0])
    return lambda archs: values[archs].sum(axis=1) / len(space.decisions)


def expected_rwa(distance, decisions=8, options=3):
    """Return the correlation of additive scores: kept decisions, less changed ones.

    A changed decision takes another option, so its value correlates with the former
    one at -1 / (options - 1).
    """
    share = np.asarray(distance) / decisions
    return 1 - share - share / (options - 1)


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


def test_additive_scores_have_the_known_correlation():
    """By pairs 1 - d/D k/(k-1), within each of the bands' neighbourhoods."""
    space = Macro()
    settings = LocalitySettings(pairs=20_000, resamples=200)
    found = locality(space, equal_parts(space), settings, np.random.default_rng(0))
    expected = expected_rwa(found.distance)
    np.testing.assert_allclose(found.rwa, expected, atol=0.02)
    width = found.rwa_curve.high - found.rwa_curve.low
    assert (np.abs(found.rwa - expected) < 1.5 * width).all()
    assert width.max() < 0.06


def test_walks_of_additive_scores_have_the_known_correlation():
    """A step changes one of D decisions: (1 - k / (D (k - 1)))^steps."""
    space = Macro()
    settings = WalkSettings(walks=2000, steps=60, lags=20)
    found = walk_locality(space, equal_parts(space), settings, np.random.default_rng(0))
    expected = expected_rwa(1) ** found.lag
    np.testing.assert_allclose(found.curve.values, expected, atol=0.03)
    assert (found.curve.low < found.curve.values).all()


def test_unrelated_walks_stay_within_the_noise():
    """Along walks of random scores about 19 of 20 lags are within the floor."""
    space = Macro()
    settings = WalkSettings(walks=300, steps=60, lags=40)
    found = walk_locality(space, noise(space), settings, np.random.default_rng(3))
    within = np.abs(found.curve.values[8:]) <= found.noise[8:]
    assert within.mean() > 0.8 and (found.noise > 0).all()


def test_slow_walks_have_a_higher_noise_floor():
    """Steps that depend on each other say less, and the floor knows it."""
    space, rng = Macro(), np.random.default_rng
    settings = WalkSettings(walks=100, steps=60, lags=5)
    smooth = walk_locality(space, equal_parts(space), settings, rng(0))
    rough = walk_locality(space, noise(space), settings, rng(0))
    assert smooth.noise.mean() > 1.5 * rough.noise.mean()


def test_running_autocorrelation_of_one_walk():
    """A slope correlates with itself, a saw with its opposite; few values say none."""
    slope = running_autocorrelation(np.arange(20.0), 5)
    np.testing.assert_allclose(slope, 1)
    saw = running_autocorrelation(np.tile([0.0, 1.0], 10), 4)
    np.testing.assert_allclose(saw, [-1, 1, -1, 1])
    assert np.isnan(running_autocorrelation(np.arange(3.0), 4)).all()
    few = running_autocorrelation(np.arange(5.0), 4)
    assert np.isfinite(few[:2]).all() and np.isnan(few[2:]).all()


@pytest.mark.parametrize("name", SPACES)
def test_known_distances_are_those_of_sampled_neighbours(name):
    """Where a space knows distances, neighbours drawn at d are at d, and d(x,x) = 0."""
    space, rng = SPACES[name], np.random.default_rng(0)
    if not isinstance(space, Distanced):
        pytest.skip(f"{name} knows no distances of arbitrary pairs")
    archs = space.sample(40, rng)
    assert not space.distance(archs, archs).any()
    for distance in (1, 2, 3):
        found = space.sample_neighbours(archs, np.asarray(distance), rng)
        apart = space.distance(archs[found.source], found.archs)
        assert len(apart) and (apart == distance).all()
    other = space.sample(40, rng)
    np.testing.assert_array_equal(
        space.distance(archs, other), space.distance(other, archs)
    )


def test_measured_pairs_have_the_known_correlation():
    """Of 600 measured networks of 3^8, pairs at each distance correlate as all do."""
    space, rng = Macro(), np.random.default_rng(0)
    archs = sample_distinct(space, 600, rng)
    scores = equal_parts(space)(archs)
    found = measured_locality(space, archs, scores, SETTINGS, rng)
    assert found.distance.tolist() == list(range(1, 9)) and not found.left_out
    np.testing.assert_allclose(found.rwa, expected_rwa(found.distance), atol=0.12)
    assert (found.rwa_curve.low < found.rwa).all()
    assert (found.rwa < found.rwa_curve.high).all()
    apart = distance_table(space, archs)
    counts = [(apart == d).sum() for d in found.distance]
    assert found.pairs.tolist() == np.minimum(counts, 10_000).tolist()


def test_measured_pairs_of_few_networks_leave_near_distances_out():
    """Random networks of a large space are far apart; what is missing is said."""
    space, rng = Macro(), np.random.default_rng(0)
    archs = sample_distinct(space, 60, rng)
    found = measured_locality(space, archs, equal_parts(space)(archs), SETTINGS, rng)
    assert set(found.left_out) >= {1, 2} and found.distance.min() > 2
    assert not set(found.left_out) & set(found.distance.tolist())
    assert found.aad_by_kind == {}


def test_nothing_measured_is_no_curve_without_a_warning():
    """No or one measured network give empty curves."""
    space, rng = Macro(), np.random.default_rng(0)
    for count in (0, 1):
        archs = space.sample(count, rng)
        found = measured_locality(space, archs, np.zeros(count), SETTINGS, rng)
        assert len(found.rwa) == len(found.noise) == 0


def test_measured_noise_has_no_locality():
    """Random scores of measured networks are within their noise floor."""
    space, rng = Macro(), np.random.default_rng(1)
    archs = sample_distinct(space, 600, rng)
    found = measured_locality(space, archs, rng.random(600), SETTINGS, rng)
    assert (np.abs(found.rwa) < 2 * found.noise).all()
    np.testing.assert_allclose(found.aad, found.unrelated, rtol=0.15)


def test_known_neighbours_are_sought_where_little_is_known():
    """With a tenth known, starting from what is known finds many times the pairs."""
    space, rng = SPACES["nasbench201"], np.random.default_rng(0)
    truth, known = additive(space), rng.random(space.size) < 0.1

    def partial(archs):
        return np.where(known[space.identity(archs)], truth(archs), np.nan)

    among = space.enumerate()[known]
    found = locality(space, partial, SETTINGS, np.random.default_rng(0), among)
    blind = locality(space, partial, SETTINGS, np.random.default_rng(0))
    assert found.pairs.min() > 1500 > 20 * blind.pairs.max()
    whole = locality(space, truth, SETTINGS, np.random.default_rng(0))
    np.testing.assert_allclose(found.rwa, whole.rwa, atol=0.12)


def test_ranks_are_not_ruled_by_one_outlier():
    """One failed training drowns the correlation of accuracies, not that of ranks."""
    space = Macro()
    truth = equal_parts(space)

    def failing(archs):
        return np.where(space.identity(archs) % 400 == 0, -500.0, truth(archs))

    curves = {
        ranks: locality(
            space, failing, LocalitySettings(ranks=ranks), np.random.default_rng(0)
        )
        for ranks in (False, True)
    }
    assert curves[False].rwa[0] < 0.3 < 0.7 < curves[True].rwa[0]
    np.testing.assert_array_equal(curves[False].aad, curves[True].aad)


def test_numbers_of_neighbours_where_decisions_are_free():
    """C(8, d) 2^d networks of 3^8 are d edits away."""
    found = geometry(Macro(), np.random.default_rng(0))
    assert found.count.tolist() == [16, 112, 448, 1120, 1792, 1792, 1024, 256]


@pytest.mark.parametrize("name", SPACES)
def test_numbers_of_neighbours_add_up(name):
    """All others are somewhere, none farther than the total edit distance; the mean
    number at one edit is that of the neighbours listed."""
    space, rng = SPACES[name], np.random.default_rng(0)
    found = geometry(space, rng)
    assert (found.count > 0).all() and found.distance[0] == 1
    if name == "nasbench101":
        assert len(found.count) == 6 and "random cells" in found.method
    else:
        assert found.count.sum() + 1 == pytest.approx(space.size)
        assert len(found.count) == space.total_edit_distance
    archs = space.sample(200, rng)
    mean = len(space.neighbours(archs).archs) / len(archs)
    assert found.count[0] == pytest.approx(mean, rel=0.2)


def test_numbers_of_neighbours_of_spaces_that_do_not_know_them():
    """Single edits are followed from some architectures, until they are too many."""
    space = NoShells()
    found = geometry(space, np.random.default_rng(0))
    assert "single edits from 8" in found.method
    assert found.count.tolist() == [16, 112, 448, 1120, 1792, 1792, 1024, 256]


def curves(values, noise=0.04, width=0.04):
    """Return locality at distances 1, 2, ... with these correlations."""
    values = np.array(values)
    rwa = Curve(values, values - width, values + width)
    count = len(values)
    flat = Curve(*np.zeros((3, count)))
    return Locality(
        np.arange(1, count + 1),
        np.full(count, 1000),
        rwa,
        flat,
        0.1,
        np.full(count, noise),
    )


def test_the_threshold_in_words():
    """The sentence holds distance, total, correlation, band and chance."""
    found = curves([0.8, 0.51])
    assert verdict(found, 2, 8) == (
        "At 2 edits, a third of 8, networks still correlate at .51 [.47, .55]; "
        "independent pairs reach .04."
    )
    assert "in ranks at .51" in verdict(found, 2, 8, score="ranks")
    assert "no more than the .04" in verdict(curves([0.8, 0.03]), 2, 8)
    assert "no more than" in verdict(curves([0.8, 0.05], width=0.1), 2, 8)
    assert "too few pairs" in verdict(found, 3, 9)
    assert "too few pairs" in verdict(curves([np.nan]), 1, 3)
    assert verdict(found, 1, 3).startswith("At 1 edit, ")


def test_the_reach_of_walks_in_words():
    """The first lag within noise ends the reach."""
    values = np.array([0.5, 0.3, 0.1, 0.01])
    curve, noise = Curve(values, values - 0.02, values + 0.02), np.full(4, 0.04)
    assert "after 3 steps (square root 1.7)" in walk_verdict(Walk(curve, noise))
    high = Curve(values + 0.1, values + 0.08, values + 0.12)
    assert "all 4 steps" in walk_verdict(Walk(high, noise))
    assert "not even one" in walk_verdict(Walk(curve, np.full(4, 0.9)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"walks": 1}, "walks must be at least 2"),
        ({"lags": 0}, "lags must be at least 1"),
        ({"steps": 36}, "steps must be more than lags"),
    ],
)
def test_bad_walks_are_refused(change, words):
    """A setting out of range is named."""
    with pytest.raises(ValueError, match=words):
        WalkSettings(**change)
