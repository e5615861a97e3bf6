"""What the tour shows is really measured, and the glossary finds its terms."""

from pathlib import Path

import numpy as np
import pytest
from toy_spaces import Toy

from lissnas.predictor import PredictorSettings
from lissnas.session import Study, open_session
from lissnas.shrink.lissnas import Lissnas
from lissnas.teaching import (
    LESSONS,
    TERMS,
    by_hand,
    contrast,
    diverse,
    found,
    one_round,
    searched,
)

ROOT = Path(__file__).resolve().parents[2]
TOY = Toy(4, 4, 4, 4, 4, 4)
QUICK = Study("nasbench201", "cifar10", predictor=PredictorSettings(rounds=150))


@pytest.fixture(scope="module")
def session():
    """A study of NAS-Bench-201 with a small predictor."""
    return open_session(QUICK)


def test_seeds_are_the_best_of_the_sample_and_neighbours_are_near():
    """Seeds lead the sample by score, and each neighbour is at the distance it says."""
    rng = np.random.default_rng(0)

    def score(archs):
        return archs.sum(axis=1) / 100

    made = one_round(TOY, score, 40, 0.25, 2, rng)
    worst = score(made.seeds).min()
    assert len(made.seeds) == 10
    assert (score(made.sample) > worst).sum() <= 10
    differing = (made.neighbours != made.seeds[made.parent]).sum(axis=1)
    np.testing.assert_array_equal(differing, made.distance)
    assert set(made.distance.tolist()) == {1, 2}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"samples": 0}, "samples"),
        ({"share": 0.0}, "share"),
        ({"farthest": 99}, "farthest"),
    ],
)
def test_an_impossible_round_is_refused(wrong, named):
    """The sentence names the argument."""
    values = {"samples": 10, "share": 0.5, "farthest": 1, **wrong}
    with pytest.raises(ValueError, match=named):
        one_round(TOY, lambda a: a[:, 0] / 9, rng=np.random.default_rng(0), **values)


def test_neighbours_of_seeds_beat_random_networks(session):
    """Lesson 3 shows what it says: one edit away is better than six edits away."""
    rng = np.random.default_rng(1)
    made = one_round(session.space, session.predict, 500, 0.1, 6, rng)
    true = session.true(made.neighbours)
    near, far = (true[made.distance == d].mean() for d in (1, 6))
    assert near > session.start.mean_true + 0.02 > far


def test_iterations_by_hand_are_those_of_lissnas(session):
    """Pressing the button again and again makes a run that keeps its promises."""
    settings = Lissnas(variant="published", iterations=99)
    history = []
    for _ in range(4):
        history.append(by_hand(session, history, settings, 0))
    assert [one.step for one in history] == [0, 1, 2, 3]
    assert [one.size for one in history] == [15625, 7812, 3906, 1953]
    assert session.true(history[-1].space).mean() > session.start.mean_true + 0.03


def test_a_refused_iteration_is_tried_again_from_the_space_before(session):
    """Going back means that the next press starts from the space that stands."""
    patient = Lissnas(variant="published", iterations=99)
    first = by_hand(session, [], patient, 0)
    second = by_hand(session, [first], patient, 0)
    strict = Lissnas(variant="published", iterations=99, tolerance=1000)
    refused = by_hand(session, [first, second], strict, 0)
    assert not refused.accepted
    again = by_hand(session, [first, second, refused], patient, 0)
    assert again.step == 2 and again.previous_size == second.size


def test_locality_is_what_makes_the_loop_work(session):
    """Lesson 7 shows what it says: with locality the mean ends well above."""
    with_it, without, _ = contrast(session, 500, 0)
    best = [one.mean[np.flatnonzero(one.accepted)[-1]] for one in (with_it, without)]
    assert best[0] > best[1] + 0.01
    for one in (with_it, without):
        assert len(one.size) == len(one.queries) == len(one.mean) == len(one.accepted)
        assert (np.diff(one.queries) >= 0).all()


def test_diversity_and_mean_pull_apart(session):
    """Lesson 6 shows what it says: what has the best mean is not the most diverse."""
    kept = diverse(session, 500)
    best = max(kept, key=lambda one: one.mean)
    widest = max(kept, key=lambda one: one.dispersion)
    assert best.name != widest.name
    assert all(0 < one.dispersion <= 1.05 and 0 < one.flops <= 1 for one in kept)
    assert all(len(one.archs) <= 500 for one in kept)


def test_the_shrunk_space_is_ahead_at_the_start(session):
    """Lesson 8 shows what it says: the first draws from the shrunk space are better."""
    rng = np.random.default_rng(0)
    steps = list(Lissnas(target=488)(session.space, session.predict, rng))
    curves = searched(session, steps[-1].space, 60, 4, 0)
    whole, shrunk = curves.values()
    assert shrunk.true[:, 0].mean() > whole.true[:, 0].mean()
    assert (shrunk.size, whole.size) == (488, 15625)


def test_lessons_are_complete():
    """Every step has a text, the paper's place, a question and an answer."""
    assert len({lesson.key for lesson in LESSONS}) == len(LESSONS) == 8
    for lesson in LESSONS:
        assert lesson.text.strip() and lesson.section
        assert lesson.question.endswith("?") and lesson.answer.endswith(".")


def test_the_glossary_is_in_order_and_leads_to_pages():
    """Terms are sorted and distinct, and each page that is named exists."""
    names = [term.name.casefold() for term in TERMS]
    assert len(set(names)) == len(names)
    assert [term.name for term in found("")] == sorted(
        (term.name for term in TERMS), key=str.casefold
    )
    assert all((ROOT / term.page).is_file() for term in TERMS if term.page)


def test_the_glossary_finds_words_in_any_order():
    """All words count, in names and texts, and names come first."""
    assert found("seed")[0].name == "Seed"
    assert {term.name for term in found("INDEX shrink")} >= {"Shrink index"}
    assert found("no such word anywhere") == []
