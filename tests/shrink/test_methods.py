"""The parts of the compared methods do what their papers say."""

import json
from itertools import islice

import numpy as np
import pytest
from scipy.stats import ks_2samp
from toy_spaces import Holed, Ruled, Toy

from lissnas.oracles import Counted, additive
from lissnas.records import Decision, final
from lissnas.session import Study, open_session
from lissnas.shrink import SHRINKERS, method_settings
from lissnas.shrink.abs import shrink
from lissnas.shrink.angle import (
    WithAngles,
    angle_between,
    weight_angles,
    with_angles,
)
from lissnas.shrink.dds import best_range, worse_chance
from lissnas.shrink.evolution import (
    Cells,
    fronts,
    pareto,
    passed_on,
    refilled,
    rounds_needed,
)
from lissnas.shrink.filtering import train
from lissnas.shrink.padnas import quota
from lissnas.shrink.pruning import (
    Slot,
    ascending,
    operations,
    operator_scores,
    prune,
)
from lissnas.spaces import SPACES
from lissnas.subsets import restore, whole

FREE = Toy(4, 4, 4, 4, 4)
rng_of = np.random.default_rng


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
        whole(FREE), 200, 10_000, 0.0, oracle, np.random.default_rng(0)
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


def test_abs_runs_on_angles_that_a_supernet_lends():
    """With angles of weights as the score, what training turned least goes first, and
    nothing but the spaces' means is asked of the predictor."""
    rng = np.random.default_rng(0)
    before, after, turned = {}, {}, {}
    for layer in range(5):
        for option in range(4):
            turned[layer, option] = float(rng.permutation(4)[0] + option / 10)
            start = rng.normal(size=50)
            drift = rng.normal(size=50) * turned[layer, option]
            before[layer, option], after[layer, option] = start, start + drift
    oracle = WithAngles(additive(FREE), weight_angles(before, after))
    settings = SHRINKERS["abs"](target=200, samples=50, score="angle")
    iterations = list(settings(FREE, oracle, np.random.default_rng(0)))
    allowed = restore(FREE, final(iterations).subset, final(iterations).space).allowed
    kept = [turned[d, o] for d, options in enumerate(allowed) for o in options]
    assert np.mean(kept) > np.mean(list(turned.values())) + 0.2
    assert iterations[-1].queries <= 50 * len(iterations)


def test_abs_says_what_angles_need():
    """Angles without a supernet run are refused in a sentence, by method, session and
    comparison; others of the session's settings need none."""
    with pytest.raises(ValueError, match="unless a supernet run is given"):
        run("abs", FREE, target=200, score="angle")
    settings = SHRINKERS["abs"](score="angle")
    with pytest.raises(ValueError, match="unless a supernet run is given"):
        open_session(Study("nasbench201", "cifar10", "abs", settings))
    assert with_angles(SHRINKERS["abs"](), additive(FREE), None) is not None


def test_angles_of_options_are_those_of_whole_vectors():
    """Sums over options give the angle of the concatenated vectors; what has no weights
    has not turned; and a vector has turned by half a circle from its opposite."""
    rng = np.random.default_rng(0)
    before = {(d, o): rng.normal(size=3 + o) for d in range(5) for o in range(3)}
    after = {slot: part + rng.normal(size=len(part)) for slot, part in before.items()}
    shared = rng.normal(size=7), rng.normal(size=7)
    archs = FREE.sample(50, rng)
    found = weight_angles(before, after, shared)(archs)
    for row, angle in zip(archs.tolist(), found, strict=True):
        slots = [(d, o) for d, o in enumerate(row) if (d, o) in before]
        vectors = [
            np.concatenate([parts[slot] for slot in slots] + [rest])[None]
            for parts, rest in zip((before, after), shared, strict=True)
        ]
        assert angle == pytest.approx(angle_between(*vectors)[0])
    assert weight_angles({}, {})(archs).tolist() == [0.0] * 50
    assert angle_between(np.ones((1, 2)), -np.ones((1, 2)))[0] == pytest.approx(np.pi)
    with pytest.raises(ValueError, match="after must have as many weights"):
        weight_angles({(0, 0): np.ones(2)}, {(0, 0): np.ones(3)})


def test_abs_drops_as_many_as_the_papers_code():
    """7 a stage on 21 layers of 6 operations with and without identity, 5 on 20 x 4
    (the code: op_num + 1); one of each decision ends at 2**19 on FairNAS's
    6**19, the published 524,288."""
    mixed = Toy(*[6] * 6, *[7] * 15, name="mixed")
    settings = SHRINKERS["abs"](children=50, samples=50)
    for space, most in ((mixed, 7), (Toy(*[4] * 20, name="blocks"), 5)):
        stage = list(islice(settings(space, additive(space), rng_of(0)), 2))[1]
        left = restore(space, stage.subset, stage.space).allowed
        options = sum(len(decision.options) for decision in space.decisions)
        assert options - sum(map(len, left)) == most
    fairnas = Toy(*[6] * 19, name="fairnas")
    each = SHRINKERS["abs"](children=50, samples=50, drop_from="each")
    last = final(list(each(fairnas, additive(fairnas), rng_of(0))))
    assert last.size == 2**19
    assert all(len(o) == 2 for o in restore(fairnas, last.subset, last.space).allowed)


