"""Subsets of spaces: listed, products of options, or given by a test.

A shrinker returns one of three kinds. All give their size, test membership, draw
uniform members and enumerate where that is feasible; and all can be stored as JSON,
beside the rows of the members or a uniform sample of them.
"""

from collections.abc import Mapping
from typing import Any

from lissnas.arrays import Archs
from lissnas.spaces import Space
from lissnas.subsets.base import KINDS, Kind, Subset, draw_distinct
from lissnas.subsets.explicit import ExplicitSubset
from lissnas.subsets.implicit import ImplicitSubset, passing
from lissnas.subsets.predicates import Filter, Rules, constraints, restore_predicate
from lissnas.subsets.product import ProductSubset, whole

__all__ = [
    "KINDS",
    "ExplicitSubset",
    "Filter",
    "ImplicitSubset",
    "Kind",
    "ProductSubset",
    "Rules",
    "Subset",
    "constraints",
    "draw_distinct",
    "passing",
    "restore",
    "restore_predicate",
    "whole",
]


def restore(space: Space, values: Mapping[str, Any] | None, archs: Archs) -> Subset:
    """Return the subset that `describe` wrote.

    `archs` are the members of an explicit one, which is what None means too.
    """
    values = {"kind": "explicit"} if values is None else values
    try:
        if values["kind"] == "explicit":
            return ExplicitSubset(space, archs)
        if values["kind"] == "product":
            allowed = tuple(tuple(map(int, options)) for options in values["allowed"])
            return ProductSubset(space, allowed)
        if values["kind"] == "implicit":
            predicate = restore_predicate(values["predicate"])
            size, exact = int(values["size"]), bool(values["exact"])
            return ImplicitSubset(space, predicate, size, exact)
    except (KeyError, TypeError) as error:
        raise ValueError(f"subset lacks or misstates {error}") from None
    raise ValueError(
        f"subset must be explicit, product or implicit, got {values['kind']!r}"
    )
