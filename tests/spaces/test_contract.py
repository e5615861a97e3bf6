"""Every registered space keeps the promises of the `Space` protocol."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from lissnas.spaces import SPACES
from lissnas.spaces.base import sample_distinct, threshold_edit_distance
from lissnas.spaces.nasbench101.edits import cell_insertions


@pytest.fixture(params=SPACES)
def space(request):
    """Return each space in turn."""
    return SPACES[request.param]


@pytest.fixture(params=[name for name in SPACES if SPACES[name].enumerable])
def small(request):
    """Return each space that can be enumerated."""
    return SPACES[request.param]


@pytest.fixture
def archs(space):
    """Return a thousand uniform architectures."""
    return space.sample(1000, np.random.default_rng(0))


def test_name_is_the_key(space):
    """The registry's key is the space's name, and readers get title and citation."""
    assert SPACES[space.name] is space
    assert space.title and space.citation and space.datasets


def test_threshold_is_a_third(space):
    """The paper's threshold is one third of the total edit distance."""
    assert threshold_edit_distance(space) == space.total_edit_distance // 3 >= 1


def test_enumeration_is_exact(small):
    """The size is that of the enumeration, whose members are canonical and distinct."""
    everything = small.enumerate()
    assert len(everything) == small.size and isinstance(small.size, int)
    assert len(np.unique(small.identity(everything))) == small.size
    np.testing.assert_array_equal(small.canonical(everything), everything)


def test_enumeration_may_be_refused(space):
    """A space too large to be listed says how large it is; its size is exact."""
    assert isinstance(space.size, int)
    if not space.enumerable:
        with pytest.raises(ValueError, match=f"has {space.size:,} architectures"):
            space.enumerate()


