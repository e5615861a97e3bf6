"""Predictors of strangers: their trees are walked before XGBoost sees them.

XGBoost trusts the numbers in a model, and some wrong ones end the process or never let
a prediction finish. So every tree must be one: each node reached once from the root,
its feature one of the space's, its numbers finite. Then a process of its own loads the
model first and predicts with it.
"""

import hashlib
import json
import subprocess
import sys
from typing import Any

import numpy as np

from lissnas.predictor import Predictor, from_bytes
from lissnas.sharing.ubjson import read_ubjson
from lissnas.spaces import Space

MAX_LINE, MAX_TREES, MAX_NODES = 65_536, 20_000, 2**16
TRIAL = """
import sys
from lissnas.predictor import from_bytes
import numpy as np
predictor = from_bytes(sys.stdin.buffer.read())
predictor(np.zeros((8, int(sys.argv[1])), dtype=np.float32))
"""
SECONDS = 120
PER_NODE = ("right_children", "parents", "split_indices", "split_conditions")
FIXED = {"categories", "categories_nodes", "categories_segments", "categories_sizes"}


def checked_predictor(content: bytes, space: Space, trial: bool = True) -> Predictor:
    """Return the predictor in a stored file, on the features of `space`.

    Raises
    ------
    ValueError
        In one sentence, if it is damaged or anything but regression trees.
    """
    features = len(space.feature_names)
    try:
        _check_line(content)
        model = content.partition(b"\n")[2]
        _check_model(read_ubjson(model), features)
        if trial:
            _try(content, features)
        return from_bytes(content)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"predictor.ubj cannot be used: {error}") from None


def _try(content: bytes, features: int) -> None:
    """Raise ValueError unless a process of its own loads the model and predicts."""
    command = [sys.executable, "-P", "-c", TRIAL, str(features)]
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"it must predict in {SECONDS} s") from None
    if ended.returncode:
        raise ValueError(f"XGBoost ended with {ended.returncode} on reading it")


def _check_line(content: bytes) -> None:
    """Raise ValueError unless the file begins with a line that knows the rest."""
    line, _, model = content.partition(b"\n")
    if len(line) > MAX_LINE:
        raise ValueError(f"its first line must have at most {MAX_LINE:,} bytes")
    try:
        about = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("its first line must be JSON") from None
    if about["sha256"] != hashlib.sha256(model).hexdigest():
        raise ValueError("it must have the checksum of its first line")


def _check_model(model: dict[str, Any], features: int) -> None:
    """Raise ValueError unless the model is trees for one number on these features."""
    learner = model["learner"]
    param = learner["learner_model_param"]
    said = (learner["objective"]["name"], learner["gradient_booster"]["name"])
    if said != ("reg:squarederror", "gbtree"):
        raise ValueError(f"it must be regression trees, got {said}")
    if (param["num_feature"], param["num_class"], param["num_target"]) != (
        str(features),
        "0",
        "1",
    ):
        raise ValueError(f"it must have {features} features and one target")
    booster = learner["gradient_booster"]["model"]
    trees, info = booster["trees"], np.asarray(booster["tree_info"])
    count = len(trees)
    if not 0 < count <= MAX_TREES or info.shape != (count,) or info.any():
        raise ValueError(f"it must have 1 to {MAX_TREES:,} trees, got {count:,}")
    sizes = booster["gbtree_model_param"]
    indptr = np.asarray(booster["iteration_indptr"])
    if sizes["num_trees"] != str(count) or sizes["num_parallel_tree"] != "1":
        raise ValueError(f"it must state its {count:,} trees")
    if not np.array_equal(indptr, np.arange(count + 1)):
        raise ValueError("it must have one tree a round")
    for place, tree in enumerate(trees):
        _check_tree(tree, place, features)


def _check_tree(tree: dict[str, Any], place: int, features: int) -> None:
    """Raise ValueError unless the nodes are one tree of plain numbers."""
    left, right = tree["left_children"], tree["right_children"]
    nodes, param = len(left), tree["tree_param"]
    if not 0 < nodes <= MAX_NODES or any(len(tree[n]) != nodes for n in PER_NODE):
        raise ValueError(f"tree {place} must have 1 to {MAX_NODES:,} nodes")
    stated = (param["num_nodes"], param["num_feature"], param["size_leaf_vector"])
    if stated != (str(nodes), str(features), "1") or tree["id"] != place:
        raise ValueError(f"tree {place} must state its {nodes} nodes")
    if any(len(tree[name]) for name in FIXED) or np.any(tree["split_type"]):
        raise ValueError(f"tree {place} must split by numbers only")
    children = np.concatenate([left, right]).astype(np.int64)
    leaves = np.asarray(left) == -1
    inner = children[np.concatenate([~leaves, np.asarray(right) != -1])]
    parent = np.zeros(nodes, dtype=np.int64)
    splits = np.flatnonzero(~leaves)
    once = np.array_equal(np.sort(inner), np.arange(1, nodes))
    if not once or not np.array_equal(leaves, np.asarray(right) == -1):
        raise ValueError(f"tree {place} must reach each node once")
    parent[np.asarray(left)[splits]] = parent[np.asarray(right)[splits]] = splits
    depth = 0  # what points to itself in a ring never comes to the root
    while parent.any():
        parent, depth = parent[parent], depth + 1
        if depth > 64:
            raise ValueError(f"tree {place} must reach each node from its root")
    split = np.asarray(tree["split_indices"])
    if split.min() < 0 or split.max() >= features:
        raise ValueError(f"tree {place} must split by one of {features} features")
    for name in ("split_conditions", "base_weights", "sum_hessian", "loss_changes"):
        if len(tree[name]) != nodes or not np.isfinite(tree[name]).all():
            raise ValueError(f"tree {place} must hold finite numbers")
    if len(tree["default_left"]) != nodes or len(tree["split_type"]) != nodes:
        raise ValueError(f"tree {place} must say of each node what is missing")
