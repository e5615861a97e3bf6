"""Every registered shrinker, in every variant, keeps the promises of the protocol."""

import json
from dataclasses import fields
from functools import cache
from itertools import islice, pairwise

import numpy as np
import pytest
from toy_spaces import Ruled, Toy

from lissnas.oracles import additive
from lissnas.records import Decision, final
from lissnas.shrink import SHRINKERS
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES
from lissnas.subsets import restore

SETTINGS = {
    "selective": Lissnas(variant="selective", target=400, queries=3000, samples=300),
    "selective and diverse": Lissnas(
        target=400, queries=3000, samples=300, diversity=0.3
    ),
    "published": Lissnas(variant="published", samples=300, iterations=12),
    "published to target": Lissnas(variant="published", samples=300, target=500),
    "published on budget": Lissnas(variant="published", samples=300, queries=7000),
    "defaults": SHRINKERS["lissnas"](),
    "abs": SHRINKERS["abs"](target=1000, children=200),
    "abs on budget": SHRINKERS["abs"](target=1000, queries=2500),
    "abs defaults": SHRINKERS["abs"](),
    "nse": SHRINKERS["nse"](target=200),
    "nse on budget": SHRINKERS["nse"](samples=300, queries=1500),
    "nse defaults": SHRINKERS["nse"](),
    "padnas": SHRINKERS["padnas"](target=300, samples=500),
    "padnas on budget": SHRINKERS["padnas"](queries=2000),
    "padnas defaults": SHRINKERS["padnas"](),
    "greedynas": SHRINKERS["greedynas"](target=400, queries=3000),
    "greedynas defaults": SHRINKERS["greedynas"](),
    "greedynasv2": SHRINKERS["greedynasv2"](target=400, queries=3000),
    "greedynasv2 defaults": SHRINKERS["greedynasv2"](),
    "dds": SHRINKERS["dds"](target=100),
    "dds on budget": SHRINKERS["dds"](samples=300, queries=1500),
    "naive": SHRINKERS["naive"](target=400, queries=3000),
    "naive defaults": SHRINKERS["naive"](),
    "no-neighbour": SHRINKERS["no-neighbour"](target=400, queries=3000),
    "no-neighbour defaults": SHRINKERS["no-neighbour"](),
    "no-locality": SHRINKERS["no-locality"](samples=300),
    "query-all": SHRINKERS["query-all"](target=400),
    "top-predicted": SHRINKERS["top-predicted"](target=400),
}
GUIDED = 1.0  # standard deviations by which a result beats uniform draws
MARGINS = {"dds": 0.5, "abs defaults": 0.7, "greedynasv2 defaults": 0.5}
MARGINS |= {"dds on budget": 0.2, "abs on budget": 0.7}
UNGUIDED = {"no-locality": 0.0}  # what the others are compared with
MARGINS |= UNGUIDED
NOT_PRODUCTS = ("transnasbench101-macro", "nasbench-macro")
LISTED = ("selective", "selective and diverse", "published", "defaults")
RULED = Ruled(*[3] * 8)
HUGE = Toy(*[4] * 20, name="huge")
ON_HUGE = {
    "lissnas": SHRINKERS["lissnas"](target=1000, queries=3000),
    "lissnas, diverse": Lissnas(target=20_000, queries=3000, diversity=0.3),
    "abs": SHRINKERS["abs"](target=2**20, children=100),
    "nse": SHRINKERS["nse"](target=2**20, samples=1000),
    "padnas": SHRINKERS["padnas"](),
    "greedynas": SHRINKERS["greedynas"](queries=5000),
    "greedynasv2": SHRINKERS["greedynasv2"](samples=2000),
    "naive": SHRINKERS["naive"](queries=5000),
    "no-neighbour": SHRINKERS["no-neighbour"](queries=5000),
}


@pytest.fixture(params=SETTINGS)
def shrinker(request):
    """Settings of each variant."""
    return SETTINGS[request.param]


@pytest.fixture
def space(shrinker):
    """A small space, whose every architecture can be checked."""
    return space_of(shrinker)


def space_of(shrinker):
    """Return the small space on which settings are tested."""
    return RULED if isinstance(shrinker, SHRINKERS["dds"]) else SPACES["nasbench201"]


@cache
def told(shrinker):
    """Return the iterations of seed 0, whose records nobody can edit, run only once."""
    return run(shrinker, space_of(shrinker))


def run(shrinker, space, seed=0, oracle=None, history=()):
    rng = np.random.default_rng(seed)
    return list(shrinker(space, oracle or additive(space), rng, history))


def arrays(iteration):
    """Return an iteration's arrays and numbers, without its time."""
    names = [name for name in iteration.__slots__ if name != "seconds"]
    return {name: getattr(iteration, name) for name in names}


def test_sizes_never_grow(shrinker, space):
    """No accepted space is larger than the last, and the result is no full space."""
    iterations = told(shrinker)
    assert iterations[0].size == space.size
    sizes = [it.size for it in iterations if it.accepted]
    assert all(after <= before for before, after in pairwise(sizes))
    assert sizes[-1] < space.size


