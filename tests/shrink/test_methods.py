"""The parts of the compared methods do what their papers say."""

import numpy as np
import pytest
from scipy.stats import ks_2samp
from toy_spaces import Holed, Ruled, Toy

from lissnas.oracles import Counted, additive
from lissnas.records import Decision, final
from lissnas.shrink import SHRINKERS, method_settings
from lissnas.shrink.abs import operator_scores, shrink
from lissnas.shrink.dds import worse_chance
from lissnas.shrink.evolution import Cells, fronts, pareto, passed_on, refilled
from lissnas.shrink.greedynasv2 import GreedyNasV2, train
from lissnas.shrink.padnas import quota
from lissnas.shrink.pruning import Slot, ascending, operations, prune
from lissnas.spaces import SPACES
from lissnas.subsets import restore, whole

FREE = Toy(4, 4, 4, 4, 4)


def run(method, space, oracle=None, seed=0, **settings):
    shrinker = method_settings(method, settings)
    return list(shrinker(space, oracle or additive(space), np.random.default_rng(seed)))


def test_pruning_follows_the_order_and_stops_at_the_target():
    """Options are dropped in the order given until the target is reached."""
    order = [Slot(0, 1), Slot(3, 2), Slot(2, 0), Slot(1, 1)]
    left, dropped = prune(whole(FREE), order, target=600, most=10)
    assert dropped == tuple(order[:2]) and left.size == 3 * 3 * 4**3
    left, dropped = prune(whole(FREE), order, target=1, most=3)
    assert dropped == tuple(order[:3]) and left.size == 3**3 * 4**2


def test_pruning_keeps_the_last_option_of_a_decision():
    """However bad all options of a decision are, one stays."""
    order = [Slot(0, option) for option in range(4)]
    left, dropped = prune(whole(FREE), order, target=1, most=10)
    assert left.allowed[0] == (3,) and len(dropped) == 3


def test_pruning_does_not_undershoot_the_target_by_half():
    """What would leave less than half of the target is passed over."""
    space = SPACES["nasbench101"]
    order = [slot for options in operations(whole(space)) for slot in options]
    for target in (100_000, 13_000, 500):
        left, _ = prune(whole(space), order, target, len(order))
        assert target / 2 <= left.size <= target


def test_absent_vertices_are_never_pruned():
    """In NAS-Bench-101 `none` says that there is no vertex: it is no operation."""
    space = SPACES["nasbench101"]
    options = operations(whole(space))
    assert [len(slots) for slots in options] == [2] * 21 + [3] * 5
    for method in ("abs", "padnas", "nse"):
        last = final(run(method, space, queries=3000, samples=300, target=50_000))
        allowed = restore(space, last.subset, last.space).allowed
        assert all(3 in vertex for vertex in allowed[21:])


@pytest.mark.parametrize(("options", "left"), [(4, [3, 2]), (6, [4, 2]), (2, [2, 2])])
def test_pad_nas_quota(options, left):
    """4 operations become 3 and 2, 6 become 4 and 2; a further stage leaves 1."""
    assert [quota(options, stage, 2) for stage in (1, 2)] == left
    assert quota(options, 3, 2) == 1


def test_pad_nas_leaves_two_options_a_decision():
    """Without a target, 4**20 becomes 2**20: the paper's million on ShuffleNetV2."""
    last = final(run("padnas", Toy(*[4] * 20)))
    assert last.size == 2**20


def test_abs_ranks_operators_by_the_mean_of_their_children():
    """On an additive oracle the scores order the options as their values do."""
    oracle = additive(FREE)
    _, means = operator_scores(
        whole(FREE), 200, 10_000, oracle, np.random.default_rng(0)
    )
    everything = FREE.enumerate()
    scores = oracle(everything)
    exact = {
        slot: scores[everything[:, slot.decision] == slot.option].mean()
        for slot in means
    }
    assert ascending(means)[:4] == ascending(exact)[:4]
    assert max(abs(means[slot] - exact[slot]) for slot in exact) < 0.05


