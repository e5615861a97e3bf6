"""A set of architectures of one space, where it comes from, and what is done to it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lissnas.arrays import (
    Archs,
    Bools,
    Keys,
    contained,
    first_occurrences,
    readonly,
)
from lissnas.spaces import Space

MOST = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Distinct canonical architectures ``(n, d)`` of a space.

    Parameters
    ----------
    space
        The name of the space.
    archs, keys
        The architectures and their identities ``(n,)``, in the order of picking.
    source
        Where they come from, for readers: one sentence a step.
    """

    space: str
    archs: Archs
    keys: Keys
    source: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "archs", readonly(self.archs))
        object.__setattr__(self, "keys", readonly(self.keys))

    def __len__(self) -> int:
        return len(self.archs)

    def holds(self, keys: Keys) -> Bools:
        """Return which of these identities ``(n,)`` are selected."""
        return contained(keys, self.keys)


def empty(space: Space) -> Selection:
    """Return a selection of nothing."""
    archs = np.zeros((0, len(space.decisions)), dtype=np.int8)
    return Selection(space.name, archs, space.identity(archs))


def picked(
    before: Selection, space: Space, archs: Archs, source: str, pick: str = "replace"
) -> Selection:
    """Return `before` after canonical architectures ``(n, d)`` were picked.

    Parameters
    ----------
    source
        Where they were picked, in words.
    pick
        What that does: one of `PICKS`.

    Raises
    ------
    ValueError
        If there is no such pick, if the space is another one, or if it gets too large.
    """
    if pick not in PICKS:
        raise ValueError(f"pick must be one of {', '.join(PICKS)}, got {pick!r}")
    _same_space(before, space)
    return _limited(PICKS[pick](before, _distinct(space, archs), source))


def inverted(before: Selection, space: Space, universe: Archs, of: str) -> Selection:
    """Return what `before` leaves out of canonical rows ``(n, d)``, named `of`."""
    _same_space(before, space)
    everything = _distinct(space, universe)
    left = ~before.holds(everything.keys)
    said = f"all others of {of}"
    return _limited(_kept(everything, left, (*before.source, said)))


def _replaced(before: Selection, new: Selection, source: str) -> Selection:
    return Selection(new.space, new.archs, new.keys, (source,) if len(new) else ())


def _added(before: Selection, new: Selection, source: str) -> Selection:
    fresh = ~before.holds(new.keys)
    archs = np.concatenate([before.archs, new.archs[fresh]])
    keys = np.concatenate([before.keys, new.keys[fresh]])
    said = f"and {source}" if before.source else source
    return Selection(before.space, archs, keys, (*before.source, said))


def _removed(before: Selection, new: Selection, source: str) -> Selection:
    left = ~new.holds(before.keys)
    said = (*before.source, f"without {source}") if left.any() else ()
    return _kept(before, left, said)


PICKS: dict[str, Callable[[Selection, Selection, str], Selection]] = {
    "replace": _replaced,
    "add": _added,
    "remove": _removed,
}
"""What a pick does to what was selected before."""


def _kept(found: Selection, rows: Bools, source: tuple[str, ...]) -> Selection:
    """Return some of a selection."""
    return Selection(found.space, found.archs[rows], found.keys[rows], source)


def _distinct(space: Space, archs: Archs) -> Selection:
    """Return architectures as a selection, each once."""
    keys = space.identity(archs)
    first = first_occurrences(keys)
    return Selection(space.name, archs[first], keys[first])


def _same_space(found: Selection, space: Space) -> None:
    """Raise a ValueError unless a selection is of this space."""
    if found.space != space.name:
        raise ValueError(f"space must be {found.space}, got {space.name}")


def _limited(found: Selection) -> Selection:
    """Return a selection that is not too large to be kept."""
    if len(found) > MOST:
        raise ValueError(
            f"archs must select at most {MOST:,} architectures, got {len(found):,}"
        )
    return found
