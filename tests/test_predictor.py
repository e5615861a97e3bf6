"""The predictor learns, is measured on pairs it never saw, and can be stored."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from lissnas.oracles import additive
from lissnas.predictor import (
    PredictorSettings,
    as_oracle,
    fit,
    from_bytes,
    load,
    save,
    to_bytes,
    training_pairs,
)
from lissnas.predictor.model import to_accuracy, to_target
from lissnas.predictor.quality import measure
from lissnas.predictor.settings import TARGETS
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
QUICK = PredictorSettings(learning_rate=0.1, max_depth=4, rounds=300, patience=20)


def pairs(n=1500, seed=0):
    """Return features and additive accuracies of n distinct architectures."""
    rng = np.random.default_rng(seed)
    archs = SPACE.enumerate()[rng.choice(SPACE.size, n, replace=False)]
    return SPACE.encode(archs), 0.9 * additive(SPACE)(archs)


@pytest.fixture(scope="module")
def predictor():
    """A quick predictor of the additive oracle."""
    return fit(*pairs(), QUICK, np.random.default_rng(0))


@pytest.mark.parametrize("target", TARGETS)
def test_learns_and_ranks_unseen_architectures(target):
    """With either target an easy oracle is learnt, also beyond the pairs."""
    quick = replace(QUICK, target=target)
    predictor = fit(*pairs(), quick, np.random.default_rng(0))
    archs = SPACE.sample(2000, np.random.default_rng(9))
    predicted = predictor(SPACE.encode(archs))
    assert kendalltau(predicted, additive(SPACE)(archs)).statistic > 0.85
    assert np.abs(predicted - 0.9 * additive(SPACE)(archs)).mean() < 0.03
    assert predictor.quality.r2 > 0.9 and predictor.quality.tau > 0.85


def test_quality_is_of_pairs_not_trained_on():
    """Accuracies without any structure show no quality, however well the trees fit."""
    features, _ = pairs()
    noise = np.random.default_rng(1).random(len(features))
    quality = fit(features, noise, QUICK, np.random.default_rng(0)).quality
    assert abs(quality.tau) < 0.15 and quality.r2 < 0.1
    assert (quality.pairs, quality.held_out) == (1500, 225)


def test_same_seed_same_predictor(predictor):
    """Equal pairs, settings and generators give the very same predictions."""
    again = fit(*pairs(), QUICK, np.random.default_rng(0))
    other = fit(*pairs(), QUICK, np.random.default_rng(1))
    features = SPACE.encode(SPACE.enumerate())
    np.testing.assert_array_equal(predictor(features), again(features))
    assert again.quality == predictor.quality
    assert not np.array_equal(predictor(features), other(features))


def test_arguments_are_left_alone():
    """Fitting and predicting change neither features nor accuracies."""
    features, accuracy = pairs(200)
    kept = features.copy(), accuracy.copy()
    fit(features, accuracy, QUICK, np.random.default_rng(0))(features)
    np.testing.assert_array_equal(features, kept[0])
    np.testing.assert_array_equal(accuracy, kept[1])


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=50, unique=True),
    st.sampled_from(TARGETS),
)
def test_predictions_are_fractions_in_the_order_of_the_trees(raw, target):
    """Mapping back never leaves [0, 1] and never turns two ranks round."""
    raw = np.sort(np.array(raw, dtype=np.float32))
    accuracy = to_accuracy(raw, target)
    assert accuracy.min() >= 0 and accuracy.max() <= 1
    assert (np.diff(accuracy) >= 0).all()


def test_targets_are_inverted():
    """Accuracies within the middle .998 come back as they were, with either target."""
    accuracy = np.linspace(0.001, 0.999, 500)
    for target in TARGETS:
        back = to_accuracy(to_target(accuracy, target), target)
        np.testing.assert_allclose(back, accuracy, atol=1e-12)
    beyond = to_accuracy(np.array([0.9995, 1.0, 1.01, 1.02]), "accuracy")
    assert (np.diff(beyond) > 0).all()


def test_measures_of_a_small_example():
    """R2, tau, Spearman and the top fifth's tau equal those worked out by hand."""
    accuracy = np.arange(10) / 10
    predicted = accuracy.copy()
    predicted[[8, 9]] = predicted[[9, 8]]  # one of 45 pairs is turned round
    quality = measure(predicted, accuracy, 100, 5)
    assert quality.tau == pytest.approx(43 / 45)
    assert quality.spearman == pytest.approx(1 - 6 * 2 / (10 * 99))
    assert quality.r2 == pytest.approx(1 - 0.02 / 0.825)
    assert quality.tau_top == pytest.approx(-1)
    flat = measure(predicted, np.full(10, 0.5), 100, 5)
    assert np.isnan([flat.r2, flat.tau, flat.spearman, flat.tau_top]).all()