def test_abs_takes_any_score():
    """Ranked by another score, such as angles, other operators go; the queries are
    those of the spaces' means alone."""
    oracle, settings = additive(FREE), SHRINKERS["abs"](target=200, samples=50)
    counted = Counted(oracle, FREE)
    iterations = list(
        shrink(
            settings,
            FREE,
            counted,
            lambda archs: -oracle(archs),
            np.random.default_rng(0),
            (),
        )
    )
    worst, best = iterations[-1], final(run("abs", FREE, target=200))
    assert oracle(worst.space).mean() + 0.2 < oracle(best.space).mean()
    assert counted.queries <= 50 * len(iterations)


def test_pareto_front():
    """On the front nothing is both cheaper and better, whoever ties."""
    cost = np.array([1, 2, 3, 3, 4, 1])
    scores = np.array([0.2, 0.1, 0.5, 0.6, 0.6, 0.1])
    assert pareto(cost, scores).tolist() == [True, False, False, True, False, False]
    members = np.array([True, True, True, False, True, True])
    assert fronts(cost, scores, members, 1).tolist() == [0]
    assert set(fronts(cost, scores, members, 2)) >= {0, 2}


def test_nse_passes_on_what_the_front_uses_and_lets_the_others_in():
    """Waiting operators get their turn; what the front does not use goes."""
    cells = Cells(((0, 1), (2, 3)), ((2,), ()))
    front = np.array([[1, 2], [1, 2], [0, 2]], dtype=np.int8)
    kept = passed_on(cells, front, rounds=1)
    assert kept == ((1,), (2,))
    assert refilled(cells, kept, rounds=1) == Cells(((1, 2), (2,)), ((), ()))


def test_every_operator_has_its_turn_in_nse():
    """After the last round no operator is left that was never active."""
    iterations = run("nse", FREE, samples=200)
    assert iterations[-1].decision is Decision.PLATEAU
    last = final(iterations)
    assert all(len(o) <= 2 for o in restore(FREE, last.subset, last.space).allowed)


def test_greedynas_pool_is_the_best_that_was_scored():
    """The pool holds the best of all queries, and has one size from the first check."""
    iterations = run("greedynas", SPACES["nasbench201"], target=300, queries=3000)
    scores = np.concatenate([it.queried_predicted for it in iterations])
    best = np.sort(scores)[::-1][:300]
    np.testing.assert_allclose(np.sort(iterations[-1].space_predicted)[::-1], best)
    assert {it.size for it in iterations[1:]} == {300}


def test_path_filter_learns_what_is_weak():
    """Of examples never shown as weak, the filter calls weak about the prior's share,
    and those are the weaker ones."""
    space, rng = SPACES["nasbench201"], np.random.default_rng(0)
    archs = space.sample(4000, rng)
    scores = additive(space)(archs)
    weak = scores < np.quantile(scores, 0.2)
    trained = train(space.encode(archs), weak, GreedyNasV2(), rng)
    new = space.sample(4000, rng)
    passed, truth = trained(space, new), additive(space)(new)
    assert 0.35 < passed.mean() < 0.65
    assert truth[passed].mean() > truth[~passed].mean() + truth.std()


def test_filtered_size_is_near_the_target():
    """A target sets the threshold so that about so many architectures pass."""
    last = final(run("greedynasv2", SPACES["nasbench201"], target=500))
    assert last.size == 500
    huge = final(run("greedynasv2", Toy(*[4] * 12), target=2**20, samples=1000))
    assert abs(huge.size / 2**20 - 1) < 0.1
    with pytest.raises(ValueError, match="target must be 0 or at least"):
        run("greedynasv2", Toy(*[4] * 20), target=2**20)


def test_one_sided_test_is_scipys():
    """The chance of worse errors is the asymptotic one-sided Kolmogorov-Smirnov p."""
    rng = np.random.default_rng(0)
    for shift in (-0.2, 0.0, 0.2):
        before, after = rng.normal(size=400), rng.normal(size=300) + shift
        known = ks_2samp(after, before, alternative="greater", method="asymp")
        assert worse_chance(before, after) == pytest.approx(known.pvalue, abs=0.02)