@pytest.mark.parametrize("name", [name for name in SETTINGS if name in LISTED])
def test_lissnas_shrinks_in_every_iteration(name):
    """Condition (i) of section 4.4: every accepted space is smaller than the last."""
    iterations = told(SETTINGS[name])
    sizes = [it.size for it in iterations if it.accepted]
    assert all(after < before for before, after in pairwise(sizes))
    assert len(sizes) > 2


def test_members_belong_to_the_space_once(shrinker, space):
    """Spaces hold canonical members of the search space, none twice, exact in size."""
    for it in told(shrinker)[1:]:
        np.testing.assert_array_equal(space.canonical(it.space), it.space)
        assert len(np.unique(space.identity(it.space))) == len(it.space) == it.size


def test_description_is_the_space(shrinker, space):
    """What a record says of its space holds exactly its members, also after JSON."""
    everything = space.enumerate()
    for it in told(shrinker)[1:]:
        subset = restore(space, json.loads(json.dumps(it.subset)), it.space)
        assert subset.kind == type(shrinker).kind
        members = everything[subset.contains(everything)]
        assert len(members) == subset.size == it.size
        assert set(space.identity(members)) == set(space.identity(it.space))


def test_queries_are_counted_honestly(shrinker, space):
    """The count is the number of distinct architectures that the oracle was shown."""
    seen, oracle = set(), additive(space)

    def spy(archs):
        seen.update(space.identity(archs).tolist())
        return oracle(archs)

    iterations = run(shrinker, space, oracle=spy)
    assert iterations[-1].queries == len(seen)
    assert sum(len(it.queried) for it in iterations) == len(seen)
    budget = getattr(shrinker, "queries", 0) or space.size
    assert len(seen) <= budget


def test_predictions_are_the_oracles(shrinker, space):
    """Stored predictions are what the oracle says of that row, else NaN."""
    oracle = additive(space)
    for it in told(shrinker)[1:]:
        for archs, predicted in (
            (it.space, it.space_predicted),
            (it.seeds, it.seed_predicted),
            (it.neighbours, it.neighbour_predicted),
            (it.queried, it.queried_predicted),
        ):
            known = ~np.isnan(predicted)
            np.testing.assert_allclose(predicted[known], oracle(archs[known]))


def test_neighbours_are_at_their_distance_from_their_seed(shrinker, space):
    """Each neighbour differs from its seed in as many decisions as it says."""
    for it in told(shrinker)[1:]:
        parents = it.seeds[it.parent]
        np.testing.assert_array_equal((it.neighbours != parents).sum(1), it.distance)


def test_good_under_perfect_locality(shrinker, space, request):
    """The result beats uniform draws by a clear margin where locality is perfect.

    Without locality, which adds uniform draws, it is only not worse.
    """
    name = request.node.callspec.params["shrinker"]
    oracle = additive(space)
    everything = oracle(space.enumerate())
    result = oracle(final(told(shrinker)).space)
    margin = MARGINS.get(name, GUIDED) * everything.std()
    assert result.mean() > everything.mean() + margin


@pytest.mark.parametrize("name", NOT_PRODUCTS)
@pytest.mark.parametrize("method", [name for name in SHRINKERS if name != "dds"])
def test_promises_hold_where_spaces_are_no_products(method, name):
    """With isomorphs, absent parts and rules of validity, results are members once,
    exact in size by enumeration, never growing, within budget, and of guided methods
    better than uniform draws."""
    space, budget = SPACES[name], 800
    given = {"target": 150, "queries": budget, "samples": 200}
    known = {field.name for field in fields(SHRINKERS[method])}
    settings = SHRINKERS[method](**{k: v for k, v in given.items() if k in known})
    iterations = run(settings, space)
    sizes = [it.size for it in iterations if it.accepted]
    assert all(after <= before for before, after in pairwise(sizes))
    last, everything = final(iterations), space.enumerate()
    if last.step == 0:  # draws that are no better leave the space as it was
        assert method in UNGUIDED
        return
    np.testing.assert_array_equal(space.canonical(last.space), last.space)
    subset = restore(space, json.loads(json.dumps(last.subset)), last.space)
    members = everything[subset.contains(everything)]
    assert len(members) == last.size == len(np.unique(space.identity(last.space)))
    assert iterations[-1].queries <= (budget if "queries" in known else space.size)
    oracle = additive(space)
    scores = oracle(everything)
    margin = (-0.3 if method in UNGUIDED else 0.3) * scores.std()
    assert oracle(members).mean() > scores.mean() + margin


@pytest.mark.parametrize("name", ON_HUGE)
def test_huge_spaces_are_never_enumerated(name):
    """In 4**20 architectures every method ends within its budget, and is worth it."""
    iterations = run(ON_HUGE[name], HUGE)
    last, oracle = final(iterations), additive(HUGE)
    subset = restore(HUGE, last.subset, last.space)
    assert 0 < last.size < HUGE.size and len(last.space) <= 2**17
    assert iterations[-1].queries <= (getattr(ON_HUGE[name], "queries", 0) or 50_000)
    draws = oracle(subset.sample(1000, np.random.default_rng(0)))
    uniform = oracle(HUGE.sample(1000, np.random.default_rng(0)))
    assert draws.mean() > uniform.mean() + 0.5 * uniform.std()