def test_samples_are_uniform_over_distinct_architectures(small):
    """A chi-square test over 50 equal parts of the enumeration finds nothing."""
    keys = small.identity(small.sample(100_000, np.random.default_rng(1)))
    order = np.sort(small.identity(small.enumerate()))
    parts = np.searchsorted(order, keys) * 50 // small.size
    bounds = np.bincount(np.arange(small.size) * 50 // small.size)
    expected = bounds / small.size * len(keys)
    assert chisquare(np.bincount(parts, minlength=50), expected).pvalue > 1e-3


def test_sampling_depends_on_its_generator_only(space):
    """Equal generators give equal samples, whatever numpy's global state is."""
    np.random.seed(0)
    first = space.sample(50, np.random.default_rng(5))
    np.random.seed(1)
    second = space.sample(50, np.random.default_rng(5))
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.int8 and first.shape == (50, len(space.decisions))


def test_distinct_samples_are_distinct(space):
    """As many distinct architectures as asked for, or the whole space."""
    rng = np.random.default_rng(0)
    some = sample_distinct(space, 3000, rng)
    assert len(np.unique(space.identity(some))) == len(some) == 3000
    if space.enumerable:
        assert len(sample_distinct(space, space.size + 1, rng)) == space.size


def test_rows_may_be_read_only(space, archs):
    """Stored rows are shared and read-only; every function takes and leaves them."""
    before = archs.copy()
    archs.flags.writeable = False
    rng = np.random.default_rng(0)
    for function in (space.check, space.canonical, space.identity, space.encode):
        assert len(function(archs)) == len(archs)
    assert len(space.walk_step(archs, rng)) == len(space.cost(archs).params) == 1000
    assert len(space.neighbours(archs).archs) > len(archs)
    assert len(space.sample_neighbours(archs, np.asarray(2), rng).archs) > 900
    np.testing.assert_array_equal(archs, before)


def test_rows_of_any_integer_type_become_int8(space, archs):
    """Rows read from a file as wider integers are the same rows."""
    for dtype in (np.int64, np.uint8):
        checked = space.check(archs.astype(dtype))
        assert checked.dtype == np.int8
        np.testing.assert_array_equal(checked, archs)


def test_canonical_is_idempotent(space, archs):
    """The canonical form of a canonical row is itself, with the same identity."""
    again = space.canonical(archs)
    np.testing.assert_array_equal(space.canonical(again), again)
    np.testing.assert_array_equal(space.identity(again), space.identity(archs))


def test_strings_survive_a_round_trip(space, archs):
    """Parsing what was formatted, long or short, gives the same architectures."""
    for texts in (space.format(archs), space.short(archs)):
        np.testing.assert_array_equal(
            space.identity(space.parse(texts)), space.identity(archs)
        )


def paired(*columns):
    """Return the rows of columns, which may be keys of bytes, as a set of tuples."""
    return set(zip(*(column.tolist() for column in columns), strict=True))


def test_neighbours_are_one_edit_away(space, archs):
    """Neighbours are canonical, distinct for each source, sorted, never the source."""
    found = space.neighbours(archs)
    keys = space.identity(found.archs)
    np.testing.assert_array_equal(space.canonical(found.archs), found.archs)
    assert (np.diff(found.source) >= 0).all()
    assert len(paired(found.source, keys)) == len(keys)
    assert (keys != space.identity(archs)[found.source]).all()
    assert set(np.unique(found.kind)) <= set(range(len(space.edit_kinds)))


def test_sampled_neighbours_at_one_edit_are_neighbours(space, archs):
    """What is drawn at distance 1 is in the full list, of the kind asked for."""
    rng = np.random.default_rng(0)
    full = space.neighbours(archs)
    known = paired(full.source, space.identity(full.archs), full.kind)
    for number, kind in enumerate(space.edit_kinds):
        drawn = space.sample_neighbours(archs, np.asarray(1), rng, kind)
        keys = space.identity(drawn.archs)
        edits = {(s, k) for s, k, kind in known if kind == number}
        assert len(keys) > 0.9 * len({source for source, _ in edits})
        both = {(s, k) for s, k, _ in known}
        pairs = paired(drawn.source, keys)
        assert pairs <= both and len(pairs & edits) > 0.9 * len(pairs)


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_sampled_neighbours_are_at_their_shortest_distance(small, distance):
    """Breadth first from an architecture, what was drawn is in the shell of its
    distance and in none before; an inserted vertex is two edits of NAS-Bench-101."""
    rng = np.random.default_rng(distance)
    archs = small.sample(6, rng)
    drawn = small.sample_neighbours(np.repeat(archs, 5, axis=0), distance, rng)
    assert len(drawn.archs) >= 25
    start, reached = small.identity(archs), small.identity(drawn.archs)
    for number, key in enumerate(start.tolist()):
        shells = [{key}]
        for step in range(1, distance + 1):
            members = small.enumerate()[sorted(shells[-1])]
            shell = keys_near(small, members)
            if small.name == "nasbench101" and step > 1:
                inner = np.array(sorted(shells[-2]))
                shell |= set(cell_insertions(inner)[0].tolist())
            shells.append(shell.difference(*shells))
        assert set(reached[drawn.source // 5 == number].tolist()) <= shells[-1]


def keys_near(space, archs):
    """Return the places in the enumeration of all neighbours of some architectures."""
    return set(space.identity(space.neighbours(archs).archs).tolist())


def test_keys_are_places_in_the_enumeration(small):
    """Identities of enumerable spaces count from 0, so tables may be plain arrays."""
    keys = small.identity(small.enumerate())
    np.testing.assert_array_equal(keys, np.arange(small.size))


def test_each_row_has_its_own_distance(space, archs):
    """One neighbour a row at most, in order; rows at distance 0 are left out."""
    distance = np.arange(len(archs)) % 3
    drawn = space.sample_neighbours(archs, distance, np.random.default_rng(0))
    assert drawn.archs.dtype == np.int8
    assert (np.diff(drawn.source) > 0).all() and (distance[drawn.source] > 0).all()
    assert len(drawn.source) > 0.9 * np.count_nonzero(distance)
    full = space.neighbours(archs)
    known = paired(full.source, space.identity(full.archs))
    for row, key in paired(drawn.source, space.identity(drawn.archs)):
        assert ((row, key) in known) == (distance[row] == 1)


def test_walks_stay_in_the_space(space, archs):
    """A step of a walk keeps one canonical row a row, and depends on its generator."""
    first = space.walk_step(archs, np.random.default_rng(3))
    assert first.dtype == np.int8 and first.shape == archs.shape
    np.testing.assert_array_equal(space.canonical(first), first)
    again = space.walk_step(archs, np.random.default_rng(3))
    np.testing.assert_array_equal(first, again)
    moved = space.identity(first) != space.identity(archs)
    assert moved.mean() > 0.5


def test_hashes_are_one_an_architecture(space, archs):
    """An official hash, where there is one, tells architectures apart."""
    some = archs[:200]
    hashes = space.hashes(some)
    if hashes is not None:
        assert all(re.fullmatch("[0-9a-f]{32}", value) for value in hashes)
        assert len(set(hashes)) == len(np.unique(space.identity(some)))


def test_impossible_distances_give_nothing(space, archs):
    """No neighbour is invented at distance 0."""
    rng = np.random.default_rng(0)
    assert len(space.sample_neighbours(archs, np.asarray(0), rng).archs) == 0
    with pytest.raises(ValueError, match="kind must be one of"):
        space.sample_neighbours(archs, np.asarray(1), rng, "magic")


def test_encoding_tells_architectures_apart(space):
    """Features are finite float32 with a name each, and differ for distinct rows."""
    some = sample_distinct(space, 3000, np.random.default_rng(0))
    features = space.encode(some)
    assert features.dtype == np.float32
    assert features.shape == (3000, len(space.feature_names))
    assert len(set(space.feature_names)) == len(space.feature_names)
    assert np.isfinite(features).all()
    assert len(np.unique(features, axis=0)) == len(features)


def test_costs_are_positive_integers(space, archs):
    """Parameters and multiply-adds are exact integers, one an architecture."""
    for values in space.cost(archs):
        assert values.dtype == np.int64 and values.shape == (1000,)
        assert (values > 0).all()


def test_graphs_can_be_drawn(space, archs):
    """Every edge of a drawing joins two of its nodes."""
    for arch in archs[:50]:
        graph = space.graph(arch)
        assert all(0 <= a < b < len(graph.nodes) for a, b, _ in graph.edges)


def test_empty_batches_work(space):
    """No architectures in, none out, everywhere."""
    none = np.zeros((0, len(space.decisions)), dtype=np.int8)
    rng = np.random.default_rng(0)
    assert space.check(none).shape == space.canonical(none).shape == none.shape
    assert len(space.identity(none)) == len(space.hashes(none) or []) == 0
    assert len(space.encode(none)) == len(space.cost(none).params) == 0
    assert len(space.neighbours(none).archs) == len(space.parse([])) == 0
    assert len(space.sample_neighbours(none, np.asarray(1), rng).archs) == 0
    assert space.format(none) == space.short(none) == []
    assert len(space.sample(0, rng)) == len(space.walk_step(none, rng)) == 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda a: a.astype(float), "archs must hold integers, got dtype float64"),
        (lambda a: a.astype(bool), "archs must hold integers, got dtype bool"),
        (lambda a: a[:, 1:], r"archs must have shape \(n, \d+\), got \(1000, \d+\)"),
        (lambda a: a[0], r"archs must have shape \(n, \d+\), got \(\d+,\)"),
        (lambda a: a - 1, r"archs row \d+: .* must be in 0\.\.\d+, got -1"),
        (lambda a: a + np.int64(128), r"archs row 0: .* must be in 0\.\.\d+, got \d+"),
        (lambda a: a + np.int64(256), r"archs row 0: .* must be in 0\.\.\d+, got \d+"),
    ],
)
def test_bad_rows_are_named(space, archs, spoil, words):
    """A wrong dtype, shape or option is a sentence that says what came."""
    for function in (space.check, space.canonical, space.identity, space.cost):
        with pytest.raises(ValueError, match=words):
            function(spoil(archs))


