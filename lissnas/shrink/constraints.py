"""What a run is forbidden: options of decisions, and multiply-adds out of a window."""

from dataclasses import dataclass

import numpy as np

from lissnas.arrays import Archs, Bools, chunks
from lissnas.spaces import Space

CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Steering:
    """What a run must not draw, ask about or keep; for LISSNAS in both variants.

    Parameters
    ----------
    forbid
        Options that are forbidden, separated by commas: DECISION=OPTION for one
        decision, such as "edge 0-1=none", or OPTION for every decision that has it.
    min_macs, max_macs
        Fewest and most multiply-adds of an architecture; 0 means no limit.

    Raises
    ------
    ValueError
        If the limits leave nothing between them.
    """

    forbid: str = ""
    min_macs: float = 0.0
    max_macs: float = 0.0

    def __post_init__(self) -> None:
        parts = [
            "=".join(one.strip() for one in part.rpartition("=")[::2] if one.strip())
            for part in self.forbid.split(",")
        ]
        object.__setattr__(self, "forbid", ", ".join(filter(None, parts)))
        for name in ("min_macs", "max_macs"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if 0 < self.max_macs < self.min_macs:
            raise ValueError(
                f"max_macs must be at least min_macs ({self.min_macs:,.0f}), "
                f"got {self.max_macs:,.0f}"
            )

    def __bool__(self) -> bool:
        return bool(self.forbid or self.min_macs or self.max_macs)

    def forbidden(self, space: Space) -> tuple[tuple[int, int], ...]:
        """Return decision and option of each that is forbidden, each a number."""
        found: list[tuple[int, int]] = []
        for text in filter(None, (part.strip() for part in self.forbid.split(","))):
            decision, _, option = (part.strip() for part in text.rpartition("="))
            hits = [
                (place, one.options.index(option))
                for place, one in enumerate(space.decisions)
                if decision in ("", one.name) and option in one.options
            ]
            if not hits:
                raise ValueError(
                    "forbid must name options of decisions, such as "
                    f'"{example(space)}", got {text!r}'
                )
            found += hits
        return tuple(dict.fromkeys(found))

    def check(self, space: Space) -> None:
        """Raise ValueError if an option is unknown or a decision has none left."""
        for place, options in enumerate(self.allowed(space)):
            if not options:
                name = space.decisions[place].name
                raise ValueError(
                    f"forbid must leave an option of each decision, got none of {name}"
                )

    def allowed(self, space: Space) -> tuple[tuple[int, ...], ...]:
        """Return the options of each decision that are not forbidden."""
        gone = set(self.forbidden(space))
        return tuple(
            tuple(o for o in range(len(one.options)) if (place, o) not in gone)
            for place, one in enumerate(space.decisions)
        )

    def allows(self, space: Space, archs: Archs) -> Bools:
        """Return which canonical rows ``(n, d)`` are not forbidden, ``(n,)``."""
        passed = np.ones(len(archs), dtype=bool)
        for place, option in self.forbidden(space):
            passed &= archs[:, place] != option
        if self.min_macs or self.max_macs:
            for rows in chunks(len(archs), CHUNK):
                macs = space.cost(archs[rows]).macs
                passed[rows] &= macs >= self.min_macs
                passed[rows] &= macs <= (self.max_macs or np.inf)
        return passed

    def barred(self, space: Space, arch: Archs) -> str:
        """Return in words what forbids a canonical row ``(d,)``; empty if nothing."""
        for place, option in self.forbidden(space):
            if arch[place] == option:
                one = space.decisions[place]
                return f"{one.options[option]} at {one.name} is forbidden"
        macs = int(space.cost(arch[None]).macs[0])
        if macs < self.min_macs:
            return f"it has {macs:,} multiply-adds, fewer than {self.min_macs:,.0f}"
        if 0 < self.max_macs < macs:
            return f"it has {macs:,} multiply-adds, more than {self.max_macs:,.0f}"
        return ""


def example(space: Space) -> str:
    """Return an option of a space as it is forbidden."""
    return f"{space.decisions[0].name}={space.decisions[0].options[-1]}"
