"""How many networks AnyNetX and its published refinements hold, exactly.

The publication [1]_ narrows AnyNetX in steps: B shares the bottleneck ratio between
the stages, C the group width too, D lets widths not fall from stage to stage, E depths
neither; RegNet derives widths and depths from four numbers.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678, table of design-space sizes.
"""

from collections.abc import Callable
from math import comb
from typing import NamedTuple

from lissnas.spaces.anynetx.stages import BOTTLENECKS, DEPTHS, GROUPS, STAGES, WIDTHS

REGNET = 64**4 * len(BOTTLENECKS) * len(GROUPS)


class Grid(NamedTuple):
    """The values of the four parameters of a stage."""

    depths: tuple[int, ...] = DEPTHS
    widths: tuple[int, ...] = WIDTHS
    bottlenecks: tuple[int, ...] = BOTTLENECKS
    groups: tuple[int, ...] = GROUPS


class Sizes(NamedTuple):
    """Numbers of combinations, and of those whose stages are all valid.

    `valid` is None for RegNet, whose combinations are of four numbers on a grid of 64
    values each, not of networks.
    """

    raw: int
    valid: int | None


def refinement_sizes(
    grid: Grid | None = None, stages: int = STAGES
) -> dict[str, Sizes]:
    """Return the sizes of AnyNetX A to E and of RegNet, exact integers.

    The published sizes of D and E, 1.3e13 and 5.5e11, divide by 4! as if no two stages
    were ever equal; equal ones counted, D has 1.4e13 and E 8.2e11 combinations.
    """
    grid = grid or Grid()
    depths, rising = len(grid.depths) ** stages, _rising(len(grid.depths), stages)

    def any_widths(widths: int) -> int:
        return int(widths**stages)

    def rising_widths(widths: int) -> int:
        return _rising(widths, stages)

    return {
        "A": Sizes(
            depths * (len(grid.widths) * len(_pairs(grid))) ** stages,
            depths * sum(_fitting(grid, b, g) for b, g in _pairs(grid)) ** stages,
        ),
        "B": Sizes(
            depths
            * len(grid.bottlenecks)
            * (len(grid.widths) * len(grid.groups)) ** stages,
            depths
            * sum(
                sum(_fitting(grid, b, g) for g in grid.groups) ** stages
                for b in grid.bottlenecks
            ),
        ),
        "C": _shared(grid, depths, any_widths),
        "D": _shared(grid, depths, rising_widths),
        "E": _shared(grid, rising, rising_widths),
        "RegNet": Sizes(REGNET, None),
    }


def _rising(values: int, stages: int) -> int:
    """Return how many sequences of the values never fall."""
    return comb(values + stages - 1, stages)


def _pairs(grid: Grid) -> list[tuple[int, int]]:
    """Return all bottleneck ratios with all group widths."""
    return [(b, g) for b in grid.bottlenecks for g in grid.groups]


def _fitting(grid: Grid, bottleneck: int, group: int) -> int:
    """Return how many widths are valid with a bottleneck ratio and a group width."""
    return sum(width % (bottleneck * group) == 0 for width in grid.widths)


def _shared(grid: Grid, depths: int, sequences: Callable[[int], int]) -> Sizes:
    """Return the sizes where all stages share b and g, by how widths may follow."""
    pairs = _pairs(grid)
    return Sizes(
        depths * sequences(len(grid.widths)) * len(pairs),
        depths * sum(sequences(_fitting(grid, b, g)) for b, g in pairs),
    )