@pytest.mark.parametrize("method", ["abs", "padnas"])
def test_only_children_within_the_limit_are_scored(method):
    """Under a limit of multiply-adds every architecture scored in a stage obeys it, and
    an operator that no legal one contains goes."""
    limit = float(np.quantile(FREE.cost(FREE.enumerate()).macs, 0.4)) / 1e6
    settings = method_settings(method, {"macs": limit, "target": 100})
    iterations = list(settings(FREE, additive(FREE), rng_of(0)))
    for one in iterations[1:]:
        assert FREE.cost(one.sample).macs.max() <= limit * 1e6
    tight = method_settings(method, {"macs": 10.0, "target": 60, "samples": 200})
    last = final(list(tight(FREE, additive(FREE), rng_of(0))))
    assert 3 not in restore(FREE, last.subset, last.space).allowed[4]  # 16 million


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


def test_nse_has_the_papers_rounds():
    """6 rounds for 5 of 27 operators, 3 for 6 of 19, 3 for 2 of 4."""
    assert [rounds_needed(*c) for c in ((27, 5), (19, 6), (4, 2))] == [6, 3, 3]
    wide = Toy(*[6] * 5, name="wide")
    last = final(run("nse", wide, samples=200))
    assert last.step == rounds_needed(6, 0) == 2
    assert all(1 <= len(o) <= 4 for o in restore(wide, last.subset, last.space).allowed)


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
    trained = train(space.encode(archs), weak, 0.5, 2000, rng)
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


def test_path_filter_merges_what_works_alike():
    """Options that do the same are merged into one, those that differ are not, and what
    is left is drawn from, counted and stored as such."""
    space = Toy(*[4] * 8, name="merged")
    value = np.array([0.0, 0.0, 1.0, 1.01])  # 0 and 1 alike, 2 and 3 alike

    def oracle(archs):
        return 0.5 + value[archs].sum(1) / 40

    last = final(run("greedynasv2", space, oracle, merge=0.2))
    subset = restore(space, json.loads(json.dumps(last.subset)), last.space)
    for options in subset.predicate.allowed:
        assert sorted(o // 2 for o in options) == [0, 1]
    everything = space.enumerate()
    assert 0 < last.size == subset.contains(everything).sum() <= 2**8
    huge = Toy(*[4] * 20, name="merged huge")
    last = final(run("greedynasv2", huge, oracle, merge=0.2, target=2**12))
    subset = restore(huge, last.subset, last.space)
    draws = subset.sample(500, rng_of(0))
    assert subset.contains(draws).all() and last.size < 4**20 / 1000
    assert oracle(draws).mean() > oracle(huge.sample(500, rng_of(0))).mean()


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


def test_dds_bounds_numbers_by_where_the_best_lie():
    """Where only depths around 8 of the first stage are good, its range is narrowed to
    hold them; ranges are drawn from and stored like rules, and can be left out."""
    space = SPACES["anynetx"]
    depth = space.decisions[0].options

    def oracle(archs):
        return 0.9 - 0.01 * np.abs(archs[:, 0] - 7.0)

    last = final(run("dds", space, oracle, samples=300))
    rules = last.subset["predicate"]
    bounds = {decision: (low, high) for decision, low, high in rules["ranges"]}
    assert 0 < bounds[0][0] <= 7 <= bounds[0][1] < len(depth) - 1
    subset = restore(space, json.loads(json.dumps(last.subset)), last.space)
    draws = subset.sample(200, rng_of(0))
    assert subset.contains(draws).all()
    assert oracle(draws).mean() > oracle(space.sample(200, rng_of(0))).mean() + 0.01
    plain = final(run("dds", space, oracle, samples=300, interval=0.0))
    assert not plain.subset["predicate"]["ranges"]


def test_bootstrap_ranges_hold_the_best():
    """The range is central over resamples: the best option alone where it always wins,
    and wide where accuracies say nothing."""
    options = np.tile(np.arange(10, dtype=np.int8), 50)
    assert best_range(options, -np.abs(options - 4.0), 0.95, rng_of(0)) == (4, 4)
    noise = rng_of(1).random(500)
    low, high = best_range(options, noise, 0.95, rng_of(0))
    assert high - low >= 5


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
        ("abs", "score", "luck", "score must be 'accuracy' or 'angle'"),
        ("abs", "drop_from", "none", "drop_from must be 'all' or 'each'"),
        ("abs", "macs", -1.0, "macs must be 0 or more"),
        ("padnas", "macs", float("nan"), "macs must be 0 or more"),
        ("padnas", "elite", 0.0, "elite must be in"),
        ("padnas", "stages", 0, "stages must be at least 1"),
        ("greedynas", "greed", 1.0, "greed must be in"),
        ("greedynas", "change", 0.0, "change must be in"),
        ("greedynas", "checks", 0, "checks must be at least 1"),
        ("greedynasv2", "weak", 1.0, "weak must be in"),
        ("greedynasv2", "prior", 0.0, "prior must be in"),
        ("greedynasv2", "steps", 0, "steps must be at least 1"),
        ("greedynasv2", "merge", 1.0, "merge must be in"),
        ("dds", "interval", 1.0, "interval must be in"),
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