def test_first_bad_option_is_named(space, archs):
    """The least option too large is refused, by its row, decision and limit."""
    for column, decision in enumerate(space.decisions):
        spoiled = archs.astype(np.int64)
        limit = len(decision.options)
        spoiled[[7, 9], column] = limit
        words = f"row 7: {decision.name} must be in 0..{limit - 1}, got {limit}"
        with pytest.raises(ValueError, match=re.escape(words)):
            space.check(spoiled)


@pytest.mark.parametrize("text", ["", "hello", "9" * 5000, "\N{TIBETAN DIGIT ONE}"])
def test_what_names_nothing_is_refused_in_one_sentence(space, text):
    """Nothing, a word, thousands of digits, foreign digits: what is expected is said,
    with the space's own notation."""
    with pytest.raises(ValueError, match="arch must") as error:
        space.parse([text])
    assert "\n" not in str(error.value)


def parses_or_refuses(text):
    """Parse a text in every space; only a sentence about the arch may come instead."""
    for space in SPACES.values():
        try:
            assert space.check(space.parse([text])).shape == (1, len(space.decisions))
        except ValueError as error:
            assert "arch" in str(error) and "\n" not in str(error)


SYMBOLS = st.text(alphabet="|~+_0123456789:,m{}[]\"' abcnorviput", max_size=60)


@settings(max_examples=300)
@given(text=st.text(max_size=60) | SYMBOLS)
def test_any_text_parses_or_is_refused(text):
    """No string makes a parser fail in another way than by a sentence."""
    parses_or_refuses(text)


@settings(max_examples=300)
@given(data=st.data())
def test_damaged_strings_parse_or_are_refused(data):
    """A real string with a piece replaced is read or refused, nothing else."""
    texts = [t for s in SPACES.values() for t in EXAMPLES[s.name]]
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 6, len(text))))
    parses_or_refuses(text[:start] + data.draw(st.text(max_size=3)) + text[end:])


ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
OPS = st.lists(st.sampled_from(["input", "output", "maxpool3x3"]) | ATOMS, max_size=8)
JSON = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner)
)
SQUARES = st.integers(0, 4).flatmap(
    lambda v: st.lists(
        st.lists(st.integers(0, 1) | ATOMS, min_size=v, max_size=v),
        min_size=v,
        max_size=v,
    )
)


@settings(max_examples=300)
@given(matrix=SQUARES | JSON, ops=OPS | JSON)
def test_any_json_parses_or_is_refused(matrix, ops):
    """Well-formed JSON of the wrong content is refused by a sentence too."""
    parses_or_refuses(json.dumps({"matrix": matrix, "ops": ops}))


EXAMPLES = {
    name: [*space.format(archs), *space.short(archs)]
    for name, space in SPACES.items()
    for archs in [space.sample(5, np.random.default_rng(0))]
}
