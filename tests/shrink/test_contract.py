"""Every registered shrinker, in every variant, keeps the promises of the protocol."""

from itertools import islice, pairwise

import numpy as np
import pytest

from lissnas.oracles import additive
from lissnas.records import Decision, final
from lissnas.shrink import SHRINKERS
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES

SETTINGS = {
    "selective": Lissnas(variant="selective", target=400, queries=3000, samples=300),
    "published": Lissnas(variant="published", samples=300, iterations=12),
    "published to target": Lissnas(variant="published", samples=300, target=500),
    "published on budget": Lissnas(variant="published", samples=300, queries=7000),
    "defaults": SHRINKERS["lissnas"](),
}


@pytest.fixture(params=SETTINGS)
def shrinker(request):
    """Settings of each variant."""
    return SETTINGS[request.param]


@pytest.fixture
def space():
    """The small space, whose every architecture can be checked."""
    return SPACES["nasbench201"]


def run(shrinker, space, seed=0, oracle=None, history=()):
    rng = np.random.default_rng(seed)
    return list(shrinker(space, oracle or additive(space), rng, history))


def arrays(iteration):
    """Return an iteration's arrays and numbers, without its time."""
    names = [name for name in iteration.__slots__ if name != "seconds"]
    return {name: getattr(iteration, name) for name in names}


def test_sizes_never_grow(shrinker, space):
    """Condition (i) of section 4.4: every accepted space is smaller than the last."""
    iterations = run(shrinker, space)
    assert iterations[0].size == space.size
    sizes = [it.size for it in iterations if it.accepted]
    assert all(after < before for before, after in pairwise(sizes))
    assert len(sizes) > 2


def test_members_belong_to_the_space_once(shrinker, space):
    """Spaces hold canonical members of the search space, none twice, exact in size."""
    for it in run(shrinker, space)[1:]:
        np.testing.assert_array_equal(space.canonical(it.space), it.space)
        assert len(np.unique(space.identity(it.space))) == len(it.space) == it.size


def test_queries_are_counted_honestly(shrinker, space):
    """The count is the number of distinct architectures that the oracle was shown."""
    seen, oracle = set(), additive(space)

    def spy(archs):
        seen.update(space.identity(archs).tolist())
        return oracle(archs)

    iterations = run(shrinker, space, oracle=spy)
    assert iterations[-1].queries == len(seen)
    assert sum(len(it.queried) for it in iterations) == len(seen)
    budget = shrinker.queries or space.size
    assert len(seen) <= budget


def test_predictions_are_the_oracles(shrinker, space):
    """Stored predictions are what the oracle says of that row, else NaN."""
    oracle = additive(space)
    for it in run(shrinker, space)[1:]:
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
    for it in run(shrinker, space)[1:]:
        parents = it.seeds[it.parent]
        np.testing.assert_array_equal((it.neighbours != parents).sum(1), it.distance)


def test_good_under_perfect_locality(shrinker, space):
    """The result beats uniform draws by a clear margin where locality is perfect."""
    oracle = additive(space)
    everything = oracle(space.enumerate())
    result = oracle(final(run(shrinker, space)).space)
    assert result.mean() > everything.mean() + 1.0 * everything.std()


def test_quality_rises_until_the_end(shrinker, space):
    """The mean of the accepted spaces rises from the first to the last."""
    accepted = [it for it in run(shrinker, space) if it.accepted]
    assert accepted[-1].mean_predicted > accepted[0].mean_predicted


def test_same_seed_same_run(shrinker, space):
    """A run is a function of settings and generator, nothing else."""
    for a, b in zip(run(shrinker, space, 3), run(shrinker, space, 3), strict=True):
        for name, value in arrays(a).items():
            np.testing.assert_array_equal(value, arrays(b)[name], err_msg=name)


def test_continued_run_equals_uninterrupted_run(shrinker, space):
    """From any iteration a run continues with the same result as without a break."""
    whole = run(shrinker, space)
    for stop in range(1, len(whole) + 1):
        rest = run(shrinker, space, history=whole[:stop])
        assert len(rest) == len(whole) - stop
        for a, b in zip(whole[stop:], rest, strict=True):
            for name, value in arrays(a).items():
                np.testing.assert_array_equal(value, arrays(b)[name], err_msg=name)


def test_only_the_last_iteration_stops(shrinker, space):
    """Every iteration says why it goes on or stops, and the last one stops."""
    iterations = run(shrinker, space)
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
        run(shrinker, space)[1].space[0] = 0


def test_selective_reaches_target_within_budget():
    """The selective variant ends at its target size and stays within its budget."""
    space = SPACES["nasbench201"]
    iterations = run(SETTINGS["selective"], space)
    assert iterations[-1].decision is Decision.TARGET
    assert iterations[-1].size == 400
    assert iterations[-1].queries <= 3000
    assert not np.isnan(iterations[-1].space_predicted).any()


def test_small_budgets_are_not_spent_on_the_first_sample():
    """In a space of a few thousand, pockets still get most of the queries."""
    space = SPACES["transnasbench101-micro"]
    iterations = run(Lissnas(target=400), space)
    assert iterations[0].queries == 1024 // 3
    assert iterations[-1].queries == 1024


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("variant", "magic", "variant must be"),
        ("target", -1, "target must be 0 or more"),
        ("samples", 1, "samples must be at least 10"),
        ("seed_share", 0.0, "seed_share must be in"),
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
