"""Array helpers agree with slow definitions, for numbers and for packed rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lissnas.arrays import contained, first_occurrences, row_keys

NUMBERS = st.lists(st.integers(0, 20), max_size=30)


@given(keys=NUMBERS, known=NUMBERS)
def test_membership_of_keys(keys, known):
    """Keys are found among known ones in any order, be they numbers or bytes."""
    expected = [key in known for key in keys]
    numbers = [np.array(values, dtype=np.int64) for values in (keys, known)]
    assert contained(*numbers).tolist() == expected
    rows = [
        row_keys(np.stack([v // 5, v % 5, v], axis=1).astype(np.int8)) for v in numbers
    ]
    assert contained(*rows).tolist() == expected


@given(keys=NUMBERS)
def test_first_occurrences_keep_order(keys):
    """The first place of each key, in the order of the keys as they came."""
    expected = [i for i, key in enumerate(keys) if key not in keys[:i]]
    assert first_occurrences(np.array(keys, dtype=np.int64)).tolist() == expected
