"""Predictors of strangers are trees, or they are refused before XGBoost sees them."""

import contextlib
import hashlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lissnas.sharing.model import checked_predictor
from lissnas.sharing.ubjson import read_ubjson
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]


@pytest.fixture
def stored(run):
    """The predictor's file of the small run."""
    return (run.path / "predictor.ubj").read_bytes()


def signed(stored, model):
    """Return a predictor's file with another model and its checksum."""
    line, _, _ = stored.partition(b"\n")
    about = json.loads(line) | {"sha256": hashlib.sha256(model).hexdigest()}
    return json.dumps(about).encode() + b"\n" + model


def text(value):
    """Return a text as UBJSON, without its marker."""
    return b"L" + struct.pack(">q", len(value)) + value.encode()


def write(value):
    """Return a value as UBJSON: what `read_ubjson` reads."""
    if isinstance(value, dict):
        inner = b"".join(text(name) + write(one) for name, one in value.items())
        return b"{" + inner + b"}"
    if isinstance(value, np.ndarray):
        marks = {"i1": b"i", "u1": b"U", "i4": b"l", "i8": b"L", "f4": b"d"}
        mark = marks[f"{value.dtype.kind}{value.dtype.itemsize}"]
        count = b"L" + struct.pack(">q", len(value))
        return b"[$" + mark + b"#" + count + value.tobytes()
    if isinstance(value, list):
        return b"[" + b"".join(map(write, value)) + b"]"
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"L" + struct.pack(">q", value)
    return b"S" + text(value)


def changed(stored, change):
    """Return a predictor's file whose model is changed, with the right checksum."""
    model = read_ubjson(stored.partition(b"\n")[2])
    change(model["learner"])
    return signed(stored, write(model))


def put(name, place, value):
    """Return a change of one number in the first tree."""

    def change(learner):
        tree = learner["gradient_booster"]["model"]["trees"][0]
        tree[name] = np.array(tree[name])
        tree[name][place] = value

    return change


def test_written_again_the_model_is_the_same(stored):
    """What these tests change is the model itself: unchanged it predicts the same."""
    same = checked_predictor(changed(stored, lambda learner: None), SPACE)
    features = SPACE.encode(SPACE.enumerate()[:50])
    expected = checked_predictor(stored, SPACE, trial=False)(features)
    np.testing.assert_array_equal(same(features), expected)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (put("left_children", 0, 10**6), "once"),
        (put("left_children", 0, -7), "once"),
        (put("left_children", 0, 0), "once"),
        (put("right_children", 0, 1), "once"),
        (put("split_indices", 0, 30), "features"),
        (put("split_indices", 0, -1), "features"),
        (put("split_conditions", 0, np.nan), "finite"),
        (put("split_type", 0, 1), "numbers only"),
        (lambda v: v["objective"].update(name="rank:map"), "regression trees"),
        (lambda v: v["gradient_booster"].update(name="gblinear"), "regression trees"),
        (lambda v: v["learner_model_param"].update(num_feature="9"), "30 features"),
        (lambda v: v["learner_model_param"].update(num_target="2"), "one target"),
        (lambda v: v["gradient_booster"]["model"].update(trees=[]), "trees"),
        (lambda v: v["gradient_booster"]["model"]["trees"].pop(), "trees"),
        (lambda v: v["gradient_booster"]["model"].pop("tree_info"), "tree_info"),
        (lambda v: v.pop("objective"), "objective"),
    ],
)
def test_what_is_no_tree_is_refused(stored, change, match):
    """Children, features and numbers that XGBoost would trust are checked first."""
    with pytest.raises(ValueError, match=match):
        checked_predictor(changed(stored, change), SPACE, trial=False)


def test_a_ring_of_nodes_is_refused(stored):
    """Nodes that only lead to each other would be walked for ever."""

    def ring(learner):
        tree = learner["gradient_booster"]["model"]["trees"][0]
        left, right = (np.array(tree[n]) for n in ("left_children", "right_children"))
        inner = np.flatnonzero(left != -1)
        a, b = inner[-2:]
        parent_a = np.flatnonzero((left == a) | (right == a))[0]
        side = left if left[parent_a] == a else right
        side[parent_a], left[b] = left[b], a
        left[a] = b if left[a] != b else left[a]
        tree["left_children"], tree["right_children"] = left, right

    with pytest.raises(ValueError, match="tree 0 must reach each node"):
        checked_predictor(changed(stored, ring), SPACE, trial=False)


@pytest.mark.parametrize("tenth", range(10))
def test_truncated_models_are_refused(stored, tenth):
    """A model that breaks off is refused although its checksum is right."""
    model = stored.partition(b"\n")[2]
    cut = signed(stored, model[: len(model) * tenth // 10])
    with pytest.raises(ValueError, match="cannot be used"):
        checked_predictor(cut, SPACE, trial=False)


def test_other_formats_are_refused(stored):
    """XGBoost would guess the format: JSON and pickles are not given to it."""
    for model in (b'{"learner": {}}', b"\x80\x04.", b"binf\x00", b""):
        with pytest.raises(ValueError, match="cannot be used"):
            checked_predictor(signed(stored, model), SPACE, trial=False)


def test_a_wrong_checksum_or_line_is_refused(stored):
    """The first line is a short JSON object that knows its model."""
    for content in (stored + b"x", b"x" * 100_000 + stored, b"[]\n" + stored, b"\n"):
        with pytest.raises(ValueError, match="cannot be used"):
            checked_predictor(content, SPACE, trial=False)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    """No length in UBJSON is believed beyond the end of the file."""
    with contextlib.suppress(ValueError):
        assert isinstance(read_ubjson(content), dict)


def test_huge_lengths_and_depths_are_refused():
    """Terabytes are not allocated, and nesting ends."""
    huge = b"L" + struct.pack(">q", 2**60)
    for value in (b"[$d#" + huge, b"[#" + huge, b"S" + huge, b"[" * 1000):
        with pytest.raises(ValueError, match=r"beyond|deep|ends"):
            read_ubjson(b"{" + text("a") + value + b"}")
