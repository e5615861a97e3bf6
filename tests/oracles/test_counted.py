"""A counted oracle answers as the one inside, and asks it once an architecture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lissnas.oracles import Counted, additive
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
ORACLE = additive(SPACE)


def recorder(batches):
    """Return an oracle that notes the batches it is asked."""

    def oracle(archs):
        batches.append(archs)
        return ORACLE(archs)

    return oracle


@settings(deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(0, 300), max_size=40), max_size=12))
def test_counts_distinct_architectures(batches):
    """Whatever the batches, answers are right and each architecture is asked once."""
    asked = []
    counted, everything = Counted(recorder(asked), SPACE), SPACE.enumerate()
    for batch in batches:
        archs = everything[np.array(batch, dtype=np.int64)]
        np.testing.assert_array_equal(counted(archs), ORACLE(archs))
    distinct = {number for batch in batches for number in batch}
    assert counted.queries == sum(map(len, asked)) == len(distinct)
    archs, scores = counted.drain()
    assert len(archs) == len(distinct)
    np.testing.assert_array_equal(scores, ORACLE(archs))


def test_drain_gives_what_is_new_since_the_last():
    """Drained batches are disjoint, in the order asked, and leave the count alone."""
    counted, archs = Counted(ORACLE, SPACE), SPACE.enumerate()
    counted(archs[[5, 2, 5]])
    np.testing.assert_array_equal(counted.drain()[0], archs[[5, 2]])
    counted(archs[[2, 9]])
    np.testing.assert_array_equal(counted.drain()[0], archs[[9]])
    assert len(counted.drain()[0]) == 0
    assert counted.queries == 3


def test_preloaded_answers_are_not_asked_again():
    """A continued run counts earlier queries, trusts their scores, drains none."""
    asked = []
    counted, archs = Counted(recorder(asked), SPACE), SPACE.enumerate()[:10]
    counted.preload(archs[:4], np.full(4, 0.25))
    assert counted.queries == 4
    scores = counted(archs)
    np.testing.assert_array_equal(scores[:4], 0.25)
    np.testing.assert_array_equal(np.concatenate(asked), archs[4:])
    np.testing.assert_array_equal(counted.drain()[0], archs[4:])


def test_isomorphs_are_one_query():
    """Two drawings of a cell are one query, and the oracle inside sees one form."""
    space = SPACES["nasbench101"]
    archs = space.parse(["31:01,02,13,23", "13:01,02,13,23"])
    counted = Counted(additive(space), space)
    assert len(np.unique(counted(archs))) == 1
    assert counted.queries == 1
    np.testing.assert_array_equal(counted.drain()[0], space.canonical(archs[:1]))


def test_unknown_scores_are_remembered():
    """NaN is an answer: it is counted and not asked again."""
    asked = []

    def unknown(archs):
        asked.append(len(archs))
        return np.full(len(archs), np.nan)

    counted = Counted(unknown, SPACE)
    for _ in range(2):
        assert np.isnan(counted(SPACE.enumerate()[:3])).all()
    assert (counted.queries, asked) == (3, [3])


def test_failed_batch_leaves_no_trace():
    """If the oracle inside fails or answers in a wrong shape, nothing is counted."""
    counted = Counted(lambda archs: np.zeros(1), SPACE)
    with pytest.raises(ValueError, match=r"oracle must give shape \(3,\), got \(1,\)"):
        counted(SPACE.enumerate()[:3])
    with pytest.raises(ValueError, match="scores must give shape"):
        counted.preload(SPACE.enumerate()[:3], np.zeros(2))
    assert counted.queries == 0 and len(counted.drain()[0]) == 0
