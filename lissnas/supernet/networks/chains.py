"""Networks that are layers in a row, alone and shared.

A family says what stands at each place for each option; its stand-alone network is the
chosen blocks in a row, its shared network holds the blocks of all options.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from torch import Tensor, nn

from lissnas.supernet.networks.base import Family, Row, Shared
from lissnas.supernet.networks.layers import ConvNorm, averaged
from lissnas.supernet.scale import Scale

Make: TypeAlias = Callable[[], nn.Module]


class Chain(NamedTuple):
    """The parts of a family: `places` has what each option makes, None for nothing."""

    stem: Make
    places: Sequence[Sequence[Make | None]]
    head: Make


Chosen: TypeAlias = Callable[[Row], Sequence[int]]
"""The option at each place of a row, -1 where nothing stands."""


class Head(nn.Module):
    """A 1x1 convolution, the mean of the pixels, and a classifier."""

    def __init__(
        self,
        c_in: int,
        width: int,
        classes: int,
        *,
        act: str = "relu",
        bias: bool = True,
        affine: bool = True,
    ) -> None:
        super().__init__()
        self.last = ConvNorm(c_in, width, 1, act=act, affine=affine)
        self.classifier = nn.Linear(width, classes, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(averaged(self.last(x)))
        return logits


class SharedChain(Shared):
    """The blocks of all options of a family."""

    def __init__(self, space: str, chain: Chain, chosen: Chosen) -> None:
        super().__init__()
        self.space, self.chosen = space, chosen
        self.stem = chain.stem()
        self.places = nn.ModuleList(
            nn.ModuleList(make() if make else nn.Identity() for make in options)
            for options in chain.places
        )
        self.head = chain.head()

    def run(self, images: Tensor, row: Row) -> Tensor:
        x = images
        for module in self.path(row):
            x = module(x)
        return x

    def path(self, row: Row) -> list[nn.Module]:
        blocks = [
            options[option]  # type: ignore[index]
            for options, option in zip(self.places, self.chosen(row), strict=True)
            if option >= 0
        ]
        return [self.stem, *blocks, self.head]


def directly(row: Row) -> Sequence[int]:
    """Return a row itself: one option a place."""
    return row


def chain_family(
    space: str, parts: Callable[[Scale], Chain], chosen: Chosen = directly
) -> Family:
    """Return the family of a space of chains, alone and shared."""

    def alone(row: Row, scale: Scale) -> nn.Module:
        chain = parts(scale)
        makes = [
            options[option]
            for options, option in zip(chain.places, chosen(row), strict=True)
            if option >= 0
        ]
        blocks = [make() for make in makes if make]
        return nn.Sequential(chain.stem(), *blocks, chain.head())

    def shared(scale: Scale) -> Shared:
        return SharedChain(space, parts(scale), chosen)

    return Family(alone, shared)