def test_dds_keeps_rules_that_do_no_harm():
    """A rule that worsens the distribution is refused, one that improves it is kept."""
    space = Ruled(*[3] * 9)

    def oracle(archs):
        return 0.5 + 0.3 * (archs[:, 0] == 2) - 0.1 * (archs[:, 2] == 0)

    iterations = run("dds", space, oracle)
    kept = final(iterations).subset["predicate"]["names"]
    assert "layer 0 is 2" in kept and "layer 2 is 0" not in kept
    assert "layer 2 is 1" in kept
    refused = [it for it in iterations if not it.accepted]
    assert any("'layer 0 is 0' is refused" in it.reason for it in refused)


@pytest.mark.parametrize("method", ["query-all", "top-predicted"])
def test_controls_keep_the_best_of_all(method):
    """Nothing has a higher mean prediction than the best of all by prediction."""
    space = SPACES["nasbench201"]
    last = final(run(method, space, target=300))
    scores = np.sort(additive(space)(space.enumerate()))[::-1]
    np.testing.assert_allclose(np.sort(last.space_predicted)[::-1], scores[:300])


def test_no_neighbour_equals_naive_shrinkage():
    """Seeds without neighbours are the best of the first draws (appendix H.1)."""
    space = SPACES["nasbench201"]
    one = final(run("no-neighbour", space, target=300, queries=3000))
    other = final(run("naive", space, target=300, queries=3000))
    assert set(space.identity(one.space)) == set(space.identity(other.space))


@pytest.mark.parametrize("method", ["query-all", "top-predicted"])
def test_controls_refuse_what_cannot_be_enumerated(method):
    """A space that is too large to query is refused in a sentence."""
    with pytest.raises(ValueError, match="space must be enumerable"):
        run(method, Toy(*[4] * 20))


@pytest.mark.parametrize("method", ["abs", "nse", "padnas"])
def test_pruners_refuse_what_is_no_product(method):
    """A space without slots that can be counted is refused in a sentence."""
    with pytest.raises(ValueError, match="must be enumerable or a product"):
        run(method, Holed(*[4] * 12))


def test_dds_refuses_spaces_without_constraints():
    """DDS needs rules to try."""
    with pytest.raises(ValueError, match="space must name constraints"):
        run("dds", SPACES["nasbench201"])


@pytest.mark.parametrize(
    ("method", "setting", "value", "words"),
    [
        ("abs", "children", 1, "children must be at least"),
        ("abs", "drop", -1, "drop must be 0 or more"),
        ("nse", "active", 1, "active must be 0 or at least 2"),
        ("nse", "window", 1.5, "window must be in"),
        ("nse", "macs", float("nan"), "macs must be 0 or more"),
        ("nse", "front", 0, "front must be at least 1"),
        ("padnas", "elite", 0.0, "elite must be in"),
        ("padnas", "stages", 0, "stages must be at least 1"),
        ("greedynas", "greed", 1.0, "greed must be in"),
        ("greedynas", "change", 0.0, "change must be in"),
        ("greedynas", "checks", 0, "checks must be at least 1"),
        ("greedynasv2", "weak", 1.0, "weak must be in"),
        ("greedynasv2", "prior", 0.0, "prior must be in"),
        ("greedynasv2", "steps", 0, "steps must be at least 1"),
        ("dds", "significance", 0.0, "significance must be in"),
        ("naive", "keep", 1.0, "keep must be in"),
        ("naive", "queries", -1, "queries must be 0 or more"),
        ("no-neighbour", "keep", 0.0, "keep must be in"),
        ("no-locality", "seed_share", 0.0, "seed_share must be in"),
        ("no-locality", "iterations", 0, "iterations must be at least 1"),
        ("query-all", "keep", 1.0, "keep must be in"),
        ("top-predicted", "target", -1, "target must be 0 or more"),
    ],
)
def test_bad_settings_are_refused(method, setting, value, words):
    """A setting out of range is refused with a sentence that names it."""
    with pytest.raises(ValueError, match=words):
        method_settings(method, {setting: value})