def test_large_results_are_sampled_and_measured_honestly():
    """Of a product of 2**20 a uniform sample is kept, whose mean is that of all."""
    last = final(run(ON_HUGE["padnas"], HUGE))
    assert last.size == 2**20 and last.sampled and len(last.space) == 20_000
    subset = restore(HUGE, last.subset, last.space)
    oracle = additive(HUGE)
    everything = oracle(subset.enumerate())
    error = everything.std() / np.sqrt(len(last.space))
    assert abs(oracle(last.space).mean() - everything.mean()) < 5 * error
    assert abs(last.mean_predicted - everything.mean()) < 5 * last.standard_error


def test_quality_rises_until_the_end(shrinker, space):
    """The mean of the accepted spaces rises from the first to the last."""
    accepted = [it for it in told(shrinker) if it.accepted]
    assert accepted[-1].mean_predicted > accepted[0].mean_predicted


def test_same_seed_same_run(shrinker, space):
    """A run is a function of settings and generator, nothing else."""
    for a, b in zip(told(shrinker), run(shrinker, space), strict=True):
        for name, value in arrays(a).items():
            np.testing.assert_array_equal(value, arrays(b)[name], err_msg=name)


def test_continued_run_equals_uninterrupted_run(shrinker, space):
    """From the first, a middle or the last iteration it ends as without a break."""
    whole = told(shrinker)
    for stop in sorted({1, (len(whole) + 1) // 2, len(whole)}):
        rest = run(shrinker, space, history=whole[:stop])
        assert len(rest) == len(whole) - stop
        for a, b in zip(whole[stop:], rest, strict=True):
            for name, value in arrays(a).items():
                np.testing.assert_array_equal(value, arrays(b)[name], err_msg=name)


def test_only_the_last_iteration_stops(shrinker, space):
    """Every iteration says why it goes on or stops, and the last one stops."""
    iterations = told(shrinker)
    assert [it.stops for it in iterations[:-1]] == [False] * (len(iterations) - 1)
    assert iterations[-1].stops
    assert all(it.reason.endswith(".") for it in iterations)


def test_caller_may_stop_at_any_time(shrinker, space):
    """Nothing is computed that was not asked for."""
    calls = []

    def spy(archs):
        calls.append(len(archs))
        return additive(space)(archs)

    first = list(islice(shrinker(space, spy, np.random.default_rng(0)), 1))
    assert len(first) == 1 and sum(calls) == len(first[0].sample)


def test_records_are_read_only(shrinker, space):
    """Nobody can edit a stored iteration, so caches and figures agree."""
    with pytest.raises(ValueError, match="read-only"):
        told(shrinker)[1].space[0] = 0


def test_selective_reaches_target_within_budget():
    """The selective variant ends at its target size and stays within its budget."""
    iterations = told(SETTINGS["selective"])
    assert iterations[-1].decision is Decision.TARGET
    assert iterations[-1].size == 400
    assert iterations[-1].queries <= 3000
    assert not np.isnan(iterations[-1].space_predicted).any()


def test_small_budgets_are_not_spent_on_the_first_sample():
    """In a space of a few thousand, pockets still get most of the queries."""
    space = SPACES["transnasbench101-micro"]
    iterations = run(Lissnas(target=400), space)
    assert iterations[0].queries == 1024 // 10
    assert iterations[-1].queries == 1024


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("variant", "magic", "variant must be"),
        ("target", -1, "target must be 0 or more"),
        ("samples", 1, "samples must be at least 10"),
        ("seed_share", 1.5, "seed_share must be in"),
        ("keep", 1.0, "keep must be in"),
        ("tolerance", float("nan"), "tolerance must be"),
        ("iterations", -1, "iterations must be 0 or more"),
        ("queries", 5, "queries must be at least samples"),
    ],
)
def test_bad_settings_are_refused(setting, value, words):
    """A setting out of range is refused with a sentence that names it."""
    with pytest.raises(ValueError, match=words):
        Lissnas(**{setting: value})


def test_target_beyond_the_space_is_refused():
    """A target that is no shrinkage is refused before anything is computed."""
    with pytest.raises(ValueError, match="target must be below the space's size"):
        run(Lissnas(target=10**9), SPACES["nasbench201"])


def test_selective_works_in_a_space_of_isomorphs():
    """In NAS-Bench-101 members are distinct cells and the target is reached."""
    space = SPACES["nasbench101"]
    cost = np.log(space.cost(space.enumerate()).params)
    scores = (cost - cost.min()) / np.ptp(cost)
    settings = Lissnas(target=2000, queries=4000, samples=500)
    iterations = run(
        settings, space, oracle=lambda archs: scores[space.identity(archs)]
    )
    last = iterations[-1]
    assert len(np.unique(space.identity(last.space))) == last.size == 2000
    assert scores[space.identity(last.space)].mean() > np.quantile(scores, 0.9)
