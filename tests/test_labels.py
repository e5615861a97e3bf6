"""Labels are chosen within their number, from what the table knows."""

import numpy as np
import pytest

from lissnas.labels import batches, label, most_predictions
from lissnas.oracles import load
from lissnas.predictor import PredictorSettings
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
QUICK = {"learning_rate": 0.1, "max_depth": 4, "rounds": 100}


def chosen(choice, seed=0, pairs=201):
    """Return labelled architectures and accuracies of NAS-Bench-201."""
    settings = PredictorSettings(pairs=pairs, choice=choice, **QUICK)
    table = load("nasbench201", "cifar10")
    return label(SPACE, table, settings, np.random.default_rng(seed)), table


@pytest.mark.parametrize("choice", ["random", "active"])
def test_labels_are_distinct_true_and_as_many_as_paid_for(choice):
    """Each label is one distinct architecture with its true accuracy, repeatably."""
    (archs, accuracy), table = chosen(choice)
    assert len(np.unique(SPACE.identity(archs))) == len(accuracy) == 201
    np.testing.assert_array_equal(table.lookup(SPACE)(archs), accuracy)
    np.testing.assert_array_equal(archs, chosen(choice)[0][0])


def test_active_choice_labels_better_architectures():
    """Locality leads the active choice to architectures better than uniform draws."""
    (_, active), _ = chosen("active")
    (_, uniform), _ = chosen("random")
    assert np.sort(active)[-50:].mean() > np.sort(uniform)[-50:].mean() + 0.005


@pytest.mark.parametrize(("total", "rounds"), [(20, 4), (100, 1), (301, 4), (37, 9)])
def test_batches_spend_all_labels(total, rounds):
    """The rounds add up to the labels, none is empty, and the first can be fitted."""
    sizes = batches(total, rounds)
    assert sum(sizes) == total and min(sizes) > 0 and sizes[0] >= 20


def test_only_active_choice_predicts():
    """A random choice takes no queries, an active one some for each label."""
    settings = PredictorSettings(pairs=300, choice="active")
    assert most_predictions(300, PredictorSettings(pairs=300)) == 0
    assert 0 < most_predictions(300, settings) <= 4 * 300