def test_number_of_pairs():
    """10,000 pairs of a large space, a fifth of a small one."""
    default = PredictorSettings()
    assert training_pairs(423_624, default) == 10_000
    assert training_pairs(10**18, default) == 10_000
    assert training_pairs(15_625, default) == 3_125


def test_saved_predictor_predicts_the_same(predictor, tmp_path):
    """A stored predictor comes back with settings, quality and equal predictions."""
    path = tmp_path / "predictor"
    save(predictor, path)
    assert list(tmp_path.iterdir()) == [path]
    again, features = load(path), pairs(300, 5)[0]
    np.testing.assert_array_equal(again(features), predictor(features))
    assert (again.settings, again.quality) == (predictor.settings, predictor.quality)


@pytest.mark.parametrize("length", [0, 3, 1000, -1])
def test_damaged_predictor_is_refused(predictor, length):
    """A file cut short is refused with a sentence."""
    with pytest.raises(ValueError, match="content must be a saved predictor"):
        from_bytes(to_bytes(predictor)[:length])


def test_oracle_encodes_chunk_by_chunk(predictor):
    """The predictor as an oracle equals encoding all at once, in bounded chunks."""
    archs, sizes = SPACE.enumerate()[:1000], []

    def encode(rows):
        sizes.append(len(rows))
        return SPACE.encode(rows)

    scores = as_oracle(predictor, encode, chunk=300)(archs)
    assert sizes == [300, 300, 300, 100]
    np.testing.assert_array_equal(scores, predictor(SPACE.encode(archs)))


def test_memory_does_not_grow_with_the_batch(predictor):
    """Scoring needs a chunk's memory and 8 bytes a score, however large the batch."""

    def peak(n):
        archs = SPACE.sample(n, np.random.default_rng(0))
        tracemalloc.start()
        as_oracle(predictor, SPACE.encode, chunk=2_000)(archs)
        beyond = tracemalloc.get_traced_memory()[1] - 8 * n
        tracemalloc.stop()
        return beyond

    encoded = 4 * len(SPACE.feature_names) * 76_000  # of the rows added, all at once
    assert peak(80_000) - peak(4_000) < encoded / 20


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": "loss"}, "target must be one of"),
        ({"pairs": 5}, "pairs must be an integer >= 20, got 5"),
        ({"share": 0.0}, r"share must be in \(0, 1\], got 0.0"),
        ({"learning_rate": float("nan")}, "learning_rate must be in"),
        ({"held_out": 0.9}, r"held_out must be in \[0.05, 0.4\], got 0.9"),
        ({"reg_lambda": -1.0}, "reg_lambda must be finite and >= 0"),
        ({"max_depth": 2.5}, "max_depth must be an integer"),
    ],
)
def test_bad_settings_are_refused(changes, sentence):
    """Each setting out of range is named with its range and value."""
    with pytest.raises(ValueError, match=sentence):
        PredictorSettings(**changes)


def test_bad_pairs_are_refused(predictor):
    """Too few pairs, unknown accuracies and wrong shapes are refused in words."""
    features, accuracy = pairs(50)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="at least 20"):
        fit(features[:10], accuracy[:10], QUICK, rng)
    with pytest.raises(ValueError, match="shape"):
        fit(features, accuracy[:40], QUICK, rng)
    accuracy[3] = np.nan
    with pytest.raises(ValueError, match=r"accuracy must be in \[0, 1\], got nan"):
        fit(features, accuracy, QUICK, rng)
    with pytest.raises(ValueError, match="features must have 30 columns, got 29"):
        predictor(features[:, :-1])
